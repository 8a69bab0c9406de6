"""一个流程的样子：泳道、步骤、办理结果、期限。由 ``read`` 从 YAML 读出，由 ``check`` 查过，运行时只读。"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

Kind = Literal["task", "multi", "fork", "join", "wait", "end"]
KINDS: Mapping[str, str] = {
    "task": "办理",
    "multi": "分送多个部门",
    "fork": "分头办理",
    "join": "汇合",
    "wait": "等待",
    "end": "结束",
}
WHERE: Mapping[str, str] = {
    "same_village": "所在村（社区）",
    "same_township": "所在乡镇（街道）",
    "same_county": "所在县",
    "initiator": "发起单位",
    "chosen": "所送部门",
}
WIDTHS: Mapping[str, int] = {"same_village": 12, "same_township": 9, "same_county": 6}
LIMIT = re.compile(r"([1-9]\d{0,3})(wd|d)")


@dataclass(frozen=True)
class Limit:
    """期限：``wd`` 工作日，``d`` 日历日。"""

    amount: int
    unit: Literal["wd", "d"]

    @classmethod
    def parse(cls, text: str) -> "Limit | None":
        """``10wd``、``7d``；写法不对为空。"""
        found = LIMIT.fullmatch(text.strip())
        return cls(int(found[1]), "wd" if found[2] == "wd" else "d") if found else None

    def __str__(self) -> str:
        return f"{self.amount}{self.unit}"

    @property
    def title(self) -> str:
        """``10个工作日``、``7日``。"""
        return f"{self.amount}个工作日" if self.unit == "wd" else f"{self.amount}日"

    def at_most(self, other: "Limit") -> bool:
        """一定不晚于 ``other``：工作日数不少于同数的日历日，单位不同时只有这一个方向说得准。"""
        comparable = self.unit == other.unit or (self.unit, other.unit) == ("d", "wd")
        return comparable and self.amount <= other.amount

    def at_least(self, other: "Limit") -> bool:
        """一定不早于 ``other``。"""
        return other.at_most(self)


@dataclass(frozen=True)
class Lane:
    """一条泳道：哪一类单位在办。"""

    code: str
    title: str
    organisation: str
    department: str = ""


@dataclass(frozen=True)
class Route:
    """往哪里走；``when`` 为空即其余情形。"""

    to: str
    when: str = ""


@dataclass(frozen=True)
class Outcome:
    """办理结果。``note`` 为真时必须写明理由或情况。"""

    code: str
    title: str
    routes: tuple[Route, ...]
    note: bool = False


@dataclass(frozen=True)
class PauseRule:
    """允许停计期限的事由。``whole`` 为真时连全程期限一起停。"""

    code: str
    title: str
    whole: bool = False


@dataclass(frozen=True)
class Urging:
    """催办、督办、通报各在何时：到期前几个工作日催办，逾期满几个工作日督办、通报。"""

    remind: int = 1
    supervise: int = 1
    notify: int = 3


@dataclass(frozen=True)
class DataItem:
    """流程里记的一项数据；条件只能用这里声明的名称。不放个人信息。"""

    name: str
    type: Literal["number", "bool", "text", "date"]
    unit: str = ""
    values: tuple[str, ...] = ()


@dataclass(frozen=True)
class Node:
    """一步。各项含义见 docs/process.md。"""

    code: str
    kind: Kind
    title: str
    lane: str = ""
    role: str = ""
    roles: tuple[tuple[str, str], ...] = ()
    where: str = ""
    stage: str = ""
    limit: Limit | None = None
    limit_by_branch: bool = False
    persons: int = 1
    apart_from: tuple[str, ...] = ()
    pauses: tuple[PauseRule, ...] = ()
    outcomes: tuple[Outcome, ...] = ()
    routes: tuple[Route, ...] = ()
    branches: tuple[str, ...] = ()
    enter: str = ""
    of: str = ""
    urging: Urging = field(default_factory=Urging)
    basis: str = ""
    help: str = ""

    def role_at(self, kind: str) -> str:
        """承办单位是这一类时由哪个岗位办：``roles`` 里另有写明的从其写明。"""
        return dict(self.roles).get(kind, self.role)

    @property
    def splits(self) -> bool:
        """是否由此分出几支。"""
        return self.kind in {"fork", "multi"}

    def outcome(self, code: str) -> Outcome | None:
        """按代码取办理结果。"""
        return next((item for item in self.outcomes if item.code == code), None)

    def targets(self) -> Iterator[str]:
        """下一步可能到的全部步骤。"""
        yield from (route.to for outcome in self.outcomes for route in outcome.routes)
        yield from (route.to for route in self.routes)
        yield from self.branches
        if self.enter:
            yield self.enter


@dataclass(frozen=True)
class Process:
    """一个流程的一个版本。"""

    code: str
    title: str
    version: str
    start: str
    nodes: tuple[Node, ...]
    lanes: tuple[Lane, ...] = ()
    data: tuple[DataItem, ...] = ()
    limit: Limit | None = None
    limit_from: str = ""
    basis: tuple[str, ...] = ()
    subject: str = ""
    help: str = ""

    @cached_property
    def by_code(self) -> Mapping[str, Node]:
        """代码 → 步骤。"""
        return {node.code: node for node in self.nodes}

    def node(self, code: str) -> Node:
        """按代码取一步。"""
        return self.by_code[code]

    def lane(self, code: str) -> Lane:
        """按代码取泳道。"""
        return next(lane for lane in self.lanes if lane.code == code)

    def join_of(self, code: str) -> Node:
        """某个分支步骤对应的汇合。"""
        return next(node for node in self.nodes if node.kind == "join" and node.of == code)
