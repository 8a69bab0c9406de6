"""函数调用的检查,与检查的入口。"""

import ast
from itertools import pairwise

from jiuzhu.engine.rules import units
from jiuzhu.engine.rules.checker import ExpressionChecker
from jiuzhu.engine.rules.functions import FUNCTIONS, Function
from jiuzhu.engine.rules.nodes import ANY_UNIT, Call, Const, Node
from jiuzhu.engine.rules.suggest import nearest

MAX_PLACES = 6


class Checker(ExpressionChecker):
    """``check`` 是白名单:不在其中的写法一律拒绝。"""

    def check(self, node: ast.expr) -> Node | None:
        match node:
            case ast.Name():
                return self.name(node)
            case ast.Constant():
                return self.constant(node)
            case ast.BoolOp():
                return self.logic(node)
            case ast.UnaryOp():
                return self.unary(node)
            case ast.BinOp():
                return self.arithmetic(node)
            case ast.Compare():
                return self.comparison(node)
            case ast.Call():
                return self.call(node)
            case ast.Tuple():
                reason = "这里多了逗号；数字里不写千位分隔号，列表请用方括号并写在 in 后面"
                self.report("number_form", reason, self.locate(node))
            case ast.List():
                self.report("list", "列表只能写在 in 或 not in 后面", self.locate(node))
            case _:
                self.report("not_allowed", "规则里没有这种写法", self.locate(node))
        return None

    def call(self, node: ast.Call) -> Node | None:
        span = self.locate(node)
        if not isinstance(node.func, ast.Name):
            self.report("not_allowed", "只有函数名后面可以接括号", span)
            return None
        name = node.func.id
        function = FUNCTIONS.get(name)
        arguments = [None if isinstance(item, ast.Starred) else self.check(item) for item in node.args]
        if function is None:
            advice = "；它是事实或参数，后面不加括号" if name in self.symbols else "；可用的有" + "、".join(FUNCTIONS)
            self.report(
                "unknown_function", f"没有叫“{name}”的函数{advice}", self.locate(node.func), nearest(name, FUNCTIONS)
            )
            return None
        if node.keywords or any(isinstance(item, ast.Starred) for item in node.args):
            self.report("arguments", f"“{name}”的参数直接写值，不带名称和星号", span)
            return None
        if not function.accepts(len(arguments)):
            self.report("arguments", f"“{name}”的写法是 {function.usage}", span)
            return None
        whole = [argument for argument in arguments if argument is not None]
        return self.typed_call(function, whole, span) if len(whole) == len(arguments) else None

    def typed_call(self, function: Function, arguments: list[Node], span: tuple[int, int]) -> Node | None:
        match function.name:
            case "最大" | "最小":
                return self.extreme(function, arguments, span)
            case "绝对值" | "取整":
                number = self.number(arguments[0])
                return number and Call("number", number.unit, span, function.name, (number,))
            case "四舍五入":
                return self.rounding(function, arguments, span)
            case "已知":
                return Call("bool", "", span, function.name, tuple(arguments))
            case "如果":
                condition = self.condition(arguments[0])
                chosen = self.alternatives(arguments[1], arguments[2])
                if condition is None or chosen is None:
                    return None
                left, right, unit = chosen
                return Call(left.type, unit, span, function.name, (condition, left, right))
            case _:
                chosen = self.alternatives(arguments[0], arguments[1])
                return chosen and Call(chosen[0].type, chosen[2], span, function.name, chosen[:2])

    def extreme(self, function: Function, arguments: list[Node], span: tuple[int, int]) -> Node | None:
        numbers = [self.number(argument) for argument in arguments]
        if None in numbers:
            return None
        unit = arguments[0].unit
        for left, right in pairwise(arguments):
            if self.same_unit(left, right, "放在一起比大小") is None:
                return None
            unit = units.unify(unit, right.unit) or unit
        return Call("number", unit, span, function.name, tuple(arguments))

    def rounding(self, function: Function, arguments: list[Node], span: tuple[int, int]) -> Node | None:
        number = self.number(arguments[0])
        places = arguments[1] if len(arguments) > 1 else Const("number", ANY_UNIT, span, 0.0)
        allowed = [float(count) for count in range(MAX_PLACES + 1)]
        if not (isinstance(places, Const) and places.type == "number" and places.value in allowed):
            self.report("arguments", f"“四舍五入”的位数要直接写 0 到 {MAX_PLACES} 的整数", places.span)
            return None
        return number and Call("number", number.unit, span, function.name, (number, places))

    def alternatives(self, left: Node, right: Node) -> tuple[Node, Node, str] | None:
        """二选一的两个值:类型相同,单位能合。"""
        left, right = self.align(left, right)
        if left.type != right.type:
            reason = f"{self.titled(left)}，{self.titled(right)}，两个值要同一种"
            self.report("type_mismatch", reason, (left.span[0], right.span[1]))
            return None
        if left.type != "number":
            return left, right, ""
        unit = self.same_unit(left, right, "二选一")
        return None if unit is None else (left, right, unit)
