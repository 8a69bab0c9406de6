"""身份:每一行属于谁。`link` 是本包的唯一入口;约定见 docs/engine.md 第 3 节,办法见 docs/identity.md。"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import date

import polars as pl

from jiuzhu.engine.gather import gather
from jiuzhu.engine.identity import output
from jiuzhu.engine.identity.claims import numbers_of
from jiuzhu.engine.identity.decisions import Decisions, follow
from jiuzhu.engine.identity.direct import Owners, match_tables
from jiuzhu.engine.identity.eaten import rounded
from jiuzhu.engine.identity.errors import IdentityProblem
from jiuzhu.engine.identity.names import NEAR, clean_name, name_level
from jiuzhu.engine.identity.places import village_places
from jiuzhu.engine.identity.residue import LINKED, METHODS, Settled, settle
from jiuzhu.engine.identity.universe import (
    REGISTER,
    empty_people,
    household_of_id,
    people_from_lists,
    registered_people,
    with_columns_present,
)

Progress = Callable[[str], None]
_PLACE = ("village_code", "head_id_number")


@dataclass(frozen=True)
class Linkage:
    """身份认定的结果;各表的列见 docs/engine.md 第 3 节。`counts` 为 `source method rows`。

    `register` 只在要求时才有:与 people 同序的 `id name address`,含姓名与号码,不得写进 OUT。
    `decided` 只在给了决定时才有:每条决定的结果(decisions.OUTCOMES)。
    """

    people: pl.DataFrame
    links: pl.DataFrame
    doubtful: pl.DataFrame
    tables: dict[str, pl.DataFrame]
    places: pl.DataFrame
    register: pl.DataFrame | None = None
    decided: pl.DataFrame | None = None


def link(
    tables: Mapping[str, pl.DataFrame],
    *,
    key: bytes,
    as_of: date,
    keep_register: bool = False,
    decisions: Decisions | None = None,
    progress: Progress | None = None,
) -> Linkage:
    """规范表 → Linkage。`key` 为 32 字节县密钥;`as_of` 为评估日期(算年龄段用);`keep_register` 时留下姓名与号码。

    `decisions` 是人作的决定,最后照着改(见 decisions)。
    没有户籍表时,名单里号码合格的人组成总表。密钥长度不对抛 IdentityProblem。
    """
    tell = progress or (lambda _step: None)
    tell("整理户籍")
    people, register_links, places = _read_register(tables)
    tell("按号码认人")
    if people.is_empty():
        people = _people_without_register(tables)
    with ThreadPoolExecutor(1) as beside:
        coded = beside.submit(output.people_table, people, key)  # 算编号、找重复行与认人互不相干,同时做
        repeated = {source: beside.submit(output.duplicates, table) for source, table in tables.items()}
        owners = Owners(people)
        found, rest = match_tables(tables, people, owners)
        tell("处理疑难行")
        settled = settle(tables, rest, found, people, owners, places, as_of)
        public_people = _coded(coded.result(), settled.people, key)
    tell("写出结果")
    links = {REGISTER: [register_links], **_exact(found)}
    for source, rows in _by_source(settled.links).items():
        links.setdefault(source, []).append(rows)
    outcomes = None
    if decisions:
        every = pl.concat(rows for parts in links.values() for rows in parts)
        decided = follow(decisions, tables, every, settled, public_people, key)
        links = {source: [rows] for source, rows in _by_source(decided.links).items()}
        settled, public_people, outcomes = decided.settled, decided.people, decided.outcomes
    linkage = replace(_assemble(tables, links, repeated, settled, places, public_people), decided=outcomes)
    return replace(linkage, register=settled.people.select("id", "name", "address")) if keep_register else linkage


def _read_register(tables: Mapping[str, pl.DataFrame]) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """→ (总表的在册部分, 户籍各行的认定, 地名)。同一号码两行而姓名全异的,后者不认。"""
    register = tables.get(REGISTER)
    if register is None or register.is_empty():
        return empty_people(), pl.DataFrame(schema=LINKED), village_places(empty_people())
    people, rows = registered_people(register)
    known = rows.filter(pl.col("person").is_not_null())
    known = known.with_columns(gather(people["name"], known["person"]))
    odd = known.filter((pl.col("row_name") != pl.col("name")).fill_null(False))
    strangers = odd.filter(name_level(clean_name(pl.col("row_name")), clean_name(pl.col("name"))) < NEAR)
    known = known.join(strangers.select("row_at"), on="row_at", how="anti") if strangers.height else known
    links = known.select(
        source=pl.lit(REGISTER), at="row_at", person="person", method=pl.lit("register"), probability=pl.lit(1.0)
    )
    return people, links.cast(LINKED), village_places(people)  # type: ignore[arg-type]


def _exact(found: Mapping[str, pl.DataFrame]) -> dict[str, list[pl.DataFrame]]:
    """按号码认定的行写成 LINKED 的样子,各来源一张。"""
    method = pl.lit("exact", dtype=METHODS).alias("method")
    return {
        source: [rows.select(pl.lit(source).alias("source"), "at", "person", method, "probability")]
        for source, rows in found.items()
    }


def _people_without_register(tables: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """没有户籍:名单里合格的号码就是人,户随名单上的户主。"""
    lists = [table.select("id_number", "name", *_present(table)) for s, table in tables.items() if s != REGISTER]
    if not lists:
        return empty_people()
    seen = with_columns_present(pl.concat(lists, how="diagonal"), dict.fromkeys(_PLACE, pl.String()))
    known = numbers_of(pl.concat([seen["id_number"], seen["head_id_number"]]), Owners(empty_people())).select(
        "raw", "whole"
    )
    seen = seen.join(known, left_on="id_number", right_on="raw").drop_nulls("whole")
    seen = seen.filter(~rounded(pl.col("whole")) | (pl.len().over("whole") > 1))
    head = known.select("raw", head_household=household_of_id(pl.col("whole")))
    seen = seen.join(head, left_on="head_id_number", right_on="raw", how="left")
    return people_from_lists(seen.select("name", "village_code", "head_household", id="whole"), 0)


def _present(table: pl.DataFrame) -> list[str]:
    return [column for column in _PLACE if column in table.columns]


def _coded(registered: pl.DataFrame, everyone: pl.DataFrame, key: bytes) -> pl.DataFrame:
    """在册的已算好编号,补上认疑难行时新添在后面的人。"""
    added = everyone.slice(registered.height)
    if added.is_empty():
        return registered
    people = pl.concat([registered, output.people_table(added, key)])
    if people["person_id"].n_unique() != people.height:
        raise IdentityProblem("两个不同的号码算出了同一编号；请换一把县密钥重算。", code="identity_code_collision")
    return people


def _assemble(
    tables: Mapping[str, pl.DataFrame],
    links: Mapping[str, Sequence[pl.DataFrame]],
    repeated: Mapping[str, Future[pl.Series]],
    settled: Settled,
    places: pl.DataFrame,
    public_people: pl.DataFrame,
) -> Linkage:
    people = settled.people
    codes = public_people["person_id"]
    parts, public = [pl.DataFrame(schema=output.LINKS)], {}
    doubts = _by_source(settled.doubtful)
    for source, table in tables.items():
        doubtful_at = doubts.get(source, settled.doubtful.clear())["at"]
        results = output.row_results(table, links.get(source, ()), doubtful_at, codes)
        parts.append(output.links_table(source, table, results))
        public[source] = output.public_table(
            table, results, repeated[source].result(), settled.relatives, people, codes
        )
    return Linkage(
        people=public_people,
        links=pl.concat(parts),
        doubtful=output.doubtful_table(tables, settled.doubtful, codes),
        tables=public,
        places=places,
    )


def _by_source(rows: pl.DataFrame) -> dict[str, pl.DataFrame]:
    return {str(source): part for (source,), part in rows.partition_by("source", as_dict=True).items()}
