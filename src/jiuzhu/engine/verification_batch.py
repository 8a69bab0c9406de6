"""批量核对:一张名单的户 × 几个项目,编成列式查询一次算出,结论与逐户核对处处相同(测试保证)。"""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl

from jiuzhu.engine.assessment.answers import AMOUNT, Sweep
from jiuzhu.engine.assessment.frames import Frames
from jiuzhu.engine.assessment.programmes import Programme
from jiuzhu.engine.assessment.verification import OVER, severity_of
from jiuzhu.engine.edition import rulebook_at, rulebook_of
from jiuzhu.engine.facts import Context, FactTables, reassessed
from jiuzhu.engine.parameters import on_day
from jiuzhu.engine.warehouse import Warehouse

SCHEMA: dict[str, Any] = {
    "household_id": pl.String,
    "person_id": pl.String,
    "programme": pl.String,
    "conclusion": pl.String,
    "amount": pl.Float64,
    "over": pl.List(pl.String),
}
LEVELS = {"household": "household_id", "person": "person_id"}


def check_many(
    out: Path, household_ids: Sequence[str], codes: Sequence[str], *, rulebook: Path | None = None
) -> pl.DataFrame:
    """列见 ``SCHEMA``;户级项目每户一行,人级项目每名在世成员一行。``over`` 是超标的条件名。"""
    own, _, day = rulebook_of(out)
    book = own if rulebook is None else rulebook_at(rulebook)
    parameters = on_day(book.parameters, day)
    chosen = [item for item in book.programmes if item.code in set(codes)]
    probes = {f"{item.code}__c{at}": (item, at) for item in chosen for at, _ in _limits(item)}
    widened = replace(
        book.programmes.only(codes),
        programmes=(*book.programmes.only(codes).programmes, *(_probe(code, *one) for code, one in probes.items())),
    )
    with Warehouse.open() as warehouse:
        facts = _facts(warehouse, out, household_ids)
        if book.digest != own.digest:
            again = reassessed(warehouse, facts.households, Context(as_of=day, parameters=parameters), "checked_again")
            facts = FactTables(facts.persons, again)
        frames = Frames.fetched(warehouse, facts)
    found = Sweep(widened, parameters, masks=False).answers(frames)
    wide = {"household": found.households, "person": found.persons}
    numbers = pl.scan_parquet(out / "members.parquet").select("household", "person", "household_id", "person_id")
    members = numbers.filter(pl.col("household_id").is_in(list(household_ids))).collect()
    parts = [
        _rows(item, wide[item.level], members, [c for c, (p, _) in probes.items() if p is item]) for item in chosen
    ]
    return pl.concat(parts) if parts else pl.DataFrame(schema=SCHEMA)


def _facts(warehouse: Warehouse, out: Path, household_ids: Sequence[str]) -> FactTables:
    wanted = pl.col("household_id").is_in(list(household_ids))
    members = pl.scan_parquet(out / "members.parquet").filter(wanted)
    persons = pl.scan_parquet(out / "person_facts.parquet").join(
        members.select("person_id", "person", "household"), on="person_id"
    )
    homes = pl.scan_parquet(out / "household_facts.parquet").join(
        members.select("household_id", "household").unique(), on="household_id"
    )
    people, households = pl.collect_all([persons, homes])
    return FactTables(warehouse.put("checked_persons", people), warehouse.put("checked_households", households))


def _limits(item: Programme) -> list[tuple[int, str]]:
    """不成立即为超标的条件。"""
    return [(at, each.name) for at, each in enumerate(item.conditions) if severity_of(each) == OVER]


def _probe(code: str, item: Programme, at: int) -> Programme:
    """只有一条条件的探针,看这一条成立不成立。"""
    return replace(
        item, code=code, conditions=(item.conditions[at],), tiers=(), additions=(), amount=None, held=None, exposes="",
        excludes=(), notes=(),
    )  # fmt: skip


def _rows(item: Programme, wide: pl.DataFrame, members: pl.DataFrame, probes: list[str]) -> pl.DataFrame:
    answer = pl.col(item.code)
    names = dict(zip(probes, [name for _, name in _limits(item)], strict=True))
    failed = [pl.when(pl.col(code).not_()).then(pl.lit(name)) for code, name in names.items()]
    over = pl.concat_list(failed).list.drop_nulls() if failed else pl.lit([], dtype=pl.List(pl.String))
    keys = ["household"] if item.level == "household" else ["household", "person"]
    named = members.select(*keys, *(LEVELS[key] for key in keys)).unique()
    # 没有事实的户(如在册成员都已去世)也有一行,答不出,与逐户核对相同;人只算有事实的
    told = named.with_columns(pl.col(keys).cast(pl.Int64)).join(
        wide.with_columns(pl.col(keys).cast(pl.Int64)), on=keys, how="left" if item.level == "household" else "inner"
    )
    conclusion = (
        pl.when(answer.is_null())
        .then(pl.lit("undecided"))
        .when(answer)
        .then(pl.lit("fits"))
        .when(pl.col("over").list.len() > 0)
        .then(pl.lit("over"))
        .otherwise(pl.lit("unfit"))
    )
    person = pl.col("person_id") if item.level == "person" else pl.lit(None, dtype=pl.String)
    return (
        told.with_columns(over=over)
        .with_columns(conclusion=conclusion)
        .select(
            "household_id",
            person_id=person,
            programme=pl.lit(item.code),
            conclusion="conclusion",
            amount=pl.col(item.code + AMOUNT).cast(pl.Float64),
            over="over",
        )
    )
