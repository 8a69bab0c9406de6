"""二十人同时用：各主要页面的第 95 百分位，与一页空白的登录页相比；数据十倍时再比一次。

十四万五千人、五万二千户、一百万条救助链、二百名工作人员、两万件事项；真的 granian，以 jiuzhu_web 的身份，
审计、范围、行级权限、加密都开着。每一页单独量：二十人各自不停地打开同一页，每次换一户、换一个人名。
"""

import http.client
import json
import os
import random
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

from benchmarks.counties import CHECKOUT, bench_folder
from benchmarks.machine import line, timed
from benchmarks.registry import database
from benchmarks.startup import free_port

SCALES = [int(part) for part in os.environ.get("JIUZHU_BENCH_PAGES", "1,10").split(",")]
USERS = 20
ROUNDS = 15
READY_SECONDS = 60
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="(\w+)"')
Page = Callable[["Visitor"], int]
Figures = dict[str, float]


def run() -> None:
    """一种规模一个新进程、一个新数据库：Django 的设置一个进程只读一次，流程的事件也只添不删。"""
    before: Figures = {}
    with tempfile.TemporaryDirectory() as folder:
        for scale in SCALES:
            out = Path(folder) / f"{scale}.json"
            subprocess.run([sys.executable, "-m", "benchmarks.pages", str(scale), str(out)], check=True, cwd=CHECKOUT)
            found = json.loads(out.read_text("utf-8"))
            _tell(found, before)
            before = before or found


class Visitor:
    """一名已登录的人：一条长连接。"""

    def __init__(self, port: int, cookie: str, session: str, seed: int) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        self.cookies = {cookie: session}
        self.draw = random.Random(seed)
        self.token = ""

    def get(self, path: str) -> int:
        """打开一页，返回状态码。"""
        return self._ask("GET", path, None)[0]

    def post(self, path: str, form: dict[str, str]) -> int:
        """提交表单；凭证先从这一页取一次。"""
        if not self.token:
            self.token = TOKEN.findall(self._ask("GET", path, None)[1])[0]
        return self._ask("POST", path, urlencode(form | {"csrfmiddlewaretoken": self.token}))[0]

    def _ask(self, method: str, path: str, body: str | None) -> tuple[int, str]:
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        self.connection.request(method, path, body, headers)
        answer = self.connection.getresponse()
        text = answer.read().decode()
        for header in answer.headers.get_all("Set-Cookie") or []:
            name, _, value = header.partition(";")[0].partition("=")
            self.cookies[name] = value
        return answer.status, text


def measure(scale: int, out: Path) -> None:
    """量一种规模，结果写进 ``out``。"""
    root = tempfile.TemporaryDirectory(prefix="pages-", dir=bench_folder(), ignore_cleanup_errors=True)
    with root as folder, database(Path(folder)):
        from benchmarks import pages_data  # noqa: PLC0415  先有数据库，才能载入 Django

        pages_data.prepare()
        with timed() as watch:
            pages_data.fill(scale)
        line(f"造 {scale} 倍的数据", f"{watch.seconds:.0f} 秒")
        with _server(Path(folder)) as port:
            found = measured(port)
    out.write_text(json.dumps(found, ensure_ascii=False), "utf-8")


def measured(port: int) -> Figures:
    """县里的人、镇里的人各页；空白页量头尾两次取中间。"""
    from benchmarks import pages_data  # noqa: PLC0415  同上

    county, bare = pages_data.sessions(USERS), pages_data.pages()
    found = _opened(port, county, bare)
    found |= _opened(port, pages_data.sessions(USERS, town=True), pages_data.town_pages())
    name = next(iter(bare))
    found[name] = statistics.mean([found[name], _opened(port, county, {name: bare[name]})[name]])
    return found


@contextmanager
def _server(folder: Path) -> Iterator[int]:
    """与正式运行一样起网页：同样的服务程序与线程数，同样的数据库身份。"""
    port = free_port()
    environment = os.environ | {"DATABASE_URL": os.environ["DATABASE_URL"].replace("jiuzhu@", "jiuzhu_web@")}
    threads = str(max(4, 2 * (os.cpu_count() or 1)))
    argv = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)]
    argv += ["--workers", "1", "--blocking-threads", threads, "--no-ws", "jiuzhu.config.wsgi:application"]
    with (folder / "web.log").open("wb") as log:
        process = subprocess.Popen(argv, env=environment, stdout=log, stderr=log, cwd=CHECKOUT)
    try:
        _wait(port)
        yield port
    finally:
        process.terminate()
        process.wait(30)


def _wait(port: int) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while True:
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", "/healthz")
            if connection.getresponse().status == 200:
                return
        except OSError:
            if time.monotonic() > deadline:
                raise
        time.sleep(0.2)


def _opened(port: int, sessions: tuple[str, list[str]], pages: dict[str, Page]) -> Figures:
    """每一页：二十人同时各打开十五次，取第 95 百分位（毫秒）。"""
    cookie, keys = sessions
    visitors = [Visitor(port, cookie, key, seed) for seed, key in enumerate(keys)]
    with ThreadPoolExecutor(USERS) as pool:
        return {name: _p95(pool, visitors, page, name) for name, page in pages.items()}


def _p95(pool: ThreadPoolExecutor, visitors: list[Visitor], page: Page, name: str) -> float:
    def use(visitor: Visitor) -> list[float]:
        taken = []
        for turn in range(ROUNDS + 2):
            began = time.perf_counter()
            status = page(visitor)
            if status not in (200, 302):
                raise RuntimeError(f"{name}：{status}")
            if turn >= 2:
                taken.append((time.perf_counter() - began) * 1e3)
        return taken

    times = [value for taken in pool.map(use, visitors) for value in taken]
    return statistics.quantiles(times, n=20)[-1]


def _tell(found: Figures, before: Figures) -> None:
    (bare, base), *others = found.items()
    line(bare, f"{base:.0f} 毫秒")
    for name, milliseconds in others:
        grown = f"，是一倍数据时的 {milliseconds / before[name]:.2f} 倍（≤ 1.3）" if before else ""
        line(name, f"{milliseconds:.0f} 毫秒，{milliseconds / base:.2f} 倍（≤ 3）{grown}")


if __name__ == "__main__":
    measure(int(sys.argv[1]), Path(sys.argv[2]))
