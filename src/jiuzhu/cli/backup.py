"""``jiuzhu backup``：备份，平台照常运行。"""

import os
import signal
import sys
from pathlib import Path
from typing import Annotated

import typer

from .console import err, say
from .places import default_home
from .up import HOME_HELP

PASSPHRASE_HELP = "从文件读密钥备份的口令（取第一行）；不写则当场问。"


def backup(
    home: Annotated[Path | None, typer.Option(help=HOME_HELP, show_default=False)] = None,
    out: Annotated[
        Path | None, typer.Option(help="备份放到哪个文件夹（默认数据目录的 backups/）。", show_default=False)
    ] = None,
    keep: Annotated[int | None, typer.Option(help="只留最近几份，更早的删掉。", min=1, show_default=False)] = None,
    with_keys: Annotated[
        Path | None,
        typer.Option(help="把密钥另写成一个用口令加密的文件，请与备份分开存放。", metavar="FILE", show_default=False),
    ] = None,
    passphrase_file: Annotated[Path | None, typer.Option(help=PASSPHRASE_HELP, show_default=False)] = None,
) -> None:
    """备份：数据库与文件取同一时刻的一份，平台不用停。密钥不在其中，用 --with-keys 另存。"""
    from jiuzhu.supervisor.home import Home
    from jiuzhu.upkeep.backup import make

    place = Home((home or default_home()).expanduser().resolve())
    os.umask(0o077)  # 写出的文件只有本人可读
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # 被要求停止时也收拾半份
    passphrase = read_passphrase(passphrase_file, confirm=True) if with_keys else ""
    done = make(
        place,
        (out or place.root / "backups").expanduser().resolve(),
        keep=keep,
        keys_file=with_keys,
        passphrase=passphrase,
        say=say,
    )
    for note in done.manifest.notes:
        say(f"  {note}")
    say(f"备份已做好：{done.folder}")
    if done.untold:
        say(done.untold)
    if done.keys:
        say(f"密钥备份：{done.keys}。请存到与数据备份不同的地方，口令另记。")
    else:
        say("密钥不在备份里：没有密钥，恢复后证件号、电话、账号、附件都打不开。请确认密钥另有备份（--with-keys）。")
    if done.pruned:
        say(f"已删除更早的备份 {done.pruned} 份。")


def read_passphrase(file: Path | None, *, confirm: bool) -> str:
    """口令：文件的第一行，或在终端上问（写的时候问两遍）。"""
    from jiuzhu.upkeep.errors import KeyboxError

    if file is not None:
        try:
            return file.read_text(encoding="utf-8").partition("\n")[0].strip("\r")
        except OSError as error:
            raise KeyboxError(f"口令文件 {file} 读不了：{error.strerror}。") from error
    if not (sys.stdin.isatty() and err.is_terminal):
        raise KeyboxError("不在终端上，问不了口令。请用 --passphrase-file 给出。")
    return str(typer.prompt("密钥备份的口令", hide_input=True, confirmation_prompt="再输一遍" if confirm else False))
