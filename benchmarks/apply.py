"""一证申请：二十人同时各开一户的情况、全部项目带解释的“能享什么”，第 95 百分位与一页空白的登录页相比。

数据是真监测过的演示县（人数可用 ``JIUZHU_BENCH_APPLY`` 另定）；真的 granian，以 jiuzhu_web 的身份，审计、范围、
行级权限、加密都开着。每次换一户，不吃缓存；另报一户单独算全部项目要多久。
"""

import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.counties import CHECKOUT, KEY, bench_folder, demo_county
from benchmarks.machine import line, timed
from benchmarks.pages import USERS, Figures, Page, _opened, _server, _tell
from benchmarks.registry import database
from jiuzhu.engine.pipeline import monitor
from jiuzhu.engine.roster import Roster

PEOPLE = int(os.environ.get("JIUZHU_BENCH_APPLY", "145000"))
SOME = 4000
ALONE = 60
BARE = "空白登录页"


def run() -> None:
    """在新进程里量：Django 的设置一个进程只读一次。"""
    subprocess.run([sys.executable, "-m", "benchmarks.apply"], check=True, cwd=CHECKOUT)


def measure() -> None:
    """造县、监测、装库、起网页、量。"""
    root = tempfile.TemporaryDirectory(prefix="apply-", dir=bench_folder(), ignore_cleanup_errors=True)
    with root as name, database(Path(name)):
        out = Path(name) / "run"
        kept: list[Roster] = []
        with timed() as watch:
            monitor(demo_county(PEOPLE).files, out, key=KEY, on_people=kept.append)
        line(f"{PEOPLE:,} 人的县监测一遍", f"{watch.seconds:.0f} 秒")
        from benchmarks import apply_data  # noqa: PLC0415  先有数据库，才能载入 Django

        keys = apply_data.prepare(out, kept[0])[:SOME]
        _alone(out, keys)
        with _server(Path(name)) as port:
            found = _measured(port, keys)
    _tell(found, {})


def _alone(out: Path, keys: list[str]) -> None:
    """不算网页，一户全部项目连同解释。"""
    from jiuzhu.engine.entitled import entitled  # noqa: PLC0415  载入计算库较慢

    entitled(out, keys[0])
    taken = []
    for key in random.Random(3).sample(keys, min(ALONE, len(keys))):
        began = time.perf_counter()
        entitled(out, key)
        taken.append((time.perf_counter() - began) * 1e3)
    line("一户全部项目带解释，单独算", f"{statistics.median(taken):.1f} 毫秒（中位）")


def _measured(port: int, keys: list[str]) -> Figures:
    from benchmarks import pages_data  # noqa: PLC0415  先有数据库，才能载入 Django

    county = pages_data.sessions(USERS)

    def home(path: str) -> Page:
        return lambda visitor: visitor.get(f"/cases/households/{visitor.draw.choice(keys)}/{path}")

    bare: dict[str, Page] = {BARE: lambda visitor: visitor.get("/account/password/")}
    first = _opened(port, county, bare)
    pages = {
        "一户的情况": home(""),
        "全部项目：符合、要问、差得不多的，带解释": home("fits/"),
        "其余不符合的，带解释（展开时才取）": home("fits/?rest=1"),
    }
    found = _opened(port, county, pages)
    return {BARE: statistics.mean([first[BARE], _opened(port, county, bare)[BARE]]), **found}


if __name__ == "__main__":
    measure()
