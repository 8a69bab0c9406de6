"""测算的计算：引擎在这里载入，只在后台进程里用。"""

from collections.abc import Iterable
from dataclasses import asdict
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl

from jiuzhu.engine.assessment.rulebook import load_rulebook
from jiuzhu.engine.simulation.whatif import Cost, Progress, WhatIf, what_if
from jiuzhu.web.policies.rulebook.differences import differences
from jiuzhu.web.policies.rulebook.folders import read_files

from .models import Costing

LEVELS = {"household": "户", "person": "人"}
PARTS = ("参数", "救助项目", "其他文件")
BEFORE, AFTER = "before", "after"


def computed(costing: Costing, progress: Progress) -> tuple[pl.DataFrame, dict[str, Any]]:
    """到户的明细，与页面要的数。"""
    folders = {side: costing.folder / side for side in (BEFORE, AFTER)}
    books = {side: load_rulebook(str(folder)) for side, folder in folders.items()}
    found = what_if(
        Path(costing.run.out_dir),
        books[AFTER],
        current=books[BEFORE],
        programmes=costing.programmes or None,
        standards_on=costing.standards_on,
        progress=progress,
    )
    changes = differences(read_files(folders[BEFORE]), read_files(folders[AFTER]))
    figures = figures_of(found)
    figures["changes"] = [asdict(item) for item in changes if item.part in PARTS]
    return found.frame, figures


def figures_of(found: WhatIf) -> dict[str, Any]:
    """各项目、各乡镇、各类户前后的数与钱，金额的分布；钱写成两位小数的文字。"""
    changed = set(found.changed())
    return {
        "programmes": _programmes(found, changed),
        "townships": _split(found, "township_code", changed),
        "groups": _split(found, "group", changed),
        "distributions": {code: found.distribution(code).to_dicts() for code in sorted(changed)},
        "totals": _totals(found),
    }


def _programmes(found: WhatIf, changed: set[str]) -> list[dict[str, Any]]:
    rows = {cost.programme: cost for cost in found.costs()}
    books = {item.code: item for book in (found.before, found.after) for item in book.programmes}
    return [
        {
            "code": code,
            "title": item.title,
            "kind": item.kind,
            "unit": LEVELS[item.level],
            "period": item.period,
            "changed": code in changed,
            **_told(rows[code]),
        }
        for code, item in books.items()
        if code in rows
    ]


def _split(found: WhatIf, by: str, changed: set[str]) -> dict[str, list[dict[str, Any]]]:
    parts: dict[str, list[dict[str, Any]]] = {}
    for cost in found.costs([by]):
        if cost.programme in changed:
            parts.setdefault(cost.programme, []).append({"key": "" if cost.key == "None" else cost.key, **_told(cost)})
    for rows in parts.values():
        rows.sort(key=lambda row: (row["key"] == "", row["key"]))
    return parts


def _told(cost: Cost) -> dict[str, Any]:
    counts = {name: getattr(cost, name) for name in (BEFORE, AFTER, "entered", "left", "raised", "lowered")}
    money = {
        "monthly": [str(cost.monthly_before), str(cost.monthly_after), str(cost.monthly_change)],
        "yearly": [str(cost.yearly_before), str(cost.yearly_after), str(cost.yearly_change)],
    }
    return {**counts, **money}


def _totals(found: WhatIf) -> dict[str, Any]:
    costs = found.costs()
    return {
        "households": found.frame["household_id"].n_unique(),
        **{change: _households(found.frame, change) for change in ("entered", "left", "raised", "lowered")},
        "monthly": _sums(costs, "monthly"),
        "yearly": _sums(costs, "yearly"),
    }


def _households(frame: pl.DataFrame, change: str) -> int:
    return frame.filter(pl.col("change") == change)["household_id"].n_unique()


def _sums(costs: Iterable[Cost], period: str) -> list[str]:
    rows = list(costs)
    before, after = (sum((getattr(cost, f"{period}_{side}") for cost in rows), Decimal(0)) for side in (BEFORE, AFTER))
    return [f"{before:.2f}", f"{after:.2f}", f"{after - before:.2f}"]
