"""精准画像：一户、一人的困难在哪里，按八类说明分量。取自最近一次监测命中的指标，不另算分。"""

from dataclasses import dataclass
from typing import Any

from jiuzhu.web.registry.models import Household, Person

CATEGORIES = ("人口基础", "财产收入", "医疗", "教育", "就业", "住房", "低边", "刚性支出")
WIDTH = 100
FEW = 3


@dataclass(frozen=True)
class Need:
    """一类困难：加分之和、占最重一类的比例（0–100）、是哪几项。"""

    category: str
    points: float
    width: int
    reasons: tuple[str, ...]


def top_reasons(household: Household, most: int = FEW) -> list[str]:
    """加分最多的几项，去重。"""
    names = [item["name"] for item in household.reasons if item["points"] > 0]
    return list(dict.fromkeys(names))[:most]


def person_needs(household: Household, person: Person | None = None) -> list[Need]:
    """各类困难，重的在前；给了人只算他自己的，不给则算全户。只算加分的项。"""
    wanted = None if person is None else person.person_id
    hits = [item for item in household.reasons if item["points"] > 0 and (person is None or item["person"] == wanted)]
    return needs(hits)


def needs(hits: list[dict[str, Any]]) -> list[Need]:
    """按类别归总。"""
    points: dict[str, float] = {}
    names: dict[str, dict[str, None]] = {}
    for item in hits:
        points[item["category"]] = points.get(item["category"], 0) + item["points"]
        names.setdefault(item["category"], {})[item["name"]] = None
    top = max(points.values(), default=0)
    order = {name: place for place, name in enumerate(CATEGORIES)}
    ranked = sorted(points, key=lambda name: (-points[name], order.get(name, len(order))))
    return [Need(name, points[name], max(4, round(points[name] * WIDTH / top)), tuple(names[name])) for name in ranked]
