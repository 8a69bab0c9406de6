"""有问题的行：接收时留下原样的各格，改好以后按同样的列重新接收，只收这几行。"""

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from jiuzhu.engine.catalog import Catalog, Recognition, Source
from jiuzhu.engine.catalog.headers import parse_header
from jiuzhu.engine.catalog.match import Pair

from .header import Layout
from .raw import RawTable, column_names
from .table import TableResult, fill_table


def retake(
    rows: Mapping[int, Sequence[str | None]], *, label: str, source: str, layout: Mapping[str, Any], catalog: Catalog
) -> TableResult:
    """把改好的几行重新接收。

    ``rows``：行号 → 各格（与 ``layout`` 的表头依次对应，多出的不要）；``layout`` 是接收时留下的列的对应
    （``header titles pairs``）。结果里的行号是原来的行号；规范表、隔离、忽略三处合起来每行恰有一个去向。
    """
    found, placed = _recognition(catalog[source], layout), sorted(rows)
    names = column_names(len(layout["header"]))
    cells = [[(rows[number][i] if i < len(rows[number]) else None) for number in placed] for i in range(len(names))]
    frame = pl.DataFrame(dict(zip(names, cells, strict=True)), schema=dict.fromkeys(names, pl.String))
    raw = RawTable(label, "", frame, header=list(layout["header"]))
    result = TableResult(label, None, source)
    fill_table(result, raw, Layout(list(layout["header"]), names, 0, list(layout["titles"])), found, catalog[source])
    numbers = pl.Series(placed, dtype=pl.Int64)
    result.rows = _renumbered(result.rows, numbers) if result.rows is not None else None
    result.quarantine = [_renumbered(frame.filter(pl.col("row") > 0), numbers) for frame in result.quarantine]
    result.ignored = [_renumbered(frame.filter(pl.col("row") > 0), numbers) for frame in result.ignored]
    return result


def _recognition(source: Source, layout: Mapping[str, Any]) -> Recognition:
    """接收时怎样对的，照样再对一次。"""
    pairs = tuple(Pair(column, field, factor, "chosen", 1.0) for column, field, factor in layout["pairs"])
    return Recognition(source, pairs, tuple(parse_header(text) for text in layout["header"]), ())


def _renumbered(frame: pl.DataFrame, numbers: pl.Series) -> pl.DataFrame:
    return frame.with_columns(row=numbers.gather(frame["row"] - 1))
