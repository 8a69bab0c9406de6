"""区间:四个下限,由高到低;移动下限之后每级几户、是哪几户。"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from jiuzhu.engine.assessment.rulebook import BANDS, Rulebook
from jiuzhu.engine.errors import EngineError

NONE = "none"
TITLES = {"red": "红", "orange": "橙", "yellow": "黄", "blue": "蓝"}


class CutsError(EngineError):
    """下限不是由高到低。"""

    code = "bands_order"


@dataclass(frozen=True)
class Cuts:
    """各级的下限(含);上一级的下限就是这一级的上限。"""

    red: float
    orange: float
    yellow: float
    blue: float

    def __post_init__(self) -> None:
        if not self.red > self.orange > self.yellow > self.blue:
            told = "、".join(f"{TITLES[band]} {getattr(self, band):g}" for band in BANDS)
            raise CutsError(f"四级的下限要由高到低：{told}。请让红大于橙、橙大于黄、黄大于蓝。")

    def as_dict(self) -> dict[str, float]:
        """``{"red": 16.0, …}``。"""
        return {band: float(getattr(self, band)) for band in BANDS}


def cuts_of(book: Rulebook) -> Cuts:
    """手册里写的下限。"""
    lows = {band.band: band.low for band in book.bands}
    return Cuts(**{band: lows[band] for band in BANDS})


def banded(scores: pl.DataFrame, cuts: Cuts) -> pl.Series:
    """每户的级别,不在区间为空;与 ``scores`` 同序。"""
    value = pl.col("score")
    level: Any = pl.when(value >= cuts.red).then(pl.lit("red"))
    for band in BANDS[1:]:
        level = level.when(value >= getattr(cuts, band)).then(pl.lit(band))
    return scores.select(band=level.otherwise(None).cast(pl.String))["band"]


def counts(bands: pl.Series) -> dict[str, int]:
    """各级户数,``none`` 是不在区间的。"""
    found = dict(bands.fill_null(NONE).value_counts().iter_rows())
    return {band: int(found.get(band, 0)) for band in (*BANDS, NONE)}


def histogram(
    scores: pl.DataFrame, *, step: float = 1.0, low: float | None = None, high: float | None = None
) -> list[Mapping[str, float]]:
    """一分一段的户数,两端之外并入首尾两段。得分未知的不算。"""
    known = scores["score"].drop_nulls()
    if known.is_empty():
        return []
    least = _floor(low if low is not None else float(known.min()), step)  # type: ignore[arg-type]
    most = _floor(high if high is not None else float(known.max()), step)  # type: ignore[arg-type]
    places = ((known / step).floor() * step).clip(least, most)
    found = dict(places.value_counts().iter_rows())
    total = round((most - least) / step) + 1
    return [
        {"low": least + n * step, "high": least + (n + 1) * step, "count": found.get(least + n * step, 0)}
        for n in range(total)
    ]


def _floor(value: float, step: float) -> float:
    return (value // step) * step
