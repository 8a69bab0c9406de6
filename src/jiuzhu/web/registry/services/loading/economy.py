"""经济状况：户级事实里的金额与资产，每项带来源与来源的日期。"""

import hashlib
from collections.abc import Mapping
from pathlib import Path

import polars as pl

from jiuzhu.engine.catalog import load_catalog

UNITS = ("元", "元/年", "元/月", "套", "处", "平方米", "辆", "个")
DATES = (
    "settled_date", "reference_date", "last_paid_month", "month", "start_month", "confirmed_date", "identified_date",
    "registered_date", "issued_date", "founded_date", "status_date",
)  # fmt: skip
YEARS = ("tax_year", "confirmed_year")
REGISTER = "hukou"


def economy(out: Path, households: pl.Series) -> pl.DataFrame:
    """``household_id figures digest``；一项也不知道的户不列。``figures`` 是 JSON 文本。"""
    from jiuzhu.engine.facts import DICTIONARY  # noqa: PLC0415 载入计算库较慢，装库时才载入

    known = {code: source.title for code, source in load_catalog().sources.items()}
    facts = [
        fact
        for fact in DICTIONARY.facts.values()
        if fact.level == "household" and fact.kind == "number" and fact.unit in UNITS
    ]
    columns = pl.read_parquet_schema(out / "household_facts.parquet")
    facts = [fact for fact in facts if fact.name in columns]
    table = pl.scan_parquet(out / "household_facts.parquet").select("household_id", *(fact.name for fact in facts))
    wide = table.join(households.to_frame("household_id").lazy(), on="household_id", how="semi").collect()
    dates = source_dates(out, wide["household_id"])
    wide = wide.join(dates, on="household_id", how="left")
    parts = []
    for fact in facts:
        sources = [name for name in DICTIONARY.sources_of(fact.name) if f"date {name}" in wide.columns]
        parts.append(figure(fact.name, fact.category, fact.unit, fact.window, titles(sources, known), sources))
    told = pl.concat_list(parts).list.drop_nulls().list.join(",")
    frame = wide.select("household_id", figures=pl.format("[{}]", told)).filter(pl.col("figures") != "[]")
    digests = [hashlib.sha256(text.encode()).hexdigest() for text in frame["figures"]]
    return frame.with_columns(digest=pl.Series(digests, dtype=pl.String))


def figure(name: str, category: str, unit: str, window: str, source: str, sources: list[str]) -> pl.Expr:
    """一项的 JSON；值未知则为空。"""
    dates = [pl.col(f"date {each}") for each in sources]
    day = pl.max_horizontal(dates) if dates else pl.lit(None, pl.Date)
    told = pl.struct(
        title=pl.lit(name),
        category=pl.lit(category),
        value=pl.col(name).round(2),
        unit=pl.lit(unit),
        window=pl.lit("" if window == "当前" else window),
        source=pl.lit(source),
        source_date=day.cast(pl.String),
    ).struct.json_encode()
    return pl.when(pl.col(name).is_not_null()).then(told)


def titles(sources: list[str], known: Mapping[str, str]) -> str:
    """来源的中文名，户籍只在没有别的来源时列出。"""
    shown = [name for name in sources if name != REGISTER] or sources
    return "、".join(known[name] for name in shown if name in known)


def source_dates(out: Path, households: pl.Series) -> pl.DataFrame:
    """每户每个来源的最晚日期（``date 来源``）；这一户在来源里没有行，取整个来源的最晚日期。"""
    numbers = pl.read_parquet(out / "members.parquet", columns=["household", "household_id"]).unique("household_id")
    frame = households.to_frame("household_id").join(numbers, on="household_id", how="left")
    for path in sorted((out / "warehouse").glob("*.parquet")):
        frame = _with_date(frame, path.stem, pl.scan_parquet(path))
    return frame.drop("household")


def _with_date(frame: pl.DataFrame, source: str, rows: pl.LazyFrame) -> pl.DataFrame:
    day = date_of(rows.collect_schema())
    if day is None:
        return frame.with_columns(pl.lit(None, pl.Date).alias(f"date {source}"))
    dated = rows.select("household", day=day).drop_nulls("day")
    latest = dated.select(pl.col("day").max()).collect().item()
    mine = dated.join(frame.lazy().select("household"), on="household", how="semi")
    own = mine.group_by("household").agg(pl.col("day").max()).collect()
    joined = frame.join(own, on="household", how="left")
    return joined.with_columns(pl.col("day").fill_null(pl.lit(latest, pl.Date)).alias(f"date {source}")).drop("day")


def date_of(schema: Mapping[str, pl.DataType]) -> pl.Expr | None:
    """一个来源里说明日期的列。"""
    for name in DATES:
        if schema.get(name) == pl.Date:
            return pl.col(name)
    for name in YEARS:
        if name in schema:
            return pl.date(pl.col(name), 12, 31)
    return None
