"""审计要多少代价：同一次写入，记与不记相比；二十人同时写；核验一百万条。

数据库照正式环境的设置（fsync 开），在临时文件夹里。“写入”是一个寻常的办理：一次更新、一次插入、一个事务，走 ORM。
"""

import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from threading import Barrier

from benchmarks.counties import CHECKOUT, bench_folder
from benchmarks.machine import line, race, timed
from jiuzhu.supervisor.postgres import Postgres

WRITES = 3000
WARM = 100
WRITERS = 20
EACH = 100
ROUNDS = 9
TASKS = 20_000
ENTRIES = int(os.environ.get("JIUZHU_BENCH_AUDIT", 1_000_000))
BATCH = 500


def run() -> None:
    """在新进程里量：Django 的设置一个进程只读一次，别的项用的是别的数据库。"""
    subprocess.run([sys.executable, "-m", "benchmarks.audit"], check=True, cwd=CHECKOUT)


def measure() -> None:
    with (
        tempfile.TemporaryDirectory(prefix="audit-", dir=bench_folder(), ignore_cleanup_errors=True) as folder,
        _database(Path(folder)),
    ):
        from benchmarks import audit_writes  # noqa: PLC0415  先有数据库，才能载入 Django

        audit_writes.prepare(TASKS)
        _one(audit_writes.write)
        _many(audit_writes.write)
        _verify(audit_writes.fill)
        _pages(audit_writes.COUNTY)
        _pages(audit_writes.SMALL)


@contextmanager
def _database(folder: Path) -> Iterator[None]:
    """一个新的数据库，表已建好；结束时停掉。"""
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


def _one(write: Callable[..., None]) -> None:
    """一个人接连写，记一次、不记一次地轮着来，各取中位数：磁盘与机器时快时慢，对两边一样。"""
    taken: dict[bool, list[float]] = {False: [], True: []}
    for number in range(WRITES):
        for audited in (False, True):
            with timed() as watch:
                write(number, audited=audited)
            taken[audited].append(watch.seconds)
    bare, audited_time = (statistics.median(taken[audited][WARM:]) for audited in (False, True))
    shown = f"不记 {bare * 1e3:.2f} 毫秒，记 {audited_time * 1e3:.2f} 毫秒，{audited_time / bare:.2f} 倍"
    line("一次写入", shown, "≤ 1.5 倍")


def _many(write: Callable[..., None]) -> None:
    """二十人同时写，各有各的连接，各写各的任务。"""
    with ThreadPoolExecutor(WRITERS) as pool:
        start = Barrier(WRITERS)

        def work(writer: int, *, audited: bool) -> None:
            start.wait()
            for turn in range(EACH):
                write(writer * EACH + turn, audited=audited)

        def together(*, audited: bool) -> None:
            list(pool.map(lambda writer: work(writer, audited=audited), range(WRITERS)))

        bare, audited = race([lambda: together(audited=False), lambda: together(audited=True)], ROUNDS)
    total = WRITERS * EACH
    line(
        f"{WRITERS} 人同时写",
        f"不记每秒 {total / bare:,.0f} 次，记每秒 {total / audited:,.0f} 次，后者是前者的 {bare / audited:.2f}",
        "≥ 0.5",
    )


def _verify(fill: Callable[[int, int], None]) -> None:
    from jiuzhu.web.audit.checking import verify  # noqa: PLC0415

    with timed() as filling:
        fill(ENTRIES, BATCH)
    line(f"成批记 {ENTRIES:,} 条", f"{filling.seconds:.1f} 秒，每秒 {ENTRIES / filling.seconds:,.0f} 条")
    with timed() as watch:
        report = verify()
    assert not report.troubles, report.troubles[:3]
    line(
        f"核验 {report.entries:,} 条", f"{watch.seconds:.1f} 秒，每百万条 {watch.seconds / report.entries * 1e6:.1f} 秒"
    )


def _pages(area: str) -> None:
    """记录多了，这个县的审计管理员的名单还快不快：第一页五十行连同计数。"""
    from django.db import connection  # noqa: PLC0415
    from django.utils import timezone  # noqa: PLC0415

    from jiuzhu.web.audit.selectors import one_page  # noqa: PLC0415

    with connection.cursor() as cursor:
        cursor.execute("ANALYZE audit_entry")
    today = timezone.localdate()
    asked: dict[str, dict[str, object]] = {
        "不加条件": {},
        "办事人": {"who": "张"},
        "办事人（邻县的）": {"who": "李"},
        "动作": {"action": "access.sign_in"},
        "一个对象": {"kind": "process.task", "key": "777"},
        "日期": {"since": today, "until": today},
        "事由（找得到）": {"reason": "核对"},
        "事由（找不到）": {"reason": "没有这样的事由"},
        "岗位（找不到）": {"post": "没有这样的岗位"},
    }
    times = race([lambda chosen=chosen: one_page(chosen, None, area=area) for chosen in asked.values()], 3)
    for name, seconds in zip(asked, times, strict=True):
        line(f"名单，{area} 县，{name}", f"{seconds * 1e3:.0f} 毫秒")


if __name__ == "__main__":
    measure()
