"""按月的图：预警、派单、属实三条。"""

from typing import Any

SERIES = (("warned", "预警"), ("sent", "派单"), ("true", "属实"))


def months_chart(months: list[dict[str, Any]]) -> dict[str, Any]:
    """图的数据与同样的数字表。"""
    return {
        "kind": "months",
        "title": "按月：预警、派单、属实",
        "unit": "户",
        "names": [title for _, title in SERIES],
        "rows": [
            {"name": spoken(row["month"]), "values": [row[code] for code, _ in SERIES], "url": ""} for row in months
        ],
        "head": ["月份", *(title for _, title in SERIES)],
        "body": [[spoken(row["month"]), *(row[code] for code, _ in SERIES)] for row in months],
    }


def spoken(month: str) -> str:
    """``2026-03`` → ``2026年3月``。"""
    year, _, number = month.partition("-")
    return f"{year}年{int(number)}月"
