"""一批户为什么预警:逐户的命中指标、用到的事实、事实出自哪里。派单时按部门取用。

与 ``explain`` 同一句话、同一写法,但成批地读:取自运行时写下的命中记录,几千户也只扫一遍各表。
"""

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl

from jiuzhu.engine.assessment import Rulebook
from jiuzhu.engine.assessment.rulebook import Indicator
from jiuzhu.engine.catalog import load_catalog
from jiuzhu.engine.edition import rulebook_of
from jiuzhu.engine.explain import DATES
from jiuzhu.engine.facts import DICTIONARY
from jiuzhu.engine.facts.shorthand import whole_years
from jiuzhu.engine.rules import format_value, plain

OWN_RULEBOOK = "规则手册"
REGISTER = "hukou"  # 只由成员推出的事实（如有成员去世），出自户籍


@dataclass(frozen=True)
class ReasonFact:
    """一个事实:写好的值、出自哪些来源、其中最近一笔的日期。参数的来源是规则手册。"""

    name: str
    value: str
    source: str
    date: date | None


@dataclass(frozen=True)
class Reason:
    """一项命中的指标。``words`` 是代入数值的规则;``person_id``、``who``(户主 女 62岁)空即说的是全户。"""

    code: str
    name: str
    category: str
    points: float
    person_id: str
    who: str
    departments: tuple[str, ...]
    words: str
    facts: tuple[ReasonFact, ...]


def reasons_of(out: Path, households: Collection[str]) -> Iterator[tuple[str, tuple[Reason, ...]]]:
    """逐户给出命中的加分指标,分值高的在前;没有命中的户不给。"""
    book, _, day = rulebook_of(out)
    hits = (
        pl.scan_parquet(out / "hits.parquet")
        .filter(pl.col("household_id").is_in(list(households)), pl.col("points") > 0)
        .sort("household_id", "points", "indicator", "person_id", descending=[False, True, False, False])
        .collect()
    )
    indicators = {item.code: item for item in book.indicators}
    dates = _latest(out, households, {indicators[code] for code in hits["indicator"].unique()})
    people = _people(out, hits["person_id"].drop_nulls().unique().to_list(), day)
    for (household,), rows in hits.group_by("household_id", maintain_order=True):
        found = dates.get(str(household), {})
        yield (
            str(household),
            tuple(
                _reason(book, indicators[row["indicator"]], row, people.get(row["person_id"], ""), found)
                for row in rows.to_dicts()
            ),
        )


def _people(out: Path, persons: Collection[str], day: date) -> dict[str, str]:
    """人编号 → ``户主 女 62岁``。"""
    members = (
        pl.scan_parquet(out / "members.parquet")
        .filter(pl.col("person_id").is_in(list(persons)))
        .select("person_id", "relation", "sex", "birth_date")
        .collect()
    )
    return {
        person: " ".join(
            part for part in (relation or "关系不详", sex or "", f"{whole_years(born, day)}岁" if born else "") if part
        )
        for person, relation, sex, born in members.iter_rows()
    }


def _reason(book: Rulebook, item: Indicator, row: Mapping[str, Any], who: str, dates: Mapping[str, date]) -> Reason:
    values = json.loads(row["facts"])
    told = {name: _typed(name, values.get(name)) for name in item.rule.names}
    return Reason(
        code=item.code,
        name=item.name,
        category=item.category,
        points=row["points"],
        person_id=row["person_id"] or "",
        who=who,
        departments=item.departments,
        words=plain(item.rule, told),
        facts=tuple(_fact(book, name, value, dates) for name, value in told.items()),
    )


def _fact(book: Rulebook, name: str, value: Any, dates: Mapping[str, date]) -> ReasonFact:
    fact = DICTIONARY.facts.get(name)
    if fact is None:
        return ReasonFact(name, format_value(value, book.parameters[name].unit), OWN_RULEBOOK, None)
    sources = _sources_of(name) or (REGISTER,)
    days = [dates[source] for source in sources if source in dates]
    used = [source for source in sources if source in dates] or list(sources)
    return ReasonFact(
        name, format_value(value, fact.unit), "、".join(_titles()[each] for each in used), max(days, default=None)
    )


def _typed(name: str, value: Any) -> Any:
    """命中记录里的日期是文本,还原成日期。"""
    fact = DICTIONARY.facts.get(name)
    if fact is not None and fact.kind == "date" and isinstance(value, str):
        return date.fromisoformat(value[:10])
    return value


def _latest(out: Path, households: Collection[str], used: Collection[Indicator]) -> dict[str, dict[str, date]]:
    """每户在各来源里最近一笔的日期:``{户: {来源: 日期}}``;没有日期的来源不给。"""
    members = (
        pl.scan_parquet(out / "members.parquet")
        .filter(pl.col("household_id").is_in(list(households)))
        .select("household", "household_id")
        .unique()
        .collect()
    )
    names = {name for item in used for name in item.rule.names}
    sources = sorted({source for name in names for source in _sources_of(name)})
    found: dict[str, dict[str, date]] = {}
    for source in sources:
        path = out / "warehouse" / f"{source}.parquet"
        if path.is_file():
            for household, day in _days(path, members).iter_rows():
                found.setdefault(household, {})[source] = day
    return found


def _days(path: Path, members: pl.DataFrame) -> pl.DataFrame:
    frame = pl.scan_parquet(path)
    columns = frame.collect_schema()
    dated = [name for name in DATES if columns.get(name) == pl.Date]
    if not dated:
        return pl.DataFrame(schema={"household_id": pl.String, "day": pl.Date})
    return (
        frame.select("household", pl.coalesce(dated).alias("day"))
        .join(members.lazy(), on="household")
        .group_by("household_id")
        .agg(pl.col("day").max())
        .drop_nulls()
        .collect()
    )


@cache
def _sources_of(name: str) -> tuple[str, ...]:
    return DICTIONARY.sources_of(name)


@cache
def _titles() -> dict[str, str]:
    return {source.key: source.title for source in load_catalog().sources.values()}
