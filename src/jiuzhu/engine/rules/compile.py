"""一条规则 → 一个 Ibis 表达式,给全部人、户一次算出。

SQL 的 ``AND OR NOT`` 本就是三值逻辑,直接对应;除数、取整等处的写法与 ``values`` 逐位相同。
只用 DuckDB 与 Spark 共有的运算。数一律 float64;常数以文字转换写出,免得后端当成定点小数。
"""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

import ibis
from ibis.expr import operations as ops
from ibis.expr import types as ir

from jiuzhu.engine.rules.nodes import (
    Arithmetic,
    Call,
    Comparison,
    Const,
    Logic,
    Membership,
    Name,
    Negative,
    Node,
    Not,
    Rule,
    balanced,
    children,
)
from jiuzhu.engine.rules.symbols import Type
from jiuzhu.engine.rules.values import HALF, LARGEST_INPUT, TOLERANCE, WHOLE, clean

Resolve = Callable[[str], Any]
DATA_TYPES = {"number": "float64", "bool": "boolean", "text": "string", "date": "date"}


def compile_ibis(rule: Rule, resolve: Resolve) -> ir.Value:
    """``resolve(名称)`` 返回 Ibis 列、标量,或 Python 的值(参数),``None`` 为未知。结果未知为 NULL。"""
    return Compiler(resolve).compile(rule.tree)


class Compiler:
    """同一张表的多条规则可共用一个,名称只解析一次。"""

    def __init__(self, resolve: Resolve) -> None:
        self.resolve = resolve
        self.resolved: dict[str, Any] = {}

    def compile(self, node: Node) -> Any:
        if isinstance(node, Const):
            return constant(node.value, node.type)
        if isinstance(node, Name):
            return self.name(node)
        return _apply(node, [self.compile(child) for child in children(node)])

    def name(self, node: Name) -> Any:
        if node.name not in self.resolved:
            self.resolved[node.name] = _input(self.resolve(node.name), node.type)
        return self.resolved[node.name]


def constant(value: object, kind: Type) -> Any:
    """一个 Python 值的 Ibis 标量;``None`` 为带类型的 NULL。"""
    cleaned = clean(value, kind)
    if cleaned is None:
        return ibis.null(DATA_TYPES[kind])
    if isinstance(cleaned, float):
        return double(cleaned)
    return ibis.literal(cleaned, type=DATA_TYPES[kind])


def double(value: float) -> Any:
    """双精度常数,写成 ``CAST('0.1' AS DOUBLE)``,免得后端当成定点小数。"""
    return ibis.literal(repr(value)).cast("float64")


def finite(column: Any) -> Any:
    """数列里的无穷、非数、过大的值变为未知,与逐户求值一致。"""
    number = column if column.type().is_float64() else column.cast("float64")
    return ibis.ifelse(number.abs() <= double(LARGEST_INPUT), number, ibis.null("float64"))


def _input(value: Any, kind: Type) -> Any:
    if not isinstance(value, ir.Value):
        return constant(value, kind)
    operation = value.op()
    if isinstance(operation, ops.Literal) and isinstance(operation.value, bool | int | float | str | date | None):
        return constant(operation.value, kind)
    wanted = DATA_TYPES[kind]
    return value if value.type().copy(nullable=True) == ibis.dtype(wanted) else value.cast(wanted)


def _apply(node: Node, values: list[Any]) -> Any:
    match node:
        case Logic(operator="and"):
            return balanced(lambda left, right: left & right, values)
        case Logic():
            return balanced(lambda left, right: left | right, values)
        case Not():
            return ~values[0]
        case Comparison():
            sides = [_enclosed(*side) for side in zip(node.operands, values, strict=True)]
            pairs = zip(node.operators, sides, sides[1:], strict=False)
            kind = node.operands[0].type
            return balanced(lambda left, right: left & right, [_compare(kind, *pair) for pair in pairs])
        case Membership():
            found = _among(node.operand.type, _enclosed(node.operand, values[0]), values[1:])
            return ~found if node.negated else found
        case Negative():
            return -values[0]
        case Arithmetic():
            return _arithmetic(node, *values)
        case Call():
            return _call(node, values)
        case _:
            raise AssertionError("名称与常数没有下级")


def _enclosed(node: Node, value: Any) -> Any:
    """Ibis 写 ``NOT (x) IS NOT NULL`` 不加括号,数据库读成 ``NOT (x IS NOT NULL)``;并上一个真就有括号,而值不变。"""
    bare = isinstance(node, Not | Membership)
    return value & ibis.literal(True) if bare else value


def _compare(kind: Type, operator: str, left: Any, right: Any) -> Any:
    if kind == "number":
        return _compare_numbers(operator, left, right)
    return {
        "<": left.__lt__,
        "<=": left.__le__,
        ">": left.__gt__,
        ">=": left.__ge__,
        "==": left.__eq__,
        "!=": left.__ne__,
    }[operator](right)


def _compare_numbers(operator: str, left: Any, right: Any) -> Any:
    """见 ``values.compare``;容差都加在右边,右边是常数时由后端预先算好。"""
    margin = double(TOLERANCE)
    match operator:
        case "<":
            return left < right - margin
        case "<=":
            return left <= right + margin
        case ">":
            return left > right + margin
        case ">=":
            return left >= right - margin
        case "==":
            return (left >= right - margin) & (left <= right + margin)
        case _:
            return (left < right - margin) | (left > right + margin)


def _among(kind: Type, value: Any, options: Sequence[Any]) -> Any:
    """文字、日期用 ``IN``;数要容差,是否的左边可能是没有括号的比较,都写成逐个相等。"""
    if kind in {"text", "date"}:
        return value.isin(options)
    return balanced(lambda left, right: left | right, [_compare(kind, "==", value, option) for option in options])


def _arithmetic(node: Arithmetic, left: Any, right: Any) -> Any:
    match node.operator:
        case "+":
            return left + right
        case "-":
            return left - right
        case "*":
            return left * right
    if isinstance(node.right, Const):
        return left / right
    usable = right.abs() >= double(TOLERANCE)
    return left / ibis.ifelse(usable, right, ibis.null("float64"))


def _call(node: Call, values: list[Any]) -> Any:
    first = values[0]
    match node.function:
        case "已知":
            return _enclosed(node.arguments[0], first).notnull()
        case "如果":
            return first.cases((True, values[1]), (False, values[2]))
        case "缺省":
            return ibis.coalesce(*values)
        case "最大":
            return _extreme(ibis.greatest, values)
        case "最小":
            return _extreme(ibis.least, values)
        case "绝对值":
            return first.abs()
        case "取整":
            return _floor(first + double(TOLERANCE))
        case "四舍五入":
            return _round(first, node.arguments[1])
    raise AssertionError(f"函数表里没有 {node.function}")


def _round(value: Any, places: Node) -> Any:
    assert isinstance(places, Const)
    assert isinstance(places.value, float)
    scale = double(10.0**places.value)
    size = _floor(value.abs() * scale + double(HALF)) / scale
    return ibis.ifelse(value < double(0.0), -size, size)


def _extreme(choose: Callable[..., Any], values: list[Any]) -> Any:
    """后端的 GREATEST 会跳过空值,这里有一个未知即未知。"""
    known = balanced(lambda left, right: left & right, [value.notnull() for value in values])
    return ibis.ifelse(known, choose(*values), ibis.null("float64"))


def _floor(value: Any) -> Any:
    """Ibis 的取整会转成 64 位整数,先把放不下的数拦住。"""
    small = value.abs() < double(WHOLE)
    return ibis.ifelse(small, value.floor().cast("float64"), value)
