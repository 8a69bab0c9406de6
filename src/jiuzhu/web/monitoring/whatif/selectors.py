"""测算的读取：记录、到户的明细。"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import polars as pl
from django.db.models import Max, QuerySet

from jiuzhu.web.access.scope import WHOLE_COUNTRY, Scope
from jiuzhu.web.policies.models import RulebookVersion

from .models import Costing

MOVES = {"": "全部", "entered": "新进的", "left": "退出的", "raised": "金额多了", "lowered": "金额少了", "same": "不变"}
MOVED = ("entered", "left", "raised", "lowered")


@dataclass(frozen=True)
class Chosen:
    """名单要哪一些；空文字为全部。``township`` 是九位代码。"""

    programme: str = ""
    move: str = ""
    township: str = ""
    group: str = ""


def every_costing() -> QuerySet[Costing]:
    """全部范围，后台用。"""
    return Costing.objects.within(Scope.everything())


def costings(scope: Scope) -> QuerySet[Costing]:
    """本县的测算，新的在前。"""
    found = Costing.objects.within(scope).select_related("version", "run", "by")
    return found.defer("version__files", "run__rulebook", "run__summary")


def costing(scope: Scope, pk: int) -> Costing | None:
    """一次测算。"""
    found = Costing.objects.within(scope).select_related("version", "against", "run", "by")
    return found.defer("version__files", "against__files", "run__rulebook", "run__summary").filter(pk=pk).first()


def next_number(division_code: str) -> int:
    """下一个编号。"""
    rows = Costing.objects.within(Scope(role="system", areas=(division_code[:6],)))
    return int(rows.aggregate(last=Max("number"))["last"] or 0) + 1


def versions(scope: Scope) -> QuerySet[RulebookVersion]:
    """可以拿来测算的版本：最近改的在前，已作废的不算。"""
    found = RulebookVersion.objects.within(scope).filter(dropped_at__isnull=True, shipped=False)
    return found.defer("files").order_by("-changed_at")


def has_rows(found: Costing) -> bool:
    """明细还在不在（从备份恢复的可能没有）。"""
    return (found.folder / "households.parquet").is_file()


def listed(found: Costing, scope: Scope, chosen: Chosen) -> pl.DataFrame:
    """范围之内的行，增减大的在前。"""
    frame = pl.scan_parquet(found.folder / "households.parquet")
    wanted = pl.lit(value=True)
    if scope.areas != WHOLE_COUNTRY:
        code = pl.col("village_code").fill_null(found.division_code)
        wanted = pl.any_horizontal([pl.lit(value=False), *(code.str.starts_with(area) for area in scope.areas)])
    for column, value in (("programme", chosen.programme), ("township_code", chosen.township), ("group", chosen.group)):
        if value:
            wanted &= pl.col(column) == value
    wanted &= pl.col("change") == chosen.move if chosen.move else pl.col("change") != "same"
    zero = pl.lit(0).cast(pl.Decimal(12, 2))
    more = pl.col("amount_after").fill_null(zero) - pl.col("amount_before").fill_null(zero)
    rows = frame.filter(wanted).with_columns(more=more)
    return rows.sort(pl.col("more").abs(), "household_id", descending=[True, False]).collect()


def programme_titles(found: Costing) -> dict[str, str]:
    """项目代码 → 名称。"""
    return {row["code"]: row["title"] for row in found.figures.get("programmes", [])}


def sheet_rows(found: Costing, names: dict[str, str]) -> Iterator[list[Any]]:
    """导出的各行：项目、怎么分、哪一份、前后的数与钱。"""
    parts = (("乡镇", "townships"), ("在册类别", "groups"))
    for row in found.figures["programmes"]:
        lines = [("合计", "全县", row)]
        for label, key in parts:
            lines += [(label, names.get(part["key"], part["key"]) or "不详", part)
                      for part in found.figures[key].get(row["code"], [])]  # fmt: skip
        for label, name, part in lines:
            counts = [part[key] for key in ("before", "after", "entered", "left", "raised", "lowered")]
            money = [Decimal(value) for key in ("monthly", "yearly") for value in part[key]]
            yield [row["title"], row["unit"], label, name, *counts, *money]
