"""在新进程里做的事,由 ``benchmarks.child`` 按名称调用。"""

from pathlib import Path

import polars as pl

from benchmarks.counties import KEY
from benchmarks.scoring import assessor
from benchmarks.tasks_increment import first, recompute, refresh  # noqa: F401  按名称调用
from jiuzhu.engine.facts import FactTables
from jiuzhu.engine.pipeline import monitor
from jiuzhu.engine.warehouse import Warehouse

HEAD = 5
MEMORY = "2GB"


def read(folder: Path) -> None:
    """只是把文件读进内存:同一种读取库,各列作文字,全部留着。"""
    tables = [_table(path) for path in sorted(folder.iterdir())]
    assert sum(table.height for table in tables)


def _table(path: Path) -> pl.DataFrame:
    if path.suffix == ".xlsx":
        return pl.read_excel(path, has_header=False, infer_schema_length=0)
    with path.open("rb") as file:
        commas = [file.readline().count(b",") for _ in range(HEAD)]
    skip = commas.index(max(commas))  # 表头以前的标题行、说明行
    try:
        return pl.read_csv(path, infer_schema=False, skip_lines=skip)
    except pl.exceptions.ComputeError:  # 不是 UTF-8
        return pl.read_csv(path.read_bytes().decode("gb18030").encode(), infer_schema=False, skip_lines=skip)


def watch(folder: Path, out: Path) -> None:
    """监测一遍。"""
    monitor(folder, out, key=KEY)


def score(folder: Path, out: Path) -> None:
    """``folder`` 里的事实(多份 Parquet)一句查询打完分,写成一个 Parquet;数据库的内存以 ``MEMORY`` 为限,超出落盘。"""
    with Warehouse.open(memory_limit=MEMORY) as warehouse:
        persons, households = (
            warehouse.read_parquet(sorted(folder.glob(f"{name}-*.parquet")), name) for name in ("persons", "households")
        )
        warehouse.write(assessor().scores(FactTables(persons, households)), out)
