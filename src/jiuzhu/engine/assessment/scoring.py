"""给全部住户打分:规则编成一句列式查询。

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

from jiuzhu.engine.assessment.rulebook import Indicator, Rulebook
from jiuzhu.engine.facts import FactTables
from jiuzhu.engine.parameters import URBAN, ParameterSet
from jiuzhu.engine.rules import Compiler

MEMBERS, PLACE = "家庭人口数", "城乡"


@dataclass(frozen=True)
class Assessor:
    """一部手册在某一天的用法:把规则编到事实表上。"""

    rulebook: Rulebook
    parameters: ParameterSet

    def scores(self, facts: FactTables) -> ir.Table:
        """每户一行:household_id, members, score, band, poverty_index, need_index。"""
        households = facts.households
        compiler = self.compiler(households)
        people = self._person_points(facts)
        table = households.left_join(people, "household_id").drop("household_id_right") if people is not None else households
        members = table[MEMBERS]
        total = self._household_points(table, compiler_on(self, table))
        if people is not None:
            total = total + table["person_points"].fill_null(0.0)
        indices = {index.key: compiler_on(self, table).compile(index.rule.tree) for index in self.rulebook.indices}
        scored = table.select("household_id", "village_code", members=members.cast("int64"), score=total / members, **indices)
        return scored.mutate(band=self._band(scored.score))

    def hits(self, facts: FactTables) -> ir.Table:
        """命中的指标,一项一行:household_id, person_id, indicator, points, facts(JSON)。"""
        persons = self._persons(facts)
        compilers = {"household": self.compiler(facts.households), "person": self.compiler(persons)}
        tables = {"household": facts.households, "person": persons}
        parts = [
            self._hits_of(indicator, tables[indicator.level], compilers[indicator.level])
            for indicator in self.rulebook.indicators
        ]
        return reduce(lambda left, right: left.union(right), parts)

    def compiler(self, table: ir.Table) -> Compiler:
        return compiler_on(self, table)

    def limit_hits(self, facts: FactTables) -> ir.Table:
        """findings 里由规则得出的:household_id, finding, code, facts(JSON)。"""
        compiler = self.compiler(facts.households)
        parts = []
        for limit in self.rulebook.findings.limits:
            found = facts.households.filter(compiler.compile(limit.rule.tree))
            parts.append(
                found.select(
                    "household_id",
                    finding=literal(limit.finding),
                    code=literal(limit.code),
                    facts=_json(self.compiler(found), limit.rule.names, self, found),
                )
            )
        return reduce(lambda left, right: left.union(right), parts)

    def _person_points(self, facts: FactTables) -> ir.Table | None:
        indicators = [item for item in self.rulebook.indicators if item.level == "person"]
        if not indicators:
            return None
        persons = self._persons(facts)
        compiler = self.compiler(persons)
        points = _sum(_points(item, compiler, literal(1.0)) for item in indicators)
        return persons.group_by("household_id").agg(person_points=points.sum())

    def _household_points(self, table: ir.Table, compiler: Compiler) -> ir.FloatingValue:
        indicators = [item for item in self.rulebook.indicators if item.level == "household"]
        each = _sum(_points(item, compiler, literal(1.0)) for item in indicators if item.per == "person")
        once = _sum(_points(item, compiler, literal(1.0)) for item in indicators if item.per == "household")
        return each * table[MEMBERS] + once

    def _persons(self, facts: FactTables) -> ir.Table:
        """在世的人;人级规则用到户级事实或分城乡的参数时,并上所需的列。"""
        living = facts.persons.filter(facts.persons["在世"])
        names = {name for item in self.rulebook.indicators if item.level == "person" for name in item.rule.names}
        wanted = [name for name in names if name in facts.households.columns and name not in living.columns]
        placed = [name for name in names if name in self.parameters.values and not self.parameters[name].uniform]
        if placed and PLACE not in living.columns and PLACE not in wanted:
            wanted.append(PLACE)
        if not wanted:
            return living
        return living.left_join(facts.households.select("household_id", *wanted), "household_id").drop("household_id_right")

    def _hits_of(self, indicator: Indicator, table: ir.Table, compiler: Compiler) -> ir.Table:
        found = table.filter(compiler.compile(indicator.rule.tree))
        each = found[MEMBERS] if indicator.level == "household" and indicator.per == "person" else literal(1.0)
        return found.select(
            "household_id",
            person_id=found.person_id if indicator.level == "person" else literal(None, type="string"),
            indicator=literal(indicator.code),
            points=(each * indicator.points).cast("float64"),
            facts=_json(self.compiler(found), indicator.rule.names, self, found),
        )

    def _band(self, score: ir.FloatingValue) -> ir.StringValue:
        branches = [
            ((score >= band.low) & (literal(True) if band.high is None else score < band.high), band.band)
            for band in self.rulebook.bands
        ]
        return ibis.cases(*branches, else_=literal(None, type="string"))


def compiler_on(assessor: Assessor, table: ir.Table) -> Compiler:
    """名称 → 表里的列,或参数在每一行的取值。"""
    return Compiler(resolver(assessor.parameters, table))


def resolver(parameters: ParameterSet, table: ir.Table) -> Callable[[str], Any]:
    """参数分城乡时,按这一行的“城乡”取值;不知城乡则未知。"""

    def resolve(name: str) -> Any:
        if name not in parameters.values:
            return table[name]
        value = parameters[name]
        if value.uniform:
            return value.urban
        place = table[PLACE]
        return place.isnull().ifelse(literal(None, type="float64"), ifelse(place == URBAN, value.urban, value.rural))

    return resolve


def _points(indicator: Indicator, compiler: Compiler, each: ir.FloatingValue) -> ir.FloatingValue:
    """成立得分,不成立或未知得 0。"""
    return ifelse(compiler.compile(indicator.rule.tree), each * indicator.points, 0.0).cast("float64")


def _sum(values: Iterable[ir.FloatingValue]) -> ir.FloatingValue:
    terms = list(values)
    return reduce(lambda left, right: left + right, terms) if terms else literal(0.0)


def _json(compiler: Compiler, names: Iterable[str], assessor: Assessor, table: ir.Table) -> ir.StringValue:
    """``{事实名: 值}`` 的 JSON 文本;未知为 null。"""
    del compiler
    resolve = resolver(assessor.parameters, table)
    pieces: list[Any] = []
    for position, name in enumerate(names):
        value = resolve(name)
        pieces.append(literal(("{" if position == 0 else ", ") + f'"{name}": '))
        pieces.append(_json_value(value))
    return reduce(lambda left, right: left + right, [*pieces, literal("}" if pieces else "{}")])


def _json_value(value: Any) -> ir.StringValue:
    if isinstance(value, int | float):
        return literal(repr(float(value)))
    text = value.cast("string")
    if value.type().is_string():
        text = literal('"') + text + literal('"')
    return text.fill_null("null")
