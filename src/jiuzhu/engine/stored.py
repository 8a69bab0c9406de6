"""从 OUT 里取回当时的事实:全县的两张宽表,或由留存的去敏行重算一户。

重算一户用的是 ``warehouse/`` 里当时的行与 ``rulebook/`` 里当时的手册,与今天的数据、手册无关。
"""

from datetime import date
from pathlib import Path

import polars as pl

from jiuzhu.engine.assessment.rulebook import Rulebook
from jiuzhu.engine.assessment.sweep import sweep
from jiuzhu.engine.facts import Context, FactTables, build, reassessed
from jiuzhu.engine.outputs import CONTRACT, read_summary
from jiuzhu.engine.parameters import ParameterSet, on_day
from jiuzhu.engine.warehouse import Warehouse

REGISTER = "hukou"
ASIDE = ("household", "person_id", "head_person_id", "guardian_person_id", "file", "row")


def stored_facts(warehouse: Warehouse, out: Path) -> FactTables:
    """OUT 里的两张事实宽表,换回运行内的序号。"""
    members = pl.scan_parquet(out / "members.parquet")
    persons = pl.scan_parquet(out / "person_facts.parquet").join(
        members.select("person_id", "person", "household"), on="person_id"
    )
    numbers = members.select("household_id", "household").unique()
    households = pl.scan_parquet(out / "household_facts.parquet").join(numbers, on="household_id")
    return FactTables(
        warehouse.put("stored_persons", persons.collect()), warehouse.put("stored_households", households.collect())
    )


def rebuilt_facts(
    warehouse: Warehouse, out: Path, household_id: str, day: date, parameters: ParameterSet
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """一户的事实由当时的行重算:(人, 户) 两张表,人表另有 person_id,按人排序。"""
    members = pl.scan_parquet(out / "members.parquet").filter(pl.col("household_id") == household_id).collect()
    number = members["household"][0]
    sources = {
        path.stem: warehouse.put(f"source_{path.stem}", _rows(path, number))
        for path in sorted((out / "warehouse").glob("*.parquet"))
        if path.stem != REGISTER
    }
    people = warehouse.put("people", members.drop("person_id", "household_id", "classes", "registered"))
    facts = build(warehouse, people, sources, Context(as_of=day, parameters=parameters))
    persons = warehouse.fetch(facts.persons).join(members.select("person", "person_id"), on="person")
    return persons.sort("person_id"), warehouse.fetch(facts.households)


def _rows(path: Path, household: int) -> pl.DataFrame:
    found = pl.scan_parquet(path).filter((pl.col("household") == household) & ~pl.col("duplicate")).collect()
    return found.drop(ASIDE, strict=False)


def sweep_again(out: Path, book: Rulebook) -> pl.DataFrame:
    """在 OUT 那次运行的事实上换一部手册普查,列同 entitlements.parquet;由参数推出的事实按这部手册重算。"""
    day = date.fromisoformat(read_summary(out)["as_of"])
    parameters = on_day(book.parameters, day)
    members = pl.read_parquet(out / "members.parquet", columns=["household", "person", "household_id", "person_id"])
    numbers = members.with_columns(pl.col("household", "person").cast(pl.Int64))
    with Warehouse.open() as warehouse:
        facts = stored_facts(warehouse, out)
        context = Context(as_of=day, parameters=parameters)
        households = reassessed(warehouse, facts.households, context, "households_again")
        found = sweep(warehouse, FactTables(facts.persons, households), book.programmes, parameters)
    homes = numbers.select("household", "household_id").unique()
    named = found.join(homes, on="household", how="left").join(
        numbers.select("person", "person_id"), on="person", how="left"
    )
    return named.select(CONTRACT["entitlements"])
