"""八千万人:事实是一段段的 Parquet,总量大过内存,打完分写成 Parquet。

一句查询扫过全部事实;数据库的内存有上限(``tasks.MEMORY``),展开的事实是它的几倍,放不下的由它自己落盘。
先看磁盘够不够;``JIUZHU_BENCH_HUGE=8000000`` 可改小。
"""

import os
import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path

import psutil
import pyarrow.parquet as pq

from benchmarks import synthetic
from benchmarks.child import measure
from benchmarks.counties import bench_folder
from benchmarks.machine import GIB, line, timed
from benchmarks.tasks import MEMORY

PEOPLE = 80_000_000
PART = 5_000_000
BYTES_A_PERSON = 100  # 每人要的磁盘:事实与结果实测共约 20 字节,其余留给落盘的中间结果
WIDTHS = {"double": 8, "int64": 8, "int32": 4, "bool": 1, "string": 16}  # 各类型在内存里每个值的字节


def run() -> None:
    people = int(os.environ.get("JIUZHU_BENCH_HUGE", PEOPLE))
    free, need = shutil.disk_usage(bench_folder()).free, people * BYTES_A_PERSON
    line("磁盘", f"{bench_folder()} 空闲 {free / GIB:.0f} GiB,约需 {need / GIB:.0f} GiB")
    if free < need:
        line("略过", "磁盘不够;用 JIUZHU_BENCH_DIR 换一个地方,或用 JIUZHU_BENCH_HUGE 改小")
        return
    with tempfile.TemporaryDirectory(prefix="huge-", dir=bench_folder()) as folder:
        _score(Path(folder), people)


def _score(folder: Path, people: int) -> None:
    facts, out = folder / "facts", folder / "scores.parquet"
    facts.mkdir()
    with timed() as writing:
        synthetic.write_parts(facts, people, PART)
    parts = list(facts.iterdir())
    size, whole = sum(part.stat().st_size for part in parts), sum(map(_expanded, parts))
    rows = {name: _rows(facts.glob(f"{name}-*")) for name in ("persons", "households")}
    line(
        f"{rows['persons']:,} 人 {rows['households']:,} 户",
        f"{len(parts)} 份 Parquet,{size / GIB:.1f} GiB,展开约 {whole / GIB:.0f} GiB(造出用 {writing.seconds:.0f} 秒)",
    )
    figures = measure("score", facts, out)
    scored = pq.read_metadata(out).num_rows
    assert scored == rows["households"], f"户数不符:{scored:,} ≠ {rows['households']:,}"
    memory = f"数据库上限 {MEMORY},本机 {psutil.virtual_memory().total / GIB:.0f} GiB"
    line("打分并写出", f"{figures}({memory})", "走完不失败")
    line("每百万人", f"{figures.seconds / rows['persons'] * 1e6:.2f} 秒;结果 {out.stat().st_size / GIB:.2f} GiB")


def _rows(parts: Iterable[Path]) -> int:
    return sum(pq.read_metadata(part).num_rows for part in parts)


def _expanded(part: Path) -> int:
    """这一份全部读进内存要的字节。"""
    return pq.read_metadata(part).num_rows * sum(WIDTHS[str(kind)] for kind in pq.read_schema(part).types)
