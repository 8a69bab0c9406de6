"""重放:过去的任一结论,用当时的手册、当时的数据再算一遍,与当时写下的逐分相比。

每个决定都可能被复议、被起诉(社会救助法第76条);说得清“当时凭什么”,靠的是 OUT 里的手册副本与去敏的行。
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from math import isclose
from pathlib import Path
from typing import Any

import polars as pl

from jiuzhu.engine import outputs
from jiuzhu.engine.assessment.entitlement import Answer, assess_programmes
from jiuzhu.engine.assessment.rulebook import Rulebook, digest_of, load_rulebook
from jiuzhu.engine.errors import EngineError
from jiuzhu.engine.facts import DICTIONARY
from jiuzhu.engine.parameters import on_day
from jiuzhu.engine.stored import rebuilt_facts
from jiuzhu.engine.warehouse import Warehouse

WORDS = {"yes": True, "no": False, "unknown": None}
KEYS = {True: "yes", False: "no", None: "unknown"}


class ReplayError(EngineError):
    """OUT 里没有这一户、这个项目,或手册副本被动过。"""

    code = "replay"


@dataclass(frozen=True)
class Outcome:
    """一个结论:``answer`` 真、假、未知;``amount`` 到分。"""

    answer: bool | None
    amount: Decimal | None
    held: bool | None


@dataclass(frozen=True)
class Replayed:
    """一个项目(对一人)的重放。``recorded`` 为空是当时没有列出(不符合,或只能问本人)。"""

    answer: Answer
    person_id: str | None
    recorded: Outcome | None
    recomputed: Outcome

    @property
    def equal(self) -> bool:
        """逐分相同;当时没有列出的,现在也不应列出。"""
        if self.recorded is not None:
            return self.recorded == self.recomputed
        listed = self.recomputed.answer is True or (
            self.recomputed.held is True
            if self.recomputed.answer is False
            else self.answer.programme.found_by == "data"
        )
        return not listed


@dataclass(frozen=True)
class FactDifference:
    """重算出的事实与当时写下的不同。"""

    name: str
    person_id: str | None
    recorded: object
    recomputed: object


@dataclass(frozen=True)
class Replay:
    """一户的重放。"""

    household_id: str
    as_of: date
    book: Rulebook
    answers: tuple[Replayed, ...]
    differences: tuple[FactDifference, ...]

    @property
    def equal(self) -> bool:
        return not self.differences and all(item.equal for item in self.answers)


def replay(out: Path, household_id: str, programme: str | None = None) -> Replay:
    """``out`` 是那次运行的结果;``programme`` 给了只看一个项目。手册副本与摘要不符时抛 ``ReplayError``。"""
    summary = outputs.read_summary(out)
    if digest_of(out / "rulebook") != summary["rulebook"]["digest"]:
        raise ReplayError("结果里的规则手册副本与当时的摘要不符，可能被人改过；不能据此重放。", code="replay_rulebook")
    book = load_rulebook(str(out / "rulebook"))
    if programme is not None and programme not in book.programmes.codes:
        known = "、".join(f"{item.code}（{item.title}）" for item in book.programmes)
        raise ReplayError(f"当时的手册里没有代码为“{programme}”的项目；有：{known}")
    day = date.fromisoformat(summary["as_of"])
    parameters = on_day(book.parameters, day)
    stored = _stored(out, household_id)
    with Warehouse.open() as warehouse:
        persons, households = rebuilt_facts(warehouse, out, household_id, day, parameters)
    home = households.row(0, named=True) if households.height else {}
    living = persons.filter(pl.col("在世")).to_dicts()
    codes = None if programme is None else (programme,)
    answers = assess_programmes(book.programmes, parameters, home, living, codes)
    recorded = _recorded(out, household_id)
    return Replay(
        household_id=household_id,
        as_of=day,
        book=book,
        answers=tuple(_replayed(answer, living, recorded) for answer in answers),
        differences=(
            *_differences("household", None, stored[0].row(0, named=True) if stored[0].height else {}, home),
            *(
                difference
                for row in persons.to_dicts()
                for difference in _differences("person", row["person_id"], _of(stored[1], row["person_id"]), row)
            ),
        ),
    )


def _stored(out: Path, household_id: str) -> tuple[pl.DataFrame, pl.DataFrame]:
    wanted = pl.col("household_id") == household_id
    if pl.scan_parquet(out / "members.parquet").filter(wanted).collect().is_empty():
        raise ReplayError(f"结果里没有编号为“{household_id}”的户；请核对编号与结果文件夹。")
    households, persons = (
        pl.scan_parquet(out / f"{name}.parquet").filter(wanted).collect()
        for name in ("household_facts", "person_facts")
    )
    return households, persons


def _of(persons: pl.DataFrame, person_id: str) -> dict[str, Any]:
    found = persons.filter(pl.col("person_id") == person_id)
    return found.row(0, named=True) if found.height else {}


def _recorded(out: Path, household_id: str) -> dict[tuple[str, str | None], Outcome]:
    rows = pl.scan_parquet(out / "entitlements.parquet").filter(pl.col("household_id") == household_id).collect()
    return {
        (row["programme"], row["person_id"]): Outcome(WORDS[row["answer"]], row["amount"], row["held"])
        for row in rows.to_dicts()
    }


def _replayed(
    answer: Answer, living: list[dict[str, Any]], recorded: dict[tuple[str, str | None], Outcome]
) -> Replayed:
    person = None if answer.person is None else str(living[answer.person]["person_id"])
    found = recorded.get((answer.programme.code, person))
    return Replayed(answer, person, found, Outcome(answer.answer, answer.amount, answer.held))


def _differences(level: str, person: str | None, before: dict[str, Any], now: dict[str, Any]) -> list[FactDifference]:
    return [
        FactDifference(fact.name, person, before.get(fact.name), now.get(fact.name))
        for fact in DICTIONARY.facts.values()
        if fact.level == level and fact.name in before and not _same(before[fact.name], now.get(fact.name))
    ]


def _same(left: object, right: object) -> bool:
    """合计的先后可能不同,末位的舍入误差不算。"""
    if isinstance(left, float) and isinstance(right, float):
        return isclose(left, right, rel_tol=1e-12, abs_tol=1e-9)
    return left == right
