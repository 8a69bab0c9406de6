"""从新的检出到能用的页面:``make run`` 第一次与第二次各要多久。

检出 HEAD 到临时文件夹,换一个端口,数据目录是检出里的 var;软件包缓存是热的。量到三处:/healthz 应答、登录成功、
第一次监测的预警页打得开。最后一律停好,不留进程。
"""

import json
import os
import re
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.client import HTTPException
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.error import URLError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, OpenerDirector, build_opener

import psutil

from benchmarks.counties import CHECKOUT, bench_folder
from benchmarks.machine import line, timed

LONGEST = 600.0
STOPPING = 90.0
PAUSE = 0.1
# 检出里的实例不能受本终端环境的影响
FOREIGN = (
    "VIRTUAL_ENV",
    "PYTHONPATH",
    "DATABASE_URL",
    "DJANGO_SETTINGS_MODULE",
    "MAKEFLAGS",
    "MAKELEVEL",
    "MFLAGS",
    "ARGS",
)
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
WARNING = re.compile(r'href="(/monitoring/warnings/\d+/)')


class StartupError(RuntimeError):
    """没有在限时内起来或停下。"""


def run() -> None:
    with tempfile.TemporaryDirectory(prefix="checkout-", dir=bench_folder(), ignore_cleanup_errors=True) as folder:
        checkout = Path(folder) / "jiuzhu"
        subprocess.run(["git", "clone", "--quiet", str(CHECKOUT), str(checkout)], check=True)
        for title, target in (("第一次", "≤ 180 秒"), ("第二次", "≤ 5 秒")):
            answered, signed_in, usable, stopped = _once(checkout)
            last = usable if title == "第一次" else answered
            steps = f"/healthz 应答 {answered:.1f} 秒,登录 {signed_in:.1f} 秒,预警页可用 {usable:.1f} 秒"
            line(f"{title} make run", f"{last:.1f} 秒({steps};停止 {stopped:.1f} 秒)", target)


def _once(checkout: Path) -> tuple[float, float, float, float]:
    """启动一次再停下:应答、登录、可用、停止各用的秒数(前三个从启动算起)。"""
    port = free_port()
    with _started(checkout, port) as process:
        began = time.perf_counter()
        browser = _Browser(port)
        marks = []
        for ready in (browser.answers, lambda: browser.signs_in(checkout), browser.shows_a_warning):
            _wait(ready, process, checkout)
            marks.append(time.perf_counter() - began)
        with timed() as stopping:
            os.killpg(process.pid, signal.SIGINT)
            process.wait(STOPPING)
        if browser.answers():
            raise StartupError("按了 Ctrl-C,网页还在应答。")
    return marks[0], marks[1], marks[2], stopping.seconds


@contextmanager
def _started(checkout: Path, port: int) -> Iterator[subprocess.Popen[bytes]]:
    environment = {
        name: value for name, value in os.environ.items() if name not in FOREIGN and not name.startswith("JIUZHU_")
    }
    with (checkout.parent / "make.log").open("ab") as log:
        process = subprocess.Popen(
            ["make", "run", f"PORT={port}"],
            cwd=checkout,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    try:
        yield process
    finally:
        _end(process, checkout)


def _end(process: subprocess.Popen[bytes], checkout: Path) -> None:
    """结束它起的一切:子孙进程,以及脱离出去的数据库。"""
    left = []
    if process.poll() is None:
        left = [psutil.Process(process.pid), *psutil.Process(process.pid).children(recursive=True)]
    pid_file = checkout / "var" / "postgres" / "data" / "postmaster.pid"
    with suppress(OSError, ValueError, psutil.NoSuchProcess):
        left.append(psutil.Process(int(pid_file.read_text().splitlines()[0])))
    for one in left:
        with suppress(psutil.NoSuchProcess):
            one.send_signal(signal.SIGINT)
    for one in psutil.wait_procs(left, timeout=20)[1]:
        with suppress(psutil.NoSuchProcess):
            one.kill()


class _Browser:
    """一个记得 Cookie 的来访者。"""

    def __init__(self, port: int) -> None:
        self.root = f"http://127.0.0.1:{port}"
        self.opener: OpenerDirector = build_opener(HTTPCookieProcessor(CookieJar()))

    def get(self, path: str, form: dict[str, str] | None = None) -> str:
        """页面的文字;打不开为空。"""
        data = urlencode(form).encode() if form else None
        try:
            with self.opener.open(self.root + path, data, timeout=20) as response:
                return str(response.read().decode())
        except (URLError, HTTPException, OSError):
            return ""

    def answers(self) -> bool:
        return '"ok"' in self.get("/healthz")

    def signs_in(self, checkout: Path) -> bool:
        account = json.loads((checkout / "var" / "demo-accounts.json").read_text("utf-8"))[0]
        found = TOKEN.search(self.get("/account/login/"))
        if found is None:
            return False
        form = {"csrfmiddlewaretoken": found[1], "login": account["username"], "password": account["password"]}
        self.get("/account/login/", form)
        return 'name="login"' not in self.get("/")

    def shows_a_warning(self) -> bool:
        found = WARNING.search(self.get("/monitoring/warnings/"))
        return found is not None and "</html>" in self.get(found[1])


def _wait(ready: Callable[[], bool], process: subprocess.Popen[bytes], checkout: Path) -> None:
    deadline = time.monotonic() + LONGEST
    while not ready():
        if process.poll() is not None or time.monotonic() > deadline:
            log = (checkout.parent / "make.log").read_text("utf-8", errors="replace")
            raise StartupError(f"没有起来:\n{log[-2000:]}")
        time.sleep(PAUSE)


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])
