"""一户能享什么:每个项目 → 符合、不符合、无法判断,金额到分,每条条件代入了什么、差多少、缺什么。

三值逻辑:一条不成立即不符合;没有不成立而有未知即无法判断。与 ``sweep`` 的全县查询同一套规则、同一结果。
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from jiuzhu.engine.assessment.frames import PLACE
from jiuzhu.engine.assessment.household import Values, with_parameters
from jiuzhu.engine.assessment.programmes import Condition, Note, Programme, ProgrammeBook
from jiuzhu.engine.parameters import ParameterSet
from jiuzhu.engine.rules import Rule, Trace, evaluate, format_value, trace
from jiuzhu.engine.rules.evaluate import value_of
from jiuzhu.engine.rules.nodes import Comparison, Logic, Name, Node, children
from jiuzhu.engine.rules.values import HALF

WORDS = {True: "符合", False: "不符合", None: "无法判断"}
CENT = Decimal("0.01")


@dataclass(frozen=True)
class Gap:
    """离成立差多少:``amount`` 为正的差额,``text`` 如“月人均核定收入超出 32.40 元/月”。"""

    text: str
    amount: Decimal
    unit: str


@dataclass(frozen=True)
class ConditionResult:
    """一条条件的结论。``sentence`` 是代入数值的整句;``missing`` 是无法判断时缺的名称。要看时才写。"""

    condition: Condition
    value: bool | None
    values: Values
    placed: frozenset[str]
    gaps: tuple[Gap, ...]

    @cached_property
    def worked(self) -> Trace:
        return trace(self.condition.rule, self.values)

    @property
    def sentence(self) -> str:
        return self.worked.text

    @property
    def missing(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(PLACE if name in self.placed else name for name in self.worked.missing))


@dataclass(frozen=True)
class AmountPart:
    """金额的一部分:哪一档、哪一项加发。"""

    name: str
    amount: Decimal | None
    sentence: str
    article: str = ""


@dataclass(frozen=True)
class Answer:
    """一个项目对一户(一人)的回答。``person`` 是成员在输入里的序号;``held`` 为空是没有名单可对。"""

    programme: Programme
    person: int | None
    answer: bool | None
    amount: Decimal | None
    conditions: tuple[ConditionResult, ...]
    parts: tuple[AmountPart, ...]
    missing: tuple[str, ...]
    held: bool | None
    notes: tuple[Note, ...]

    @property
    def word(self) -> str:
        return WORDS[self.answer]

    @property
    def failed(self) -> tuple[ConditionResult, ...]:
        return tuple(item for item in self.conditions if item.value is False)

    @property
    def nearest(self) -> str:
        """不符合时差多少:只差一条且能量出来的写差额,其余写几条不成立。"""
        failed = self.failed
        if not failed:
            return ""
        if len(failed) == 1 and failed[0].gaps:
            return "；".join(gap.text for gap in failed[0].gaps)
        return (
            f"{len(self.conditions)} 条里有 {len(failed)} 条不成立：{'、'.join(item.condition.name for item in failed)}"
        )


def money(value: float | None) -> Decimal | None:
    """规则算出的金额(已四舍五入到分)→ 定点小数。"""
    return None if value is None else Decimal(f"{value:.2f}")


def cents(value: object) -> Decimal | None:
    """还没有舍入的数 → 四舍五入到分,与规则的“四舍五入”同一算法;不是数的为空。"""
    if not isinstance(value, float):
        return None
    size = Decimal(math.floor(abs(value) * 100 + HALF)) / 100
    return (-size if value < 0 and size else size).quantize(CENT)


def assess_programmes(
    book: ProgrammeBook,
    parameters: ParameterSet,
    household: Values,
    persons: Sequence[Values],
    codes: Sequence[str] | None = None,
) -> tuple[Answer, ...]:
    """``household``、``persons`` 是事实名 → 值,也可以有问来的答案;缺的即未知。``codes`` 只要其中几个项目。

    户级项目一户一个回答,人级项目每名在世成员一个。
    """
    return tuple(answers_of(book, parameters, household, persons, codes))


def answers_of(
    book: ProgrammeBook,
    parameters: ParameterSet,
    household: Values,
    persons: Sequence[Values],
    codes: Sequence[str] | None = None,
) -> Iterator[Answer]:
    shared = with_parameters(parameters, household)
    exposed: list[dict[str, object]] = [{} for _ in persons]
    placed = frozenset(name for name, value in parameters.values.items() if not value.uniform)
    for programme in book:
        if programme.level == "household":
            found = [_answer(programme, None, shared, placed)]
            if programme.exposes:
                shared[programme.exposes] = found[0].answer
        else:
            found = []
            for number, person in enumerate(persons):
                answer = _answer(programme, number, {**shared, **person, **exposed[number]}, placed)
                if programme.exposes:
                    exposed[number][programme.exposes] = answer.answer
                found.append(answer)
        if codes is None or programme.code in codes:
            yield from found


def _answer(programme: Programme, person: int | None, values: Values, placed: frozenset[str]) -> Answer:
    conditions = tuple(_condition(item, values, placed) for item in programme.conditions)
    answer = _all(item.value for item in conditions)
    parts = _parts(programme, values) if answer else ()
    amount = evaluate(programme.amount, values) if answer and programme.amount is not None else None
    held = None if programme.held is None else evaluate(programme.held, values)
    missing = dict.fromkeys(name for item in conditions for name in item.missing) if answer is None else {}
    return Answer(
        programme=programme,
        person=person,
        answer=answer,
        amount=money(amount if isinstance(amount, float) else None),
        conditions=conditions,
        parts=parts,
        missing=tuple(missing),
        held=held if isinstance(held, bool) else None,
        notes=tuple(note for note in programme.notes if evaluate(note.rule, values) is True),
    )


def _all(values: Iterator[bool | None]) -> bool | None:
    found = list(values)
    if False in found:
        return False
    return None if None in found else True


def _condition(condition: Condition, values: Values, placed: frozenset[str]) -> ConditionResult:
    rule = condition.rule
    worked = evaluate(rule, values)
    value = worked if isinstance(worked, bool) else None
    used = {name: values.get(name) for name in rule.names}
    gaps = tuple(_gaps(rule.tree, values)) if value is False else ()
    return ConditionResult(condition, value, used, placed, gaps)


def _parts(programme: Programme, values: Values) -> tuple[AmountPart, ...]:
    """选中的那一档与各项加发。前面的档无法判断时不知是哪一档,不列。"""
    found = []
    for tier in programme.tiers:
        chosen = True if tier.when is None else evaluate(tier.when, values)
        if chosen is None:
            break
        if chosen:
            found.append(_part(tier.name, tier.amount, values, ""))
            break
    extra = [_part(item.name, item.amount, values, item.article) for item in programme.additions]
    return (*found, *(part for part in extra if part.amount != 0))


def _part(name: str, rule: Rule, values: Values, article: str) -> AmountPart:
    value = evaluate(rule, values)
    return AmountPart(name, cents(value), trace(rule, values).text, article)


def _gaps(node: Node, values: Values) -> Iterator[Gap]:
    """使条件不成立的各个数的比较,差多少。只说“并且”连起来的和单个的比较,“或者”不好说差哪一边。"""
    if isinstance(node, Logic) and node.operator == "and":
        for part in node.operands:
            if value_of(part, values) is False:
                yield from _gaps(part, values)
    elif isinstance(node, Comparison) and len(node.operators) == 1:
        left, right = (value_of(side, values) for side in node.operands)
        if isinstance(left, float) and isinstance(right, float):
            yield _gap(node, left, right)


def _gap(node: Comparison, left: float, right: float) -> Gap:
    difference = abs(Decimal(repr(left)) - Decimal(repr(right)))
    unit = node.operands[0].unit if node.operands[0].unit not in {"*", "混合"} else ""
    name = _called(node.operands[0])
    if node.operators[0] in {"<", "<="}:
        words = (
            f"{name}超出 {format_value(float(difference), unit)}" if difference else f"{name}恰好等于标准，须低于标准"
        )
    elif left == 0 == right:
        words = f"{name}为 {format_value(left, unit)}"
    elif node.operators[0] in {">", ">="}:
        words = (
            f"{name}还差 {format_value(float(difference), unit)}" if difference else f"{name}恰好等于标准，须超过标准"
        )
    else:
        words = f"{name}为 {format_value(left, unit)}"
    return Gap(words, cents(float(difference)) or difference, unit)


def _called(node: Node) -> str:
    names: list[str] = []
    queue = [node]
    while queue:
        found = queue.pop(0)
        if isinstance(found, Name):
            names.append(found.name)
        queue[:0] = children(found)
    return names[0] if names else "数值"
