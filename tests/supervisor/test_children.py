"""看管子进程：死了退避重启，停时连同它的子进程，上次留下的认得出。"""

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from jiuzhu.supervisor import children
from jiuzhu.supervisor.children import Child, end_leftovers, leftovers

SLEEP = "import time; time.sleep(60)"
PARENT = "import subprocess, sys, time; subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)']);"
DEAF = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('ready', flush=True); time.sleep(60)"


def child(tmp_path: Path, code: str, grace: float = 5.0) -> Child:
    environment = {**os.environ, "JIUZHU_HOME": str(tmp_path)}
    return Child("web", [sys.executable, "-c", code], environment, tmp_path / "web.log", grace=grace)


def until(condition: Callable[[], bool], seconds: float = 10.0) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.02)
    return False


def test_输出追加到日志(tmp_path: Path) -> None:
    for _ in range(2):
        one = child(tmp_path, "print('你好')")
        one.start()
        assert until(lambda one=one: not one.running())
    assert (tmp_path / "web.log").read_text(encoding="utf-8").count("你好") == 2


def test_让着别人的_优先级低_它的子进程也低(tmp_path: Path) -> None:
    one = child(tmp_path, PARENT + SLEEP)
    one.nice = 10
    one.start()
    assert one.pid is not None
    process = psutil.Process(one.pid)
    assert until(lambda: len(process.children()) == 1)
    assert [process.nice(), process.children()[0].nice()] == [10, 10]
    one.stop()


def test_死了第一次立即重启_再死逐次加倍等(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [1000.0]
    monkeypatch.setattr(children.time, "monotonic", lambda: clock[0])
    one = child(tmp_path, "raise SystemExit(7)")
    one.start()
    pauses = []
    for _ in range(8):
        assert one._process is not None
        one._process.wait()
        assert one.keep() == 7
        pauses.append(one.pause())
        clock[0] += one.pause() - 0.01
        if one.pause():
            assert one.keep() is None
            assert one._process is None, "时候未到，不应重启"
        clock[0] += 0.01
        assert one.keep() is None
    one.stop()
    assert pauses == [0, 1, 2, 4, 8, 16, 30, 30]


def test_活过一分钟后重新算起(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [1000.0]
    monkeypatch.setattr(children.time, "monotonic", lambda: clock[0])
    one = child(tmp_path, "raise SystemExit(1)")
    one.restarts = 6
    one.start()
    assert one._process is not None
    one._process.wait()
    clock[0] += 61
    assert one.keep() == 1
    assert one.pause() == 0
    one.stop()


def test_停时连同它的子进程(tmp_path: Path) -> None:
    one = child(tmp_path, PARENT + "time.sleep(60)")
    one.start()
    assert one._process is not None
    process = psutil.Process(one._process.pid)
    assert until(lambda: len(process.children()) == 1)
    family = [process, *process.children()]
    one.stop()
    _gone, alive = psutil.wait_procs(family, timeout=5)
    assert not alive


def test_不肯退的到时结束(tmp_path: Path) -> None:
    one = child(tmp_path, DEAF, grace=0.3)
    one.start()
    assert until(lambda: b"ready" in (tmp_path / "web.log").read_bytes())
    one.stop()
    assert not one.running()


def test_主进程被杀时_残余的子进程也清掉再重启(tmp_path: Path) -> None:
    one = child(tmp_path, PARENT + "time.sleep(60)")
    one.start()
    assert one._process is not None
    process = psutil.Process(one._process.pid)
    assert until(lambda: len(process.children()) == 1)
    orphan = process.children()[0]
    process.kill()
    assert until(lambda: one.keep() == -9)
    assert until(lambda: not orphan.is_running() or orphan.status() == psutil.STATUS_ZOMBIE)
    assert one.keep() is None
    assert one.running()
    one.stop()


def test_上次留下的只认自己目录的(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    mine, other = child(tmp_path / "a", SLEEP), child(tmp_path / "b", SLEEP)
    mine.start()
    other.start()
    assert mine._process is not None
    assert until(lambda: [process.pid for process in leftovers(tmp_path / "a")] == [mine._process.pid])
    assert end_leftovers(tmp_path / "a") == 1
    assert not mine.running()
    assert other.running()
    other.stop()
