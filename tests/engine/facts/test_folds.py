"""成员汇总到户的五种常用法:内存里算的与查询算的逐户相同,未知、极大的数也相同。"""

from datetime import date
from typing import Any

import polars as pl
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jiuzhu.engine.facts import DICTIONARY, Context
from jiuzhu.engine.facts.dictionary import IBIS_TYPES, Fact
from jiuzhu.engine.facts.folds import folded
from jiuzhu.engine.parameters import ParameterSet
from jiuzhu.engine.warehouse import Warehouse

FACTS = [fact for fact in DICTIONARY.at_stage("members") if fact.fold]
CHOSEN: dict[str, Fact] = {fact.fold: fact for fact in FACTS}
KINDS = {"number": pl.Float64(), "bool": pl.Boolean()}
NUMBERS = [None, 0.0, 0.1, 0.005, 0.0000005, 0.0000015, -3.3, 123.45, 99999.99, 1e9 + 0.5, 8e12, 9.5e12]
POOLS: dict[str, list[Any]] = {"number": NUMBERS, "bool": [None, True, False]}
CONTEXT = Context(date(2026, 10, 31), ParameterSet(date(2026, 10, 31), {}, {}))
USED = {fact.uses[0]: DICTIONARY[fact.uses[0]].kind for fact in CHOSEN.values()}
ROW = st.fixed_dictionaries(
    {
        "household": st.integers(0, 4),
        "在世": st.booleans(),
        **{name: st.sampled_from(POOLS[kind]) for name, kind in USED.items()},
    }
)


def test_五种都有() -> None:
    assert set(CHOSEN) == {"total", "count", "highest", "lowest", "anyone"}
    assert all(len(fact.uses) == 1 for fact in FACTS)


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(ROW, min_size=1, max_size=40))
def test_与查询相同(rows: list[dict[str, Any]]) -> None:
    schema = {"household": pl.Int32(), "在世": pl.Boolean(), **{name: KINDS[kind] for name, kind in USED.items()}}
    persons = pl.DataFrame(rows, schema=schema).sort("household")
    facts = list(CHOSEN.values())
    ours = folded(persons, facts).sort("household")
    with Warehouse.open() as warehouse:
        table = warehouse.put("persons", persons)
        living = table.filter(table["在世"])
        columns = {fact.name: fact.compute(living, CONTEXT).cast(IBIS_TYPES[fact.kind]) for fact in facts}
        queried = warehouse.fetch(living.group_by("household").agg(**columns)).sort("household")
    assert ours.equals(queried.select(ours.columns), null_equal=True)
