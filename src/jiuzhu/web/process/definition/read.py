"""流程定义：从 YAML 的内容到 ``Process``。只查写法，走不走得通由 ``check`` 查。"""

from collections.abc import Mapping
from typing import Any, cast

from .model import KINDS, WHERE, DataItem, Kind, Lane, Node, Outcome, PauseRule, Process, Route, Urging
from .problems import Part

TYPES = ("number", "bool", "text", "date")
NODE_KEYS = (
    "code", "kind", "title", "lane", "role", "roles", "where", "stage", "limit", "limit_by_branch", "persons", "apart_from",
    "pauses", "outcomes", "next", "branches", "enter", "of", "urging", "basis", "help",
)  # fmt: skip
PROCESS_KEYS = (
    "code", "title", "version", "subject", "start", "limit", "limit_from", "basis", "lanes", "data", "nodes", "urging",
    "help",
)  # fmt: skip


def read_process(content: Any, where: str, problems: list[str]) -> Process:
    """读一个流程；``where`` 是文件名，问题记进 ``problems``。"""
    part = Part(content, where, problems)
    part.known(*PROCESS_KEYS)
    urging = _urging(part, Urging())
    return Process(
        code=part.text("code"),
        title=part.text("title"),
        version=part.text("version"),
        subject=part.text("subject", ""),
        start=part.text("start"),
        limit=part.limit(),
        limit_from=part.text("limit_from", ""),
        basis=part.texts("basis"),
        lanes=tuple(_lane(item) for item in part.parts("lanes")),
        data=tuple(_data(item) for item in part.parts("data")),
        nodes=tuple(_node(item, urging) for item in part.parts("nodes")),
        help=part.text("help", ""),
    )


def _lane(part: Part) -> Lane:
    part.known("code", "title", "organisation", "department")
    return Lane(part.text("code"), part.text("title"), part.text("organisation"), part.text("department", ""))


def _data(part: Part) -> DataItem:
    part.known("name", "type", "unit", "values")
    kind = part.one_of("type", TYPES)
    return DataItem(part.text("name"), cast("Any", kind or "text"), part.text("unit", ""), part.texts("values"))


def _node(part: Part, urging: Urging) -> Node:
    part.known(*NODE_KEYS)
    kind = cast("Kind", part.one_of("kind", KINDS) or "task")
    return Node(
        code=part.text("code"),
        kind=kind,
        title=part.text("title"),
        lane=part.text("lane", ""),
        role=part.text("role", ""),
        roles=_roles(part),
        where=part.one_of("where", WHERE, ""),
        stage=part.text("stage", ""),
        limit=part.limit(),
        limit_by_branch=part.flag("limit_by_branch"),
        persons=max(1, part.number("persons", 1)),
        apart_from=part.texts("apart_from"),
        pauses=tuple(_pause(item) for item in part.parts("pauses")),
        outcomes=tuple(_outcome(item) for item in part.parts("outcomes")),
        routes=_routes(part) if "next" in part.content else (),
        branches=part.texts("branches"),
        enter=part.text("enter", ""),
        of=part.text("of", ""),
        urging=_urging(part, urging),
        basis=part.text("basis", ""),
        help=part.text("help", ""),
    )


def _roles(part: Part) -> tuple[tuple[str, str], ...]:
    """``roles: {单位类别: 岗位}``：所送单位类别不同，由不同的岗位办。"""
    value = part.content.get("roles", {})
    if not isinstance(value, Mapping):
        part.problem("“roles”应写成“单位类别: 岗位”")
        return ()
    return tuple(sorted((str(kind), str(role)) for kind, role in value.items()))  # 规范写法会重排键


def _outcome(part: Part) -> Outcome:
    part.known("code", "title", "next", "note")
    return Outcome(part.text("code"), part.text("title"), _routes(part), part.flag("note"))


def _routes(part: Part) -> tuple[Route, ...]:
    """``next: 步骤``，或 ``next: [{when: 条件, to: 步骤}, {to: 步骤}]``。"""
    value = part.content.get("next")
    if isinstance(value, list):
        routes = tuple(_route(item) for item in part.parts("next"))
        if not routes or routes[-1].when or any(not route.when for route in routes[:-1]):
            part.problem("“next”写成几条时，前面各条都要有 when，最后一条不写 when（其余情形）")
        return routes
    return (Route(part.text("next")),)


def _route(part: Part) -> Route:
    part.known("when", "to")
    return Route(part.text("to"), part.text("when", ""))


def _pause(part: Part) -> PauseRule:
    part.known("code", "title", "whole")
    return PauseRule(part.text("code"), part.text("title"), part.flag("whole"))


def _urging(part: Part, default: Urging) -> Urging:
    value = part.content.get("urging")
    if value is None:
        return default
    inner = Part(value, f"{part.where} urging", part.problems)
    inner.known("remind", "supervise", "notify")
    found = Urging(
        inner.number("remind", default.remind),
        inner.number("supervise", default.supervise),
        inner.number("notify", default.notify),
    )
    if found.supervise > found.notify:
        inner.problem("督办（supervise）不能晚于通报（notify）")
    return found


def as_mapping(content: Any) -> Mapping[str, Any]:
    """YAML 内容是否为“名称: 值”；不是给空的。"""
    return content if isinstance(content, Mapping) else {}
