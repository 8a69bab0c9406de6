"""看管的子进程：启动、死了退避重启、停时先请后赶，连同它们自己的子进程。"""

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from .logfiles import rotate

MARK = "JIUZHU_CHILD"  # 环境里的记号，凭它认出上一次留下的进程
HEALTHY_SECONDS = 60.0
LONGEST_PAUSE = 30.0


@dataclass
class Child:
    """一个子进程。``grace`` 是请它退出后最多等的秒数；``nice`` 越大越让着别人。"""

    name: str
    argv: Sequence[str]
    environment: Mapping[str, str]
    log: Path
    grace: float = 10.0
    nice: int = 0
    restarts: int = 0
    _process: subprocess.Popen[bytes] | None = None
    _started: float = 0.0
    _resume: float = field(default=0.0)

    def start(self) -> None:
        """启动；输出追加到日志，日志过大先换名。"""
        rotate(self.log)
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                list(self.argv),
                env={**self.environment, MARK: self.name},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        if self.nice:
            give_way(self._process.pid, self.nice)
        self._started = time.monotonic()

    @property
    def pid(self) -> int | None:
        """进程号；没有在运行的为空。它自成一个进程组，组号就是它。"""
        return self._process.pid if self._process is not None else None

    def reap(self) -> None:
        """已被杀的，收了它；再 ``start`` 就是新的一个。"""
        if self._process is not None:
            self._process.wait()
            self._process = None

    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def keep(self) -> int | None:
        """死了就重启：第一次立即，之后间隔加倍，活过一分钟重新算起。刚发现它死了时返回退出码，否则为空。"""
        now = time.monotonic()
        if self._process is None:
            if now >= self._resume:
                self.start()
            return None
        code = self._process.poll()
        if code is None:
            return None
        self._sweep_group(self._process.pid)
        self._process = None
        self.restarts = 0 if now - self._started > HEALTHY_SECONDS else self.restarts + 1
        self._resume = now + self.pause()
        return code

    def pause(self) -> float:
        """下次重启前等的秒数。"""
        return 0.0 if self.restarts <= 1 else float(min(2.0 ** (self.restarts - 2), LONGEST_PAUSE))

    def stop(self) -> None:
        """请它退出（SIGTERM），等 ``grace`` 秒，再连同它的子进程一起结束。"""
        if self._process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            self._process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(self.grace)
        self._sweep_group(self._process.pid)
        self._process.wait()
        self._process = None

    @staticmethod
    def _sweep_group(group: int) -> None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(group, signal.SIGKILL)


def give_way(pid: int, nice: int) -> None:
    """处理器不够用时让着别人。Linux 按会话分处理器时，只改进程的不管用，会话的也要改。"""
    with contextlib.suppress(OSError):
        os.setpriority(os.PRIO_PROCESS, pid, nice)
    with contextlib.suppress(OSError):
        Path(f"/proc/{pid}/autogroup").write_text(str(nice), encoding="ascii")


def leftovers(home: Path) -> list[psutil.Process]:
    """上一次运行管理进程被 ``kill -9`` 后留下的网页与后台进程（只看本用户的、记着这个数据目录的）。"""
    found = []
    for process in psutil.process_iter():
        if process.pid == os.getpid():
            continue
        try:
            environment = process.environ()
        except (psutil.AccessDenied, psutil.NoSuchProcess, psutil.ZombieProcess, OSError):
            continue
        if MARK in environment and environment.get("JIUZHU_HOME") == str(home):
            found.append(process)
    return found


def end_leftovers(home: Path, *, seconds: float = 10.0) -> int:
    """结束上一次留下的进程，返回个数。"""
    left = leftovers(home)
    for process in left:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.terminate()
    _, alive = psutil.wait_procs(left, timeout=seconds)
    for process in alive:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()
    psutil.wait_procs(alive, timeout=5)
    return len(left)
