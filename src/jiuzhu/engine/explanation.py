"""一户为什么是这个分:给人看的结构,命令行与网页共用。

所有字段都是去敏的:没有姓名、证件号、住址。
"""

from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True)
class SourceRow:
    """部门文件里的一行。``values`` 是字段中文名 → 已格式化的值(非敏感字段)。"""

    file: str
    row: int
    source: str
    source_title: str
    department: str
    as_of: date | None
    values: dict[str, str]


@dataclass(frozen=True)
class FactValue:
    """一个事实的取值。``value`` 为 None 表示未知,``missing`` 说明缺哪个来源。"""

    name: str
    value: float | int | str | bool | date | None
    text: str
    unit: str
    level: str
    meaning: str
    sources: tuple[str, ...]
    missing: tuple[str, ...] = ()
    rows: tuple[SourceRow, ...] = ()


@dataclass(frozen=True)
class IndicatorResult:
    """一项指标对一户(或户内一人)的结论。

    ``outcome`` ∈ ``hit miss unknown``;``when`` 是规则原文,``trace`` 是代入数值后的同一句话,``words`` 是命中的写成平常的话。
    """

    code: str
    name: str
    category: str
    level: str
    outcome: str
    points: float
    when: str
    trace: str
    basis: str
    departments: tuple[str, ...]
    person_id: str | None
    facts: tuple[FactValue, ...]
    words: str = ""


@dataclass(frozen=True)
class Member:
    """户内一人。"""

    person_id: str
    relation: str
    sex: str
    age: int | None
    alive: bool
    classes: tuple[str, ...]


@dataclass(frozen=True)
class FindingResult:
    """数据发现的一个问题。"""

    finding: str
    title: str
    person_id: str | None
    text: str


@dataclass(frozen=True)
class HouseholdExplanation:
    """一户的完整解释。``indicators`` 命中在前、按分值从高到低(扣分的在后),其后是未知的;未命中的不列。"""

    household_id: str
    village_code: str
    place: str
    members: tuple[Member, ...]
    score: float
    total_points: float
    band: str | None
    poverty_index: float | None
    need_index: float | None
    indicators: tuple[IndicatorResult, ...]
    findings: tuple[FindingResult, ...]
    facts: tuple[FactValue, ...] = field(default=())
    rulebook: str = ""
    as_of: date | None = None
