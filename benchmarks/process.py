"""十万件在办时，乡镇的待办、县里的逾期名单要多久；一万个到点的定时，两个工作进程（中途杀一个）办得对不对、多快。

都走 ORM，以 jiuzhu_web 的身份，行级权限开着；与同一轮里按主键取一项相比。数据库照正式环境的设置。
"""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.counties import CHECKOUT, bench_folder
from benchmarks.machine import line, race, timed
from jiuzhu.supervisor.postgres import Postgres

INSTANCES = int(os.environ.get("JIUZHU_BENCH_PROCESS", "100000"))
TIMERS = int(os.environ.get("JIUZHU_BENCH_TIMERS", "10000"))
ROUNDS = 15
REPEAT = 20


def run() -> None:
    """在新进程里量：Django 的设置一个进程只读一次，别的项用的是别的数据库。"""
    subprocess.run([sys.executable, "-m", "benchmarks.process"], check=True, cwd=CHECKOUT)


def measure() -> None:
    with (
        tempfile.TemporaryDirectory(prefix="process-", dir=bench_folder(), ignore_cleanup_errors=True) as folder,
        _database(Path(folder)),
    ):
        from benchmarks import process_data  # noqa: PLC0415  先有数据库，才能载入 Django

        process_data.prepare()
        with timed() as watch:
            process_data.fill(INSTANCES)
        line(f"装入 {INSTANCES:,} 件在办、同样多已办结", f"{watch.seconds:.1f} 秒")
        _lists()
        _timers()


@contextmanager
def _database(folder: Path) -> Iterator[None]:
    """一个新的数据库；结束时停掉。"""
    folder.chmod(0o755)
    postgres = Postgres(folder / "postgres", folder / "postgres.log")
    postgres.start()
    try:
        os.environ |= {
            "DATABASE_URL": postgres.url(),
            "JIUZHU_HOME": str(folder),
            "DJANGO_SETTINGS_MODULE": "jiuzhu.config.settings",
        }
        yield
    finally:
        postgres.stop()


def _lists() -> None:
    """各页的数据：第一页五十行，连同总数与期限的写法。"""
    from benchmarks import process_data as data  # noqa: PLC0415

    with data.as_web(data.TOWN):
        one, inbox, office, counts = _each([data.one, data.inbox, data.office, data.counts])
        town = data.numbers(data.TOWN)
    with data.as_web(data.COUNTY):
        base, overdue, deep = _each([data.one, data.overdue, data.overdue_deep])
        county = data.numbers(data.COUNTY)
    line("乡镇按主键取一项", f"{one * 1e3:.2f} 毫秒")
    line(f"乡镇待办第一页（归我办 {town['mine']:,} 件）", f"{inbox * 1e3:.2f} 毫秒，{inbox / one:.1f} 倍", "≤ 10 倍")
    line(f"乡镇本单位第一页（{town['office']:,} 件）", f"{office * 1e3:.2f} 毫秒，{office / one:.1f} 倍")
    line("乡镇的几个数", f"{counts * 1e3:.2f} 毫秒，{counts / one:.1f} 倍")
    line("县里按主键取一项", f"{base * 1e3:.2f} 毫秒")
    line(
        f"县逾期名单第一页（{county['overdue']:,} 件）", f"{overdue * 1e3:.2f} 毫秒，{overdue / base:.1f} 倍", "≤ 30 倍"
    )
    line("县逾期名单第一百页", f"{deep * 1e3:.2f} 毫秒，{deep / base:.1f} 倍")


def _each(actions: list) -> list[float]:  # type: ignore[type-arg]
    def many(action) -> None:  # type: ignore[no-untyped-def]
        for _ in range(REPEAT):
            action()

    for action in actions:
        many(action)
    return [seconds / REPEAT for seconds in race([lambda a=a: many(a) for a in actions], ROUNDS)]  # type: ignore[misc]


def _timers() -> None:
    from benchmarks import process_data as data  # noqa: PLC0415

    data.make_due(TIMERS)
    workers = [_worker(), _worker()]
    try:
        while data.left() > TIMERS * 0.95:
            time.sleep(0.05)
        with timed() as both:
            begun = data.left()
            while data.left() > TIMERS * 0.6:
                time.sleep(0.05)
            middle = data.left()
        workers[0].send_signal(signal.SIGKILL)
        workers[0].wait()
        with timed() as alone:
            while data.left():
                time.sleep(0.05)
    finally:
        for worker in workers:
            worker.kill()
            worker.wait()
    fired, distinct, next_tasks = data.fired()
    line(
        f"{TIMERS:,} 个到点的定时", f"办了 {fired:,} 次，涉及 {distinct:,} 件，开出下一步 {next_tasks:,} 项", "三者相等"
    )
    line("两个进程", f"每秒 {(begun - middle) / both.seconds:,.0f} 个")
    line("杀掉一个之后", f"每秒 {middle / alone.seconds:,.0f} 个")


def _worker() -> subprocess.Popen[bytes]:
    argv = [sys.executable, "-m", "django", "procrastinate", "worker", "--queues", "process", "--concurrency", "1"]
    return subprocess.Popen(argv, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


if __name__ == "__main__":
    measure()
