"""一步运算在 Python 里怎么算:未知(``None``)按三值逻辑传递,与编译出的查询逐位相同。

三个容差的道理:钱是小数,二进制算不准最后一位;恰在线上的家庭不能因此被误判。
"""

import math
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import pairwise

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
    Value,
)
from jiuzhu.engine.rules.symbols import Type

TOLERANCE = 1e-9
"""两数相差不超过它视为相等；除数绝对值小于它视为零；取整前先加上它。"""
HALF = 0.5 + 1e-7
"""四舍五入时加的一半；多出的一点使 1.005 进成 1.01。"""
WHOLE = 2.0**52
"""绝对值到这么大的数没有小数部分，取整即本身。"""
LARGEST_INPUT = 1e15


def clean(value: object, kind: Type) -> Value:
    """事实的值 → 求值用的值。不是有限的数、绝对值超过 10^15 的数都是未知;种类不对是 ``TypeError``。"""
    match kind, value:
        case _, None:
            return None
        case "number", bool() | int() | float() | Decimal():
            number = float(value)
            return number if abs(number) <= LARGEST_INPUT else None
        case "bool", bool():
            return value
        case "text", str():
            return value
        case "date", datetime():
            return value.date()
        case "date", date():
            return value
    raise TypeError(f"需要{kind}，得到 {type(value).__name__}")


def apply(node: Node, values: Sequence[Value]) -> Value:
    """由各下级的值算出本节点的值。``values`` 与 ``nodes.children(node)`` 对应;名称与常数不经过这里。"""
    match node:
        case Logic():
            return _logic(node.operator == "and", values)
        case Not():
            return None if values[0] is None else not values[0]
        case Comparison():
            pairs = zip(node.operators, pairwise(values), strict=True)
            return _logic(True, [compare(operator, left, right) for operator, (left, right) in pairs])
        case Membership():
            found = _logic(False, [compare("==", values[0], option) for option in values[1:]])
            return None if found is None else found != node.negated
        case Call():
            return _call(node.function, values)
        case Negative() | Arithmetic():
            numbers = [value for value in values if isinstance(value, float)]
            return _arithmetic(node, numbers) if len(numbers) == len(values) else None
        case Name() | Const():
            raise AssertionError("名称与常数没有下级")


def compare(operator: str, left: Value, right: Value) -> bool | None:
    """两个同类值的比较;任一未知则未知。数的比较带容差,大于、等于、小于三者恰有其一。"""
    if left is None or right is None:
        return None
    if isinstance(left, float) and isinstance(right, float):
        return _compare_numbers(operator, left, right)
    if operator in {"==", "!="}:
        return (left == right) == (operator == "==")
    assert isinstance(left, date)
    assert isinstance(right, date)
    return {"<": left < right, "<=": left <= right, ">": left > right, ">=": left >= right}[operator]


def _compare_numbers(operator: str, left: float, right: float) -> bool:
    below, above = left < right - TOLERANCE, left > right + TOLERANCE
    match operator:
        case "<":
            return below
        case "<=":
            return not above
        case ">":
            return above
        case ">=":
            return not below
        case "==":
            return not below and not above
        case _:
            return below or above


def _logic(conjunction: bool, values: Sequence[Value]) -> bool | None:
    if any(value is (not conjunction) for value in values):
        return not conjunction
    return None if None in values else conjunction


def _arithmetic(node: Negative | Arithmetic, values: list[float]) -> float | None:
    if isinstance(node, Negative):
        return -values[0]
    left, right = values
    match node.operator:
        case "+":
            return left + right
        case "-":
            return left - right
        case "*":
            return left * right
        case "/":
            return left / right if abs(right) >= TOLERANCE else None


def _call(function: str, values: Sequence[Value]) -> Value:
    match function:
        case "已知":
            return values[0] is not None
        case "如果":
            return None if values[0] is None else values[1] if values[0] else values[2]
        case "缺省":
            return values[1] if values[0] is None else values[0]
    numbers = [value for value in values if isinstance(value, float)]
    if len(numbers) < len(values):
        return None
    match function:
        case "最大":
            return max(numbers)
        case "最小":
            return min(numbers)
        case "绝对值":
            return abs(numbers[0])
        case "取整":
            return float(math.floor(numbers[0] + TOLERANCE))
        case "四舍五入":
            scale = 10.0 ** numbers[1]
            return math.copysign(math.floor(abs(numbers[0]) * scale + HALF) / scale, numbers[0])
    raise AssertionError(f"函数表里没有 {function}")
