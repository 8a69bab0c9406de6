"""检查过的规则:一棵不可变的树,每个节点带类型、单位与原文位置。

编译、求值、解释都只认这里的节点,不再碰 Python 的 ``ast``。
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from jiuzhu.engine.rules.symbols import RuleLevel, Type

Value = float | bool | str | date | None
Constant = float | bool | str | date
Span = tuple[int, int]
ArithmeticOperator = Literal["+", "-", "*", "/"]
ComparisonOperator = Literal["<", "<=", ">", ">=", "==", "!="]

ANY_UNIT = "*"
MIXED_UNIT = "混合"


@dataclass(frozen=True)
class Typed:
    """``type`` 为结果类型;``unit`` 只对数有意义:``*`` 是可随意搭配的常数,``混合`` 是算出来的复合单位。"""

    type: Type
    unit: str
    span: Span


@dataclass(frozen=True)
class Const(Typed):
    value: Constant


@dataclass(frozen=True)
class Name(Typed):
    name: str


@dataclass(frozen=True)
class Negative(Typed):
    operand: "Node"


@dataclass(frozen=True)
class Arithmetic(Typed):
    operator: ArithmeticOperator
    left: "Node"
    right: "Node"


@dataclass(frozen=True)
class Comparison(Typed):
    """可连写:``operands`` 比 ``operators`` 多一个,相邻两两比较、全部成立才成立。"""

    operators: tuple[ComparisonOperator, ...]
    operands: tuple["Node", ...]


@dataclass(frozen=True)
class Membership(Typed):
    negated: bool
    operand: "Node"
    options: tuple[Const, ...]


@dataclass(frozen=True)
class Logic(Typed):
    """``operator`` 为 ``and`` 或 ``or``,至少两项。"""

    operator: Literal["and", "or"]
    operands: tuple["Node", ...]


@dataclass(frozen=True)
class Not(Typed):
    operand: "Node"


@dataclass(frozen=True)
class Call(Typed):
    """``function`` 是函数表里的中文名。"""

    function: str
    arguments: tuple["Node", ...]


Node = Const | Name | Negative | Arithmetic | Comparison | Membership | Logic | Not | Call


def children(node: Node) -> tuple[Node, ...]:
    """直接的下级,按原文次序。"""
    match node:
        case Negative() | Not():
            return (node.operand,)
        case Arithmetic():
            return (node.left, node.right)
        case Comparison() | Logic():
            return node.operands
        case Membership():
            return (node.operand, *node.options)
        case Call():
            return node.arguments
        case _:
            return ()


def balanced[Part](join: Callable[[Part, Part], Part], parts: Sequence[Part]) -> Part:
    """两两相并成一个,编译时用:很长的“或”也不会嵌得很深。"""
    if len(parts) == 1:
        return parts[0]
    middle = len(parts) // 2
    return join(balanced(join, parts[:middle]), balanced(join, parts[middle:]))


@dataclass(frozen=True)
class Rule:
    """一条可用的规则。``names`` 是用到的事实与参数,按首次出现的次序;``constants`` 是写死的值。"""

    text: str
    tree: Node
    type: Type
    unit: str
    names: tuple[str, ...]
    constants: tuple[Constant, ...]
    level: RuleLevel | None = None
