"""一户为什么是这个分:从 OUT 里取出这一户,逐条求值,列到部门文件的那一行。"""

import json
from collections.abc import Iterable
from datetime import date
from functools import cache, cached_property, lru_cache
from pathlib import Path
from typing import Any

import polars as pl

from jiuzhu.engine.assessment import Rulebook
from jiuzhu.engine.assessment.household import Outcome, assess_household, with_parameters
from jiuzhu.engine.catalog import Catalog, Field, FieldType, load_catalog
from jiuzhu.engine.edition import rulebook_of
from jiuzhu.engine.errors import EngineError
from jiuzhu.engine.explanation import (
    FactValue,
    FindingResult,
    HouseholdExplanation,
    IndicatorResult,
    Member,
    SourceRow,
)
from jiuzhu.engine.facts import DICTIONARY, Fact
from jiuzhu.engine.facts.shorthand import whole_years
from jiuzhu.engine.rules import brief, format_value, plain, trace

DATES = (
    "settled_date", "reference_date", "last_paid_month", "confirmed_date", "identified_date", "registered_date",
    "issued_date", "founded_date", "month", "start_month", "status_date",
)  # fmt: skip


class ExplainError(EngineError):
    """OUT 里没有这个人或户。"""

    code = "not_found"


def explain(out: Path, identifier: str) -> HouseholdExplanation:
    """``identifier`` 是 household_id 或 person_id。"""
    if identifier.startswith("P"):
        found = _rows_where(out / "members.parquet", "person_id", identifier)
        if found.is_empty():
            raise ExplainError(f"结果里没有编号为“{identifier}”的人；请核对编号与结果文件夹。")
        identifier = found["household_id"][0]
    return explain_household(out, identifier)


def explain_household(out: Path, household_id: str) -> HouseholdExplanation:
    """一户的完整解释;与当次运行用同一部手册、同一批事实。"""
    case = HouseholdCase(out, household_id)
    return case.explanation()


@lru_cache(maxsize=1)
def _catalog() -> Catalog:
    return load_catalog()


class HouseholdCase:
    """一户在 OUT 里的全部材料。"""

    def __init__(self, out: Path, household_id: str) -> None:
        self.out = out
        self.household_id = household_id
        self.book, self.parameters, self.day = rulebook_of(out)
        paths = [out / f"{name}.parquet" for name in ("members", "household_facts", "person_facts")]
        self.members, households, persons = household_rows(paths, "household_id", household_id)
        if self.members.is_empty():
            raise ExplainError(f"结果里没有编号为“{household_id}”的户；请核对编号与结果文件夹。")
        self.household: dict[str, Any] = households.row(0, named=True) if households.height else {}
        self.persons = persons.filter(pl.col("在世")).to_dicts()
        self.available = {path.stem for path in (out / "warehouse").glob("*.parquet")}
        self._rows: dict[str, tuple[tuple[str, SourceRow], ...]] = {}

    @cached_property
    def findings(self) -> pl.DataFrame:
        """这一户的数据发现;算能享什么用不着,要看时才读。"""
        return _rows_where(self.out / "findings.parquet", "household_id", self.household_id)

    def explanation(self) -> HouseholdExplanation:
        result = assess_household(self.book, self.parameters, self.household, self.persons)
        told = [outcome for outcome in result.outcomes if outcome.hit is not False]
        self._read_rows(name for outcome in told for name in outcome.indicator.rule.names)
        village = str(self.members["village_code"][0] or "")
        return HouseholdExplanation(
            household_id=self.household_id,
            village_code=village,
            place=self._place(village),
            members=tuple(self._member(row) for row in self.members.to_dicts()),
            score=result.score,
            total_points=result.total,
            band=result.band.band if result.band and self.household else None,
            poverty_index=result.indices.get("poverty_index"),
            need_index=result.indices.get("need_index"),
            indicators=self._indicators(told),
            findings=self._findings(),
            facts=self._facts(),
            rulebook=f"{self.book.title} {self.book.version}",
            as_of=self.day,
        )

    def _indicators(self, told: list[Outcome]) -> tuple[IndicatorResult, ...]:
        ordered = sorted(told, key=lambda outcome: (outcome.hit is None, -outcome.points, outcome.indicator.code))
        return tuple(self._indicator(outcome) for outcome in ordered)

    def _indicator(self, outcome: Outcome) -> IndicatorResult:
        item = outcome.indicator
        person = None if outcome.person is None else str(self.persons[outcome.person]["person_id"])
        return IndicatorResult(
            code=item.code,
            name=item.name,
            category=item.category,
            level="人" if item.level == "person" else "户",
            outcome="hit" if outcome.hit else "unknown",
            points=outcome.points,
            when=item.rule.text,
            trace=trace(item.rule, outcome.values).summary,
            basis=item.basis,
            departments=item.departments,
            person_id=person,
            facts=tuple(self._value(name, outcome.values.get(name), person) for name in item.rule.names),
            words=plain(item.rule, outcome.values) if outcome.hit else "",
        )

    def _facts(self) -> tuple[FactValue, ...]:
        values = with_parameters(self.parameters, self.household)
        facts = [fact for fact in DICTIONARY.facts.values() if fact.level == "household"]
        return tuple(self._fact(fact, values.get(fact.name), ()) for fact in facts)

    def _value(self, name: str, value: Any, person: str | None) -> FactValue:
        fact = DICTIONARY.facts.get(name)
        return (
            self._parameter(name, value) if fact is None else self._fact(fact, value, self._source_rows(fact, person))
        )

    def _fact(self, fact: Fact, value: Any, rows: tuple[SourceRow, ...]) -> FactValue:
        sources = _sources_of(fact.name)
        return FactValue(
            name=fact.name,
            value=value,
            text=format_value(value, fact.unit),
            unit=fact.unit,
            level="人" if fact.level == "person" else "户",
            meaning=fact.meaning + (f"({fact.window})" if fact.window != "当前" else ""),
            sources=tuple(_title(source) for source in sources),
            missing=tuple(_title(source) for source in sources if source not in self.available),
            rows=rows,
        )

    def _parameter(self, name: str, value: Any) -> FactValue:
        parameter = self.book.parameters[name]
        return FactValue(
            name=name,
            value=value,
            text=format_value(value, parameter.unit),
            unit=parameter.unit,
            level="参数",
            meaning=parameter.basis,
            sources=("规则手册",),
        )

    def _source_rows(self, fact: Fact, person: str | None) -> tuple[SourceRow, ...]:
        wanted = person if fact.level == "person" else None
        return tuple(
            row
            for source in _sources_of(fact.name)
            for owner, row in self._rows.get(source, ())
            if wanted is None or owner == wanted
        )

    def _read_rows(self, names: Iterable[str]) -> None:
        """一次读齐这些事实要用的各来源的行。"""
        sources = sorted({source for name in names for source in _sources_of(name)} & self.available)
        paths = [self.out / "warehouse" / f"{source}.parquet" for source in sources]
        people = dict(self.members.select("person", "person_id").iter_rows())
        for source, found in zip(
            sources, household_rows(paths, "household", self.members["household"][0]), strict=True
        ):
            rows = found.sort("file", "row").to_dicts() if found.height else []
            self._rows[source] = tuple((people[row["person"]], source_row(source, row)) for row in rows)

    def _member(self, row: dict[str, Any]) -> Member:
        return Member(
            person_id=row["person_id"],
            relation=row["relation"] or "",
            sex=row["sex"] or "",
            age=whole_years(row["birth_date"], self.day) if row["birth_date"] else None,
            alive=bool(row["alive"]),
            classes=tuple(_title(source) for source in row["classes"]),
        )

    def _findings(self) -> tuple[FindingResult, ...]:
        titles = self.book.findings.titles
        return tuple(
            FindingResult(row["finding"], titles[row["finding"]], row["person_id"], self._finding_text(row))
            for row in self.findings.to_dicts()
        )

    def _finding_text(self, row: dict[str, Any]) -> str:
        return finding_text(self.book, row["finding"], json.loads(row["detail"]))

    def _place(self, village: str) -> str:
        path = self.out / "places.parquet"
        return _places(str(path), path.stat().st_mtime_ns).get(village, "")


def finding_text(book: Rulebook, finding: str, detail: dict[str, Any], *, shortly: bool = False) -> str:
    """一条发现写成一句话。``detail`` 是 findings.detail 的内容；``shortly`` 只留最说明问题的几个数，给名单用。"""
    sources = "、".join(_title(source) for source in detail.get("sources", []))
    if finding == "deceased_receiving":
        died = detail.get("died")
        when = f"{date.fromisoformat(died):%Y年%-m月%-d日}死亡注销" if died else "户籍状态为死亡注销（日期不详）"
        return f"{when}，仍在：{sources}"
    if finding == "several_lists":
        return f"同时在：{sources}"
    if finding == "paid_twice":
        rows = "、".join(f"{file} 第{row}行" for file, row in zip(detail["files"], detail["rows"], strict=True))
        return f"“{_title(detail['source'])}”里有 {len(detail['rows'])} 条：{rows}"
    limits = {limit.code: limit for limit in book.findings.limits}
    write = brief if shortly else plain
    known = [(limits[rule["code"]], rule["facts"]) for rule in detail.get("rules", []) if rule["code"] in limits]
    return "。".join(f"{limit.name}：{write(limit.rule, facts)}" for limit, facts in known)


@lru_cache(maxsize=8)
def _places(path: str, _changed: int) -> dict[str, str]:
    """村代码 → 乡镇与村名。"""
    rows = pl.read_parquet(path, columns=["village_code", "township", "village"]).iter_rows()
    return {code: f"{township or ''}{village or ''}" for code, township, village in rows}


def _rows_where(path: Path, column: str, value: str) -> pl.DataFrame:
    return pl.scan_parquet(path).filter(pl.col(column) == value).collect()


def household_rows(paths: Iterable[Path], column: str, value: str | int) -> list[pl.DataFrame]:
    """几个文件里这一户的行,一起读;文件按户排过序,每个只读一小段。"""
    return pl.collect_all([pl.scan_parquet(path).filter(pl.col(column) == value) for path in paths])


@cache
def _sources_of(name: str) -> tuple[str, ...]:
    return DICTIONARY.sources_of(name)


def _title(source: str) -> str:
    known = _catalog().sources.get(source)
    return known.title if known else source


def source_row(source: str, row: dict[str, Any]) -> SourceRow:
    known = _catalog().sources[source]
    dates = [row[name] for name in DATES if isinstance(row.get(name), date)]
    return SourceRow(
        file=row["file"],
        row=row["row"],
        source=source,
        source_title=known.title,
        department=known.department,
        as_of=dates[0] if dates else None,
        values={
            item.title: _cell(row[item.key], item)
            for item in known.fields
            if row.get(item.key) is not None and item.type != FieldType.PLACE_CODE
        },
    )


def _cell(value: Any, item: Field) -> str:
    if item.type == FieldType.MONTH:
        return f"{value:%Y年%-m月}"
    return str(value) if item.type == FieldType.YEAR else format_value(value, item.unit or "")
