"""``programmes/*.yaml``、``questions.yaml``、``income.yaml`` → 查过的救助项目。"""

from collections.abc import Iterable, Mapping
from typing import Literal

from jiuzhu.engine.assessment.documents import Document
from jiuzhu.engine.assessment.programmes import (
    KINDS,
    PERIODS,
    Addition,
    Condition,
    FoundBy,
    IncomeItem,
    Level,
    Note,
    Programme,
    ProgrammeBook,
    Question,
    StepOfProcess,
    Tier,
)
from jiuzhu.engine.rules import Rule, RuleError, Symbol, Symbols, parse
from jiuzhu.engine.rules.symbols import Type

LEVELS: Mapping[str, Level] = {"人": "person", "户": "household"}
FOUND_BY: Mapping[str, FoundBy] = {"数据": "data", "询问": "asking"}
TYPES: Mapping[str, Type] = {"是否": "bool", "数": "number", "文字": "text"}
FOLDER = "programmes/"


def read_programmes(documents: Mapping[str, Document], symbols: Symbols, problems: list[str]) -> ProgrammeBook:
    """没有 ``programmes/`` 的手册得空的一本;有错都写进 ``problems``。"""
    questions = _questions(documents.get("questions.yaml"), symbols, problems)
    known = {**symbols, **{name: item.symbol for name, item in questions.items()}}
    found: dict[str, Programme] = {}
    for name in sorted(name for name in documents if name.startswith(FOLDER)):
        programme = ProgrammeReader(documents[name], known, problems).programme()
        if programme.code in found:
            problems.append(f"{name}：项目代码 {programme.code} 重复")
        found[programme.code] = programme
        if programme.exposes:
            known[programme.exposes] = Symbol(programme.exposes, "bool", "", programme.level)
    for programme in found.values():
        problems.extend(
            f"{programme.source}：excludes 里没有代码为 {code} 的项目"
            for code in programme.excludes
            if code not in found
        )
    income = documents.get("income.yaml")
    return ProgrammeBook(
        programmes=tuple(found.values()),
        questions=questions,
        not_counted=_income_items(income, "not_counted"),
        deductions=_income_items(income, "deductions"),
    )


def _income_items(document: Document | None, key: str) -> tuple[IncomeItem, ...]:
    if document is None:
        return ()
    return tuple(IncomeItem(item.text("name"), item.text("basis")) for item in document.items(key))


def _questions(document: Document | None, symbols: Symbols, problems: list[str]) -> dict[str, Question]:
    found: dict[str, Question] = {}
    for name, item in document.mapping() if document is not None else ():
        level, kind = LEVELS.get(item.text("level")), TYPES.get(item.text("type"))
        if level is None or kind is None:
            problems.append(f"{item.where}：level 应为“人”或“户”，type 应为“是否”“数”“文字”之一")
            continue
        if name in symbols:
            problems.append(f"{item.where}：“{name}”已是事实或参数，请换个名称")
            continue
        options = item.texts("options")
        symbol = Symbol(name, kind, item.text("unit", ""), level, options)
        found[name] = Question(symbol, item.text("ask"), item.text("bring", ""), options)
    return found


class ProgrammeReader:
    """一个项目的 YAML。"""

    def __init__(self, document: Document, symbols: Symbols, problems: list[str]) -> None:
        self.document = document
        self.symbols = symbols
        self.problems = problems
        self.level: Level = LEVELS[self._one_of("unit", LEVELS)]

    def programme(self) -> Programme:
        item = self.document
        tiers = tuple(self._tier(tier) for tier in item.items("tiers"))
        additions = tuple(
            Addition(part.text("name"), self._rule(part, "amount", "number"), part.text("article"))
            for part in item.items("additions")
        )
        return Programme(
            code=item.text("code"),
            title=item.text("title"),
            kind=self._one_of("kind", KINDS),
            level=self.level,
            summary=item.text("summary"),
            basis=item.texts("basis"),
            conditions=tuple(self._condition(part) for part in item.items("conditions")),
            tiers=tiers,
            additions=additions,
            amount=self._amount(tiers, additions),
            period=self._one_of("period", PERIODS, ""),
            standard=item.text("standard"),
            process=tuple(
                StepOfProcess(part.text("name"), part.text("who"), part.text("limit", ""))
                for part in item.items("process")
            ),
            limits=item.text("limits"),
            platform=item.text("platform"),
            office=item.text("office"),
            phone=item.text("phone"),
            departments=item.texts("departments"),
            materials=item.texts("materials"),
            renewal=item.text("renewal"),
            found_by=FOUND_BY[self._one_of("found_by", FOUND_BY)],
            held=self._rule(item, "held", "bool") if item.raw("held", None) else None,
            exposes=item.text("exposes", ""),
            excludes=item.texts("excludes"),
            notes=tuple(
                Note(part.text("name"), self._rule(part, "when", "bool"), part.text("text"), part.text("article", ""))
                for part in item.items("notes")
            ),
            income=bool(item.raw("income", False)),
            source=item.where,
        )

    def _condition(self, part: Document) -> Condition:
        return Condition(part.text("name"), self._rule(part, "when", "bool"), part.text("article"), part.text("ask"))

    def _tier(self, part: Document) -> Tier:
        when = self._rule(part, "when", "bool") if part.raw("when", None) else None
        return Tier(part.text("name"), when, self._rule(part, "amount", "number"))

    def _amount(self, tiers: tuple[Tier, ...], additions: tuple[Addition, ...]) -> Rule | None:
        """档次合成一串“如果”,附加项相加,四舍五入到分。"""
        if not tiers:
            return None
        text = "0"
        for position, tier in enumerate(reversed(tiers)):
            if tier.when is None:
                if position:
                    self.problems.append(f"{self.document.where}：没有 when 的一档只能放在最后")
                text = tier.amount.text
            else:
                text = f"如果({tier.when.text}, {tier.amount.text}, {text})"
        parts = [f"({text})", *(f"({item.amount.text})" for item in additions)]
        return self._parsed(self.document.where, f"四舍五入({' + '.join(parts)}, 2)", "number")

    def _one_of(self, key: str, allowed: Iterable[str], default: str | None = None) -> str:
        value = self.document.text(key) if default is None else self.document.text(key, default)
        choices = list(allowed)
        if value in choices:
            return value
        self.problems.append(f"{self.document.where}：{key} 是“{value}”，应为 {'、'.join(choices)} 之一")
        return choices[0]

    def _rule(self, item: Document, key: str, expect: Literal["bool", "number"]) -> Rule:
        return self._parsed(item.where, item.text(key), expect)

    def _parsed(self, where: str, text: str, expect: Literal["bool", "number"]) -> Rule:
        try:
            return parse(text, self.symbols, expect=expect, level=self.level)
        except RuleError as error:
            self.problems.append(f"{where}：{error.message}")
            return parse("假" if expect == "bool" else "0", {})
