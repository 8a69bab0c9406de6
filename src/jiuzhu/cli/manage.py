"""``jiuzhu manage``：对正在运行的实例执行 Django 管理命令。"""

import os
import subprocess
import sys
from pathlib import Path
from typing import Annotated

import typer

from .instance import instance_environment
from .up import HOME_HELP


def manage(
    context: typer.Context,
    home: Annotated[Path | None, typer.Option(help=HOME_HELP, show_default=False)] = None,
) -> None:
    """在正在运行的实例上执行管理命令，例如 `jiuzhu manage showmigrations`。"""
    environment = {**os.environ, **instance_environment(home)}
    done = subprocess.run([sys.executable, "-m", "django", *context.args], env=environment, check=False)
    raise typer.Exit(done.returncode)
