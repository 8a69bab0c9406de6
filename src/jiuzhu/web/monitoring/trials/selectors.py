"""试算的读取：记录、明细、移动区间后的数。"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl
from django.db.models import Max, QuerySet

from jiuzhu.web.access.scope import Scope
from jiuzhu.web.policies.models import RulebookVersion

from .models import Trial

BANDS = ("red", "orange", "yellow", "blue")
NONE = "none"
REASONS = 3


@dataclass(frozen=True)
class Filter:
    """名单要哪一些：``lows`` 是移动后的下限；``move`` ∈ 空、enter（新进预警）、leave（退出预警）、up、down；
    ``band`` 是试算的级别，``was`` 是施行的级别，none 是不预警。"""

    lows: Mapping[str, float]
    move: str = ""
    band: str = ""
    was: str = ""


def trials(scope: Scope) -> QuerySet[Trial]:
    """本县的试算，新的在前。"""
    found = Trial.objects.within(scope).select_related("version", "against", "run", "by")
    return found.defer("version__files", "against__files", "run__rulebook", "run__summary")


def trial(scope: Scope, pk: int) -> Trial | None:
    """一次试算。"""
    found = Trial.objects.within(scope).select_related("version", "against", "run", "by", "chosen_by")
    return found.filter(pk=pk).first()


def next_number(division_code: str) -> int:
    """下一个编号。"""
    rows = Trial.objects.within(Scope(role="system", areas=(division_code[:6],)))
    return int(rows.aggregate(last=Max("number"))["last"] or 0) + 1


def drafts(scope: Scope) -> QuerySet[RulebookVersion]:
    """可以拿来试算的版本：草稿、待发布、退回的在前，已发布的也可以。"""
    found = RulebookVersion.objects.within(scope).filter(dropped_at__isnull=True, shipped=False)
    return found.defer("files").order_by("-changed_at")


def households(found: Trial) -> pl.LazyFrame:
    """每户两边的得分与级别：household_id village_code members before band_before after band_after。"""
    return pl.scan_parquet(found.folder / "households.parquet")


def recount(found: Trial, lows: Mapping[str, float]) -> dict[str, Any]:
    """把草稿的下限移到 ``lows``：各级几户、比施行的多几户少几户、新进与退出几户。"""
    frame = moved(found, lows).select("band_before", "band").collect()
    now = dict(frame["band"].fill_null(NONE).value_counts().iter_rows())
    before = found.figures["before"]
    entering = frame.filter(pl.col("band_before").is_null() & pl.col("band").is_not_null()).height
    leaving = frame.filter(pl.col("band_before").is_not_null() & pl.col("band").is_null()).height
    rows = [{"band": band, "before": before[band], "after": int(now.get(band, 0))} for band in (*BANDS, NONE)]
    total = sum(row["after"] for row in rows if row["band"] != NONE)
    return {
        "rows": rows,
        "total": total,
        "before": sum(before[band] for band in BANDS),
        "enter": entering,
        "leave": leaving,
    }


def moved(found: Trial, lows: Mapping[str, float]) -> pl.LazyFrame:
    """按 ``lows`` 重新分级，另起一列 band。"""
    level: Any = pl.when(pl.col("after") >= lows["red"]).then(pl.lit("red"))
    for band in BANDS[1:]:
        level = level.when(pl.col("after") >= lows[band]).then(pl.lit(band))
    return households(found).with_columns(band=level.otherwise(None))


def listed(found: Trial, chosen: Filter) -> pl.DataFrame:
    """名单：变动大的在前。"""
    severity = {band: 4 - place for place, band in enumerate(BANDS)}
    frame = moved(found, chosen.lows).with_columns(
        old=pl.col("band_before").replace_strict(severity, default=0, return_dtype=pl.Int64),
        new=pl.col("band").replace_strict(severity, default=0, return_dtype=pl.Int64),
    )
    wanted = {
        "enter": (pl.col("old") == 0) & (pl.col("new") > 0),
        "leave": (pl.col("old") > 0) & (pl.col("new") == 0),
        "up": (pl.col("old") > 0) & (pl.col("new") > pl.col("old")),
        "down": (pl.col("new") > 0) & (pl.col("new") < pl.col("old")),
    }.get(chosen.move)
    if wanted is not None:
        frame = frame.filter(wanted)
    if chosen.band:
        frame = frame.filter(pl.col("band").is_null() if chosen.band == NONE else pl.col("band") == chosen.band)
    if chosen.was:
        before = pl.col("band_before")
        frame = frame.filter(before.is_null() if chosen.was == NONE else before == chosen.was)
    return frame.sort(["new", "after", "household_id"], descending=[True, True, False]).collect()


def reasons(found: Trial, identifiers: list[str]) -> dict[str, list[dict[str, Any]]]:
    """这几户两边分值差在哪里，大的在前，各至多三条。"""
    frame = pl.scan_parquet(found.folder / "why.parquet").filter(pl.col("household_id").is_in(identifiers)).collect()
    names = found.figures["indicators"]
    told: dict[str, list[dict[str, Any]]] = {}
    for row in frame.iter_rows(named=True):
        rows = told.setdefault(row["household_id"], [])
        if len(rows) < REASONS:
            rows.append(
                {"name": names.get(row["indicator"], row["indicator"]), "change": row["change"], "kind": row["kind"]}
            )
    return told


def place_names(out: Path) -> dict[str, str]:
    """村代码 → ``麦岭镇 上湾村``。"""
    rows = pl.read_parquet(out / "places.parquet").unique("village_code", keep="first")
    return {
        row["village_code"]: " ".join(part for part in (row["township"], row["village"]) if part)
        for row in rows.iter_rows(named=True)
    }
