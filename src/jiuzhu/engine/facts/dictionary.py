"""事实字典:每个事实声明一次,带名称、单位、层级、来源、期间、含义。

四种事实,按计算次序:

- ``from_source``:一个来源的行按人汇总;来源不在则未知,来源在而人不在则取 ``absent``;
- ``of_person``:由同一人的其他事实推出;
- ``of_members``:由在世成员的事实汇总到户;
- ``of_household``:由同一户的其他事实与参数推出。
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Literal

import ibis
from dateutil.relativedelta import relativedelta
from ibis import ifelse, literal
from ibis.expr import types as ir

from jiuzhu.engine.facts.exact import total
from jiuzhu.engine.parameters import URBAN, ParameterSet, PlacedValue

Kind = Literal["number", "bool", "text", "date"]
Level = Literal["person", "household"]
Fold = Literal["", "total", "count", "highest", "lowest", "anyone"]
CATEGORIES = ("人口基础", "财产收入", "医疗", "教育", "就业", "住房", "低边", "刚性支出")
IBIS_TYPES = {"number": "float64", "bool": "boolean", "text": "string", "date": "date"}


@dataclass(frozen=True)
class Context:
    """计算事实时要知道的外部条件:评估日、参数。"""

    as_of: date
    parameters: ParameterSet

    def since(self, *, months: int) -> ir.DateScalar:
        """``months`` 个月以前的那天(不含当天,之后算在期间内)。"""
        return literal(self.as_of - relativedelta(months=months))

    def parameter(self, name: str, table: ir.Table) -> ir.FloatingValue:
        """参数在每一行的取值;分城乡的参数看这一行的“城乡”,另定标准的乡镇看村代码的前九位。"""
        return placed_value(self.parameters[name], table)


def placed_value(value: PlacedValue, table: ir.Table) -> ir.FloatingValue:
    """一个参数在表里每一行的取值。表要有“城乡”;有另定标准的乡镇时还要有 ``village_code``。"""
    if value.uniform:
        return literal(value.urban, type="float64")
    place, unknown = table["城乡"], literal(None, type="float64")
    same = value.urban == value.rural
    base = (
        literal(value.urban, type="float64")
        if same
        else place.isnull().ifelse(unknown, ifelse(place == URBAN, value.urban, value.rural).cast("float64"))
    )
    if not value.townships:
        return base
    own = table.village_code[:9].cases(
        *((code, literal(number, type="float64")) for code, number in value.townships.items()), else_=unknown
    )
    return ibis.coalesce(own, base)


Compute = Callable[[ir.Table, Context], ir.Value]


@dataclass(frozen=True)
class Fact:
    """一个事实。

    ``sources`` 是它直接依赖的来源,``uses`` 是它用到的其他事实。
    ``absent`` 是来源存在而此人没有记录时的取值(``None`` 为未知)。
    ``fold`` 是汇总成员的五种常用法之一(``uses`` 只有一个),别的写法为空。
    """

    name: str
    kind: Kind
    level: Level
    category: str
    unit: str
    meaning: str
    window: str
    stage: Literal["source", "person", "members", "household"]
    compute: Compute
    sources: tuple[str, ...] = ()
    uses: tuple[str, ...] = ()
    absent: float | bool | str | None = None
    fold: Fold = ""


class Dictionary:
    """按声明次序收集的事实。"""

    def __init__(self) -> None:
        self.facts: dict[str, Fact] = {}

    def __getitem__(self, name: str) -> Fact:
        return self.facts[name]

    def at_stage(self, stage: str) -> list[Fact]:
        return [fact for fact in self.facts.values() if fact.stage == stage]

    def add(self, fact: Fact) -> None:
        if fact.name in self.facts:
            raise ValueError(f"事实“{fact.name}”声明了两次")
        if fact.category not in CATEGORIES:
            raise ValueError(f"事实“{fact.name}”的类别“{fact.category}”不在八类之内")
        self.facts[fact.name] = fact

    def sources_of(self, name: str) -> tuple[str, ...]:
        """一个事实直接与间接依赖的全部来源,次序稳定。"""
        found: dict[str, None] = {}
        queue = [name]
        seen: set[str] = set()
        while queue:
            fact = self.facts.get(queue.pop(0))
            if fact is None or fact.name in seen:
                continue
            seen.add(fact.name)
            found.update(dict.fromkeys(fact.sources))
            queue.extend(fact.uses)
        return tuple(found)


DICTIONARY = Dictionary()


class Category:
    """一类事实的声明处:``medical = Category("医疗")`` 之后用它的四个装饰器。"""

    def __init__(self, name: str, dictionary: Dictionary = DICTIONARY) -> None:
        self.name = name
        self.dictionary = dictionary

    def from_source(
        self,
        source: str,
        name: str,
        kind: Kind = "number",
        *,
        unit: str = "",
        meaning: str,
        window: str = "当前",
        absent: float | bool | str | None = None,
    ) -> Callable[[Compute], Compute]:
        return self._declare(
            name, kind, "person", "source", unit=unit, meaning=meaning, window=window, sources=(source,), absent=absent
        )

    def of_person(
        self,
        name: str,
        kind: Kind = "number",
        *,
        unit: str = "",
        meaning: str,
        window: str = "当前",
        uses: tuple[str, ...] = (),
        sources: tuple[str, ...] = (),
    ) -> Callable[[Compute], Compute]:
        return self._declare(
            name, kind, "person", "person", unit=unit, meaning=meaning, window=window, uses=uses, sources=sources
        )

    def of_members(
        self,
        name: str,
        kind: Kind = "number",
        *,
        unit: str = "",
        meaning: str,
        window: str = "当前",
        uses: tuple[str, ...] = (),
        fold: Fold = "",
    ) -> Callable[[Compute], Compute]:
        return self._declare(
            name, kind, "household", "members", unit=unit, meaning=meaning, window=window, uses=uses, fold=fold
        )

    def total(self, name: str, of: str, *, unit: str, meaning: str, window: str = "当前") -> None:
        """成员的合计;人人未知则未知。"""
        declared = self.of_members(name, unit=unit, meaning=meaning, window=window, uses=(of,), fold="total")
        declared(lambda t, c: total(t[of]))

    def count(self, name: str, flag: str, *, meaning: str, window: str = "当前") -> None:
        """``flag`` 为真的人数;人人未知则未知。"""
        counted = self.of_members(name, unit="人", meaning=meaning, window=window, uses=(flag,), fold="count")
        counted(lambda t, c: t[flag].cast("float64").sum())

    def highest(self, name: str, of: str, *, unit: str, meaning: str, window: str = "当前") -> None:
        """成员中的最大值。"""
        declared = self.of_members(name, unit=unit, meaning=meaning, window=window, uses=(of,), fold="highest")
        declared(lambda t, c: t[of].max())

    def lowest(self, name: str, of: str, *, unit: str, meaning: str, window: str = "当前") -> None:
        """成员中的最小值。"""
        declared = self.of_members(name, unit=unit, meaning=meaning, window=window, uses=(of,), fold="lowest")
        declared(lambda t, c: t[of].min())

    def anyone(self, name: str, flag: str, *, meaning: str, window: str = "当前") -> None:
        """有一人为真即为真。"""
        declared = self.of_members(name, "bool", meaning=meaning, window=window, uses=(flag,), fold="anyone")
        declared(lambda t, c: t[flag].any())

    def of_household(
        self,
        name: str,
        kind: Kind = "number",
        *,
        unit: str = "",
        meaning: str,
        window: str = "当前",
        uses: tuple[str, ...] = (),
    ) -> Callable[[Compute], Compute]:
        return self._declare(name, kind, "household", "household", unit=unit, meaning=meaning, window=window, uses=uses)

    def _declare(
        self,
        name: str,
        kind: Kind,
        level: Level,
        stage: Literal["source", "person", "members", "household"],
        *,
        unit: str,
        meaning: str,
        window: str,
        sources: tuple[str, ...] = (),
        uses: tuple[str, ...] = (),
        absent: float | bool | str | None = None,
        fold: Fold = "",
    ) -> Callable[[Compute], Compute]:
        def register(compute: Compute) -> Compute:
            self.dictionary.add(
                Fact(name, kind, level, self.name, unit, meaning, window, stage, compute, sources, uses, absent, fold)
            )
            return compute

        return register
