"""测算的图：每份金额的分布，前后并排。"""

from typing import Any

from .models import Costing


def distribution(found: Costing, code: str) -> dict[str, Any] | None:
    """一个项目的分布；两边都没有金额的不画。"""
    rows = [
        {"name": _name(item), "before": item["before"], "after": item["after"]}
        for item in found.figures["distributions"].get(code, [])
    ]
    used = [place for place, row in enumerate(rows) if row["before"] or row["after"]]
    if not used:
        return None
    rows = rows[used[0] : used[-1] + 1]
    unit = next(row["unit"] for row in found.figures["programmes"] if row["code"] == code)
    return {
        "kind": "paired",
        "title": "每份金额的分布",
        "unit": unit,
        "suffix": " 元",
        "names": ["原来", "改后"],
        "rows": rows,
        "head": ["每份金额（元）", "原来", "改后"],
        "body": [[row["name"], row["before"], row["after"]] for row in rows],
    }


def _name(item: dict[str, Any]) -> str:
    low, high = item["low"], item["high"]
    return f"{low:,} 以上" if high is None else f"不到 {high:,}" if low == 0 else f"{low:,}–{high:,}"
