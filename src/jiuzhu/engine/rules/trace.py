"""同一句规则,代入这一户的值,说明为什么成立、不成立或无法判断。"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from jiuzhu.engine.rules.display import format_value, format_verdict
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
    Value,
    children,
)
from jiuzhu.engine.rules.values import apply, clean

Formatter = Callable[[Value, str], str]

_SIGNS = {"*": "×", "/": "÷", "+": "+", "-": "−", "<": "<", "<=": "≤", ">": ">", ">=": "≥", "==": "=", "!=": "≠"}
_OR, _AND, _NOT, _COMPARE, _ADD, _MULTIPLY, _NEGATIVE, _ATOM = range(8)


@dataclass(frozen=True)
class Step:
    """一个条件的结论。``decisive`` 指上一级的结论由它决定;``parts`` 是且、或、非之下的各个条件。"""

    text: str
    value: Value
    verdict: str
    decisive: bool
    missing: tuple[str, ...]
    parts: tuple["Step", ...] = ()


@dataclass(frozen=True)
class Trace:
    """``text`` 是代入值的整句,不含结论;``missing`` 是无法判断时缺的事实,能判断则为空。"""

    text: str
    value: Value
    verdict: str
    missing: tuple[str, ...]
    root: Step

    @property
    def summary(self) -> str:
        """整句加结论,如 ``…… → 无法判断(缺:家庭年收入)``。"""
        lacking = f"(缺：{'、'.join(self.missing)})" if self.missing else ""
        return f"{self.text} → {self.verdict}{lacking}"


def trace(rule: Rule, values: Mapping[str, object], formatter: Formatter = format_value) -> Trace:
    """``values`` 同 ``evaluate``;``formatter(值, 单位)`` 决定值的写法。"""
    worked = _work(rule.tree, values)
    root = _step(worked, formatter, decisive=True, unit=rule.unit)
    return Trace(root.text, root.value, root.verdict, root.missing, root)


def sentence(rule: Rule) -> str:
    """不代入值的整句,写成中文读得顺的样子。"""
    return _write(_work(rule.tree, {}), None)[0]


@dataclass(frozen=True)
class _Worked:
    """算过的节点。"""

    node: Node
    value: Value
    parts: tuple["_Worked", ...]


def _work(node: Node, values: Mapping[str, object]) -> _Worked:
    if isinstance(node, Const):
        return _Worked(node, node.value, ())
    if isinstance(node, Name):
        return _Worked(node, clean(values.get(node.name), node.type), ())
    parts = tuple(_work(child, values) for child in children(node))
    return _Worked(node, apply(node, [part.value for part in parts]), parts)


def _step(worked: _Worked, formatter: Formatter, *, decisive: bool, unit: str = "") -> Step:
    node, value = worked.node, worked.value
    parts: tuple[Step, ...] = ()
    if isinstance(node, Logic | Not):
        parts = tuple(_step(part, formatter, decisive=_decides(worked, part)) for part in worked.parts)
    verdict = format_verdict(value) if node.type == "bool" else formatter(value, unit)
    missing = tuple(dict.fromkeys(_missing(worked)))
    return Step(_write(worked, formatter)[0], value, verdict, decisive, missing, parts)


def _decides(whole: _Worked, part: _Worked) -> bool:
    """且的不成立由不成立的项决定,无法判断由无法判断的项决定;或、非同理。"""
    return isinstance(whole.node, Not) or part.value is whole.value


def _missing(worked: _Worked) -> list[str]:
    """值未知是因为缺哪些事实;不影响结论的未知不算。"""
    if worked.value is not None:
        return []
    if isinstance(worked.node, Name):
        return [worked.node.name]
    parts = worked.parts
    if isinstance(worked.node, Call) and worked.node.function == "如果" and parts[0].value is not None:
        parts = (parts[1] if parts[0].value else parts[2],)
    elif isinstance(worked.node, Call) and worked.node.function == "如果":
        parts = parts[:1]
    return [name for part in parts for name in _missing(part)]


def _write(worked: _Worked, formatter: Formatter | None) -> tuple[str, int]:
    """一段话与它的结合力(越大结合越紧)。``formatter`` 为空则不代入值。"""
    node, parts = worked.node, worked.parts
    match node:
        case Const():
            return _constant(node), _ATOM
        case Name():
            return node.name + _filled(worked, formatter), _ATOM
        case Logic():
            power = _AND if node.operator == "and" else _OR
            joint = " 且 " if node.operator == "and" else " 或 "
            return joint.join(_bracketed(part, _NOT, formatter) for part in parts), power
        case Not():
            return f"并非 {_bracketed(parts[0], _NOT, formatter)}", _NOT
        case Comparison():
            sides = [_side(part, formatter) for part in parts]
            signs = [_SIGNS[operator] for operator in node.operators]
            return sides[0] + "".join(f" {sign} {side}" for sign, side in zip(signs, sides[1:], strict=True)), _COMPARE
        case Membership():
            listed = "、".join(_constant(option) for option in node.options)
            return f"{_side(parts[0], formatter)} {'不在' if node.negated else '在'}【{listed}】中", _COMPARE
        case Call():
            inside = ", ".join(_side(part, formatter) for part in parts)
            return f"{node.function}({inside})" + _result(worked, formatter), _ATOM
        case Negative():
            return f"−{_bracketed(parts[0], _NEGATIVE, formatter)}", _NEGATIVE
        case Arithmetic():
            return _arithmetic(node, parts, formatter)


def _arithmetic(node: Arithmetic, parts: tuple[_Worked, ...], formatter: Formatter | None) -> tuple[str, int]:
    power = _ADD if node.operator in {"+", "-"} else _MULTIPLY
    left = _bracketed(parts[0], power, formatter)
    right = _bracketed(parts[1], power + 1, formatter)
    return f"{left} {_SIGNS[node.operator]} {right}", power


def _bracketed(worked: _Worked, least: int, formatter: Formatter | None) -> str:
    text, power = _write(worked, formatter)
    return text if power >= least else f"({text})"


def _side(worked: _Worked, formatter: Formatter | None) -> str:
    """比较的一边、函数的一个参数:算式在末尾注明结果。"""
    text = _bracketed(worked, _ADD, formatter)
    return text + (_result(worked, formatter) if isinstance(worked.node, Arithmetic | Negative) else "")


def _result(worked: _Worked, formatter: Formatter | None) -> str:
    if formatter is None or worked.node.type == "bool":
        return ""
    return f"(={formatter(worked.value, worked.node.unit)})"


def _filled(worked: _Worked, formatter: Formatter | None) -> str:
    return "" if formatter is None else f"({formatter(worked.value, worked.node.unit)})"


def _constant(node: Const) -> str:
    if isinstance(node.value, str):
        return f"“{node.value}”"
    if isinstance(node.value, float):
        return f"{node.value:,.10f}".rstrip("0").rstrip(".").replace("-", "−")
    return format_value(node.value)
