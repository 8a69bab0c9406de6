"""算之前先估:事实不超过 10^15 时,每一步最大能有多大。保证两种求值都不会出现无穷大。"""

from jiuzhu.engine.rules.lexical import MAX_NUMBER, MIN_NUMBER
from jiuzhu.engine.rules.nodes import Arithmetic, Call, Const, Node, children

LARGEST = 1e290


def too_large(node: Node) -> Node | None:
    """第一个可能超出范围的部分;没有则 ``None``。"""
    for child in children(node):
        if found := too_large(child):
            return found
    return node if node.type == "number" and bound(node) > LARGEST else None


def bound(node: Node) -> float:
    """数值节点绝对值的上限;算到超出为止(``inf`` 也算超出)。"""
    match node:
        case Const():
            return abs(node.value) if isinstance(node.value, float) else 0.0
        case Arithmetic(operator="*"):
            return bound(node.left) * bound(node.right)
        case Arithmetic(operator="/", right=Const(value=float(value))):
            return bound(node.left) / max(abs(value), MIN_NUMBER)
        case Arithmetic(operator="/"):
            return bound(node.left) / MIN_NUMBER
        case Arithmetic():
            return bound(node.left) + bound(node.right)
        case Call(function="四舍五入"):
            return (bound(node.arguments[0]) + 1) * 1e6
        case Call():
            return max((bound(item) for item in node.arguments if item.type == "number"), default=0.0) + 1
        case _:
            numbers = [bound(child) for child in children(node) if child.type == "number"]
            return max(numbers, default=MAX_NUMBER)
