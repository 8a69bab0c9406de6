"""给全部住户打分:规则编成一句列式查询,人数多到放不进内存也能算。在内存里的由 ``marking`` 算,结果相同。

户总分 = 户级指标分(按人计的乘家庭人口数)+ 在世成员的人级指标分;得分 = 户总分 ÷ 家庭人口数。
未知的指标不得分,也不扣分。
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import reduce
from typing import Any

import ibis
from ibis import ifelse, literal
from ibis.expr import types as ir

from jiuzhu.engine.assessment.frames import MEMBERS, PLACE, TOWNSHIP_DIGITS, VILLAGE
from jiuzhu.engine.assessment.rulebook import Indicator, Rulebook
from jiuzhu.engine.facts import FactTables, exact
from jiuzhu.engine.parameters import RURAL, URBAN, ParameterSet, PlacedValue
from jiuzhu.engine.rules import Compiler, Rule
from jiuzhu.engine.rules.compile import constant


@dataclass(frozen=True)
class Assessor:
    """一部手册在某一天的用法:把规则编到事实表上。"""

    rulebook: Rulebook
    parameters: ParameterSet

    def scores(self, facts: FactTables) -> ir.Table:
        """每户一行:household, village_code, members, score, band, poverty_index, need_index。"""
        table, total = facts.households, None
        people = self._person_points(facts)
        if people is not None:
            table = table.left_join(people, "household").drop("household_right")
            total = table["person_points"].fill_null(0)
        table = self.with_parameters(table)
        compiler = self.compiler(table)
        points = self._household_points(table, compiler)
        members = table[MEMBERS]
        scored = table.select(
            "household",
            "village_code",
            members=members.cast("int64"),
            score=(points if total is None else points + total) / members,
            **{index.key: compiler.compile(index.rule.tree) for index in self.rulebook.indices},
        )
        return scored.mutate(band=self._band(scored.score))

    def hits(self, facts: FactTables) -> ir.Table:
        """命中的指标,一项一行:household, person, indicator, points, facts(JSON)。"""
        tables = {"household": facts.households, "person": self._persons(facts)}
        parts = [self._hits_of(indicator, tables[indicator.level]) for indicator in self.rulebook.indicators]
        return reduce(lambda left, right: left.union(right), parts)

    def compiler(self, table: ir.Table) -> Compiler:
        """名称 → 表里的列,或参数的取值。"""
        return Compiler(resolver(self.parameters, table))

    def with_parameters(self, table: ir.Table) -> ir.Table:
        """加上分城乡的参数列,每一行按它的“城乡”取值;不知城乡则未知。"""
        placed = {
            name: value
            for name, value in self.parameters.values.items()
            if not value.uniform and name not in table.columns
        }
        if PLACE not in table.columns or not placed:
            return table
        return table.mutate(**{name: placed_parameter(value, table) for name, value in placed.items()})

    def limit_hits(self, facts: FactTables) -> ir.Table:
        """findings 里由规则得出的:household, finding, code, facts(JSON)。"""
        parts = []
        for limit in self.rulebook.findings.limits:
            found = self._where(facts.households, limit.rule, ())
            parts.append(
                found.select(
                    "household",
                    finding=literal(limit.finding),
                    code=literal(limit.code),
                    facts=_json(limit.rule.names, self.parameters, found),
                )
            )
        return reduce(lambda left, right: left.union(right), parts)

    def _where(self, table: ir.Table, rule: Rule, keep: tuple[str, ...]) -> ir.Table:
        """规则成立的行;只带规则与 ``keep`` 要用的列,几十条规则并起来时语句才不会很长。"""
        wanted = dict.fromkeys(("household", *keep, *(part for name in rule.names for part in self._columns(name))))
        narrow = self.with_parameters(table.select(*[name for name in wanted if name in table.columns]))
        return narrow.filter(self.compiler(narrow).compile(rule.tree))

    def _columns(self, name: str) -> tuple[str, ...]:
        """算这个名称要用到表里的哪些列。"""
        if not self._placed(name):
            return (name,)
        return (PLACE, VILLAGE) if self.parameters[name].townships else (PLACE,)

    def _placed(self, name: str) -> bool:
        return name in self.parameters.values and not self.parameters[name].uniform

    def _person_points(self, facts: FactTables) -> ir.Table | None:
        indicators = [item for item in self.rulebook.indicators if item.level == "person"]
        if not indicators:
            return None
        persons = self._persons(facts)
        compiler = self.compiler(persons)
        points = _sum(_points(item, compiler) for item in indicators)
        whole = all(item.points.is_integer() for item in indicators)
        return persons.group_by("household").agg(person_points=points.sum() if whole else exact.total(points))

    def _household_points(self, table: ir.Table, compiler: Compiler) -> ir.FloatingValue:
        indicators = [item for item in self.rulebook.indicators if item.level == "household"]
        each = _sum(_points(item, compiler) for item in indicators if item.per == "person")
        once = _sum(_points(item, compiler) for item in indicators if item.per == "household")
        return each * table[MEMBERS] + once

    def _persons(self, facts: FactTables) -> ir.Table:
        """在世的人;人级规则用到户级事实或分城乡的参数时,并上所需的列。"""
        living = facts.persons.filter(facts.persons["在世"])
        names = {name for item in self.rulebook.indicators if item.level == "person" for name in item.rule.names}
        wanted = [name for name in names if name in facts.households.columns and name not in living.columns]
        if any(self._placed(name) for name in names) and PLACE not in wanted:
            wanted.append(PLACE)
        if not wanted:
            return living
        joined = living.left_join(facts.households.select("household", *wanted), "household")
        return self.with_parameters(joined.drop("household_right"))

    def _hits_of(self, indicator: Indicator, table: ir.Table) -> ir.Table:
        personal = indicator.level == "person"
        found = self._where(table, indicator.rule, ("person",) if personal else (MEMBERS,))
        each = found[MEMBERS] if indicator.per == "person" and not personal else literal(1.0)
        return found.select(
            "household",
            person=found.person.cast("int64") if personal else literal(None, type="int64"),
            indicator=literal(indicator.code),
            points=(each * indicator.points).cast("float64"),
            facts=_json(indicator.rule.names, self.parameters, found),
        )

    def _band(self, score: ir.FloatingValue) -> ir.StringValue:
        branches = [
            ((score >= band.low) & (literal(True) if band.high is None else score < band.high), band.band)
            for band in self.rulebook.bands
        ]
        return ibis.cases(*branches, else_=literal(None, type="string"))


def placed_parameter(value: PlacedValue, table: ir.Table) -> ir.FloatingValue:
    """分地方的参数在每一行的取值;不知城乡则未知。常数写成文字转换,与规则里的常数同样精确。"""
    base = table[PLACE].cases((URBAN, constant(value.urban, "number")), (RURAL, constant(value.rural, "number")))
    if value.urban == value.rural:
        base = constant(value.urban, "number")
    if not value.townships:
        return base
    own = table[VILLAGE][:TOWNSHIP_DIGITS].cases(
        *((code, constant(number, "number")) for code, number in value.townships.items())
    )
    return ibis.coalesce(own, base)


def resolver(parameters: ParameterSet, table: ir.Table) -> Callable[[str], Any]:
    """名称在表里就是列,否则是不分城乡的参数;分城乡而表里没有“城乡”,未知。"""
    columns = frozenset(table.columns)

    def resolve(name: str) -> Any:
        if name in columns:
            return table[name]
        value = parameters[name]
        return value.urban if value.uniform else literal(None, type="float64")

    return resolve


def _points(indicator: Indicator, compiler: Compiler) -> ir.NumericValue:
    """成立得分,不成立或未知得 0。"""
    whole = indicator.points.is_integer()
    points = literal(int(indicator.points)) if whole else constant(indicator.points, "number")
    return ifelse(compiler.compile(indicator.rule.tree), points, 0)


def _sum(values: Iterable[ir.FloatingValue]) -> ir.FloatingValue:
    terms = list(values)
    return reduce(lambda left, right: left + right, terms) if terms else literal(0.0)


def _json(names: Iterable[str], parameters: ParameterSet, table: ir.Table) -> ir.StringValue:
    """``{事实名: 值}`` 的 JSON 文本;未知为 null。"""
    resolve = resolver(parameters, table)
    pieces: list[Any] = []
    for position, name in enumerate(names):
        pieces.append(literal(("{" if position == 0 else ", ") + f'"{name}": '))
        pieces.append(_json_value(resolve(name)))
    return reduce(lambda left, right: left + right, [*pieces, literal("}" if pieces else "{}")])


def _json_value(value: Any) -> ir.StringValue:
    if isinstance(value, int | float):
        return literal(repr(float(value)))
    text = value.cast("string")
    if value.type().is_string():
        text = literal('"') + text + literal('"')
    return text.fill_null("null")
