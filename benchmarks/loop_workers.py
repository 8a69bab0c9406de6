"""几个真的后台进程，与正式运行一样起；可以 kill -9，再起来。"""

import os
import signal
import sys
from pathlib import Path

from jiuzhu.supervisor.children import Child
from jiuzhu.supervisor.instance import WORKER_NICE

NICE = int(os.environ.get("JIUZHU_BENCH_LOOP_NICE", WORKER_NICE))
ARGV = (sys.executable, "-m", "django", "procrastinate", "worker")


class Workers:
    """``count`` 个后台进程，以 ``jiuzhu_web`` 的身份连数据库。"""

    def __init__(self, folder: Path, count: int) -> None:
        environment = os.environ | {"DATABASE_URL": os.environ["DATABASE_URL"].replace("jiuzhu@", "jiuzhu_web@")}
        self._children = [
            Child(f"worker{at}", ARGV, environment, folder / f"worker{at}.log", grace=20.0, nice=NICE)
            for at in range(count)
        ]

    def start(self) -> None:
        """没有在运行的，起来。"""
        for child in self._children:
            if not child.running():
                child.start()

    def kill(self) -> None:
        """一个不留，``kill -9``，连同它们自己的子进程。"""
        for child in self._children:
            if child.pid is not None:
                os.killpg(child.pid, signal.SIGKILL)
                child.reap()

    def running(self) -> int:
        """还活着几个。"""
        return sum(child.running() for child in self._children)

    def stop(self) -> None:
        """好好停下。"""
        for child in self._children:
            child.stop()
