"""成立的一句规则，代入数值写成平常的话：``月人均核定收入 180.44 元/月，低于低保标准 780.00 元/月``。

给办事的人看；要看原样的规则怎样一步步成立，用 ``trace``。
"""

from collections.abc import Mapping

from jiuzhu.engine.rules.display import format_value
from jiuzhu.engine.rules.nodes import Comparison, Const, Logic, Membership, Name, Not, Rule
from jiuzhu.engine.rules.trace import _work, _Worked, _write

VERBS = {"<": "低于", "<=": "不超过", ">": "高于", ">=": "达到", "==": "等于", "!=": "不等于"}


def plain(rule: Rule, values: Mapping[str, object]) -> str:
    """整句，各个条件用分号隔开。"""
    clauses: list[str] = []
    for part in _conditions(rule, values):
        words = _clause(part)
        if not any(said.startswith(words) for said in clauses):  # 前面已经说过这个数
            clauses.append(words)
    return "；".join(clauses)


def brief(rule: Rule, values: Mapping[str, object]) -> str:
    """只留最说明问题的一处：量上的比较，左边不是零。都不是的取第一个条件。"""
    conditions = _conditions(rule, values)
    telling = [part for part in conditions if _is_telling(part)]
    return _clause((telling or conditions)[0])


def _conditions(rule: Rule, values: Mapping[str, object]) -> tuple[_Worked, ...]:
    whole = _work(rule.tree, values)
    return whole.parts if isinstance(whole.node, Logic) and whole.node.operator == "and" else (whole,)


def _is_telling(worked: _Worked) -> bool:
    node = worked.node
    return isinstance(node, Comparison) and node.operators[0] not in {"==", "!="} and bool(worked.parts[0].value)


def _clause(worked: _Worked) -> str:
    match worked.node:
        case Logic(operator="or"):
            held = [part for part in worked.parts if part.value is True] or worked.parts
            return "，或".join(_clause(part) for part in held)
        case Logic():
            return "，且".join(_clause(part) for part in worked.parts)
        case Not():
            return f"并非{_clause(worked.parts[0])}" if isinstance(worked.parts[0].node, Name) else _formal(worked)
        case Comparison(operators=(operator,)):
            return _comparison(operator, *worked.parts)
        case Membership():
            return _named(worked.parts[0])
        case Name():
            return worked.node.name
        case _:
            return _formal(worked)


def _comparison(operator: str, left: _Worked, right: _Worked) -> str:
    told = _named(left)
    if operator in {"==", "!="} and isinstance(right.node, Const):
        return told  # 等于写死的值：左边的数已经说明
    if isinstance(right.node, Const):
        if right.value == 0 and operator == ">":
            return told
        return f"{told}，{VERBS[operator]} {format_value(right.value, left.node.unit)}"
    return f"{told}，{VERBS[operator]}{_named(right)}"


def _named(worked: _Worked) -> str:
    """名称，后面是它的数；算式的数在括号里。"""
    words, value = _write(worked, None)[0], format_value(worked.value, worked.node.unit)
    return f"{words} {value}" if isinstance(worked.node, Name | Const) else f"{words}（{value}）"


def _formal(worked: _Worked) -> str:
    return _write(worked, format_value)[0]
