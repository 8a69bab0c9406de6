"""疑难行的证据:号码样式、姓名、村居、户主与监护人、户编号、电话、账号、住址。

相同的证据合成一条“主张”(claim),以后只对主张判断,再落回各行。
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from jiuzhu.engine.gather import gather
from jiuzhu.engine.identity.direct import Owners
from jiuzhu.engine.identity.lookup import may_hold
from jiuzhu.engine.identity.names import clean_name, fold
from jiuzhu.engine.identity.numbers import clean_number, is_valid, known_digits, number_pattern, readings
from jiuzhu.engine.identity.places import village_of_words

TEXT_EVIDENCE = (
    "head_id_number",
    "guardian_id_number",
    "household_number",
    "certificate_number",
    "village_code",
    "address",
    "location",
    "township",
    "village",
    "school",
    "phone",
    "bank_account",
    "relation",
)
PERIODS = ("month", "tax_year")
CLAIM_KEYS = (
    "source",
    "number",
    "name",
    "village_code",
    "township_code",
    "household",
    "other_household",
    "account_person",
    "address",
    "certificate",
    "period",
    "owner",
)


def evidence_of(tables: Mapping[str, pl.DataFrame], rest: pl.DataFrame) -> pl.DataFrame:
    """疑难行 `source at id_number name …` → 加上原表中的证据列(没有的列为空)和 `period`(所属月、年的文字)。"""
    parts = []
    for (source,), group in rest.group_by("source", maintain_order=True):
        table = tables[str(source)]
        columns = [c for c in (*TEXT_EVIDENCE, *PERIODS) if c in table.columns]
        parts.append(group.with_columns(table.select(columns)[group["at"]].get_columns() if columns else []))
    found = pl.concat(parts, how="diagonal") if parts else rest
    missing = [pl.lit(None, dtype=pl.String).alias(c) for c in (*TEXT_EVIDENCE, *PERIODS) if c not in found.columns]
    found = found.with_columns(missing)
    period = pl.coalesce(pl.col(p).cast(pl.String) for p in PERIODS)
    return found.with_columns(period=period, name=clean_name(pl.col("name")))


def read_numbers(evidence: pl.DataFrame) -> pl.DataFrame:
    """加 readings() 的各列和 `certificate`(残疾证号的前 18 位,合格才有)。"""
    numbers = readings(evidence["id_number"]).rename({"raw": "id_number"})
    found = evidence.join(numbers, on="id_number", how="left", maintain_order="left")
    raw = evidence["certificate_number"].drop_nulls().unique().to_frame()
    certificates = raw.with_columns(certificate=clean_number(pl.col("certificate_number")).str.slice(0, 18))
    certificates = certificates.filter(is_valid(pl.col("certificate")))
    found = found.join(certificates, on="certificate_number", how="left", maintain_order="left")
    return found.with_columns(pl.col("fifteen").fill_null(False))


def numbers_of(values: pl.Series, owners: Owners) -> pl.DataFrame:
    """去重的号码原文 → `raw whole person`:合格(或可升位)的号码及其在总表中的人(没有则为空)。"""
    raw = values.drop_nulls().unique().alias("raw")
    direct = pl.DataFrame([raw, raw.alias("whole"), owners.of(raw).alias("person")])
    known = direct.filter(pl.col("person").is_not_null())
    odd = readings(direct.filter(pl.col("person").is_null())["raw"])
    person = pl.coalesce(owners.of(odd[column]) for column in ("whole", "old", "young"))
    return pl.concat([known, odd.select("raw", "whole", person.alias("person"))])


def shared_values(
    tables: Mapping[str, pl.DataFrame], found: Mapping[str, pl.DataFrame], people: pl.DataFrame
) -> dict[str, pl.DataFrame]:
    """各来源已认定的行里,电话、账号、户编号各指向谁,只取指向唯一的值。

    → phone(`phone household`)、bank_account(`bank_account account_person`)、household_number
    (`source household_number household`);电话一人一号或一户一号都算到户。
    """
    phone = _pointing(tables, found, people, "phone", "household")
    account = _pointing(tables, found, people, "bank_account", "person").rename({"person": "account_person"})
    number = _pointing(tables, found, people, "household_number", "household", by_source=True)
    return {"phone": phone, "bank_account": account, "household_number": number}


def _pointing(
    tables: Mapping[str, pl.DataFrame],
    found: Mapping[str, pl.DataFrame],
    people: pl.DataFrame,
    column: str,
    target: str,
    *,
    by_source: bool = False,
) -> pl.DataFrame:
    keys = ["source", column] if by_source else [column]
    parts = []
    for source, rows in found.items():
        table = tables[source]
        if column not in table.columns or table[column].null_count() == table.height:
            continue
        linked = rows.select(pl.lit(source).alias("source"), "person", gather(table[column], rows["at"]))
        linked = linked.drop_nulls(column)
        parts.append(linked.with_columns(household=gather(people["household"], linked["person"])))
    if not parts:
        kind = pl.UInt32() if target == "person" else pl.String()
        return pl.DataFrame(schema={**dict.fromkeys(keys, pl.String()), target: kind})
    pairs = pl.concat(parts).select(*keys, target).unique()
    return pairs.unique(keys, keep="none")


def make_claims(
    evidence: pl.DataFrame,
    people: pl.DataFrame,
    places: pl.DataFrame,
    shared: Mapping[str, pl.DataFrame],
    relatives: pl.DataFrame,
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """疑难行 → (主张表, 每行的 `source at claim`)。

    主张列:CLAIM_KEYS 加 `claim pattern digits whole folded`。household 来自户主、监护人、户编号;
    other_household 来自电话、住址(较弱)。
    """
    rows = evidence.with_row_index("claim")
    rows = _villages(rows, people, places)
    rows = _households(rows, people, shared, relatives)
    rows = rows.drop("claim")
    keyed = rows.unique(list(CLAIM_KEYS), keep="first", maintain_order=True)
    keyed = keyed.select(*CLAIM_KEYS, "whole", "fifteen", "outsider").with_row_index("claim")
    pattern = number_pattern(pl.col("number"))
    claims = keyed.with_columns(pattern=pattern, folded=fold(pl.col("name"))).with_columns(
        digits=known_digits(pl.col("pattern"))
    )
    mapping = rows.select("source", "at", *list(CLAIM_KEYS)[1:]).join(
        keyed.select(*CLAIM_KEYS, "claim"), on=list(CLAIM_KEYS), nulls_equal=True, how="left"
    )
    claims = claims.with_columns(gather(people["household"], claims["owner"]).alias("owner_household"))
    return claims, mapping.select("source", "at", "claim")


def _villages(rows: pl.DataFrame, people: pl.DataFrame, places: pl.DataFrame) -> pl.DataFrame:
    words = rows.select("claim", pl.coalesce("address", "school").alias("address"), "township", "village").filter(
        pl.any_horizontal(pl.col("address", "township", "village").is_not_null())
    )
    named = village_of_words(words, places).rename({"village_code": "named_village"})
    rows = rows.join(named, on="claim", how="left", maintain_order="left")
    code = pl.coalesce(pl.col("village_code").str.extract(r"^([0-9]{12})$", 1), "named_village")
    rows = rows.with_columns(village_code=code)
    return rows.with_columns(township_code=pl.coalesce(pl.col("village_code").str.slice(0, 9), "township_code"))


def _households(
    rows: pl.DataFrame, people: pl.DataFrame, shared: Mapping[str, pl.DataFrame], relatives: pl.DataFrame
) -> pl.DataFrame:
    heads = relatives.drop_nulls("person")
    heads = heads.select("raw", household=gather(people["household"], heads["person"]))
    for column, name in (("head_id_number", "head_household"), ("guardian_id_number", "guardian_household")):
        known = heads.rename({"household": name})
        rows = rows.join(known, left_on=column, right_on="raw", how="left", maintain_order="left")
    by_number = shared["household_number"].rename({"household": "number_household"})
    rows = rows.join(by_number, on=["source", "household_number"], how="left", maintain_order="left")
    rows = rows.join(shared["bank_account"], on="bank_account", how="left", maintain_order="left")
    rows = rows.join(
        shared["phone"].rename({"household": "phone_household"}), on="phone", how="left", maintain_order="left"
    )
    rows = rows.with_columns(address=pl.coalesce("address", "location"))
    homes = people.select("address", address_household="household").filter(may_hold(people["address"], rows["address"]))
    homes = homes.drop_nulls("address").unique().unique("address", keep="none")
    rows = rows.join(homes, on="address", how="left", maintain_order="left")
    return rows.with_columns(
        household=pl.coalesce("head_household", "number_household", "guardian_household"),
        other_household=pl.coalesce("phone_household", "address_household"),
    )
