"""预警:新进入区间(或升到更重区间)的户,带主要指标与主责部门。"""

from datetime import date

import polars as pl

from jiuzhu.engine.assessment.rulebook import BANDS, Rulebook

SCHEMA = {
    "warning_id": pl.String,
    "household_id": pl.String,
    "band": pl.String,
    "score": pl.Float64,
    "indicators": pl.List(pl.String),
    "departments": pl.List(pl.String),
}
EVERYWHERE = 0.1
SEVERITY = {band: len(BANDS) - place for place, band in enumerate(BANDS)}


def warn(
    rulebook: Rulebook, scores: pl.DataFrame, hits: pl.DataFrame, as_of: date, previous: pl.DataFrame | None
) -> pl.DataFrame:
    """``scores``、``hits`` 是本次结果,``previous`` 是上一次的 household_scores(没有则全部算新)。

    指标只列加分的,最能说明这一户的在前:按分值乘少见程度(预警户中命中率的负对数)排,户户都有的理由排在后面。
    部门按其指标的总分从高到低。
    """
    banded = scores.filter(pl.col("band").is_not_null())
    if previous is not None:
        before = previous.select("household_id", before=_severity("band"))
        banded = banded.join(before, on="household_id", how="left").filter(
            _severity("band") > pl.col("before").fill_null(0)
        )
    reasons = _reasons(rulebook, hits.join(banded.select("household_id"), on="household_id", how="semi"))
    return (
        banded.join(reasons, on="household_id", how="left")
        .with_columns(warning_id=pl.format("W{}-{}", pl.lit(f"{as_of:%Y%m%d}"), pl.col("household_id").str.slice(1)))
        .sort(["score", "household_id"], descending=[True, False])
        .select(*SCHEMA)
        .cast(SCHEMA)  # type: ignore[arg-type]
    )


def _severity(column: str) -> pl.Expr:
    return pl.col(column).replace_strict(SEVERITY, default=0, return_dtype=pl.Int64)


def _reasons(rulebook: Rulebook, hits: pl.DataFrame) -> pl.DataFrame:
    """每户:加分指标(最能说明这一户的在前)、主责部门(分高的在前)。"""
    told = pl.DataFrame(
        {
            "indicator": [item.code for item in rulebook.indicators],
            "department": [list(item.departments) for item in rulebook.indicators],
        },
        schema={"indicator": pl.String, "department": pl.List(pl.String)},
    )
    positive = hits.filter(pl.col("points") > 0).group_by("household_id", "indicator").agg(pl.col("points").sum())
    ordered = positive.with_columns(weight=pl.col("points") * (EVERYWHERE + _rarity())).sort(
        ["household_id", "weight", "indicator"], descending=[False, True, False]
    )
    indicators = ordered.group_by("household_id", maintain_order=True).agg(indicators="indicator")
    departments = (
        ordered.join(told, on="indicator")
        .explode("department")
        .group_by("household_id", "department")
        .agg(pl.col("points").sum())
        .sort(["household_id", "points", "department"], descending=[False, True, False])
        .group_by("household_id", maintain_order=True)
        .agg(departments="department")
    )
    return indicators.join(departments, on="household_id", how="left")


def _rarity() -> pl.Expr:
    """预警户中命中这项的越少越大;全都命中为 0。"""
    households = pl.col("household_id").n_unique()
    return (households / pl.len().over("indicator")).log()
