"""整条路:60 万人的部门文件到预警,与只把同样的文件读进内存相比。

“只读”有两种,都用监测所用的读取库:照它平常的做法推断各列类型;各列一概作文字(最省)。
各种轮流各在新进程里跑,取各自最快的一次;内存取监测各次峰值的最大值。人数可由 ``JIUZHU_BENCH_PEOPLE`` 改小。
"""

import json
import os

from benchmarks.child import Figures, measure
from benchmarks.counties import bench_folder, demo_county
from benchmarks.machine import GIB, line

PEOPLE = 600_000
ROUNDS = 3
READS = {"推断类型": "read_typed", "各列作文字": "read_text"}


def run() -> None:
    county = demo_county(int(os.environ.get("JIUZHU_BENCH_PEOPLE", PEOPLE)))
    out = bench_folder() / "out" / "pipeline"
    reads: dict[str, list[Figures]] = {title: [] for title in READS}
    monitors: list[Figures] = []
    steps: list[dict[str, float]] = []
    for _ in range(ROUNDS):
        for title, task in READS.items():
            reads[title].append(measure(task, county.files))
        monitors.append(measure("watch", county.files, out))
        summary = json.loads((out / "summary.json").read_text("utf-8"))
        steps.append(summary["seconds"])
    _report(county.name, summary["counts"], sum(file.stat().st_size for file in county.files.iterdir()))
    whole = min(monitors, key=lambda one: one.seconds)
    line("监测", str(whole))
    best = steps[monitors.index(whole)]
    line("各步秒数", ",".join(f"{step} {seconds:.2f}" for step, seconds in best.items() if step != "合计"))
    for title, taken in reads.items():
        read = min(taken, key=lambda one: one.seconds)
        line(f"只读文件({title})", str(read))
        told = f"{whole.seconds / read.seconds:.2f} 倍(处理器时间 {_cpu_ratio(monitors, taken):.2f} 倍)"
        line(f"监测 ÷ 只读({title})", told, "≤ 5 倍")
    line("内存峰值", f"{max(one.peak for one in monitors) / GIB:.2f} GiB", "≤ 4 GB")


def _report(name: str, counts: dict[str, int], size: int) -> None:
    line(
        name, f"{counts['files']} 个文件,{counts['rows_read']:,} 行,{size / 1e6:.0f} MB,预警 {counts['warnings']:,} 户"
    )


def _cpu_ratio(monitors: list[Figures], reads: list[Figures]) -> float:
    return min(one.cpu for one in monitors) / min(one.cpu for one in reads)
