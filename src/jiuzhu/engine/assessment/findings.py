"""数据发现:去世仍领、重复领取、多头救助、财产与收入超标、符合条件未救助。

每条只是“数据显示”,附上依据的来源与行数,由人核实后才有结论。
"""

from collections.abc import Mapping

import polars as pl

from jiuzhu.engine.assessment.rulebook import Receiving, Rulebook

SCHEMA = {"finding": pl.String, "person_id": pl.String, "household_id": pl.String, "detail": pl.String}


def find(
    rulebook: Rulebook,
    people: pl.DataFrame,
    tables: Mapping[str, pl.DataFrame],
    limit_hits: pl.DataFrame | None,
    kept: pl.DataFrame | None = None,
) -> pl.DataFrame:
    """全部发现:finding, person_id(户级的为空), household_id, detail(JSON)。

    ``people`` 有 person_id、household_id、alive、status_date;``tables`` 是带 person(people 的行号)的来源表;
    ``limit_hits`` 是由规则得出的命中(household_id, finding, code, facts);``kept`` 是照抄的、由规则得出的发现。
    """
    rules = rulebook.findings
    parts = [
        _deceased(people, tables, rules.receiving),
        _paid_twice(people, tables, rules.paid_lists),
        _several_lists(people, tables, rules.exclusive_lists),
        _none() if limit_hits is None else _over_limits(limit_hits),
        _none() if kept is None else kept,
    ]
    found = pl.concat([part.select(list(SCHEMA)) for part in parts])
    return found.sort("finding", "household_id", "person_id", nulls_last=True)


def _deceased(
    people: pl.DataFrame, tables: Mapping[str, pl.DataFrame], receiving: tuple[Receiving, ...]
) -> pl.DataFrame:
    dead = people.select("alive", "status_date", person=pl.int_range(pl.len())).filter(~pl.col("alive"))
    rows = [
        _rows(tables[item.source], item).with_columns(source=pl.lit(item.source))
        for item in receiving
        if item.source in tables
    ]
    if not rows or dead.is_empty():
        return _none()
    listed = pl.concat(rows).join(dead, on="person")
    gathered = listed.group_by("person").agg(
        died=pl.col("status_date").first().cast(pl.String), sources=pl.col("source").unique().sort()
    )
    return _named(gathered, people).with_columns(
        finding=pl.lit("deceased_receiving"), detail=pl.struct("died", "sources").struct.json_encode()
    )


def _rows(table: pl.DataFrame, item: Receiving) -> pl.DataFrame:
    living = table if item.column is None else table.filter(pl.col(item.column) == item.value)
    return living.select(pl.col("person").cast(pl.Int64)).drop_nulls()


def _paid_twice(people: pl.DataFrame, tables: Mapping[str, pl.DataFrame], lists: tuple[str, ...]) -> pl.DataFrame:
    parts = []
    for source in lists:
        if source not in tables:
            continue
        rows = tables[source].filter(pl.col("person").is_not_null() & pl.col("person").is_duplicated())
        parts.append(rows.select(pl.col("person").cast(pl.Int64), "file", "row", source=pl.lit(source)))
    if not parts:
        return _none()
    twice = pl.concat(parts).group_by("person", "source", maintain_order=True).agg("file", "row")
    return _named(twice, people).with_columns(
        finding=pl.lit("paid_twice"), detail=pl.struct("source", files="file", rows="row").struct.json_encode()
    )


def _several_lists(people: pl.DataFrame, tables: Mapping[str, pl.DataFrame], lists: tuple[str, ...]) -> pl.DataFrame:
    parts = [
        tables[source].select(pl.col("person").cast(pl.Int64)).drop_nulls().unique().with_columns(source=pl.lit(source))
        for source in lists
        if source in tables
    ]
    if not parts:
        return _none()
    several = pl.concat(parts).filter(pl.col("person").is_duplicated())
    held = several.group_by("person").agg(sources=pl.col("source").sort())
    return _named(held, people).with_columns(
        finding=pl.lit("several_lists"), detail=pl.struct("sources").struct.json_encode()
    )


def _over_limits(hits: pl.DataFrame) -> pl.DataFrame:
    """同一户同一种发现合为一条,detail 列出哪几条规则与用到的事实。"""
    if hits.is_empty():
        return _none()
    rule = pl.concat_str(pl.lit('{"code": "'), "code", pl.lit('", "facts": '), "facts", pl.lit("}"))
    rules = pl.concat_str(pl.lit('{"rules": ['), pl.col("detail"), pl.lit("]}"))
    return (
        hits.sort("household_id", "code")
        .group_by("finding", "household_id", maintain_order=True)
        .agg(detail=rule.str.join(", "))
        .with_columns(person_id=pl.lit(None, dtype=pl.String), detail=rules)
    )


def _named(frame: pl.DataFrame, people: pl.DataFrame) -> pl.DataFrame:
    """由行号加上人与户的编号。"""
    return frame.with_columns(people[name].gather(frame["person"]) for name in ("person_id", "household_id"))


def _none() -> pl.DataFrame:
    return pl.DataFrame(schema=SCHEMA)
