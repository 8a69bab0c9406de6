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
SEVERITY = {band: len(BANDS) - place for place, band in enumerate(BANDS)}


def warn(
    rulebook: Rulebook, scores: pl.DataFrame, hits: pl.DataFrame, as_of: date, previous: pl.DataFrame | None
) -> pl.DataFrame:
    """``scores``、``hits`` 是本次结果,``previous`` 是上一次的 household_scores(没有则全部算新)。

    指标按对户总分的贡献从高到低,只列加分的;部门按其指标的总分从高到低。
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
    """每户:加分指标(高到低)、主责部门(高到低)。"""
    told = pl.DataFrame(
        {
            "indicator": [item.code for item in rulebook.indicators],
            "department": [list(item.departments) for item in rulebook.indicators],
        },
        schema={"indicator": pl.String, "department": pl.List(pl.String)},
    )
    positive = (
        hits.filter(pl.col("points") > 0).group_by("household_id", "indicator").agg(pl.col("points").sum())
    )  # fmt: skip
    ordered = positive.sort(["household_id", "points", "indicator"], descending=[False, True, False])
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
