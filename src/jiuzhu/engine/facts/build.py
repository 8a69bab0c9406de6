"""把带 person 的表算成人、户两张事实宽表。"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, cast

from ibis import literal
from ibis.expr import types as ir

from jiuzhu.engine.facts.dictionary import DICTIONARY, IBIS_TYPES, Context, Dictionary, Fact
from jiuzhu.engine.facts.folds import folded
from jiuzhu.engine.warehouse import Warehouse


@dataclass(frozen=True)
class FactTables:
    """``persons``:每人一行,含 person、household、village_code 与全部人级事实;
    ``households``:每户一行(只算有在世成员的户),含 household、village_code 与全部户级事实。"""

    persons: ir.Table
    households: ir.Table


def build(
    warehouse: Warehouse,
    people: ir.Table,
    sources: Mapping[str, ir.Table],
    context: Context,
    dictionary: Dictionary = DICTIONARY,
) -> FactTables:
    """算出全部事实。``sources`` 是在场的来源;不在的来源,其事实一律未知。"""
    persons = _person_facts(warehouse, people, sources, context, dictionary)
    households = _household_facts(warehouse, persons, people, context, dictionary)
    return FactTables(persons=persons, households=households)


def reassessed(
    warehouse: Warehouse, households: ir.Table, context: Context, name: str, dictionary: Dictionary = DICTIONARY
) -> ir.Table:
    """换一套参数以后的户级事实,存为 ``name``:由成员汇总来的原样留着,由参数与别的户级事实推出的重算。"""
    derived = {fact.name for fact in dictionary.at_stage("household")}
    kept = [column for column in households.columns if column not in derived]
    died = households["近12个月有成员去世"].cast("float64")
    given = households.select(*kept, 去世成员数=died)
    added = _derived(given, dictionary.at_stage("household"), context)
    return warehouse.keep(given.mutate(**added).drop("去世成员数"), name)


def _person_facts(
    warehouse: Warehouse,
    people: ir.Table,
    sources: Mapping[str, ir.Table],
    context: Context,
    dictionary: Dictionary,
) -> ir.Table:
    by_source: dict[str, list[Fact]] = {}
    for fact in dictionary.at_stage("source"):
        by_source.setdefault(fact.sources[0], []).append(fact)
    present = {source: facts for source, facts in by_source.items() if source in sources}
    summaries = [_summary(sources[source], facts, context) for source, facts in present.items()]
    absent = {fact.name: fact.absent for facts in present.values() for fact in facts if fact.absent is not None}
    known = warehouse.widen(people, summaries, "person", "person_sources", absent)
    lacking = [fact for source, facts in by_source.items() for fact in facts if source not in present]
    unknown = {fact.name: _unknown(fact) for fact in lacking}
    added = _derived(known, dictionary.at_stage("person"), context, unknown)
    return warehouse.extend(known, added, [*known.columns, *added], "person_facts")


def _summary(rows: ir.Table, facts: Iterable[Fact], context: Context) -> ir.Table:
    """一个来源:有记录的人每人一行。"""
    return rows.group_by("person").agg(**{fact.name: _typed(fact, fact.compute(rows, context)) for fact in facts})


def _household_facts(
    warehouse: Warehouse, persons: ir.Table, people: ir.Table, context: Context, dictionary: Dictionary
) -> ir.Table:
    living = persons.filter(persons["在世"])
    facts = dictionary.at_stage("members")
    usual = [fact for fact in facts if fact.fold and warehouse.in_memory]
    grouped = living.group_by("household").agg(
        village_code=living.village_code.max(),
        **{fact.name: _typed(fact, fact.compute(living, context)) for fact in facts if fact not in usual},
    )
    dead = people.filter(~people.alive & (people.status_date > context.since(months=12)))
    deaths = dead.group_by("household").agg(去世成员数=dead.count().cast("float64"))
    wide = grouped.left_join(deaths, "household").drop("household_right")
    folds = [folded(warehouse.fetch(persons), usual)] if usual else []
    grouped = warehouse.widen(wide.order_by("household"), folds, "household", "member_facts")
    added = _derived(grouped, dictionary.at_stage("household"), context)
    names = [fact.name for fact in facts]
    return warehouse.extend(grouped, added, ["household", "village_code", *names, *added], "household_facts")


class _Row:
    """事实的式子眼里的一行:已经推出的事实是它的式子,其余是表里的列。"""

    def __init__(self, table: ir.Table, derived: Mapping[str, ir.Value]) -> None:
        self._table = table
        self.derived = dict(derived)

    def __getitem__(self, name: str) -> ir.Value:
        return self.derived[name] if name in self.derived else self._table[name]

    def __getattr__(self, name: str) -> Any:
        return getattr(self._table, name)


def _derived(
    table: ir.Table, facts: Iterable[Fact], context: Context, given: Mapping[str, ir.Value] | None = None
) -> dict[str, ir.Value]:
    """``given`` 与由浅入深推出的事实:一个事实要等它用到的事实都有了才算。

    式子套着式子,都直接算在 ``table`` 上:一层层地添列,Ibis 每层要把全部列重编一遍。
    """
    waiting, row = {fact.name: fact for fact in facts}, _Row(table, given or {})
    while waiting:
        ready = [fact for fact in waiting.values() if not any(name in waiting for name in fact.uses)]
        if not ready:
            raise ValueError(f"事实互相依赖，无法计算：{'、'.join(waiting)}")
        found = {fact.name: _typed(fact, fact.compute(cast("ir.Table", row), context)) for fact in ready}
        row.derived |= found
        for name in found:
            del waiting[name]
    return row.derived


def _typed(fact: Fact, value: ir.Value) -> ir.Value:
    return value.cast(IBIS_TYPES[fact.kind])


def _unknown(fact: Fact) -> ir.Value:
    return literal(None, type=IBIS_TYPES[fact.kind])
