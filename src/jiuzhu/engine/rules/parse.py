"""一句规则:从文字到查过的树。从不执行规则的文字,只借 Python 的语法来断句。"""

import ast
import warnings
from collections.abc import Iterable
from typing import Literal

from jiuzhu.engine.rules import units
from jiuzhu.engine.rules.bounds import too_large
from jiuzhu.engine.rules.checker_calls import Checker
from jiuzhu.engine.rules.errors import RuleError, RuleErrors
from jiuzhu.engine.rules.lexical import MAX_DEPTH, Scanner
from jiuzhu.engine.rules.nodes import Const, Constant, Name, Node, Rule, Span, children
from jiuzhu.engine.rules.normalise import Normalised, normalise
from jiuzhu.engine.rules.symbols import TYPE_TITLES, RuleLevel, Symbols

MAX_LENGTH = 2000


class Reporter:
    """收集一句规则的错误;同一处同一代码只收一次。"""

    def __init__(self, text: str) -> None:
        self.text = text
        self.errors: dict[tuple[str, Span], RuleError] = {}

    def __call__(self, code: str, reason: str, span: Span, suggestions: Iterable[str] = ()) -> None:
        self.errors.setdefault((code, span), RuleError(code, reason, self.text, span, suggestions))

    def settle(self) -> None:
        """有错误就一并抛出。"""
        if self.errors:
            raise RuleErrors(self.errors.values())


def parse(
    text: str,
    symbols: Symbols,
    *,
    expect: Literal["bool", "number"] | None = None,
    level: RuleLevel | None = None,
    unit: str | None = None,
) -> Rule:
    """查一句规则。``expect`` 要求结果的种类,``unit`` 要求结果的单位,``level="household"`` 不许用个人事实。

    有错抛 ``RuleErrors``(也是 ``RuleError``),其 ``errors`` 是找到的全部错误。
    """
    report = Reporter(text)
    source = _read(text, report)
    code, offsets = Scanner(source, report).scan()
    report.settle()
    syntax = _syntax(code, offsets, source, report)
    located = _Locator(code, offsets, source)
    _shallow(syntax, located, report)
    tree = Checker(text, symbols, level, located, report).check(syntax)
    report.settle()
    assert tree is not None
    _expected(tree, expect, unit, report)
    return _rule(text, tree, level)


def _read(text: str, report: Reporter) -> Normalised:
    if not text.strip():
        report("empty", "规则是空的，请写一个条件", (0, 1))
    elif len(text) > MAX_LENGTH:
        report("too_long", f"规则有 {len(text)} 字，最多 {MAX_LENGTH} 字；请拆成几条", (MAX_LENGTH, MAX_LENGTH + 1))
    report.settle()
    return normalise(text, report)


def _syntax(code: str, offsets: list[int], source: Normalised, report: Reporter) -> ast.expr:
    stripped = code.lstrip()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(stripped, mode="eval").body
    except SyntaxError as error:
        place = len(code) - len(stripped) + error.offset - 1 if error.offset else len(code.rstrip())
        span = source.span(offsets[place] if place < len(offsets) else len(source.code), 0)
        ending = place >= len(code.rstrip())
        reason = "句子没有写完" if ending else "这里断不开句；请看看前后是否缺了值、运算符、括号或逗号"
        report("syntax", reason, span)
    except (ValueError, RecursionError, MemoryError):
        report("too_deep", f"句子太复杂，层数不能超过 {MAX_DEPTH} 层；请拆成几条规则", (0, len(source.original)))
    report.settle()
    raise AssertionError("settle 已抛出")


class _Locator:
    """Python 语法节点的位置(UTF-8 字节)→ 原文的位置(字)。"""

    def __init__(self, code: str, offsets: list[int], source: Normalised) -> None:
        self.source = source
        self.offsets = offsets
        blank = len(code) - len(code.lstrip())
        self.character_of: list[int] = []
        for index, character in enumerate(code[blank:], start=blank):
            self.character_of.extend([index] * len(character.encode("utf-8", "surrogatepass")))
        self.character_of.append(len(code))

    def __call__(self, node: ast.expr) -> Span:
        first = self.character_of[node.col_offset]
        last = self.character_of[(node.end_col_offset or node.col_offset + 1) - 1]
        return self.source.span(self.offsets[first], self.offsets[last] + 1)


def _shallow(syntax: ast.expr, locate: _Locator, report: Reporter) -> None:
    """层数有限,后面的递归才安全。"""
    level: list[ast.AST] = [syntax]
    for _ in range(MAX_DEPTH):
        level = [child for node in level for child in ast.iter_child_nodes(node) if isinstance(child, ast.expr)]
        if not level:
            return
    deepest = next(node for node in level if isinstance(node, ast.expr))
    report("too_deep", f"层数不能超过 {MAX_DEPTH} 层(连加连减每项算一层)；请拆成几条规则", locate(deepest))
    report.settle()


def _expected(tree: Node, expect: str | None, unit: str | None, report: Reporter) -> None:
    if expect is not None and tree.type != expect:
        wanted = "一个条件，结果是成立或不成立" if expect == "bool" else f"一个{TYPE_TITLES[expect]}"
        report("expect", f"这里要{wanted}，而整句的结果是{TYPE_TITLES[tree.type]}", tree.span)
    elif unit is not None and tree.type == "number" and units.unify(tree.unit, units.canonical(unit)) is None:
        reason = f"结果的单位要是{units.title(units.canonical(unit))}，现在是{units.title(tree.unit)}"
        report("unit_mismatch", f"{reason};{units.advice(tree.unit, units.canonical(unit))}", tree.span)
    if large := too_large(tree):
        report("number_range", "乘得太多，结果可能大得无法计算", large.span)
    report.settle()


def _rule(text: str, tree: Node, level: RuleLevel | None) -> Rule:
    names: dict[str, None] = {}
    constants: list[Constant] = []
    queue = [tree]
    while queue:
        node = queue.pop(0)
        if isinstance(node, Name):
            names[node.name] = None
        elif isinstance(node, Const):
            constants.append(node.value)
        queue[:0] = children(node)
    unit = tree.unit if tree.type == "number" else ""
    return Rule(text, tree, tree.type, unit, tuple(names), tuple(constants), level)
