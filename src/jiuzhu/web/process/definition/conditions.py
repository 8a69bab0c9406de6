"""走向的条件：用规则语言写，名称须在流程的 ``data`` 里声明。

未知的条件不成立，走后面的“其余情形”；所以要紧的分叉应由人选办理结果，不要靠数据猜。
"""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from .model import DataItem, Process, Route

if TYPE_CHECKING:
    from jiuzhu.engine.rules import Rule


def problems_of(process: Process) -> Iterator[str]:
    """各条件的写法问题。"""
    for node in process.nodes:
        routes = [*node.routes, *(route for outcome in node.outcomes for route in outcome.routes)]
        for route in routes:
            if route.when:
                yield from (f"nodes {node.code} 条件：{text}" for text in _errors(route.when, process.data))


def chosen_route(process: Process, routes: tuple[Route, ...], data: Mapping[str, Any]) -> Route:
    """第一条成立的；都不成立走最后一条。"""
    from jiuzhu.engine.rules import evaluate  # noqa: PLC0415 规则库载入较慢，有条件时才用

    for route in routes[:-1]:
        if evaluate(_rule(route.when, process.data), data) is True:
            return route
    return routes[-1]


def next_of(process: Process, routes: tuple[Route, ...], data: Mapping[str, Any]) -> str:
    """下一步的代码。"""
    return routes[0].to if len(routes) == 1 else chosen_route(process, routes, data).to


def _errors(text: str, data: tuple[DataItem, ...]) -> Iterator[str]:
    from jiuzhu.engine.rules import RuleError, SymbolError  # noqa: PLC0415 同上

    try:
        _rule(text, data)
    except (RuleError, SymbolError) as error:
        yield error.message


@lru_cache(maxsize=256)
def _rule(text: str, data: tuple[DataItem, ...]) -> "Rule":
    from jiuzhu.engine.rules import Symbol, parse, symbols_of  # noqa: PLC0415 同上

    symbols = symbols_of(Symbol(item.name, item.type, item.unit, values=item.values) for item in data)
    return parse(text, symbols, expect="bool")
