"""一部手册在样本上的得分与命中。"""

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from jiuzhu.engine.assessment.frames import Frames
from jiuzhu.engine.assessment.marking import Marking
from jiuzhu.engine.assessment.rulebook import Rulebook
from jiuzhu.engine.facts import Context, FactTables, build
from jiuzhu.engine.parameters import ParameterSet, on_day
from jiuzhu.engine.simulation.sample import BASE, Sample
from jiuzhu.engine.warehouse import Warehouse

MEMORY, THREADS = "1GB", 2


@dataclass(frozen=True)
class Scored:
    """``scores``:household_id village_code members score band;``hits``:household_id indicator times points。

    ``times`` 是每人平均命中几次(户级按人的为 1,按户的为 1÷人口,人级的为命中人数÷人口),
    所以 得分 = Σ 分值 × times。``indicators``:代码 → (名称, 类别, 分值)。
    """

    scores: pl.DataFrame
    hits: pl.DataFrame
    indicators: Mapping[str, tuple[str, str, float]]


def score(sample: Sample, book: Rulebook) -> Scored:
    """参数与当次监测不同时,先照 ``book`` 的参数重算样本的事实。"""
    parameters = on_day(book.parameters, sample.day)
    with Warehouse.open("duckdb", memory_limit=MEMORY, threads=THREADS) as warehouse:
        frames = Frames.fetched(warehouse, _facts(warehouse, sample, parameters))
    marked = Marking(book, parameters).marks(frames)
    named = marked.scores.join(sample.household_ids, on="household").sort("household_id")
    kept = named.select("household_id", "village_code", "members", "score", "band")
    return Scored(kept, _hits(marked.hits if book.indicators else None, named, book), _indicators(book))


def _facts(warehouse: Warehouse, sample: Sample, parameters: ParameterSet) -> FactTables:
    own = on_day(sample.rulebook.parameters, sample.day)
    if all(parameters.values.get(name) == value for name, value in own.values.items()):
        persons = warehouse.put("person_facts", sample.persons.drop("household_id", "person_id"))
        return FactTables(persons, warehouse.put("household_facts", sample.households.drop("household_id")))
    people = warehouse.put("people", sample.persons.select("household", "person", *BASE))
    sources = {name: warehouse.put(f"source_{name}", table) for name, table in sample.sources.items()}
    return build(warehouse, people, sources, Context(as_of=sample.day, parameters=parameters))


def _hits(hits: pl.DataFrame | None, scores: pl.DataFrame, book: Rulebook) -> pl.DataFrame:
    schema = {"household_id": pl.String, "indicator": pl.String, "times": pl.Float64, "points": pl.Float64}
    if hits is None:
        return pl.DataFrame(schema=schema)
    people = scores.select("household", "household_id", "members")
    weight = pl.when(pl.col("per") == "person").then(pl.col("members")).otherwise(1.0)
    kinds = pl.DataFrame(
        {
            "indicator": [item.code for item in book.indicators],
            "per": [item.per if item.level == "household" else "one" for item in book.indicators],
            "each": [item.points for item in book.indicators],
        },
        schema={"indicator": pl.String, "per": pl.String, "each": pl.Float64},
    )
    counted = (
        hits.join(people, on="household").join(kinds, on="indicator").with_columns(times=weight / pl.col("members"))
    )
    return (
        counted.group_by("household_id", "indicator")
        .agg(times=pl.col("times").sum(), points=(pl.col("times") * pl.col("each")).sum())
        .sort("household_id", "indicator")
        .cast(schema)  # type: ignore[arg-type]
    )


def _indicators(book: Rulebook) -> dict[str, tuple[str, str, float]]:
    return {item.code: (item.name, item.category, item.points) for item in book.indicators}
