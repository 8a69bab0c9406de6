"""把改好的几行叠到封存的一批上:这几行重收,其余照旧,行数仍对得上。封存的原件不动。"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import polars as pl

from jiuzhu.engine.batches import BatchIntake
from jiuzhu.engine.catalog import Catalog
from jiuzhu.engine.intake.folder import bad_rows, ignored_rows
from jiuzhu.engine.intake.retake import retake
from jiuzhu.engine.intake.table import TableResult

Cells = Sequence[str | None]


def corrected(intake: BatchIntake, rows: Mapping[int, Cells], catalog: Catalog) -> BatchIntake:
    """``rows``:行号 → 改后的各格。结果里这几行的规范值、隔离、忽略都换成重收的,计数随之改,读入的行数不变。"""
    if not rows:
        return intake
    result = retake_rows(intake, rows, catalog)
    touched = pl.col("row").is_in(list(rows))
    fresh = [result.rows] if result.rows is not None and intake.rows.width > 2 else []
    quarantine = pl.concat([intake.quarantine.filter(~touched), bad_rows(result)]).sort("row", maintain_order=True)
    ignored = pl.concat([intake.ignored.filter(~touched), ignored_rows(result)]).sort("row", maintain_order=True)
    whole = quarantine.filter((pl.col("row") > 0) & pl.col("column").is_null()).height
    skipped = ignored.filter(pl.col("row") > 0).height
    counts = {
        "rows_accepted": intake.report["rows_read"] - whole - skipped,
        "rows_quarantined": whole,
        "rows_ignored": skipped,
    }
    return replace(
        intake,
        rows=pl.concat([intake.rows.filter(~touched), *fresh]).sort("row", maintain_order=True),
        quarantine=quarantine,
        ignored=ignored,
        report={**intake.report, **counts},
    )


def retake_rows(intake: BatchIntake, rows: Mapping[int, Cells], catalog: Catalog) -> TableResult:
    """只收这几行,照这一批原来的列。"""
    return retake(rows, label=intake.label, source=intake.source, layout=intake.layout, catalog=catalog)


def fate(result: TableResult, row: int) -> tuple[str, list[tuple[str | None, str, str]]]:
    """重收之后这一行的去向(accepted quarantined ignored)和还有的问题(列、代码、原因)。"""
    mine = bad_rows(result).filter(pl.col("row") == row)
    left = list(mine.select("column", "code", "reason").iter_rows())
    if ignored_rows(result).filter(pl.col("row") == row).height:
        return "ignored", left
    return ("quarantined" if mine["column"].null_count() else "accepted"), left
