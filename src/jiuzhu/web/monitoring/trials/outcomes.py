"""已核实的结果从哪里来：监测的处置（派单的反馈、排除、发现的核实）。"""

from pathlib import Path

import polars as pl

from jiuzhu.web.access.scope import Scope
from jiuzhu.web.monitoring import selectors

COLUMNS = {"household_id": pl.String, "run": pl.Int64, "true": pl.Boolean}


def verified(scope: Scope) -> pl.DataFrame:
    """核实过的户：household_id、run（监测编号）、true（属实）。每户只取最近一次。"""
    found = selectors.verified_outcomes(scope)
    if found.is_empty():
        return pl.DataFrame(schema=COLUMNS)
    rows = found.select(pl.col(name).cast(kind) for name, kind in COLUMNS.items()).drop_nulls()
    return rows.sort("run", maintain_order=True).unique("household_id", keep="last", maintain_order=True)


def run_folders(scope: Scope) -> dict[int, Path]:
    """监测编号 → 结果文件夹。"""
    return {number: Path(out) for number, out in selectors.done_runs(scope).values_list("number", "out_dir")}
