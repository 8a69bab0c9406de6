"""救助项目:政策一本账里的一项——认定条件、金额、八要素,都是规则手册里的数据。

一个项目一个 YAML(``programmes/``)。条件逐条写名称、规则、法条与缺数据时问什么;金额由档次与附加项相加。
数据里没有、只能问本人的事实在 ``questions.yaml`` 里声明;全县普查时它们一律未知,单户办理时填上就能判断。
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from jiuzhu.engine.rules import Rule, Symbol

Level = Literal["person", "household"]
FoundBy = Literal["data", "asking"]
KINDS = ("基本生活救助", "专项社会救助", "急难社会救助", "社会福利", "社会力量")
PERIODS = ("月", "年", "学年", "次", "")
ELEMENTS = ("政策依据", "认定条件", "救助流程", "救助时限", "救助标准", "信息平台", "责任股室", "联系电话")


@dataclass(frozen=True)
class Question:
    """数据里没有、要问本人的事实。``bring`` 是能证明它的材料。"""

    symbol: Symbol
    ask: str
    bring: str
    options: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return self.symbol.name


@dataclass(frozen=True)
class Condition:
    """一条认定条件。``ask``:无法判断时问什么、带什么。"""

    name: str
    rule: Rule
    article: str
    ask: str


@dataclass(frozen=True)
class Tier:
    """一档标准:``when`` 为空是其余情形。"""

    name: str
    when: Rule | None
    amount: Rule


@dataclass(frozen=True)
class Addition:
    """在档次之上加发的一项,如分类施保。"""

    name: str
    amount: Rule
    article: str


@dataclass(frozen=True)
class Note:
    """情形成立时要提醒的一句话,如渐退期。"""

    name: str
    rule: Rule
    text: str
    article: str


@dataclass(frozen=True)
class StepOfProcess:
    """办理流程的一步。"""

    name: str
    who: str
    limit: str


@dataclass(frozen=True)
class Programme:
    """一个救助项目。

    ``amount`` 是档次与附加合成的一条规则,四舍五入到分,没有金额的项目为空;``held`` 说明怎样算已在享受,
    没有名单可对的为空。``exposes`` 是别的项目能引用的名称(如“符合低保”)。
    ``found_by``:``data`` 数据就能筛出,``asking`` 要本人说了才知道。
    """

    code: str
    title: str
    kind: str
    level: Level
    summary: str
    basis: tuple[str, ...]
    conditions: tuple[Condition, ...]
    tiers: tuple[Tier, ...]
    additions: tuple[Addition, ...]
    amount: Rule | None
    period: str
    standard: str
    process: tuple[StepOfProcess, ...]
    limits: str
    platform: str
    office: str
    phone: str
    departments: tuple[str, ...]
    materials: tuple[str, ...]
    renewal: str
    found_by: FoundBy
    held: Rule | None = None
    exposes: str = ""
    excludes: tuple[str, ...] = ()
    notes: tuple[Note, ...] = ()
    income: bool = False
    source: str = field(default="", compare=False)

    @property
    def rules(self) -> tuple[Rule, ...]:
        """这个项目的全部规则。"""
        amount = () if self.amount is None else (self.amount,)
        held = () if self.held is None else (self.held,)
        return (*(item.rule for item in self.conditions), *amount, *held, *(item.rule for item in self.notes))

    @property
    def monthly(self) -> float:
        """一份金额折合每月的倍数:按月 1,按年 1/12;一次性的不折算,为 0。"""
        return {"月": 1.0, "年": 1 / 12, "学年": 1 / 12}.get(self.period, 0.0)


@dataclass(frozen=True)
class IncomeItem:
    """收入口径里的一条:不计入的、可扣减的。"""

    name: str
    basis: str


@dataclass(frozen=True)
class ProgrammeBook:
    """手册里全部救助项目。次序即计算次序:只能引用前面项目的结论。"""

    programmes: tuple[Programme, ...] = ()
    questions: Mapping[str, Question] = field(default_factory=dict)
    not_counted: tuple[IncomeItem, ...] = ()
    deductions: tuple[IncomeItem, ...] = ()

    def __getitem__(self, code: str) -> Programme:
        return next(item for item in self.programmes if item.code == code)

    def __iter__(self) -> Iterator[Programme]:
        return iter(self.programmes)

    def at(self, level: Level) -> tuple[Programme, ...]:
        return tuple(item for item in self.programmes if item.level == level)

    @property
    def codes(self) -> tuple[str, ...]:
        return tuple(item.code for item in self.programmes)

    @property
    def exposed(self) -> Mapping[str, str]:
        """可引用的名称 → 项目代码。"""
        return {item.exposes: item.code for item in self.programmes if item.exposes}

    def only(self, codes: Collection[str]) -> "ProgrammeBook":
        """只留这些项目,连同它们引用其结论的项目。"""
        wanted = set(codes)
        for item in reversed(self.programmes):
            if item.code in wanted:
                used = {name for rule in item.rules for name in rule.names}
                wanted |= {code for name, code in self.exposed.items() if name in used}
        return replace(self, programmes=tuple(item for item in self.programmes if item.code in wanted))
