"""``jiuzhu up`` 的一生：启动、第二次启动、各种 ``kill -9``、并存、停止。全是真的进程。"""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from jiuzhu.supervisor.children import leftovers
from jiuzhu.supervisor.home import Home, read_instance
from jiuzhu.supervisor.postgres import Postmaster

pytestmark = pytest.mark.slow
LIMIT = 120.0


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


class Up:
    """一个 ``jiuzhu up`` 进程。"""

    def __init__(self, home: Path, port: int | None = None, **environment: str) -> None:
        self.home, self.port = Home(home), port or free_port()
        self.log = Path(tempfile.mkstemp(prefix="up-", suffix=".log", dir=home.parent)[1])
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("JIUZHU_", "DATABASE_URL", "DJANGO_"))}
        argv = [sys.executable, "-m", "jiuzhu", "up", "--home", str(home), "--port", str(self.port)]
        self.began = time.monotonic()
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(argv, stdout=log, stderr=log, env=kept | environment, cwd="/")

    def text(self) -> str:
        return self.log.read_text(encoding="utf-8")

    def ready(self) -> float:
        """等到可用，返回用了几秒。"""
        while "已启动" not in self.text():
            assert self.process.poll() is None, self.text()
            assert time.monotonic() - self.began < LIMIT, self.text()
            time.sleep(0.05)
        return time.monotonic() - self.began

    def healthy(self) -> bool:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=10) as answer:
            return bool(answer.status == 200)

    def postmaster(self) -> psutil.Process | None:
        known = Postmaster.read(self.home.postgres / "data")
        return known.process(self.home.postgres / "data") if known else None

    def children(self) -> dict[str, psutil.Process]:
        """直接看管的进程：名字 → 进程。"""
        found = {}
        for process in psutil.Process(self.process.pid).children():
            try:
                words = " ".join(process.cmdline())
            except (psutil.ZombieProcess, psutil.NoSuchProcess):
                continue
            found["web" if "granian" in words else "worker" if "procrastinate" in words else process.name()] = process
        return found

    def stop(self, number: int = signal.SIGINT) -> int:
        if self.process.poll() is None:
            self.process.send_signal(number)
        return self.process.wait(60)


def until(condition: Callable[[], object], seconds: float = 30.0) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.05)
    return False


@pytest.fixture(scope="module")
def base() -> Iterator[Path]:
    """路径短、各级走得通的目录；里面的 home 已启动过一次。"""
    folder = Path(tempfile.mkdtemp(prefix="jz-up-", dir="/tmp"))
    folder.chmod(0o711)
    first = Up(folder / "home")
    try:
        first.ready()
    finally:
        code = first.stop()
    assert code == 0, first.text()
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def up(base: Path) -> Iterator[Callable[..., Up]]:
    """``up（目录名）`` 启动一个实例；收尾时全部停掉。"""
    made: list[Up] = []

    def start(name: str = "home", **options: object) -> Up:
        made.append(Up(base / name, **options))
        return made[-1]

    yield start
    for one in made:
        one.stop()
        if (left := one.postmaster()) is not None:
            left.send_signal(signal.SIGQUIT)


def test_第二次启动不再准备(up: Callable[..., Up]) -> None:
    one = up()
    one.ready()
    assert "迁移" not in one.text()
    assert "前端构建" not in one.text()
    assert one.healthy()


@pytest.fixture
def terminal() -> Iterator[None]:
    """像在终端里:测试本身在 nohup 之下跑时,子进程会继承“不理会 SIGHUP”。"""
    before = signal.signal(signal.SIGHUP, signal.SIG_DFL)
    yield
    signal.signal(signal.SIGHUP, before)


@pytest.mark.usefixtures("terminal")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_停得干净(up: Callable[..., Up], number: int) -> None:
    one = up()
    one.ready()
    family = psutil.Process(one.process.pid).children(recursive=True)
    assert {"web", "worker"} <= one.children().keys()
    assert one.stop(number) == 0
    assert not psutil.wait_procs(family, timeout=5)[1]
    assert one.postmaster() is None
    assert not (one.home.postgres / "data" / "postmaster.pid").exists()
    assert read_instance(one.home) == {}
    assert "已全部停止" in one.text()


def test_同一目录第二个被拒绝_说清第一个在哪(up: Callable[..., Up]) -> None:
    one = up()
    one.ready()
    two = up()
    assert two.process.wait(30) == 3
    assert f"http://127.0.0.1:{one.port}" in two.text()
    assert "Traceback" not in two.text()
    assert one.healthy()


def test_两个实例并存互不打扰(up: Callable[..., Up]) -> None:
    one, two = up(), up("second")
    one.ready()
    two.ready()
    assert one.healthy()
    assert two.healthy()
    assert two.stop() == 0
    assert one.healthy()


def test_端口被占用时给出空着的(up: Callable[..., Up]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        one = up(port=server.getsockname()[1])
        assert one.process.wait(30) == 4
    assert re.search(r"--port \d+", one.text())
    assert "Traceback" not in one.text()
    assert one.postmaster() is None


def test_运行管理被杀_数据库照常_下次接管_旧的网页与后台先结束(up: Callable[..., Up]) -> None:
    one = up()
    one.ready()
    old = {name: process.pid for name, process in one.children().items()}
    one.process.kill()
    one.process.wait()
    server = one.postmaster()
    assert server is not None
    assert len(leftovers(one.home.root)) >= 2
    two = up(port=one.port)  # 同一个端口：旧网页须先让出
    two.ready()
    assert "接管" in two.text()
    assert two.postmaster() == server
    assert two.healthy()
    assert not {pid for name, pid in old.items() if name in {"web", "worker"} and psutil.pid_exists(pid)}
    assert two.stop() == 0
    assert two.postmaster() is None


def test_数据库被杀_自动恢复(up: Callable[..., Up]) -> None:
    one = up()
    one.ready()
    server = one.postmaster()
    assert server is not None
    server.kill()
    assert until(lambda: "数据库已恢复" in one.text()), one.text()
    assert until(lambda: one.postmaster() not in {None, server})
    assert until(lambda: {"web", "worker"} <= one.children().keys())
    assert until(lambda: _answers(one))


@pytest.mark.parametrize("name", ["web", "worker"])
def test_网页或后台被杀_自动重启(up: Callable[..., Up], name: str) -> None:
    one = up()
    one.ready()
    before = one.children()[name]
    before.kill()
    assert until(lambda: one.children().get(name) not in {None, before}), one.text()
    assert "重启" in one.text()
    assert until(lambda: _answers(one))


def test_密钥丢不了_再启动不变(up: Callable[..., Up], base: Path) -> None:
    key = (base / "home" / "keys" / "identity.key").read_bytes()
    one = up()
    one.ready()
    assert (base / "home" / "keys" / "identity.key").read_bytes() == key
    assert "已生成县密钥" not in one.text()


def test_用外部数据库时不启动内嵌的(up: Callable[..., Up]) -> None:
    holder = up()
    holder.ready()
    url = str(json.loads(holder.home.instance_file.read_text())["database_url"])
    one = up("external", DATABASE_URL=url)
    one.ready()
    assert not (one.home.root / "postgres").exists()
    assert one.healthy()


def test_连不上外部数据库时说清楚_不漏口令(up: Callable[..., Up]) -> None:
    one = up("broken", DATABASE_URL="postgresql://u:s3cret@127.0.0.1:1/x")
    assert one.process.wait(60) != 0
    assert "DATABASE_URL" in one.text()
    assert "s3cret" not in one.text()
    assert "Traceback" not in one.text()


def _answers(one: Up) -> bool:
    try:
        return one.healthy()
    except OSError:
        return False
