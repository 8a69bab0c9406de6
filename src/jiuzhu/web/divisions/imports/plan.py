"""一次导入会做什么：逐行的办法与问题，还没有落库。"""

from dataclasses import dataclass, field
from enum import StrEnum

from jiuzhu.web.divisions.models import Division, DivisionChange, Organisation
from jiuzhu.web.divisions.selectors import path_of
from jiuzhu.web.divisions.walls import covers, reaches

from .reading import RowProblem, Table


class Action(StrEnum):
    """一行的办法。"""

    CREATE = "create"
    RENAME = "rename"
    CORRECT = "correct"
    CLOSE = "close"
    SAME = "same"

    @property
    def label(self) -> str:
        """给人看的说法。"""
        return TITLES[self]


TITLES = {
    Action.CREATE: "新增",
    Action.RENAME: "更名",
    Action.CORRECT: "更正",
    Action.CLOSE: "停用",
    Action.SAME: "没有变化",
}


@dataclass(frozen=True)
class Step:
    """一行会做什么。``detail`` 写前后的差别；``key`` 是代码或编码。"""

    row: int
    action: Action
    key: str
    name: str
    detail: str = ""


class RowRefused(Exception):
    """这一行不成立：哪一列、是什么、怎么办。只在核对里用，总被接住。"""

    def __init__(self, column: str, what: str, todo: str = "请改正后重新导入") -> None:
        super().__init__(what)
        self.column, self.what, self.todo = column, what, todo


def refuse_outside(area: str, code: str, column: str) -> None:
    """要改的不在片区之内，这一行不成立。"""
    if not covers(area, code):
        raise RowRefused(column, f"{path_of(code)}（{code}）不归您当前的岗位管", "请删去这一行，由那里的系统管理员导入")


def refuse_parent(area: str, code: str, column: str) -> None:
    """上级可在片区之内，也可在其上；别的县不行。"""
    if not reaches(area, code):
        refuse_outside(area, code, column)


@dataclass
class ImportPlan:
    """整个文件会做什么。``saving`` 按次序保存：先关后开，先上级后下级。"""

    table: Table
    steps: list[Step] = field(default_factory=list)
    problems: list[RowProblem] = field(default_factory=list)
    closing: list[Division] = field(default_factory=list)
    saving: list[Division | Organisation] = field(default_factory=list)
    changes: list[DivisionChange] = field(default_factory=list)

    def refuse(self, row: int, refused: RowRefused) -> None:
        """记下一行的问题。"""
        self.problems.append(RowProblem(row, refused.column, refused.what, refused.todo))

    def finish(self) -> "ImportPlan":
        """按文件里的次序排好。"""
        self.steps.sort(key=lambda step: step.row)
        self.problems.sort()
        return self

    @property
    def bad_rows(self) -> int:
        """有问题的行数。"""
        return len({problem.row for problem in self.problems})

    @property
    def counts(self) -> dict[Action, int]:
        """各种办法的行数。"""
        return {action: sum(step.action is action for step in self.steps) for action in Action}

    @property
    def writes(self) -> int:
        """会写入的行数。"""
        return len(self.steps) - self.counts[Action.SAME]
