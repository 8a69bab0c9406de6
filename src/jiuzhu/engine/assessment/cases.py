"""规则手册的测试用例:YAML 写的一户人家与应有的结论,办事人员读得懂。

``base`` 是用例共同的底子,每例只写与它不同的事实;没有写的事实即未知。
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from jiuzhu.engine.assessment.documents import Document, documents_in
from jiuzhu.engine.assessment.household import HouseholdAssessment, assess_household
from jiuzhu.engine.assessment.programme_cases import FOLDER, programme_failures
from jiuzhu.engine.assessment.rulebook import Rulebook
from jiuzhu.engine.facts import DICTIONARY
from jiuzhu.engine.parameters import on_day
from jiuzhu.engine.rules import evaluate

OUTCOMES = {"成立": True, "不成立": False, "无法判断": None}


@dataclass(frozen=True)
class CaseResult:
    """一个用例跑完:``failures`` 为空即通过。"""

    file: str
    name: str
    failures: tuple[str, ...]


def run_cases(book: Rulebook) -> list[CaseResult]:
    """手册 ``cases/`` 里的全部用例。"""
    documents = documents_in(book.folder, [])
    households = [
        CaseResult(name, case.text("name"), tuple(_failures(book, document, case)))
        for name, document in documents.items()
        if name.startswith("cases/") and not name.startswith(FOLDER)
        for case in document.items("cases")
    ]
    return [*households, *(CaseResult(*told) for told in programme_failures(book, documents))]


def _failures(book: Rulebook, document: Document, case: Document) -> Iterator[str]:
    day: date = case.raw("day", document.raw("day"))
    base = document.raw("base", {})
    household = {**base.get("household", {}), **case.raw("household", {})}
    members = [{**base.get("member", {}), **member} for member in case.raw("members", [{}])]
    yield from _unknown_names(household, "household")
    for member in members:
        yield from _unknown_names(member, "person")
    household.setdefault("家庭人口数", len(members))
    parameters = on_day(book.parameters, day)
    result = assess_household(book, parameters, household, members)
    expected = case.raw("expect")
    yield from _outcome_failures(result, expected)
    band = result.band.title if result.band else "无"
    if "band" in expected and expected["band"] != band:
        yield f"区间应为“{expected['band']}”，得出“{band}”(得分 {result.score:g})"
    if "score" in expected and abs(expected["score"] - result.score) > 1e-9:
        yield f"得分应为 {expected['score']:g}，得出 {result.score:g}"
    limits = {limit.code: limit for limit in book.findings.limits}
    values = {**{name: value.at(household.get("城乡")) for name, value in parameters.values.items()}, **household}
    for code, wanted in expected.get("findings", {}).items():
        if evaluate(limits[code].rule, values) is not OUTCOMES[wanted]:
            yield f"发现 {code} 应{wanted}"


def _unknown_names(values: dict[str, Any], level: str) -> Iterator[str]:
    for name in values:
        fact = DICTIONARY.facts.get(name)
        if fact is None or fact.level != level:
            yield f"没有“{name}”这个{'户' if level == 'household' else '人'}级事实"


def _outcome_failures(result: HouseholdAssessment, expected: dict[str, Any]) -> Iterator[str]:
    found: dict[str, list[bool | None]] = {}
    for outcome in result.outcomes:
        found.setdefault(outcome.indicator.code, []).append(outcome.hit)
    verdicts = {code: True if True in hits else None if None in hits else False for code, hits in found.items()}
    for word, wanted in OUTCOMES.items():
        for code in expected.get(word, []):
            if code not in verdicts:
                yield f"没有代码为 {code} 的指标"
            elif verdicts[code] is not wanted:
                told = next(text for text, value in OUTCOMES.items() if value is verdicts[code])
                yield f"{code} 应{word}，得出{told}"
