"""内嵌 PostgreSQL 的进程：启动、接管已在运行的、停止、死后重启。

``kill -9`` 运行管理进程后，数据库照常运行，下次启动时接管；``kill -9`` 数据库后，
残留的 ``postmaster.pid``、套接字与后端进程都不妨碍再次启动。
"""

import contextlib
import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self
from urllib.parse import quote

import psutil
import psycopg
from psycopg import sql

from .account import Account, choose_account
from .cluster import (
    APP_ROLE,
    SOCKET_NAME,
    SUPERUSER,
    WEB_ROLE,
    Binaries,
    environment,
    initialise,
    socket_folder,
    write_access,
)
from .errors import PostgresError

START_SECONDS = 300.0  # 崩溃恢复可能较久
RETRY_SECONDS = 20.0  # 等上一个实例的残余进程退干净
STOP_SECONDS = 30.0
# 日志里不写语句与明细：那里可能有个人信息
SERVER_SETTINGS = {
    "listen_addresses": "",
    "port": "5432",
    "max_connections": "100",
    "shared_buffers": "256MB",
    "timezone": "Asia/Shanghai",
    "log_timezone": "Asia/Shanghai",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_parameter_max_length_on_error": "0",
    "log_line_prefix": "%m [%p] ",
}


@dataclass(frozen=True)
class Postmaster:
    """``postmaster.pid`` 里记的：进程号、套接字目录、是否就绪。"""

    pid: int
    sockets: str
    ready: bool

    @classmethod
    def read(cls, data: Path) -> Self | None:
        """读文件；没有、写了一半或读不懂时为空。"""
        try:
            lines = (data / "postmaster.pid").read_text(encoding="utf-8").splitlines()
            return cls(int(lines[0]), lines[4].strip(), len(lines) > 7 and lines[7].strip() == "ready")
        except (FileNotFoundError, IndexError, ValueError):
            return None

    def process(self, data: Path) -> psutil.Process | None:
        """确是在这份数据上运行的 postgres 才返回（进程号可能早已归了别的程序）。"""
        try:
            process = psutil.Process(self.pid)
            if process.status() == psutil.STATUS_ZOMBIE or "postgres" not in process.name():
                return None
            return process if Path(process.cwd()).samefile(data) else None
        except psutil.AccessDenied:
            return process if str(data) in process.cmdline() else None
        except (psutil.NoSuchProcess, FileNotFoundError):
            return None


@dataclass
class Postgres:
    """一份数据上的一个服务。``folder`` 里有 data/;``log`` 是日志文件。"""

    folder: Path
    log: Path
    settings: dict[str, str] = field(default_factory=dict)
    binaries: Binaries = field(default_factory=Binaries.embedded)
    adopted: bool = False
    created: bool = False
    _account: Account | None = None
    _process: psutil.Process | None = None
    _child: subprocess.Popen[bytes] | None = None
    _sockets: Path | None = None

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def account(self) -> Account:
        if self._account is None:
            self.folder.mkdir(mode=0o700, exist_ok=True)
            self._account = choose_account(self.folder, self.binaries.postgres)
        return self._account

    def url(self, database: str = APP_ROLE, user: str = APP_ROLE) -> str:
        """连接地址，形如 ``postgresql://jiuzhu@/jiuzhu?host=/套接字目录``；没有口令。"""
        return f"postgresql://{user}@/{database}?host={quote(str(self._sockets), safe='/')}"

    def start(self) -> None:
        """使服务可用：接管正在运行的，否则启动；首次则先建库。失败抛 ``PostgresError``。"""
        self.created = initialise(self.data, self.account, self.binaries)
        write_access(self.data, self.account)
        if not self.adopt():
            self._sockets = socket_folder(self.folder, self.account)
            for name in (SOCKET_NAME, f"{SOCKET_NAME}.lock"):  # 残留的；此时没有服务在运行
                (self._sockets / name).unlink(missing_ok=True)
            self._launch_until_ready()
        self._ensure_database()

    def running(self) -> bool:
        """服务进程是否还活着。"""
        if self._child is not None:
            return self._child.poll() is None
        return self._process is not None and _alive(self._process)

    def stop(self) -> None:
        """快速关闭（断开连接、写检查点）；超时则立即关闭，下次启动时自动恢复。"""
        for number, seconds in ((signal.SIGINT, STOP_SECONDS), (signal.SIGQUIT, 5.0), (signal.SIGKILL, 5.0)):
            if not self.running() or self._process is None:
                break
            self._process.send_signal(number)
            _wait(lambda: not self.running(), seconds)
        self._process = self._child = None
        if self._sockets not in {None, self.folder}:
            with contextlib.suppress(OSError):  # 路径太长时另建的套接字目录
                Path(str(self._sockets)).rmdir()

    def adopt(self) -> bool:
        """接管正在这份数据上运行的服务；没有或不应答时返回 ``False``。"""
        known = Postmaster.read(self.data)
        process = known.process(self.data) if known else None
        if known is None or process is None:
            self._drop_stale_files(known)
            return False
        _wait(lambda: (now := Postmaster.read(self.data)) is None or now.ready, START_SECONDS)
        self._process, self._sockets = process, Path(known.sockets)
        process.send_signal(signal.SIGHUP)  # 重读谁能连
        if self._answers():
            self.adopted = True
            return True
        self.stop()
        return False

    def _drop_stale_files(self, known: Postmaster | None) -> None:
        """残留的进程号已归了别的程序时，postgres 会误以为自己还在运行；数据目录归我们独占，可放心删。"""
        if known is not None and psutil.pid_exists(known.pid):
            (self.data / "postmaster.pid").unlink(missing_ok=True)

    def _launch_until_ready(self) -> None:
        deadline, pause = time.monotonic() + RETRY_SECONDS, 0.2
        while not self._launch():
            if time.monotonic() > deadline:
                raise PostgresError(f"数据库起不来：{_log_tail(self.log)}\n完整日志：{self.log}")
            time.sleep(pause)
            pause = min(pause * 2, 3.0)

    def _launch(self) -> bool:
        settings = {**SERVER_SETTINGS, "unix_socket_directories": str(self._sockets), "unix_socket_permissions": "0700"}
        arguments = [f"--{name}={value}" for name, value in (settings | self.settings).items()]
        command, options = self.account.launch([self.binaries.postgres, "-D", self.data, *arguments])
        with self.log.open("ab") as log:
            self._child = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd="/",
                env=environment(),
                start_new_session=True,  # 终端里的 Ctrl-C 不直接到它，由我们按次序停
                **options,
            )
        child = self._child
        _wait(lambda: child.poll() is not None or self._ready(child.pid), START_SECONDS, every=0.02)
        if child.poll() is not None:
            return False
        self._process = psutil.Process(child.pid)
        return True

    def _ready(self, pid: int) -> bool:
        known = Postmaster.read(self.data)
        return known is not None and known.pid == pid and known.ready

    def _answers(self) -> bool:
        for _ in range(20):
            try:
                with psycopg.connect(self.url("postgres", SUPERUSER), connect_timeout=5):
                    return True
            except psycopg.OperationalError:
                time.sleep(0.1)
        return False

    def _ensure_database(self) -> None:
        with psycopg.connect(self.url("postgres", SUPERUSER), autocommit=True, connect_timeout=10) as connection:
            names = {"role": sql.Identifier(APP_ROLE), "web": sql.Identifier(WEB_ROLE)}
            for role in (APP_ROLE, WEB_ROLE):
                if not connection.execute("select 1 from pg_roles where rolname = %s", [role]).fetchone():
                    connection.execute(sql.SQL("create role {} login").format(sql.Identifier(role)))
            connection.execute(sql.SQL("grant {web} to {role}").format(**names))
            if not connection.execute("select 1 from pg_database where datname = %s", [APP_ROLE]).fetchone():
                connection.execute(sql.SQL("create database {role} owner {role}").format(**names))


def _alive(process: psutil.Process) -> bool:
    try:
        return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def _wait(condition: Callable[[], bool], seconds: float, every: float = 0.05) -> None:
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        time.sleep(every)


def _log_tail(log: Path) -> str:
    try:
        lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
    except FileNotFoundError:
        return "没有日志"
    telling = [line for line in lines[-20:] if "FATAL" in line or "HINT" in line or "PANIC" in line]
    return (telling or lines[-1:] or ["没有日志"])[-1]
