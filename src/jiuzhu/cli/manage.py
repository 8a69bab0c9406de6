"""``jiuzhu manage``：对正在运行的实例执行 Django 管理命令。"""

import os
import subprocess
import sys
from pathlib import Path
from typing import Annotated

import typer

from jiuzhu.errors import JiuzhuError
from jiuzhu.supervisor.home import Home, read_instance

from .places import default_home
from .up import HOME_HELP


def manage(
    context: typer.Context,
    home: Annotated[Path | None, typer.Option(help=HOME_HELP, show_default=False)] = None,
) -> None:
    """在正在运行的实例上执行管理命令，例如 `jiuzhu manage showmigrations`。"""
    place = Home((home or default_home()).expanduser().resolve())
    database_url = os.environ.get("DATABASE_URL") or read_instance(place).get("database_url")
    if not database_url:
        raise JiuzhuError(f"数据目录 {place.root} 没有正在运行的平台。请先用 jiuzhu up 启动。", code="not_running")
    environment = {
        **os.environ,
        "JIUZHU_HOME": str(place.root),
        "DATABASE_URL": str(database_url),
        "DJANGO_SETTINGS_MODULE": "jiuzhu.config.settings",
    }
    done = subprocess.run([sys.executable, "-m", "django", *context.args], env=environment, check=False)
    raise typer.Exit(done.returncode)
