"""一条规则对一行事实的值。"""

from collections.abc import Mapping

from jiuzhu.engine.rules.nodes import Const, Name, Node, Rule, Value, children
from jiuzhu.engine.rules.values import apply, clean


def evaluate(rule: Rule, values: Mapping[str, object]) -> Value:
    """``values``:名称 → 值;``None`` 或没有这一项都是未知。结果未知为 ``None``。值的种类不对抛 ``TypeError``。"""
    return value_of(rule.tree, values)


def value_of(node: Node, values: Mapping[str, object]) -> Value:
    """一个节点的值。"""
    if isinstance(node, Const):
        return node.value
    if isinstance(node, Name):
        return clean(values.get(node.name), node.type)
    return apply(node, [value_of(child, values) for child in children(node)])
