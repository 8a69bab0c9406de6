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
    banded = banded.with_row_index("home")
    return (
        banded.join(_reasons(rulebook, banded.select("household_id", "home"), hits), on="home", how="left")
        .with_columns(warning_id=pl.format("W{}-{}", pl.lit(f"{as_of:%Y%m%d}"), pl.col("household_id").str.slice(1)))
        .sort(["score", "household_id"], descending=[True, False])
        .select(*SCHEMA)
        .cast(SCHEMA)  # type: ignore[arg-type]
    )


def _severity(column: str) -> pl.Expr:
    return pl.col(column).replace_strict(SEVERITY, default=0, return_dtype=pl.Int64)


def _reasons(rulebook: Rulebook, homes: pl.DataFrame, hits: pl.DataFrame) -> pl.DataFrame:
    """每户(``home`` 是它的序号):加分指标(最能说明这一户的在前)、主责部门(分高的在前)。

    户号、代码都先换成序号:按长文字汇总、排序要慢几倍。
    """
    codes = pl.Enum(sorted(item.code for item in rulebook.indicators))
    departments = pl.Enum(sorted({name for item in rulebook.indicators for name in item.departments}))
    told = pl.DataFrame(
        [(item.code, name) for item in rulebook.indicators for name in item.departments],
        schema={"indicator": codes, "department": departments},
        orient="row",
    )
    mine = hits.select("household_id", "indicator", "points").filter(pl.col("points") > 0)
    positive = (
        mine.join(homes, on="household_id")
        .with_columns(pl.col("indicator").cast(codes))
        .group_by("home", "indicator")
        .agg(pl.col("points").sum())
    )
    ordered = positive.with_columns(weight=pl.col("points") * (EVERYWHERE + _rarity())).sort(
        ["home", "weight", "indicator"], descending=[False, True, False]
    )
    by_department = ordered.join(told, on="indicator").group_by("home", "department").agg(pl.col("points").sum())
    return (
        _listed(ordered, "indicator")
        .join(
            _listed(
                by_department.sort(["home", "points", "department"], descending=[False, True, False]), "department"
            ),
            on="home",
            how="left",
        )
        .rename({"indicator": "indicators", "department": "departments"})
    )


def _listed(ordered: pl.DataFrame, column: str) -> pl.DataFrame:
    """每户的各行收成一列。"""
    return ordered.group_by("home", maintain_order=True).agg(column)


def _rarity() -> pl.Expr:
    """预警户中命中这项的越少越大;全都命中为 0。"""
    households = pl.col("home").n_unique()
    return (households / pl.len().over("indicator")).log()
