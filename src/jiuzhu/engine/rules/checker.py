"""把 Python 语法树查成规则的树:只收白名单里的写法,逐项核对名称、类型、单位、层级,错误尽量一次找全。

出错的部分返回 ``None``,上层遇到 ``None`` 不再追究,免得一个错误引出一串。
"""

import ast
from abc import ABC, abstractmethod
from collections.abc import Callable
from datetime import date

from jiuzhu.engine.rules import units
from jiuzhu.engine.rules.functions import FUNCTIONS
from jiuzhu.engine.rules.lexical import MAX_NUMBER
from jiuzhu.engine.rules.nodes import (
    ANY_UNIT,
    Arithmetic,
    ArithmeticOperator,
    Comparison,
    ComparisonOperator,
    Const,
    Constant,
    Logic,
    Membership,
    Name,
    Negative,
    Node,
    Not,
    Span,
)
from jiuzhu.engine.rules.normalise import Report
from jiuzhu.engine.rules.suggest import nearest
from jiuzhu.engine.rules.symbols import CONSTANT_NAMES, TYPE_TITLES, RuleLevel, Symbols

_ARITHMETIC: dict[type[ast.operator], ArithmeticOperator] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
}
_COMPARISON: dict[type[ast.cmpop], ComparisonOperator] = {
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.Eq: "==",
    ast.NotEq: "!=",
}


class CheckerBase(ABC):
    """名称、常数、位置与报错。``locate`` 给出语法节点在原文的位置。"""

    def __init__(
        self, text: str, symbols: Symbols, level: RuleLevel | None, locate: Callable[[ast.expr], Span], report: Report
    ) -> None:
        self.text = text
        self.symbols = symbols
        self.level = level
        self.locate = locate
        self.report = report

    @abstractmethod
    def check(self, node: ast.expr) -> Node | None:
        """语法节点 → 查过的节点;有错则报出并返回 ``None``。"""

    def words(self, node: Node) -> str:
        """节点的原文,太长则截去后面。"""
        words = self.text[slice(*node.span)]
        return words if len(words) <= 16 else words[:15] + "…"

    def titled(self, node: Node) -> str:
        return f"“{self.words(node)}”是{TYPE_TITLES[node.type]}"

    def number(self, node: Node | None) -> Node | None:
        """要一个数。"""
        if node is None or node.type == "number":
            return node
        advice = "；是否要参与计算，请写 如果(条件, 1, 0)" if node.type == "bool" else ""
        self.report("type_mismatch", f"{self.titled(node)}，这里要一个数{advice}", node.span)
        return None

    def condition(self, node: Node | None) -> Node | None:
        """要一个条件。"""
        if node is None or node.type == "bool":
            return node
        self.report("not_condition", f"{self.titled(node)}，这里要一个条件(比较、是否事实或 已知(…))", node.span)
        return None

    def name(self, node: ast.Name) -> Node | None:
        span = self.locate(node)
        if node.id in CONSTANT_NAMES:
            return Const("bool", "", span, CONSTANT_NAMES[node.id])
        symbol = self.symbols.get(node.id)
        if symbol is None:
            if node.id in FUNCTIONS:
                self.report("function_as_name", f"“{node.id}”是函数，请写成 {FUNCTIONS[node.id].usage}", span)
            else:
                self.report("unknown_name", f"没有叫“{node.id}”的事实或参数", span, nearest(node.id, self.symbols))
            return None
        if self.level == "household" and symbol.level == "person":
            reason = f"“{node.id}”是个人事实，户级规则不能直接用；请改用相应的户事实，或把规则改为人级"
            household = [name for name, other in self.symbols.items() if other.level != "person"]
            self.report("level", reason, span, nearest(node.id, household))
            return None
        return Name(symbol.type, units.canonical(symbol.unit), span, node.id)

    def constant(self, node: ast.Constant) -> Const | None:
        span, value = self.locate(node), node.value
        if isinstance(value, bool):
            return Const("bool", "", span, value)
        if isinstance(value, int | float) and abs(value) <= MAX_NUMBER:
            return Const("number", ANY_UNIT, span, float(value))
        if isinstance(value, str):
            return Const("text", "", span, value)
        self.report("not_allowed", "规则里的常数只能是数、文字、真、假", span)
        return None

    def align(self, left: Node, right: Node) -> tuple[Node, Node]:
        """日期与文字并列时,把文字当日期读。"""
        return self.dated(left, right), self.dated(right, left)

    def dated(self, node: Node, other: Node) -> Node:
        if not (isinstance(node, Const) and isinstance(node.value, str) and other.type == "date"):
            return node
        try:
            return Const("date", "", node.span, date.fromisoformat(node.value))
        except ValueError:
            self.report("date_form", f"“{node.value[:20]}”不是日期；日期请写成 “2026-01-31” 的样子", node.span)
            return Const("date", "", node.span, date.min)

    def same_unit(self, left: Node, right: Node, action: str) -> str | None:
        """两边单位能合则返回共同单位,否则报错。"""
        unit = units.unify(left.unit, right.unit)
        if unit is None:
            reason = (
                f"“{self.words(left)}”的单位是{units.title(left.unit)}，“{self.words(right)}”的单位是"
                f"{units.title(right.unit)}，不能{action}；{units.advice(left.unit, right.unit)}"
            )
            self.report("unit_mismatch", reason, (left.span[0], right.span[1]))
        return unit

    def domain(self, node: Node, option: Node) -> None:
        """文字事实有固定取值时,常数须在其中,否则永远不会成立。"""
        if not (isinstance(node, Name) and isinstance(option, Const) and isinstance(option.value, str)):
            return
        values = self.symbols[node.name].values
        if values and option.value not in values:
            listed = "、".join(f"“{value}”" for value in values[:12]) + ("等" if len(values) > 12 else "")
            reason = f"“{node.name}”没有“{option.value[:20]}”这个取值(有{listed})"
            self.report("value_unknown", reason, option.span, nearest(option.value, values))


class ExpressionChecker(CheckerBase):
    """运算与比较。"""

    def logic(self, node: ast.BoolOp) -> Node | None:
        operands = [self.condition(self.check(value)) for value in node.values]
        whole = [operand for operand in operands if operand is not None]
        if len(whole) < len(operands):
            return None
        return Logic("bool", "", self.locate(node), "and" if isinstance(node.op, ast.And) else "or", tuple(whole))

    def unary(self, node: ast.UnaryOp) -> Node | None:
        span = self.locate(node)
        if isinstance(node.op, ast.Not):
            operand = self.condition(self.check(node.operand))
            return operand and Not("bool", "", span, operand)
        if not isinstance(node.op, ast.USub):
            self.report("not_allowed", "规则里没有这个写法；正号不用写", span)
            return None
        operand = self.number(self.check(node.operand))
        if isinstance(operand, Const) and isinstance(operand.value, float):
            return Const("number", operand.unit, span, -operand.value)
        return operand and Negative("number", operand.unit, span, operand)

    def arithmetic(self, node: ast.BinOp) -> Node | None:
        operator = _ARITHMETIC.get(type(node.op))
        if operator is None:
            self.report("not_allowed", "规则里只有加、减、乘、除", self.locate(node))
            return None
        left, right = self.number(self.check(node.left)), self.number(self.check(node.right))
        if left is None or right is None:
            return None
        unit = self.result_unit(operator, left, right)
        return None if unit is None else Arithmetic("number", unit, self.locate(node), operator, left, right)

    def result_unit(self, operator: ArithmeticOperator, left: Node, right: Node) -> str | None:
        if operator in {"+", "-"}:
            return self.same_unit(left, right, "相加" if operator == "+" else "相减")
        if operator == "*":
            return units.multiply(left.unit, right.unit, twelve=_is(left, 12) or _is(right, 12))
        if _is(right, 0):
            self.report("zero_division", "不能除以零", right.span)
            return None
        unit = units.divide(left.unit, right.unit, twelve=_is(right, 12))
        return self.same_unit(left, right, "相除") if unit is None else unit

    def comparison(self, node: ast.Compare) -> Node | None:
        if any(isinstance(operator, ast.In | ast.NotIn) for operator in node.ops):
            return self.membership(node)
        operators = [_COMPARISON.get(type(operator)) for operator in node.ops]
        operands = [self.check(operand) for operand in (node.left, *node.comparators)]
        if None in operators:
            self.report("not_allowed", "规则里只有 <、<=、>、>=、==、!= 和 in", self.locate(node))
            return None
        sides = [operand for operand in operands if operand is not None]
        known = [operator for operator in operators if operator is not None]
        if len(sides) < len(operands):
            return None
        for index, operator in enumerate(known):
            sides[index], sides[index + 1] = self.align(sides[index], sides[index + 1])
            if not self.comparable(operator, sides[index], sides[index + 1]):
                return None
        return Comparison("bool", "", self.locate(node), tuple(known), tuple(sides))

    def comparable(self, operator: ComparisonOperator, left: Node, right: Node) -> bool:
        if left.type != right.type:
            reason = f"{self.titled(left)}，{self.titled(right)}，不能比较"
            self.report("type_mismatch", reason, (left.span[0], right.span[1]))
            return False
        if left.type == "number":
            return self.same_unit(left, right, "比较") is not None
        if left.type in {"text", "bool"} and operator not in {"==", "!="}:
            reason = f"{self.titled(left)}，没有大小之分，只能用 ==、!= 或 in"
            self.report("type_mismatch", reason, (left.span[0], right.span[1]))
            return False
        self.domain(left, right)
        self.domain(right, left)
        return True

    def membership(self, node: ast.Compare) -> Node | None:
        span, operand = self.locate(node), self.check(node.left)
        if len(node.ops) > 1:
            self.report("list", "in 不能与别的比较连写；请用 and 分开", span)
            return None
        right = node.comparators[0]
        if not isinstance(right, ast.List) or not right.elts:
            reason = "in 后面要一个方括号列表，如 in [“一级”, “二级”]"
            self.report("list", reason, self.locate(right))
            return None
        options = [self.option(item, operand) for item in right.elts]
        whole = [option for option in options if option is not None]
        if operand is None or len(whole) < len(options):
            return None
        return Membership("bool", "", span, isinstance(node.ops[0], ast.NotIn), operand, tuple(whole))

    def option(self, item: ast.expr, operand: Node | None) -> Const | None:
        """列表里的一项:与左边同类型的常数。"""
        checked: Node | None = None
        if isinstance(item, ast.Constant | ast.UnaryOp) or (isinstance(item, ast.Name) and item.id in CONSTANT_NAMES):
            checked = self.check(item)
            if checked is None:
                return None
        if not isinstance(checked, Const):
            self.report("list", "列表里只能写常数(数、文字、日期、真、假)", self.locate(item))
            return None
        if operand is None:
            return checked
        aligned = self.dated(checked, operand)
        if not isinstance(aligned, Const) or aligned.type != operand.type:
            self.report("type_mismatch", f"{self.titled(operand)}，列表里的{self.titled(checked)}", checked.span)
            return None
        self.domain(operand, aligned)
        return aligned


def _is(node: Node, value: Constant) -> bool:
    return isinstance(node, Const) and node.type == "number" and node.value == value
