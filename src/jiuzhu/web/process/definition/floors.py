"""法定底线：公示不少于几日、审核确认全程不超过几个工作日。省里定，县里的补丁只能更严，不能更松。

一条底线管流程里标了某个 ``stage`` 的步骤（``whole: true`` 管全程）：

- ``minimum`` / ``maximum``：期限的下限、上限；
- ``required: true``：流程里必须有这样的步骤；
- ``after``：走到这些步骤之前，必经标了 ``after`` 的步骤（如减发停发之前先听取意见）；
- ``persons``：至少几人办。
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from .model import Limit, Node, Process
from .problems import Part


@dataclass(frozen=True)
class Floor:
    """一条底线。``processes`` 为空表示管全部流程。"""

    code: str
    title: str
    basis: str
    processes: tuple[str, ...] = ()
    stage: str = ""
    whole: bool = False
    minimum: Limit | None = None
    maximum: Limit | None = None
    required: bool = False
    after: str = ""
    persons: int = 0


def read_floors(content: Any, where: str, problems: list[str]) -> tuple[Floor, ...]:
    """读 ``floors.yaml``。"""
    part = Part(content, where, problems)
    part.known("floors")
    return tuple(_floor(item) for item in part.parts("floors"))


def _floor(part: Part) -> Floor:
    part.known(
        "code", "title", "basis", "processes", "stage", "whole", "minimum", "maximum", "required", "after", "persons"
    )
    floor = Floor(
        code=part.text("code"),
        title=part.text("title"),
        basis=part.text("basis"),
        processes=part.texts("processes"),
        stage=part.text("stage", ""),
        whole=part.flag("whole"),
        minimum=part.limit("minimum"),
        maximum=part.limit("maximum"),
        required=part.flag("required"),
        after=part.text("after", ""),
        persons=part.number("persons", 0),
    )
    if bool(floor.stage) == floor.whole:
        part.problem("“stage”与“whole: true”要写一个，只能写一个")
    return floor


def check_floors(process: Process, floors: Iterable[Floor], where: str, problems: list[str]) -> None:
    """逐条底线查一个流程。"""
    for floor in floors:
        if not floor.processes or process.code in floor.processes:
            problems.extend(
                f"{where} {text}；这是底线“{floor.title}”（{floor.basis}）" for text in _broken(process, floor)
            )


def _broken(process: Process, floor: Floor) -> Iterator[str]:
    if floor.whole:
        yield from _limit(floor, process.limit, "全程（limit）")
        return
    nodes = [node for node in process.nodes if node.stage == floor.stage]
    if floor.required and not nodes:
        yield f"nodes：没有标 stage: {floor.stage} 的步骤"
    for node in nodes:
        yield from _limit(floor, node.limit, f"nodes {node.code}")
        if node.persons < floor.persons:
            yield f"nodes {node.code}：至少 {floor.persons} 人办，现在是 {node.persons} 人"
        if floor.after and not _always_after(process, node, floor.after):
            yield f"nodes {node.code}：不经过标 stage: {floor.after} 的步骤也能走到"


def _limit(floor: Floor, limit: Limit | None, place: str) -> Iterator[str]:
    if floor.minimum and (limit is None or not limit.at_least(floor.minimum)):
        yield f"{place}：期限是{limit.title if limit else '空'}，不得少于{floor.minimum.title}"
    if floor.maximum and (limit is None or not limit.at_most(floor.maximum)):
        yield f"{place}：期限是{limit.title if limit else '空'}，不得超过{floor.maximum.title}"


def _always_after(process: Process, node: Node, stage: str) -> bool:
    """去掉标了 ``stage`` 的步骤之后，从开始再也走不到 ``node``。

    分头办理的几支都会走，所以任一支里有就算经过：从分支只看汇合之后，不看其余各支的走法。
    """
    seen: set[str] = set()
    waiting = [process.start]
    while waiting:
        code = waiting.pop()
        if code in seen or code not in process.by_code or process.node(code).stage == stage:
            continue
        seen.add(code)
        current = process.node(code)
        if current.kind == "fork" and any(_cuts(process, branch, stage, current.code) for branch in current.branches):
            continue
        waiting.extend(current.targets())
    return node.code not in seen


def _cuts(process: Process, branch: str, stage: str, fork: str) -> bool:
    """这一支从头到汇合是否必经标了 ``stage`` 的步骤。"""
    seen: set[str] = set()
    waiting = [branch]
    while waiting:
        code = waiting.pop()
        if code in seen or code not in process.by_code or process.node(code).stage == stage:
            continue
        if process.node(code).of == fork:
            return False
        seen.add(code)
        waiting.extend(process.node(code).targets())
    return True
