"""演练：平台开着，有人在用；备份，换一个目录恢复，启动，用原来的口令登录，数据一件不差。"""

import http.cookiejar
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from jiuzhu.supervisor.home import Home
from jiuzhu.supervisor.postgres import Postmaster
from jiuzhu.upkeep.database import running_source

pytestmark = pytest.mark.slow
PASSPHRASE = "演练用的口令，也要够十二个字"
LIMIT = 600.0  # 机器忙时也要等得起


class Up:
    """一个 ``jiuzhu up`` 进程与它的网址。"""

    def __init__(self, root: Path) -> None:
        with socket.create_server(("127.0.0.1", 0)) as server:
            self.port = int(server.getsockname()[1])
        self.home, self.log = Home(root), root.parent / f"{root.name}.log"
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(jiuzhu("up", "--port", self.port, home=root), stdout=log, stderr=log)

    def ready(self) -> "Up":
        began = time.monotonic()
        while "已启动" not in self.log.read_text(encoding="utf-8"):
            assert self.process.poll() is None, self.log.read_text(encoding="utf-8")
            assert time.monotonic() - began < LIMIT
            time.sleep(0.1)
        while not self.working():
            assert time.monotonic() - began < LIMIT
            time.sleep(0.1)
        return self

    def working(self) -> bool:
        """网页与后台进程都好了，能办事。"""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/readyz", timeout=30) as answer:
                return bool(answer.status == 200)
        except urllib.error.HTTPError:
            return False

    def stop(self) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            self.process.wait(60)

    def connect(self) -> "psycopg.Connection[tuple[object, ...]]":
        source = running_source(self.home)
        assert source is not None
        return source.connect()

    def sign_in(self, username: str, password: str) -> str:
        """登录，返回登录后看到的页面。"""
        browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))
        base = f"http://127.0.0.1:{self.port}"
        with browser.open(f"{base}/account/login/", timeout=30) as page:
            address, text = page.url, page.read().decode()
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', text)
        assert token
        form = {"login": username, "password": password, "csrfmiddlewaretoken": token[1]}
        request = urllib.request.Request(address, urllib.parse.urlencode(form).encode(), headers={"Referer": address})
        with browser.open(request, timeout=30) as page:
            return str(page.read().decode())


def jiuzhu(*arguments: object, home: Path) -> list[str]:
    name, *rest = map(str, arguments)
    return [sys.executable, "-m", "jiuzhu", name, *rest, "--home", str(home)]


def done(*arguments: object, home: Path) -> str:
    ran = subprocess.run(
        jiuzhu(*arguments, home=home), capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout


@pytest.fixture
def base(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    for name in [*os.environ]:
        if name.startswith("JIUZHU_") or name in {"DATABASE_URL", "DJANGO_SETTINGS_MODULE"}:
            monkeypatch.delenv(name)
    folder = Path(tempfile.mkdtemp(prefix="jz-drill-", dir="/tmp"))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def up(base: Path) -> Iterator[Callable[[str], Up]]:
    made: list[Up] = []

    def start(name: str) -> Up:
        made.append(Up(base / name))
        return made[-1].ready()

    yield start
    for one in made:
        one.stop()
        data = one.home.postgres / "data"
        if (left := Postmaster.read(data)) is not None and (process := left.process(data)) is not None:
            process.send_signal(signal.SIGQUIT)


def _write_forever(one: Up, stop: threading.Event, written: list[int]) -> None:
    """有人在用：每次往两张表各写一行，同一事务。"""
    with one.connect() as connection:
        while not stop.is_set():
            with connection.transaction():
                connection.execute("INSERT INTO drill_left VALUES (%s)", [written[0]])
                connection.execute("INSERT INTO drill_right VALUES (%s)", [written[0]])
            written[0] += 1


def test_演练(base: Path, up: Callable[[str], Up]) -> None:
    one = up("old")
    told = done("manage", "jiuzhu_account", "yanlian", "--name", "演练员", home=base / "old")
    password = told.split("初始密码")[1].split()[0]
    (base / "old" / "uploads").mkdir(exist_ok=True)
    (base / "old" / "uploads" / "附件").write_bytes(os.urandom(300_000))
    with one.connect() as connection:
        connection.execute("CREATE TABLE drill_left (id bigint); CREATE TABLE drill_right (id bigint)")
    (base / "口令").write_text(PASSPHRASE, encoding="utf-8")
    stop, written = threading.Event(), [0]
    writer = threading.Thread(target=_write_forever, args=(one, stop, written))
    writer.start()
    try:
        keys = ("--with-keys", base / "k", "--passphrase-file", base / "口令")
        done("backup", "--out", base / "out", *keys, home=base / "old")
    finally:
        stop.set()
        writer.join()
    (folder,) = (base / "out").iterdir()
    told = done("restore", folder, "--keys", base / "k", "--passphrase-file", base / "口令", home=base / "new")
    assert "行数与备份时一致" in told

    two = up("new")
    with two.connect() as connection:
        left, right = (
            connection.execute(f"SELECT array_agg(id ORDER BY id) FROM {table}").fetchone()  # type: ignore[arg-type]
            for table in ("drill_left", "drill_right")
        )
    assert left == right
    assert left is not None
    assert 0 < len(left[0]) <= written[0]  # type: ignore[arg-type]
    assert (base / "new/uploads/附件").read_bytes() == (base / "old/uploads/附件").read_bytes()
    assert (base / "new/keys/identity.key").read_bytes() == (base / "old/keys/identity.key").read_bytes()
    home = two.sign_in("yanlian", password)
    assert "演练员" in home or "更改密码" in home or "修改密码" in home, home[:2000]
    assert "没有发现问题" in done("audit", "verify", home=base / "new")
    checked = subprocess.run(jiuzhu("check", home=base / "new"), capture_output=True, text=True, check=False)
    assert checked.returncode in {0, 1}, checked.stdout
    assert "应答正常" in checked.stdout
