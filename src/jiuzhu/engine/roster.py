"""名册:每个编号是谁。带姓名、号码、电话、账号、住址,只交给要它的人(对象库),从不写进 OUT。"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl

from jiuzhu.engine.catalog import listed_classes, load_catalog
from jiuzhu.engine.errors import EngineError
from jiuzhu.engine.identity import Linkage
from jiuzhu.engine.identity.output import people_table
from jiuzhu.engine.identity.universe import registered_people
from jiuzhu.engine.intake.folder import read_file

REGISTER = "hukou"
PEOPLE = {
    "person_id": pl.String, "household_id": pl.String, "name": pl.String, "id_number": pl.String, "sex": pl.String,
    "birth_date": pl.Date, "phone": pl.String, "account": pl.String, "address": pl.String, "village_code": pl.String,
    "relation": pl.String, "alive": pl.Boolean, "died_on": pl.Date, "registered": pl.Boolean,
}  # fmt: skip
CLASSES = {"person_id": pl.String, "code": pl.String, "since": pl.Date, "detail": pl.String, "file": pl.String}
# 名单里说明“从何时起在这一类”的列、说明档次的列
SINCE = {"dibao": "start_month", "dibao_bianyuan": "confirmed_date", "fangfanpin": "identified_date"}
YEARS = {"gangxing_zhichu": "confirmed_year"}
DETAIL = {
    "dibao": "dibao_class",
    "tekun": "support_mode",
    "gangxing_zhichu": "spending_kind",
    "fangfanpin": "monitored_kind",
    "other_hardship": "hardship_kind",
}
CONTACTS = {"phone": "phone", "account": "bank_account", "listed_address": "address"}


class RosterError(EngineError):
    """户籍文件里没有这一户。"""

    code = "not_in_register"


@dataclass(frozen=True)
class Roster:
    """``people`` 每人一行(列见 PEOPLE);``classes`` 每人每类一行(列见 CLASSES);``sources`` 是这批数据里有的来源。"""

    people: pl.DataFrame
    classes: pl.DataFrame
    sources: frozenset[str]
    as_of: date


def make_roster(tables: Mapping[str, pl.DataFrame], linkage: Linkage, as_of: date) -> Roster:
    """由接收的行与认定结果拼出名册。``linkage`` 须带 register。"""
    if linkage.register is None:
        raise ValueError("认人时没有留下姓名与号码：link(keep_register=True)")
    known = linkage.register.select(pl.col("id").alias("id_number"), "name", "address")
    people = pl.concat([linkage.people, known], how="horizontal")
    for target, column in CONTACTS.items():
        people = people.join(_contacts(tables, linkage, column, target), on="person_id", how="left")
    people = people.with_columns(
        address=pl.coalesce("address", "listed_address"),
        died_on=pl.when(~pl.col("alive")).then(pl.col("status_date")),
    )
    classes = [_class_rows(source, linkage.tables[source]) for source in listed_classes() if source in linkage.tables]
    return Roster(
        people=people.select(*PEOPLE).cast(PEOPLE),  # type: ignore[arg-type]
        classes=pl.concat([pl.DataFrame(schema=CLASSES), *classes]),
        sources=frozenset(tables),
        as_of=as_of,
    )


def _contacts(tables: Mapping[str, pl.DataFrame], linkage: Linkage, column: str, target: str) -> pl.DataFrame:
    """``person_id`` 与各名单上第一个不空的 ``column``;户籍自己的不算。"""
    parts = [pl.DataFrame(schema={"person_id": pl.String, target: pl.String})]
    for source, table in tables.items():
        if source != REGISTER and column in table.columns:
            owner = linkage.tables[source]["person_id"]
            parts.append(pl.DataFrame({"person_id": owner, target: table[column].cast(pl.String)}).drop_nulls())
    return pl.concat(parts).unique("person_id", keep="first", maintain_order=True)


def _class_rows(source: str, table: pl.DataFrame) -> pl.DataFrame:
    """一份名单的人:重复的留最早开始的一行。"""
    since = pl.lit(None, dtype=pl.Date)
    if SINCE.get(source) in table.columns:
        since = pl.col(SINCE[source]).cast(pl.Date)
    elif YEARS.get(source) in table.columns:
        since = pl.date(pl.col(YEARS[source]), 1, 1)
    detail = pl.col(DETAIL[source]).cast(pl.String) if DETAIL.get(source) in table.columns else pl.lit(None, pl.String)
    rows = table.filter(pl.col("person_id").is_not_null()).select(
        "person_id", code=pl.lit(source), since=since, detail=detail, file=pl.col("file").cast(pl.String)
    )
    return rows.sort("since", nulls_last=True).unique("person_id", keep="first", maintain_order=True)


def read_household(register: pl.DataFrame, *, key: bytes, household_id: str = "", id_number: str = "") -> pl.DataFrame:
    """从户籍的规范表里取出一户(列见 PEOPLE);按户编号或一名成员的证件号。

    抛 ``RosterError``:里面没有这一户。
    """
    people, _ = registered_people(register)
    people = people.filter(pl.col("household").is_not_null())
    if id_number:
        homes = people.filter(pl.col("id") == id_number)["household"]
        chosen = people.filter(pl.col("household").is_in(homes.implode()))
    else:
        heads = people.unique("household", keep="first")
        coded = people_table(heads, key)
        homes = heads.filter(coded["household_id"] == household_id)["household"]
        chosen = people.filter(pl.col("household").is_in(homes.implode()))
    if chosen.is_empty():
        raise RosterError("户籍数据里没有这一户；请核对号码，或等下一批户籍数据。")
    coded = people_table(chosen, key)
    return coded.with_columns(
        chosen["name"],
        chosen["address"],
        chosen["id"].alias("id_number"),
        phone=pl.lit(None, pl.String),
        account=pl.lit(None, pl.String),
        died_on=pl.when(~pl.col("alive")).then(pl.col("status_date")),
    ).select(*PEOPLE)


def register_rows(folder: Path, out: Path) -> pl.DataFrame:
    """重读一次运行所用的户籍文件。抛 ``RosterError``:文件已经不在了。"""
    batches = pl.read_parquet(out / "batches.parquet").filter(pl.col("source") == REGISTER)
    names = {str(file).partition("#")[0] for file in batches["file"]}
    catalog = load_catalog()
    parts = [
        result.rows
        for name in sorted(names)
        if (folder / name).is_file()
        for result in read_file(folder / name, name, catalog)
        if result.source == REGISTER and result.rows is not None
    ]
    if not parts:
        raise RosterError("这次监测读的户籍文件已经不在；请先重新监测。", code="register_missing")
    return pl.concat(parts)
