"""一户能享什么、为什么:从 OUT 里取出这一户,每个项目的结论、金额、条件、差多少、缺什么、问谁要。

与运行时用同一部手册、同一批事实;另可带上问来的答案。给人看的结构,命令行与网页共用,都是去敏的。
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache, cached_property
from pathlib import Path
from typing import Any, overload

import polars as pl

from jiuzhu.engine.assessment.entitlement import AmountPart, Answer, ConditionResult, assess_programmes
from jiuzhu.engine.assessment.income import IncomeStatement, income_statement
from jiuzhu.engine.assessment.programmes import Programme
from jiuzhu.engine.assessment.rulebook import Rulebook
from jiuzhu.engine.catalog import load_catalog
from jiuzhu.engine.edition import rulebook_at
from jiuzhu.engine.explain import HouseholdCase
from jiuzhu.engine.explanation import FactValue, Member
from jiuzhu.engine.facts import DICTIONARY, Context, reassessed
from jiuzhu.engine.facts.shorthand import whole_years
from jiuzhu.engine.parameters import on_day
from jiuzhu.engine.rules import format_value
from jiuzhu.engine.warehouse import Warehouse

Answers = Mapping[str, object]


@dataclass(frozen=True)
class Lacking:
    """判断不了,缺这一样。``ask`` 读给本人听,``bring`` 带什么;``departments`` 是能提供它的部门,空即只能问本人。"""

    name: str
    ask: str
    bring: str
    departments: tuple[str, ...]


@dataclass(frozen=True)
class ConditionTold:
    """一条条件:``outcome`` ∈ ``met unmet unknown``。``gap`` 是差多少,空即不好量。"""

    name: str
    outcome: str
    sentence: str
    article: str
    ask: str
    gap: str
    facts: tuple[FactValue, ...]


class Conditions(Sequence[ConditionTold]):
    """一个项目的各条条件。一户有几百条,写成话要费些工夫,看到哪个项目才写。"""

    def __init__(self, results: tuple[ConditionResult, ...], tell: Callable[[ConditionResult], ConditionTold]) -> None:
        self._results, self._tell = results, tell

    @cached_property
    def _told(self) -> tuple[ConditionTold, ...]:
        return tuple(self._tell(result) for result in self._results)

    def __len__(self) -> int:
        return len(self._results)

    @overload
    def __getitem__(self, key: int) -> ConditionTold: ...
    @overload
    def __getitem__(self, key: slice) -> tuple[ConditionTold, ...]: ...
    def __getitem__(self, key: int | slice) -> ConditionTold | tuple[ConditionTold, ...]:
        return self._told[key]

    def __eq__(self, other: object) -> bool:
        return tuple(self) == tuple(other) if isinstance(other, Sequence) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._told)


@dataclass(frozen=True)
class ProgrammeTold:
    """一个项目对一户(一人)。``answer`` ∈ ``yes no unknown``;``conflicts`` 是同时符合而不能同享的项目名。

    ``unmet`` 是不成立的各条:(名称,差多少),差多少空即不好量。
    """

    programme: Programme
    person_id: str | None
    who: str
    answer: str
    amount: Decimal | None
    parts: tuple[AmountPart, ...]
    held: bool | None
    conditions: Sequence[ConditionTold]
    unmet: tuple[tuple[str, str], ...]
    lacking: tuple[Lacking, ...]
    nearest: str
    notes: tuple[str, ...]
    conflicts: tuple[str, ...] = ()


@dataclass(frozen=True)
class HouseholdEntitlement:
    """一户的全部项目。次序:符合的、无法判断的、不符合的,各按手册的次序。"""

    household_id: str
    place: str
    as_of: date
    rulebook: str
    members: tuple[Member, ...]
    programmes: tuple[ProgrammeTold, ...]
    income: IncomeStatement

    def of(self, answer: str) -> tuple[ProgrammeTold, ...]:
        return tuple(item for item in self.programmes if item.answer == answer)


def entitled(
    out: Path,
    household_id: str,
    *,
    codes: Iterable[str] | None = None,
    answers: Answers | None = None,
    personal_answers: Mapping[str, Answers] | None = None,
    rulebook: Path | None = None,
) -> HouseholdEntitlement:
    """``answers`` 是问来的户级答案,``personal_answers`` 按 person_id;名称见手册的 ``questions.yaml``。

    ``rulebook`` 是今天在用的手册,不给就用那次监测的。
    """
    return EntitlementCase(out, household_id, rulebook).told(codes, answers or {}, personal_answers or {})


class EntitlementCase(HouseholdCase):
    """一户在 OUT 里的材料,加上项目的求值。"""

    def __init__(self, out: Path, household_id: str, rulebook: Path | None = None) -> None:
        super().__init__(out, household_id)
        if rulebook is not None and (book := rulebook_at(rulebook)).digest != self.book.digest:
            self._change(book)

    def _change(self, book: Rulebook) -> None:
        """换一部手册:由参数推出的户级事实重算。"""
        self.book, self.parameters = book, on_day(book.parameters, self.day)
        path = self.out / "household_facts.parquet"
        row = pl.scan_parquet(path).filter(pl.col("household_id") == self.household_id).collect()
        if row.is_empty():
            return
        with Warehouse.open(threads=1) as warehouse:
            table = warehouse.put("one", row)
            again = warehouse.fetch(
                reassessed(warehouse, table, Context(as_of=self.day, parameters=self.parameters), "one_again")
            )
        self.household = again.row(0, named=True)

    def answered(
        self, answers: Answers, personal: Mapping[str, Answers]
    ) -> tuple[dict[str, Any], list[dict[str, Any]]]:
        """户与各人的事实,数据里没有的用问来的答案补上。"""
        persons = [{**row, **personal.get(str(row["person_id"]), {})} for row in self.persons]
        return {**self.household, **answers}, persons

    def told(
        self, codes: Iterable[str] | None, answers: Answers, personal: Mapping[str, Answers]
    ) -> HouseholdEntitlement:
        household, persons = self.answered(answers, personal)
        chosen = None if codes is None else tuple(codes)
        found = assess_programmes(self.book.programmes, self.parameters, household, persons, chosen)
        self._read_rows({name for answer in found for c in answer.conditions for name in c.condition.rule.names})
        self._told_facts: dict[tuple[str, str | None], FactValue] = {}
        programmes = sorted((self._programme(answer, found) for answer in found), key=_order)
        return HouseholdEntitlement(
            household_id=self.household_id,
            place=self._place(str(self.members["village_code"][0] or "")),
            as_of=self.day,
            rulebook=f"{self.book.title} {self.book.version}",
            members=tuple(self._member(row) for row in self.members.to_dicts()),
            programmes=tuple(programmes),
            income=income_statement(self.book.programmes, self.parameters, household),
        )

    def _programme(self, answer: Answer, found: tuple[Answer, ...]) -> ProgrammeTold:
        person = None if answer.person is None else str(self.persons[answer.person]["person_id"])
        return ProgrammeTold(
            programme=answer.programme,
            person_id=person,
            who="全户" if person is None else self._who(person),
            answer={True: "yes", False: "no", None: "unknown"}[answer.answer],
            amount=answer.amount,
            parts=answer.parts,
            held=answer.held,
            conditions=Conditions(answer.conditions, lambda item: self._condition(item, person)),
            unmet=tuple((item.condition.name, _gap_words(item)) for item in answer.failed),
            lacking=tuple(self._lacking(name, answer) for name in answer.missing),
            nearest=answer.nearest,
            notes=tuple(note.text for note in answer.notes),
            conflicts=_conflicts(answer, found),
        )

    def _condition(self, item: ConditionResult, person: str | None) -> ConditionTold:
        return ConditionTold(
            name=item.condition.name,
            outcome={True: "met", False: "unmet", None: "unknown"}[item.value],
            sentence=item.sentence,
            article=item.condition.article,
            ask=item.condition.ask,
            gap=_gap_words(item),
            facts=tuple(self._input(name, item.values.get(name), person) for name in item.condition.rule.names),
        )

    def _input(self, name: str, value: Any, person: str | None) -> FactValue:
        """一个名称的取值与来处:事实、参数、问来的,或别的项目的结论。同一个名称只写一次。"""
        key = (name, person)
        if key not in self._told_facts:
            if name in DICTIONARY.facts or name in self.book.parameters:
                self._told_facts[key] = self._value(name, value, person)
            else:
                self._told_facts[key] = self._other(name, value)
        return self._told_facts[key]

    def _other(self, name: str, value: Any) -> FactValue:
        question = self.book.programmes.questions.get(name)
        unit = question.symbol.unit if question else ""
        meaning = question.ask if question else "按手册里另一个项目的条件算出"
        source = "问本人" if question else "规则手册"
        return FactValue(name, value, format_value(value, unit), unit, "问" if question else "项目", meaning, (source,))

    def _lacking(self, name: str, answer: Answer) -> Lacking:
        question = self.book.programmes.questions.get(name)
        if question is not None:
            return Lacking(name, question.ask, question.bring, ())
        asks = [c.condition.ask for c in answer.conditions if name in c.missing]
        absent = [source for source in DICTIONARY.sources_of(name) if source not in self.available]
        return Lacking(name, asks[0] if asks else "", "", tuple(dict.fromkeys(_department(s) for s in absent)))

    def _who(self, person_id: str) -> str:
        row = next(row for row in self.members.to_dicts() if row["person_id"] == person_id)
        age = f"{whole_years(row['birth_date'], self.day)}岁" if row["birth_date"] else "年龄不详"
        return " ".join(part for part in (row["relation"], row["sex"], age) if part)


def _gap_words(item: ConditionResult) -> str:
    return "；".join(gap.text for gap in item.gaps)


def _order(item: ProgrammeTold) -> int:
    return ("yes", "unknown", "no").index(item.answer)


def _conflicts(answer: Answer, found: tuple[Answer, ...]) -> tuple[str, ...]:
    """同时符合而不能同享的:对同一人,或一边是全户。"""
    if answer.answer is not True:
        return ()
    return tuple(
        dict.fromkeys(
            other.programme.title
            for other in found
            if other.answer is True
            and other.programme.code in answer.programme.excludes
            and (other.person == answer.person or None in {other.person, answer.person})
        )
    )


@cache
def _department(source: str) -> str:
    return load_catalog().sources[source].department
