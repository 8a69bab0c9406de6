"""``jiuzhu restore``：从备份恢复到一个空的数据目录。"""

import os
from pathlib import Path
from typing import Annotated

import typer

from .backup import PASSPHRASE_HELP, read_passphrase
from .console import fail, say


def restore(
    folder: Annotated[Path, typer.Argument(help="备份的文件夹。", metavar="BACKUP")],
    home: Annotated[Path, typer.Option(help="恢复到哪个数据目录：空的，或还没有的。", metavar="DIR")],
    keys: Annotated[Path | None, typer.Option(help="密钥备份的文件。", metavar="FILE", show_default=False)] = None,
    passphrase_file: Annotated[Path | None, typer.Option(help=PASSPHRASE_HELP, show_default=False)] = None,
) -> None:
    """恢复：先逐件核对备份，再装进空目录，核对各表行数与审计链。不动正在运行的平台。"""
    from jiuzhu.upkeep.restore import restore as run

    os.umask(0o077)  # 写出的文件只有本人可读
    passphrase = read_passphrase(passphrase_file, confirm=False) if keys else ""
    done = run(folder.expanduser().resolve(), home, keys_file=keys, passphrase=passphrase, say=say)
    if done.pending:
        say(f"程序比备份新，启动时会自动做 {done.pending} 个迁移。")
    if done.sealed:
        say(f"已恢复到 {done.home.root}。启动：jiuzhu up --home {done.home.root}")
    else:
        say(f"数据已恢复到 {done.home.root}，密钥还没有：放入之前不能启动，办法见其中的 RESTORING 文件。")
    if not done.audit.intact:
        fail("审计链没有通过核验：数据已恢复，请保留备份，告诉安全负责人。")
        raise typer.Exit(1)
