"""网页起来之前的准备：演示县、数据库迁移、静态文件、初始账号。没有变化就不做。"""

import contextlib
import shutil
import subprocess
import sys
import sysconfig
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import psycopg

from .children import MARK
from .errors import StepError, SupervisorError
from .home import Home
from .stamps import fingerprint, read_stamps, write_stamps

PACKAGE = Path(__file__).resolve().parents[1]
DJANGO = (sys.executable, "-m", "django")
STEPS = (
    ("数据库迁移", (*DJANGO, "migrate", "--noinput", "--verbosity=0")),
    # 排文书的字体（fonts）只给服务端用，不送到浏览器
    ("收集静态文件", (*DJANGO, "collectstatic", "--noinput", "--clear", "--verbosity=0", "--ignore=fonts")),
    ("初始账号与首次监测", (*DJANGO, "jiuzhu_setup")),
)


class Stopped(SupervisorError):
    """准备途中有人按了 Ctrl-C。"""

    code = "stopped"
    exit_code = 130


class Running:
    """一个正在做的准备步骤（子进程），输出留在日志里。"""

    def __init__(self, title: str, argv: Sequence[str], environment: Mapping[str, str], log: Path) -> None:
        self.title, self._log = title, log
        self._from = log.stat().st_size if log.exists() else 0
        with log.open("ab") as output:
            self._process = subprocess.Popen(
                list(argv),
                env={**environment, MARK: "prepare"},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )

    def wait(self, stop: threading.Event) -> None:
        """等它做完。失败抛 ``StepError``（附最后几行输出），中途要停抛 ``Stopped``。"""
        while self._process.poll() is None:
            if stop.is_set():
                self.abandon()
                raise Stopped("准备途中已停止；没有做完的，下次启动接着做。")
            time.sleep(0.03)
        if self._process.returncode != 0:
            raise StepError(f"{self.title}失败：\n{self._tail()}\n完整日志：{self._log}", step=self.title)

    def abandon(self) -> None:
        """不做了：结束它。"""
        self._process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(5)
        self._process.kill()
        self._process.wait()

    def _tail(self) -> str:
        with self._log.open("rb") as log:
            log.seek(self._from)
            lines = log.read().decode("utf-8", "replace").strip().splitlines()
        return "\n".join(lines[-12:])


class Demo:
    """演示县：生成在旁边，做完再改名，中途断掉不留半个县。"""

    def __init__(self, home: Home, environment: Mapping[str, str], log: Path) -> None:
        self._home, self._draft = home, home.root / "demo.new"
        shutil.rmtree(self._draft, ignore_errors=True)
        argv = (sys.executable, "-m", "jiuzhu", "demo", "--out", str(self._draft))
        self._running = Running("生成演示县", argv, environment, log)

    def finish(self, stop: threading.Event) -> None:
        """等它生成完，放到位。"""
        self._running.wait(stop)
        self._draft.rename(self._home.demo)

    def abandon(self) -> None:
        self._running.abandon()


def state(home: Home, database_url: str, demo: bool) -> dict[str, str]:
    """现在的状态：程序与静态文件的摘要、数据库里的迁移、是否演示。与上次记下的相同就不必再准备。"""
    installed = sorted(path.name for path in Path(sysconfig.get_path("purelib")).glob("*.dist-info"))
    dist = PACKAGE.parents[1] / "frontend" / "dist"
    return {
        "program": fingerprint(PACKAGE, dist, extra=installed),
        "database": f"{fingerprint(extra=[database_url])} {migrations(database_url)}",
        "demo": f"{demo} {home.accounts_file.exists()} {home.demo.exists()}",
        "static": str(home.static.is_dir()),
    }


def prepared(home: Home, database_url: str, demo: bool) -> bool:
    """自上次准备以来什么也没变。"""
    return read_stamps(home.stamp_file) == state(home, database_url, demo)


def record(home: Home, database_url: str, demo: bool) -> None:
    """记下准备好的状态。"""
    write_stamps(home.stamp_file, state(home, database_url, demo))


def migrations(database_url: str) -> str:
    """数据库里已做的迁移：个数与最后一次的时间。空库为空文本；换成旧的备份后会与记下的不同。"""
    try:
        with psycopg.connect(database_url, connect_timeout=10) as connection:
            row = connection.execute("select count(*), max(applied) from django_migrations").fetchone()
    except psycopg.errors.UndefinedTable:
        return ""
    except psycopg.OperationalError as error:
        raise SupervisorError(
            "连不上 DATABASE_URL 指定的数据库。请检查地址、用户名、口令与网络，以及数据库是否已启动。", code="database"
        ) from error
    return f"{row[0]} {row[1]}" if row else ""
