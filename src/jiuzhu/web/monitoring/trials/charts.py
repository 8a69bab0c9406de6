"""试算的图：两边的得分分布并排。"""

from typing import Any

from .models import Trial
from .selectors import BANDS, NONE

TITLES = {"red": "红色", "orange": "橙色", "yellow": "黄色", "blue": "蓝色", NONE: "不预警"}


def distribution(found: Trial) -> dict[str, Any]:
    """施行的与试算的，每一分几户。零分以下的户太多，会把别的压平，只列在表里。"""
    rows = [
        {"name": _name(item, place, len(found.figures["bins"])), "before": item["before"], "after": item["after"]}
        for place, item in enumerate(found.figures["bins"])
    ]
    return {
        "kind": "paired",
        "title": "得分分布",
        "unit": "户",
        "names": ["施行的", "试算的"],
        "rows": rows[1:],
        "zero": rows[0],
        "head": ["得分", "施行的", "试算的"],
        "body": [[row["name"], row["before"], row["after"]] for row in rows],
    }


def flow_table(found: Trial) -> list[dict[str, Any]]:
    """原级别 × 现级别。"""
    counts = {(one, two): count for one, two, count in found.figures["flows"]}
    order = (*BANDS, NONE)
    return [
        {
            "band": one,
            "title": TITLES[one],
            "cells": [{"band": two, "count": counts.get((one, two), 0), "same": one == two} for two in order],
            "total": sum(counts.get((one, two), 0) for two in order),
        }
        for one in order
    ]


def _name(item: dict[str, float], place: int, total: int) -> str:
    if place == 0:
        return "零分以下"
    if place == total - 1:
        return f"{item['low']:g} 以上"
    return f"{item['low']:g}–{item['high']:g}"
