"""增量：医保补来一批之后补算，与从部门文件全部重算、从批次库全部重算相比；先核对结果相同。

各在新进程里跑，取各自最快的一次。人数可由 ``JIUZHU_BENCH_PEOPLE`` 改小。
"""

import json
import os
from pathlib import Path

import polars as pl

from benchmarks.child import Figures, measure
from benchmarks.counties import bench_folder, demo_county
from benchmarks.machine import line
from benchmarks.tasks_increment import SHARE, take_in

PEOPLE = 600_000
ROUNDS = 3
COMPARED = ("household_scores", "hits", "warnings", "findings", "household_facts", "person_facts")


def run() -> None:
    county = demo_county(int(os.environ.get("JIUZHU_BENCH_PEOPLE", PEOPLE)))
    work = bench_folder() / "out" / "increment"
    rows = take_in(county.files, work)
    figures: dict[str, list[Figures]] = {"watch": [], "recompute": [], "refresh": []}
    measure("first", work)
    for _ in range(ROUNDS):
        figures["watch"].append(measure("watch", county.files, work / "watched"))
        figures["recompute"].append(measure("recompute", work))
        figures["refresh"].append(measure("refresh", work))
    _same(work)
    best = {name: min(found, key=lambda one: one.seconds) for name, found in figures.items()}
    told = json.loads((work / "refreshed" / "summary.json").read_text("utf-8"))
    line(county.name, f"补来 {rows:,} 行医保结算（原有的 {SHARE:.0%}），重算 {told['work']['households']:,} 户")
    line("全部：读部门文件", str(best["watch"]))
    line("全部：取批次库", str(best["recompute"]))
    line("补算", str(best["refresh"]))
    line(
        "补算的各步", "，".join(f"{step} {seconds:.2f}" for step, seconds in told["seconds"].items() if step != "合计")
    )
    for name, title in (("watch", "读部门文件"), ("recompute", "取批次库")):
        ratio, cpu = best["refresh"].seconds / best[name].seconds, best["refresh"].cpu / best[name].cpu
        line(f"补算 ÷ 全部（{title}）", f"{ratio:.2f}（处理器时间 {cpu:.2f}）")


def _same(work: Path) -> None:
    """补算与全部重算的结果，逐文件相同。"""
    for name in COMPARED:
        full, part = (pl.read_parquet(work / side / f"{name}.parquet") for side in ("recomputed", "refreshed"))
        keys = [
            column
            for column in ("household_id", "person_id", "indicator", "finding", "detail")
            if column in full.columns
        ]
        if not full.sort(keys).equals(part.select(full.columns).sort(keys)):
            raise SystemExit(f"补算与全部重算不同：{name}")
