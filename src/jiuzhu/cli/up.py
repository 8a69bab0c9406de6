"""``jiuzhu up``：启动平台，直到 Ctrl-C。"""

import json
from pathlib import Path
from typing import Annotated

import typer

from jiuzhu.supervisor.instance import Instance, stopped_by_signals
from jiuzhu.supervisor.prepare import Stopped

from .console import say
from .places import backup_advice, default_home

HOME_HELP = "数据目录，一切状态都在其中（默认 JIUZHU_HOME，或检出目录的 var）。"


def up(
    home: Annotated[Path | None, typer.Option(help=HOME_HELP, show_default=False)] = None,
    port: Annotated[int, typer.Option(help="网页端口。", min=1, max=65535, envvar="JIUZHU_PORT")] = 8000,
    host: Annotated[str, typer.Option(help="监听地址；0.0.0.0 为所有网卡。", envvar="JIUZHU_HOST")] = "127.0.0.1",
    demo: Annotated[bool, typer.Option("--demo/--no-demo", help="带演示县与演示账号（默认不带）。")] = False,
) -> None:
    """启动平台：数据库、网页、后台任务。Ctrl-C 依次停止。"""
    instance = Instance(home or default_home(), host=host, port=port, demo=demo, say=say, on_ready=announce)
    with stopped_by_signals(instance.stop):
        try:
            instance.run()
        except Stopped as stopped:
            say(stopped.message)
            raise typer.Exit(stopped.exit_code) from stopped
    say("已全部停止。")


def announce(instance: Instance) -> None:
    """网页可用时写出网址与演示账号。"""
    say("")
    say(f"救助平台已启动：{instance.url}")
    if instance.demo:
        say("演示数据：人与事均为随机生成。演示账号：")
        for account in _accounts(instance.home.accounts_file):
            who = "、".join(account[key] for key in ("display_name", "post") if account.get(key))
            say(f"  用户名 {account['username']}  口令 {account['password']}  {who}")
    if instance.key_created:
        say(backup_advice(instance.home.identity_key_file))
    say(f"数据目录：{instance.home.root}    日志：{instance.home.logs}")
    say("按 Ctrl-C 停止。")


def _accounts(file: Path) -> list[dict[str, str]]:
    return list(json.loads(file.read_text(encoding="utf-8"))) if file.is_file() else []
