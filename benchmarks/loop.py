"""五十人同时用，六十万行的文件正在上传、接收：各页第 95 百分位是闲时的几倍；什么也不做两遍。

两个真的后台进程，真的 granian；十四万五千人、五万二千户。每人隔几秒开一页，与真人一样。先收好几个，量
闲时；再在上传、接收大文件的同时量（一个接一个，收完就不再量），同一个数据库、同一批人、同样的页。
"""

import os
import random
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path

from benchmarks.counties import CHECKOUT, bench_folder, demo_county
from benchmarks.loop_files import settlements
from benchmarks.machine import line, timed
from benchmarks.pages import Page, Visitor, _server
from benchmarks.registry import database

USERS = int(os.environ.get("JIUZHU_BENCH_LOOP_USERS", "50"))
ROWS = int(os.environ.get("JIUZHU_BENCH_LOOP_ROWS", "600000"))
FILES = int(os.environ.get("JIUZHU_BENCH_LOOP_FILES", "24"))
EARLIER = 3
PAUSE = float(os.environ.get("JIUZHU_BENCH_LOOP_PAUSE", "5"))
SECONDS = float(os.environ.get("JIUZHU_BENCH_LOOP_SECONDS", "90"))
SCALE = int(os.environ.get("JIUZHU_BENCH_LOOP_SCALE", "1"))
WORKERS = 2
WARM = 2
Times = dict[str, list[float]]


@dataclass
class Crowd:
    """一群各开各页的人。``people`` 是每个人与他常开的几页。"""

    people: Sequence[tuple[Visitor, dict[str, Page]]]
    times: Times = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    @contextmanager
    def working(self) -> Iterator[None]:
        """这期间他们一直在开页；出来时都停了。"""
        self.times, stop = {}, threading.Event()
        with ThreadPoolExecutor(len(self.people)) as pool:
            asked = [pool.submit(self._work, visitor, pages, stop) for visitor, pages in self.people]
            try:
                yield
            finally:
                stop.set()
            for each in asked:
                each.result()

    def _work(self, visitor: Visitor, pages: dict[str, Page], stop: threading.Event) -> None:
        names = list(pages)
        while not stop.wait(visitor.draw.expovariate(1 / PAUSE)):
            name = visitor.draw.choice(names)
            visitor.connection.close()  # 隔得久了服务端会断开；每次重连，闲时忙时一样
            began = time.perf_counter()
            status = pages[name](visitor)
            taken = (time.perf_counter() - began) * 1e3
            if status != 200:
                raise RuntimeError(f"{name}：{status}")
            with self.lock:
                self.times.setdefault(name, []).append(taken)

    def warm(self) -> None:
        """每人每页先开一两次，不计。"""
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(self._warm, self.people))

    @staticmethod
    def _warm(person: tuple[Visitor, dict[str, Page]]) -> None:
        visitor, pages = person
        for name, page in pages.items():
            for _ in range(WARM):
                if (status := page(visitor)) != 200:
                    raise RuntimeError(f"{name}：{status}")


def run() -> None:
    """在新进程里量：Django 的设置一个进程只读一次。"""
    subprocess.run([sys.executable, "-m", "benchmarks.loop"], check=True, cwd=CHECKOUT)


def measure() -> None:
    """造数据、起网页与后台、量。"""
    root = tempfile.TemporaryDirectory(prefix="loop-", dir=bench_folder(), ignore_cleanup_errors=True)
    with root as name, database(Path(name)):
        from benchmarks import loop_data  # noqa: PLC0415  先有数据库，才能载入 Django
        from benchmarks.loop_workers import Workers  # noqa: PLC0415

        with timed() as watch:
            loop_data.prepare(SCALE)
        line("造县里的数据", f"{watch.seconds:.0f} 秒")
        county = demo_county(2000)
        contents = [settlements(county, ROWS, seed=seed) for seed in range(EARLIER + FILES)]
        line("文件", f"{FILES} 个，各 {ROWS:,} 行、{len(contents[0]) / 2**20:.0f} MiB")
        workers = Workers(Path(name), WORKERS)
        with _server(Path(name)) as port:
            workers.start()
            try:
                _measured(port, contents)
            finally:
                workers.stop()


def _measured(port: int, contents: Sequence[bytes]) -> None:
    from benchmarks import loop_data  # noqa: PLC0415  同上

    crowd = Crowd(loop_data.people(port, USERS))
    loop_data.taken(port, contents[:EARLIER])
    crowd.warm()
    with crowd.working():
        time.sleep(SECONDS)
    idle = crowd.times
    with crowd.working(), timed() as watch:
        told = loop_data.taken(port, contents[EARLIER:])
    line("忙时", f"{watch.seconds:.0f} 秒，一直有文件在上传或在收")
    for label, value in told:
        line(label, value)
    line("做了两遍的", "；".join(loop_data.doubles(contents)) or "没有")
    _tell(idle, crowd.times)


def _tell(idle: Times, busy: Times) -> None:
    every = tuple(list(chain.from_iterable(times.values())) for times in (idle, busy))
    line("开了几页", f"闲时 {len(every[0]):,}，忙时 {len(every[1]):,}")
    for name in sorted(idle):
        if min(len(idle[name]), len(busy.get(name, []))) >= 20:
            _told(name, idle[name], busy[name])
    _told("合计", every[0], every[1])


def _told(name: str, idle: list[float], busy: list[float]) -> None:
    before, after = _p95(idle), _p95(busy)
    middle = f"（中位 {statistics.median(idle):.0f} → {statistics.median(busy):.0f}）"
    line(name, f"闲时 {before:.0f} 毫秒，忙时 {after:.0f} 毫秒{middle}，{after / before:.2f} 倍", "≤ 2 倍")


def _p95(times: list[float]) -> float:
    return statistics.quantiles(times, n=20)[-1]


if __name__ == "__main__":
    random.seed(1)
    measure()
