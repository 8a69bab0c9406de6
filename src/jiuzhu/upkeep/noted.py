"""备份、恢复也记审计：谁在这台机器上、什么时候、哪一份。由子进程去记，本包不知道网页。"""

import getpass
import os
import subprocess
import sys
from typing import Literal

from jiuzhu.supervisor.home import Home

from . import database

SECONDS = 60.0
UNTOLD = "审计没有记上这一次（{why}），请告诉审计管理员补记。"


def note(home: Home, source: database.Source, what: Literal["backup", "restore"], folder: str) -> str:
    """记一笔；返回要告诉人的话，记上了就是空文本。记不上不让备份作废。"""
    surroundings = {**os.environ, "DATABASE_URL": source.url, "JIUZHU_HOME": str(home.root)}
    argv = [sys.executable, "-m", "jiuzhu", "audit", "note", what, folder, "--by", _user(), "--home", str(home.root)]
    try:
        done = subprocess.run(argv, env=surroundings, capture_output=True, text=True, check=False, timeout=SECONDS)
    except subprocess.TimeoutExpired:
        return UNTOLD.format(why="数据库太忙")
    if done.returncode == 0:
        return ""
    return UNTOLD.format(why=((done.stdout + done.stderr).strip().splitlines() or ["没有说明"])[-1])


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return str(os.getuid())
