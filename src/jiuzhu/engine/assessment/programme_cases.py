"""救助项目的测试用例:``cases/programmes/``,一户人家与应有的结论、金额、缺什么。

``base.yaml`` 是共同的底子;每个项目一个文件,每例只写与底子不同的事实。没有写的事实即未知。
"""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from jiuzhu.engine.assessment.documents import Document
from jiuzhu.engine.assessment.entitlement import WORDS, Answer, assess_programmes
from jiuzhu.engine.assessment.rulebook import Rulebook
from jiuzhu.engine.facts import DICTIONARY
from jiuzhu.engine.parameters import on_day

FOLDER = "cases/programmes/"
BASE = f"{FOLDER}base.yaml"


def programme_failures(book: Rulebook, documents: Mapping[str, Document]) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """逐例给出 (文件, 用例名, 不成立的说明)。"""
    base = documents.get(BASE)
    for name, document in documents.items():
        if not name.startswith(FOLDER) or name == BASE:
            continue
        for case in document.items("cases"):
            yield name, case.text("name"), tuple(_failures(book, base, document, case))


def _failures(book: Rulebook, base: Document | None, document: Document, case: Document) -> Iterator[str]:
    code = document.text("programme")
    if code not in book.programmes.codes:
        yield f"没有代码为 {code} 的项目"
        return
    shared: dict[str, Any] = base.content if base is not None else {}
    day: date = case.raw("day", shared.get("day"))
    household = {**shared.get("household", {}), **document.raw("household", {}), **case.raw("household", {})}
    plain = {**shared.get("member", {}), **document.raw("member", {})}
    members = [{**plain, **member} for member in case.raw("members", [{}])]
    household.setdefault("家庭人口数", len(members))
    yield from _unknown_names(book, household, "household")
    for member in members:
        yield from _unknown_names(book, member, "person")
    parameters = on_day(book.parameters, day)
    answers = assess_programmes(book.programmes, parameters, household, members, (code,))
    expected = case.raw("expect")
    yield from _compare(answers[int(expected.get("成员", 1)) - 1], expected)


def _compare(answer: Answer, expected: Mapping[str, Any]) -> Iterator[str]:
    known = {"成员", "结论", "金额", "不成立", "缺", "档次", "差", "提醒"}
    yield from (f"不认得“{key}”；可写 {'、'.join(sorted(known))}" for key in expected if key not in known)
    if expected.get("结论") != WORDS[answer.answer]:
        why = answer.nearest or "、".join(answer.missing)
        yield f"结论应为“{expected.get('结论')}”，得出“{WORDS[answer.answer]}”" + (f"：{why}" if why else "")
    if "金额" in expected and _decimal(expected["金额"]) != answer.amount:
        yield f"金额应为 {expected['金额']}，得出 {answer.amount}"
    failed = [item.condition.name for item in answer.failed]
    if "不成立" in expected and sorted(expected["不成立"]) != sorted(failed):
        yield f"不成立的条件应为 {'、'.join(expected['不成立'])}，得出 {'、'.join(failed) or '没有'}"
    if "缺" in expected and sorted(expected["缺"]) != sorted(answer.missing):
        yield f"缺的应为 {'、'.join(expected['缺'])}，得出 {'、'.join(answer.missing) or '不缺'}"
    if "档次" in expected and expected["档次"] not in [part.name for part in answer.parts]:
        yield f"档次应为“{expected['档次']}”，得出 {'、'.join(part.name for part in answer.parts) or '没有'}"
    if "差" in expected and expected["差"] != answer.nearest:
        yield f"差多少应写“{expected['差']}”，得出" + (f"“{answer.nearest}”" if answer.nearest else "没有差")
    if "提醒" in expected and sorted(expected["提醒"]) != sorted(note.name for note in answer.notes):
        yield f"提醒应为 {'、'.join(expected['提醒'])}，得出 {'、'.join(note.name for note in answer.notes) or '没有'}"


def _decimal(value: object) -> Decimal | None:
    try:
        return Decimal(str(value)).quantize(Decimal("0.01"))
    except InvalidOperation:
        return None


def _unknown_names(book: Rulebook, values: dict[str, Any], level: str) -> Iterator[str]:
    for name in values:
        fact, question = DICTIONARY.facts.get(name), book.programmes.questions.get(name)
        found = fact.level if fact else question.symbol.level if question else None
        if found != level:
            yield f"没有“{name}”这个{'户' if level == 'household' else '人'}级事实或问题"
