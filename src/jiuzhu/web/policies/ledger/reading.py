"""手册文件夹 → 一本账的条目与一个项目的一页。只读，不判断谁能享。"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

from jiuzhu.engine.assessment.documents import Document, documents_in
from jiuzhu.engine.assessment.programme_cases import FOLDER
from jiuzhu.engine.assessment.programmes import Programme, StepOfProcess
from jiuzhu.engine.assessment.rulebook import Rulebook, digest_of, load_rulebook
from jiuzhu.engine.facts import DICTIONARY
from jiuzhu.engine.parameters import Parameter, PlacedValue
from jiuzhu.engine.rules import Rule, format_value, sentence
from jiuzhu.web.policies.places import township_name

UNITS = {"household": "按户", "person": "按人"}
FOUND = {"data": "部门数据就能筛出", "asking": "要问本人才知道"}


@dataclass(frozen=True)
class Entry:
    """一本账里的一行。``words`` 是搜索用的全部文字。"""

    code: str
    title: str
    kind: str
    unit: str
    summary: str
    standard: str
    office: str
    phone: str
    found_by: str
    words: str


@dataclass(frozen=True)
class Told:
    """一条条件、一档标准、一项加发：名称、写成话的规则、出处、不清楚时问什么。"""

    name: str
    words: str
    article: str = ""
    ask: str = ""


@dataclass(frozen=True)
class Amounts:
    """一个参数：今天的取值，与历次取值（新的在前）。"""

    name: str
    basis: str
    now: str
    history: tuple[tuple[date, str], ...]


@dataclass(frozen=True)
class Case:
    """一个用例：这一户与底子不同之处，应有的结论。"""

    name: str
    given: str
    expected: str


@dataclass(frozen=True)
class Page:
    """一个项目的一页：八要素、规则写成的话、标准、用例。"""

    entry: Entry
    basis: tuple[str, ...]
    conditions: tuple[Told, ...]
    tiers: tuple[Told, ...]
    additions: tuple[Told, ...]
    notes: tuple[Told, ...]
    amounts: tuple[Amounts, ...]
    process: tuple[StepOfProcess, ...]
    limits: str
    platform: str
    departments: tuple[str, ...]
    materials: tuple[str, ...]
    renewal: str
    period: str
    held: str
    excludes: tuple[tuple[str, str], ...]
    questions: tuple[Told, ...]
    cases: tuple[Case, ...]
    rulebook: str


def entries(folder: Path) -> tuple[Entry, ...]:
    return tuple(_entry(item) for item in _book(folder).programmes)


def programme_page(folder: Path, code: str, day: date) -> Page | None:
    book = _book(folder)
    if code not in book.programmes.codes:
        return None
    item = book.programmes[code]
    questions = [book.programmes.questions[name] for name in _names(item.rules) if name in book.programmes.questions]
    return Page(
        entry=_entry(item),
        basis=item.basis,
        conditions=tuple(Told(c.name, sentence(c.rule), c.article, c.ask) for c in item.conditions),
        tiers=tuple(Told(tier.name, _tier(tier.when, tier.amount)) for tier in item.tiers),
        additions=tuple(Told(part.name, sentence(part.amount), part.article) for part in item.additions),
        notes=tuple(Told(note.name, note.text, note.article) for note in item.notes),
        amounts=tuple(_amounts(book.parameters[name], day) for name in _names(item.rules) if name in book.parameters),
        process=item.process,
        limits=item.limits,
        platform=item.platform,
        departments=item.departments,
        materials=item.materials,
        renewal=item.renewal,
        period=item.period,
        held="" if item.held is None else sentence(item.held),
        excludes=tuple((other, book.programmes[other].title) for other in item.excludes),
        questions=tuple(Told(question.name, question.ask, "", question.bring) for question in questions),
        cases=_cases(folder, book, code),
        rulebook=f"{book.title} {book.version}",
    )


def _book(folder: Path) -> Rulebook:
    """手册不常变：文件的修改时间没变就用读过的。"""
    latest = max(path.stat().st_mtime_ns for path in folder.rglob("*.yaml"))
    return _read(str(folder), latest)


@lru_cache(maxsize=8)
def _read(folder: str, _latest: int) -> Rulebook:
    return load_rulebook(folder)


@lru_cache(maxsize=8)
def _documents(folder: str, _digest: str) -> Mapping[str, Document]:
    return documents_in(Path(folder), [])


def _entry(item: Programme) -> Entry:
    told = [
        item.title, item.kind, item.summary, item.standard, item.office, *item.basis, *item.departments,
        *(condition.name for condition in item.conditions), *item.materials,
    ]  # fmt: skip
    return Entry(
        item.code, item.title, item.kind, UNITS[item.level], item.summary, item.standard, item.office, item.phone,
        FOUND[item.found_by], "\n".join(told),
    )  # fmt: skip


def _tier(when: Rule | None, amount: Rule) -> str:
    return sentence(amount) if when is None else f"{sentence(when)}：{sentence(amount)}"


def _names(rules: Iterable[Rule]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for rule in rules for name in rule.names))


def _amounts(parameter: Parameter, day: date) -> Amounts:
    history = sorted(parameter.values.items(), reverse=True)
    started = [placed for start, placed in history if start <= day]
    now = _placed(started[0], parameter.unit) if started else "那天还没有规定"
    return Amounts(
        parameter.name, parameter.basis, now, tuple((start, _placed(value, parameter.unit)) for start, value in history)
    )


def _placed(value: PlacedValue, unit: str) -> str:
    parts = [format_value(value.urban, unit)]
    if value.urban != value.rural:
        parts = [f"城 {format_value(value.urban, unit)}", f"乡 {format_value(value.rural, unit)}"]
    return "，".join(
        [*parts, *(f"{township_name(code)} {format_value(own, unit)}" for code, own in value.townships.items())]
    )


def _cases(folder: Path, book: Rulebook, code: str) -> tuple[Case, ...]:
    found = []
    for name, document in _documents(str(folder), digest_of(folder)).items():
        if not name.startswith(FOLDER) or document.text("programme", "") != code:
            continue
        for case in document.items("cases"):
            members = [row for row in case.raw("members", []) if row]
            given = [_given(book, case.raw("household", {})), *(_given(book, row) for row in members)]
            expected = case.raw("expect")
            told = "，".join(f"{key}{_plain(value)}" for key, value in expected.items() if key != "结论")
            words = str(expected.get("结论", "")) + (f"（{told}）" if told else "")
            found.append(Case(case.text("name"), "；".join(part for part in given if part), words))
    return tuple(found)


def _given(book: Rulebook, values: Mapping[str, object]) -> str:
    return "，".join(f"{name}：{_value(book, name, value)}" for name, value in values.items())


def _value(book: Rulebook, name: str, value: object) -> str:
    fact, question = DICTIONARY.facts.get(name), book.programmes.questions.get(name)
    unit = fact.unit if fact else question.symbol.unit if question else ""
    if isinstance(value, int) and not isinstance(value, bool):
        value = float(value)
    return format_value(value, unit) if value is None or isinstance(value, bool | float | str) else str(value)


def _plain(value: object) -> str:
    if isinstance(value, list):
        return "：" + "、".join(str(part) for part in value)
    return f" {value:,.2f} 元" if isinstance(value, float) else f"：{value}"
