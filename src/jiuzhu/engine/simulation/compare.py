"""两部手册在同一批户上比:分布、各级户数、谁进谁出、为什么。"""

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from jiuzhu.engine.simulation.bands import counts
from jiuzhu.engine.simulation.score import Scored

REASONS = 3
SMALL = 1e-9


@dataclass(frozen=True)
class Comparison:
    """``moved``:household_id members before after(得分) band_before band_after;``why``:household_id indicator change kind。

    ``change`` 是每人平均的分值变化;``kind`` ∈ ``new``(现在命中)``gone``(不再命中)``points``(都命中,分值变了)。
    """

    households: pl.DataFrame
    why: pl.DataFrame
    before: Mapping[str, int]
    after: Mapping[str, int]

    @property
    def moved(self) -> pl.DataFrame:
        """级别变了的户。"""
        return self.households.filter(pl.col("band_before").ne_missing(pl.col("band_after")))

    def flows(self) -> dict[tuple[str, str], int]:
        """(原级别, 现级别) → 户数;``none`` 是不在区间。"""
        filled = self.households.select(pl.col("band_before", "band_after").fill_null("none"))
        return {(a, b): n for a, b, n in filled.group_by("band_before", "band_after").len().iter_rows()}


def compare(before: Scored, after: Scored) -> Comparison:
    """两边须是同一个样本。"""
    left = before.scores.select("household_id", "village_code", "members", before="score", band_before="band")
    right = after.scores.select("household_id", after="score", band_after="band")
    households = left.join(right, on="household_id", how="full", coalesce=True).sort("household_id")
    return Comparison(
        households=households,
        why=_why(before, after),
        before=counts(households["band_before"]),
        after=counts(households["band_after"]),
    )


def _why(before: Scored, after: Scored) -> pl.DataFrame:
    """只列分值有变的;每户变化大的在前。"""
    joined = before.hits.select("household_id", "indicator", old="points", old_times="times").join(
        after.hits.select("household_id", "indicator", new="points", new_times="times"),
        on=["household_id", "indicator"],
        how="full",
        coalesce=True,
    )
    kind = (
        pl.when(pl.col("old_times").is_null())
        .then(pl.lit("new"))
        .when(pl.col("new_times").is_null())
        .then(pl.lit("gone"))
        .otherwise(pl.lit("points"))
    )
    told = joined.with_columns(kind=kind, change=pl.col("new").fill_null(0.0) - pl.col("old").fill_null(0.0))
    return (
        told.filter(pl.col("change").abs() > SMALL)
        .sort([pl.col("household_id"), -pl.col("change").abs(), pl.col("indicator")])
        .select("household_id", "indicator", "change", "kind")
    )
