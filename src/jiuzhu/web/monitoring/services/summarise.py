"""入库时把结果算成页面要画的分布。这里只数数,不评分。"""

import math
from pathlib import Path
from typing import Any

import polars as pl

from jiuzhu.web.monitoring.places import household_places

BANDS = ("red", "orange", "yellow", "blue")
BIN_COUNT = 24
TOP_INDICATORS = 12


def summarise(out: Path, rulebook: dict[str, Any]) -> dict[str, Any]:
    """一次监测的全部分布。键:totals bands scores townships categories indicators findings quarantine ignored links。"""
    scores, warnings, findings = read_results(out)
    return {
        **distributions(out, rulebook, scores, warnings, findings),
        "totals": totals(out, scores, warnings),
        "quarantine": reasons(out / "quarantine.parquet", split=pl.col("column").is_null()),
        "ignored": reasons(out / "ignored.parquet", split=pl.lit(True)),
        "links": counts(pl.scan_parquet(out / "links.parquet"), "method"),
    }


def summarise_areas(out: Path, rulebook: dict[str, Any], areas: tuple[str, ...]) -> dict[str, Any]:
    """只数 ``areas`` （代码前缀）之内的户:乡镇、村看到的分布。没有文件与行的计数,那是全县的事。"""
    inside = pl.any_horizontal(pl.col("village_code").str.starts_with(area) for area in areas)
    places = household_places(out).filter(inside).select("household_id")
    scores, warnings, findings = (frame.join(places, on="household_id", how="semi") for frame in read_results(out))
    people = (
        pl.scan_parquet(out / "people.parquet")
        .select("household_id", "alive")
        .join(places.lazy(), on="household_id", how="semi")
        .select(pl.len().alias("people"), pl.col("alive").sum())
        .collect()
    )
    return {
        **distributions(out, rulebook, scores, warnings, findings),
        "totals": {
            "people": int(people["people"][0]),
            "alive": int(people["alive"][0] or 0),
            "households": scores.height,
            "warnings": warnings.height,
        },
    }


def read_results(out: Path) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """得分、预警、发现三张表。"""
    return (
        pl.read_parquet(out / "household_scores.parquet", columns=["household_id", "members", "score", "band"]),
        pl.read_parquet(out / "warnings.parquet"),
        pl.read_parquet(out / "findings.parquet"),
    )


def distributions(
    out: Path, rulebook: dict[str, Any], scores: pl.DataFrame, warnings: pl.DataFrame, findings: pl.DataFrame
) -> dict[str, Any]:
    """各级别、得分、乡镇、类别、部门、发现的分布。"""
    return {
        "bands": band_counts(scores),
        "warning_bands": band_counts(warnings),
        "scores": score_bins(scores, rulebook["bands"]),
        "townships": by_township(out, scores, warnings),
        **by_indicator(warnings, rulebook["indicators"]),
        "departments": list(counts(warnings.lazy().select("departments").explode("departments"), "departments")),
        "findings": counts(findings.lazy(), "finding"),
    }


def totals(out: Path, scores: pl.DataFrame, warnings: pl.DataFrame) -> dict[str, int]:
    """总数:文件、行、人、户、预警。``people`` 是在册的人,``alive`` 是其中健在的。"""
    batches = pl.read_parquet(out / "batches.parquet")
    people = pl.scan_parquet(out / "people.parquet").select(pl.len(), pl.col("alive").sum().alias("alive")).collect()
    columns = ("rows_read", "rows_accepted", "rows_quarantined", "rows_ignored")
    return {
        "files": batches.height,
        **{name: int(batches[name].sum()) for name in columns},
        "people": int(people["len"][0]),
        "alive": int(people["alive"][0] or 0),
        "households": scores.height,
        "warnings": warnings.height,
    }


def band_counts(frame: pl.DataFrame) -> dict[str, int]:
    """各级别的户数,四级都有,没有的为 0。"""
    found = dict(frame.drop_nulls("band").group_by("band").len().iter_rows())
    return {band: int(found.get(band, 0)) for band in BANDS}


def counts(frame: pl.LazyFrame, column: str) -> dict[str, int]:
    """某列各值的行数,多的在前。"""
    return dict(
        frame.drop_nulls(column)
        .group_by(column)
        .len()
        .sort("len", column, descending=[True, False])
        .collect()
        .iter_rows()
    )


def score_bins(scores: pl.DataFrame, bands: list[dict[str, Any]]) -> dict[str, Any]:
    """得分分布:``zero`` 为零分及以下的户数,``bins`` 为大于零的各段 ``{low high count}``，含下限不含上限。

    段宽取 1、2、5 的十倍数,使段数不超过 BIN_COUNT;最高千分之一并入末段,以免被极值拉平。
    """
    positive = scores.filter(pl.col("score") > 0)["score"]
    zero = scores.height - positive.len()
    if positive.is_empty():
        return {"zero": zero, "width": 1, "bins": [], "bands": bands}
    highest = float(positive.to_numpy().max())
    top = positive.quantile(0.999) or highest
    width = nice_width(max([top, *(band["low"] for band in bands)]) / BIN_COUNT)
    last = math.floor(top / width) + 1
    index = (positive / width).floor().cast(pl.Int64).clip(0, last - 1) + 1
    found = dict(index.value_counts().iter_rows())
    bins = [{"low": (i - 1) * width, "high": i * width, "count": int(found.get(i, 0))} for i in range(1, last + 1)]
    return {"zero": zero, "width": width, "bins": bins, "bands": bands, "max": highest}


def nice_width(raw: float) -> float:
    """不小于 ``raw`` 的 1、2、5 × 10ⁿ。"""
    power = 10 ** math.floor(math.log10(raw))
    return next(step * power for step in (1, 2, 5, 10) if step * power >= raw - 1e-12)


def by_township(out: Path, scores: pl.DataFrame, warnings: pl.DataFrame) -> list[dict[str, Any]]:
    """各乡镇的户数与各级预警户数,按预警总数从多到少。"""
    places = household_places(out).select("household_id", "township_code", "township")
    households = scores.select("household_id").join(places, on="household_id", how="left")
    base = households.group_by("township_code").agg(pl.col("township").first(), pl.len().alias("households"))
    level = (
        warnings.select("household_id", "band")
        .join(places, on="household_id", how="left")
        .group_by("township_code")
        .agg(*((pl.col("band") == band).sum().alias(band) for band in BANDS), pl.len().alias("warnings"))
    )
    frame = (
        base.join(level, on="township_code", how="left", nulls_equal=True)
        .with_columns(pl.col(*BANDS, "warnings").fill_null(0), pl.col("township").fill_null("所在乡镇不详"))
        .sort("warnings", "households", descending=True)
    )
    return frame.rename({"township_code": "code", "township": "name"}).to_dicts()


def by_indicator(warnings: pl.DataFrame, indicators: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """预警户命中的类别(一户在一类只数一次)与最常见的指标。"""
    category = {code: item["category"] for code, item in indicators.items()}
    hits = (
        warnings.select("household_id", "band", pl.col("indicators").alias("code"))
        .explode("code")
        .drop_nulls("code")
        .with_columns(pl.col("code").replace_strict(category, default="其他", return_dtype=pl.String).alias("category"))
    )
    categories = (
        hits.unique(["household_id", "category"])
        .group_by("category")
        .agg(pl.len().alias("warnings"), *((pl.col("band") == band).sum().alias(band) for band in BANDS))
        .sort("warnings", "category", descending=[True, False])
    )
    top = hits.group_by("code", "category").len("warnings").sort("warnings", "code", descending=[True, False])
    return {"categories": categories.to_dicts(), "indicators": top.head(TOP_INDICATORS).to_dicts()}


def reasons(path: Path, split: pl.Expr) -> list[dict[str, Any]]:
    """按代码数隔离或忽略的原因:``rows`` 整行,``values`` 只弃一个值;``title`` 取最常见的一句。"""
    frame = (
        pl.scan_parquet(path)
        .group_by("code")
        .agg(
            pl.col("reason").mode().sort().first().alias("title"),
            split.sum().alias("rows") if path.stem == "quarantine" else pl.len().alias("rows"),
            (~split).sum().alias("values") if path.stem == "quarantine" else pl.lit(0).alias("values"),
            pl.col("file").n_unique().alias("files"),
        )
    )
    return frame.sort("rows", "values", "code", descending=[True, True, False]).collect().to_dicts()
