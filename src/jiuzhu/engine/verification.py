"""核对一户:逐个来源比对,对照各项目的标准,得出发现、缺的来源、各项目的结论。

数据是最近一次监测的 OUT;标准可以换成今天在用的手册(与那次不同时,由参数推出的事实按新参数重算)。
结构都是去敏的:人只有编号,没有姓名、号码。户外的义务人,给了编号才去读。
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl

from jiuzhu.engine.assessment.entitlement import Answer, assess_programmes
from jiuzhu.engine.assessment.verification import (
    ECONOMY,
    ITEMS,
    LISTS,
    NOTE,
    OVER,
    SUSPECT,
    Item,
    conclusion_of,
    severity_of,
    sources_of,
)
from jiuzhu.engine.catalog import Catalog, load_catalog
from jiuzhu.engine.edition import rulebook_at
from jiuzhu.engine.entitled import ConditionTold, EntitlementCase, ProgrammeTold
from jiuzhu.engine.explain import household_rows, source_row
from jiuzhu.engine.explanation import SourceRow

Given = Mapping[str, Mapping[str, Any]]
TOLD = ("deceased_receiving", "paid_twice", "several_lists")
ORDER = {OVER: 0, SUSPECT: 1, NOTE: 2}


@dataclass(frozen=True)
class Evidence:
    """部门文件里的一行,属于谁。"""

    person_id: str
    row: SourceRow


@dataclass(frozen=True)
class SourceResult:
    """一个来源的比对:``state`` ∈ ``found nothing missing``(查到、没有记录、没有这份数据)。"""

    source: str
    title: str
    department: str
    item: str
    state: str
    rows: tuple[Evidence, ...] = ()


@dataclass(frozen=True)
class Seen:
    """看出的一项。``programme`` 是对照的项目名,空即不针对项目。"""

    severity: str
    source: str
    department: str
    item: str
    text: str
    figure: str = ""
    article: str = ""
    programme: str = ""
    person_id: str = ""
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True)
class Conclusion:
    """一个项目对全户或一人的结论,见 ``CONCLUSIONS``。"""

    programme: str
    title: str
    person_id: str
    who: str
    conclusion: str
    amount: Decimal | None
    nearest: str
    lacking: tuple[str, ...]


@dataclass(frozen=True)
class CheckResult:
    """一次核对的全部结果。"""

    household_id: str
    as_of: date
    rulebook: str
    sources: tuple[SourceResult, ...]
    conclusions: tuple[Conclusion, ...]
    seen: tuple[Seen, ...]

    @property
    def missing(self) -> tuple[SourceResult, ...]:
        return tuple(item for item in self.sources if item.state == "missing")


def check(
    out: Path,
    household_id: str,
    codes: Sequence[str],
    *,
    rulebook: Path | None = None,
    obligors: Sequence[str] = (),
    answers: Given | None = None,
) -> CheckResult:
    """核对一户。``rulebook`` 是今天在用的手册,不给就用那次监测的;``obligors`` 是同意核对的户外义务人;
    ``answers`` 是申请人对数据里没有的事的回答 ``{"household": {名称: 值}, "persons": {person_id: {名称: 值}}}``。"""
    return VerificationCase(out, household_id, rulebook, answers).check(codes, obligors)


def check_steps(
    out: Path,
    household_id: str,
    codes: Sequence[str],
    *,
    rulebook: Path | None = None,
    obligors: Sequence[str] = (),
    answers: Given | None = None,
) -> Iterator[SourceResult | CheckResult]:
    """同 :func:`check`,边比对边给:各来源一个一个来,最后是全部结果。"""
    return VerificationCase(out, household_id, rulebook, answers).steps(codes, obligors)


def known_programmes(rulebook: Path) -> tuple[str, ...]:
    """手册里全部项目的代码。"""
    return rulebook_at(rulebook).programmes.codes


def programme_titles(rulebook: Path) -> dict[str, str]:
    """项目代码 → 名称,按手册的次序。"""
    return {item.code: item.title for item in rulebook_at(rulebook).programmes}


class VerificationCase(EntitlementCase):
    """一户在 OUT 里的材料,加上逐个来源的比对。"""

    def __init__(
        self, out: Path, household_id: str, rulebook: Path | None = None, answers: Given | None = None
    ) -> None:
        super().__init__(out, household_id, rulebook)
        self.given = answers or {}

    def check(self, codes: Sequence[str], obligors: Sequence[str] = ()) -> CheckResult:
        """一次比对完。"""
        return self._concluded(tuple(self._sources()), codes, obligors)

    def steps(self, codes: Sequence[str], obligors: Sequence[str] = ()) -> Iterator[SourceResult | CheckResult]:
        """每比对完一个来源给一个,最后给全部结果。"""
        sources = []
        for result in self._sources():
            sources.append(result)
            yield result
        yield self._concluded(tuple(sources), codes, obligors)

    def _concluded(
        self, sources: tuple[SourceResult, ...], codes: Sequence[str], obligors: Sequence[str]
    ) -> CheckResult:
        asked = self.given.get("household", {}), self.given.get("persons", {})
        household, persons = self.answered(*asked)
        answers = assess_programmes(self.book.programmes, self.parameters, household, persons, tuple(codes))
        told = self.told(codes, *asked).programmes
        seen = [*self._over(told, answers), *self._found(), *self._notes(told)]
        seen += self._holdings(sources, {item.source for one in seen for item in _rows(one)})
        seen += self._obligors(obligors)
        return CheckResult(
            household_id=self.household_id,
            as_of=self.day,
            rulebook=f"{self.book.title} {self.book.version}",
            sources=sources,
            conclusions=tuple(self._conclusion(item) for item in answers),
            seen=tuple(sorted(seen, key=lambda item: (ORDER[item.severity], _position(item.source)))),
        )

    def _sources(self) -> Iterator[SourceResult]:
        """各来源里这一户的行,按核对项的次序一个一个读;没有这份数据的写明没有。"""
        home = self.members["household"][0]
        people = dict(self.members.select("person", "person_id").iter_rows())
        self._rows = {}
        for item in ITEMS:
            if item.source not in self.available:
                yield _result(item, None)
                continue
            (table,) = household_rows([self.out / "warehouse" / f"{item.source}.parquet"], "household", home)
            rows = tuple(
                Evidence(people.get(row["person"], ""), source_row(item.source, row))
                for row in table.sort("file", "row").to_dicts()
                if not row.get("duplicate")
            )
            self._rows[item.source] = tuple((each.person_id, each.row) for each in rows)
            yield _result(item, rows)

    def _read_rows(self, names: Iterable[str]) -> None:
        """各来源的行已在 ``_sources`` 里一次读齐。"""

    def _over(self, told: Sequence[ProgrammeTold], answers: Sequence[Answer]) -> list[Seen]:
        """不成立的条件。只是“够不上”的不列:那写在结论里。"""
        severity = {
            (answer.programme.code, item.condition.name): (severity_of(item.condition), sources_of(item.condition))
            for answer in answers
            for item in answer.conditions
        }
        found: dict[tuple[str, str, str], Seen] = {}
        for programme in told:
            for condition in programme.conditions:
                kind, sources = severity[programme.programme.code, condition.name]
                if condition.outcome == "unmet" and kind != NOTE:
                    seen = self._unmet(programme, condition, kind, sources)
                    found.setdefault((programme.programme.code, condition.name, seen.person_id), seen)
        return list(found.values())

    def _unmet(self, told: ProgrammeTold, condition: ConditionTold, kind: str, sources: tuple[str, ...]) -> Seen:
        person = told.person_id or ""
        evidence = self._owned(sources)
        main = evidence[0].row.source if evidence else next((each for each in sources if each in ECONOMY), sources[0])
        owners = {item.person_id for item in evidence}
        figures = [f"{fact.name} {fact.text}" for fact in condition.facts if fact.value is not None]
        return Seen(
            severity=kind,
            source=main,
            department=_department(main),
            item=_item(main).title,
            text=f"“{condition.name}”不成立：{condition.gap or condition.sentence}",
            figure="，".join(figures),
            article=condition.article,
            programme=told.programme.title,
            person_id=person or (owners.pop() if len(owners) == 1 else ""),
            evidence=evidence,
        )

    def _owned(self, sources: Sequence[str]) -> tuple[Evidence, ...]:
        """这些来源里本户的收入、财产、在册的行。"""
        wanted = [source for source in sources if source in ECONOMY or source in LISTS]
        return tuple(Evidence(owner, row) for source in wanted for owner, row in self._rows.get(source, ()))

    def _found(self) -> list[Seen]:
        """监测已查出的疑点:去世仍领、重复、多头。超标另由各项目的条件得出。"""
        titles = self.book.findings.titles
        rows = [row for row in self.findings.to_dicts() if row["finding"] in TOLD]
        found = []
        for row in rows:
            detail = json.loads(row["detail"])
            source = next(iter([*detail.get("sources", []), detail.get("source", "")]), "")
            found.append(
                Seen(
                    severity=SUSPECT,
                    source=source,
                    department=_department(source),
                    item=_item(source).title,
                    text=f"{titles[row['finding']]}：{self._finding_text(row)}",
                    person_id=row["person_id"] or "",
                )
            )
        return found

    def _notes(self, told: Sequence[ProgrammeTold]) -> list[Seen]:
        texts = dict.fromkeys((note, item.programme.title) for item in told for note in item.notes)
        return [Seen(NOTE, "", "规则手册", "提醒", text, programme=title) for text, title in texts]

    def _holdings(self, sources: Sequence[SourceResult], told: set[str]) -> list[Seen]:
        """有财产、收入记录而没有超标的,提示一句,供人核实。"""
        return [
            Seen(
                NOTE, result.source, result.department, result.item,
                f"查到{result.item}记录 {len(result.rows)} 条，没有超过所核对项目的标准",
                evidence=result.rows,
            )
            for result in sources
            if result.state == "found" and result.source in ECONOMY and result.source not in told
        ]  # fmt: skip

    def _obligors(self, obligors: Sequence[str]) -> list[Seen]:
        """同意核对的户外义务人:名下有什么,供算赡养能力。"""
        return [seen for person in obligors for seen in _obligor(self.out, person, self.available)]

    def _conclusion(self, answer: Answer) -> Conclusion:
        person = "" if answer.person is None else str(self.persons[answer.person]["person_id"])
        return Conclusion(
            programme=answer.programme.code,
            title=answer.programme.title,
            person_id=person,
            who=self._who(person) if person else "全户",
            conclusion=conclusion_of(answer),
            amount=answer.amount,
            nearest=answer.nearest,
            lacking=answer.missing,
        )


def _obligor(out: Path, person_id: str, available: set[str]) -> list[Seen]:
    member = pl.scan_parquet(out / "members.parquet").filter(pl.col("person_id") == person_id).collect()
    if member.is_empty():
        return []
    number, home = member["person"][0], member["household"][0]
    mine = (pl.col("household") == home) & (pl.col("person") == number)
    items = [item for item in ITEMS if item.assets and item.source in available]
    tables = pl.collect_all(
        [pl.scan_parquet(out / "warehouse" / f"{item.source}.parquet").filter(mine) for item in items]
    )
    found = []
    for item, table in zip(items, tables, strict=True):
        rows = tuple(Evidence(person_id, source_row(item.source, row)) for row in table.to_dicts())
        if rows:
            text = f"户外义务人名下查到{item.title}记录 {len(rows)} 条，请结合赡养能力核实"
            found.append(
                Seen(NOTE, item.source, _department(item.source), item.title, text, person_id=person_id, evidence=rows)
            )
    return found


@cache
def _catalog() -> Catalog:
    return load_catalog()


def _rows(seen: Seen) -> list[SourceRow]:
    return [item.row for item in seen.evidence]


def _result(item: Item, rows: tuple[Evidence, ...] | None) -> SourceResult:
    state = "missing" if rows is None else "found" if rows else "nothing"
    source = _catalog().sources[item.source]
    return SourceResult(item.source, source.title, source.department, item.title, state, rows or ())


def _item(source: str) -> Item:
    return next((item for item in ITEMS if item.source == source), Item(source, "其他"))


def _position(source: str) -> int:
    return next((at for at, item in enumerate(ITEMS) if item.source == source), len(ITEMS))


def _department(source: str) -> str:
    known = _catalog().sources.get(source)
    return known.department if known else ""
