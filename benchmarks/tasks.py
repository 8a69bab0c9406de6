"""在新进程里做的事,由 ``benchmarks.child`` 按名称调用。"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import polars as pl

from benchmarks.counties import KEY
from benchmarks.scoring import assessor
from benchmarks.tasks_increment import first, recompute, refresh  # noqa: F401  按名称调用
from jiuzhu.engine.facts import FactTables
from jiuzhu.engine.pipeline import monitor
from jiuzhu.engine.warehouse import Warehouse

HEAD, SAMPLED = 5, 10_000
MEMORY = "2GB"


def read_text(folder: Path) -> None:
    """只是把文件读进内存:同一种读取库,各列作文字,全部留着。"""
    _read(folder, infer_schema=False)


def read_typed(folder: Path) -> None:
    """只是把文件读进内存:同一种读取库,照它平常的做法推断各列的类型(看前一万行,不合的值作空),全部留着。"""
    _read(folder, infer_schema_length=SAMPLED, ignore_errors=True)


def _read(folder: Path, **options: Any) -> None:
    tables = [_table(path, options) for path in sorted(folder.iterdir())]
    assert sum(table.height for table in tables)


def _table(path: Path, options: Mapping[str, Any]) -> pl.DataFrame:
    if path.suffix == ".xlsx":
        return pl.read_excel(path, has_header=False, infer_schema_length=0)
    with path.open("rb") as file:
        commas = [file.readline().count(b",") for _ in range(HEAD)]
    skip = commas.index(max(commas))  # 表头以前的标题行、说明行
    try:
        return pl.read_csv(path, skip_lines=skip, **options)
    except pl.exceptions.ComputeError:  # 不是 UTF-8
        return pl.read_csv(path.read_bytes().decode("gb18030").encode(), skip_lines=skip, **options)


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
