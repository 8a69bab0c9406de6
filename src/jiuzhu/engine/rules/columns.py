"""一条规则 → 一个 polars 表达式,给内存里的全部人、户一次算出。

与 ``compile``(编成查询)、``values``(逐户)逐位相同,由同一组随机规则测试。
polars 的 ``& | ~`` 对空值就是三值逻辑,空值参加的比较、运算得空值,直接对应。
"""

from collections.abc import Callable
from functools import reduce
from operator import and_, or_
from typing import Any

import polars as pl

from jiuzhu.engine.division import divided
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
    balanced,
    children,
)
from jiuzhu.engine.rules.symbols import Type
from jiuzhu.engine.rules.values import HALF, TOLERANCE, WHOLE, clean

POLARS_TYPES: dict[Type, pl.DataType] = {
    "number": pl.Float64(),
    "bool": pl.Boolean(),
    "text": pl.String(),
    "date": pl.Date(),
}
UNKNOWN = pl.lit(None, dtype=pl.Float64)
MARGIN = pl.lit(TOLERANCE, dtype=pl.Float64)


def compile_polars(node: Node, resolve: Callable[[str], Any]) -> pl.Expr:
    """``resolve(名称)`` 返回 polars 表达式,或 Python 的值(参数),``None`` 为未知。结果未知为空值。"""
    if isinstance(node, Const):
        return _literal(node.value, node.type)
    if isinstance(node, Name):
        value = resolve(node.name)
        kind = POLARS_TYPES[node.type]
        return value.cast(kind) if isinstance(value, pl.Expr) else _literal(value, node.type)
    return _apply(node, [compile_polars(child, resolve) for child in children(node)])


def _literal(value: object, kind: Type) -> pl.Expr:
    return pl.lit(clean(value, kind), dtype=POLARS_TYPES[kind])


def _apply(node: Node, values: list[pl.Expr]) -> pl.Expr:
    match node:
        case Logic(operator="and"):
            return balanced(and_, values)
        case Logic():
            return balanced(or_, values)
        case Not():
            return ~values[0]
        case Comparison():
            pairs = zip(node.operators, values, values[1:], strict=False)
            kind = node.operands[0].type
            return balanced(and_, [_compare(kind, *pair) for pair in pairs])
        case Membership():
            kind = node.operand.type
            found = balanced(or_, [_compare(kind, "==", values[0], option) for option in values[1:]])
            return ~found if node.negated else found
        case Negative():
            return -values[0]
        case Arithmetic():
            return _arithmetic(node, *values)
        case Call():
            return _call(node, values)
        case _:
            raise AssertionError("名称与常数没有下级")


def _compare(kind: Type, operator: str, left: pl.Expr, right: pl.Expr) -> pl.Expr:
    """数的比较见 ``values.compare``:容差都加在右边。"""
    number = kind == "number"
    match operator:
        case "<":
            return left < (right - MARGIN if number else right)
        case "<=":
            return left <= (right + MARGIN if number else right)
        case ">":
            return left > (right + MARGIN if number else right)
        case ">=":
            return left >= (right - MARGIN if number else right)
        case "==":
            return (left >= right - MARGIN) & (left <= right + MARGIN) if number else left == right
        case _:
            return (left < right - MARGIN) | (left > right + MARGIN) if number else left != right


def _arithmetic(node: Arithmetic, left: pl.Expr, right: pl.Expr) -> pl.Expr:
    match node.operator:
        case "+":
            return left + right
        case "-":
            return left - right
        case "*":
            return left * right
    if isinstance(node.right, Const):
        return divided(left, right)
    return divided(left, pl.when(right.abs() >= MARGIN).then(right).otherwise(UNKNOWN))


def _call(node: Call, values: list[pl.Expr]) -> pl.Expr:
    first = values[0]
    match node.function:
        case "已知":
            return first.is_not_null()
        case "如果":
            unknown = pl.lit(None, dtype=POLARS_TYPES[node.arguments[1].type])
            return pl.when(first).then(values[1]).when(~first).then(values[2]).otherwise(unknown)
        case "缺省":
            return pl.coalesce(values)
        case "最大":
            return _known(values, pl.max_horizontal(values))
        case "最小":
            return _known(values, pl.min_horizontal(values))
        case "绝对值":
            return first.abs()
        case "取整":
            return _floor(first + MARGIN)
        case "四舍五入":
            return _round(first, node.arguments[1])
    raise AssertionError(f"函数表里没有 {node.function}")


def _known(values: list[pl.Expr], chosen: pl.Expr) -> pl.Expr:
    """有一个未知即未知;polars 的最大、最小会跳过空值。"""
    return pl.when(reduce(and_, (value.is_not_null() for value in values))).then(chosen).otherwise(UNKNOWN)


def _round(value: pl.Expr, places: Node) -> pl.Expr:
    assert isinstance(places, Const)
    assert isinstance(places.value, float)
    scale = pl.lit(10.0**places.value, dtype=pl.Float64)
    size = divided(_floor(value.abs() * scale + HALF), scale)
    return pl.when(value < 0.0).then(-size).otherwise(size)


def _floor(value: pl.Expr) -> pl.Expr:
    """这么大的数没有小数部分,与 ``compile`` 一样不取整。"""
    return pl.when(value.abs() < WHOLE).then(value.floor()).otherwise(value)
