"""第一步:号码在册且姓名相符的行,按号码一次查出全部认定;其余留作疑难行。"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from jiuzhu.engine.gather import gather
from jiuzhu.engine.identity.lookup import Lookup, may_hold
from jiuzhu.engine.identity.names import EQUAL, NEAR, ONE_OFF, cleaned, name_levels
from jiuzhu.engine.identity.numbers import as_integers
from jiuzhu.engine.identity.universe import REGISTER

# 号码完全相同时,按姓名相近程度给出的把握
EXACT_PROBABILITY = {3: 1.0, 2: 0.9999, 1: 0.9995}
FOUND = {"at": pl.UInt32(), "person": pl.UInt32(), "probability": pl.Float64()}
REST = {
    "source": pl.String(), "at": pl.UInt32(), "id_number": pl.String(), "name": pl.String(), "owner": pl.UInt32(),
    "level": pl.Int8(),
}  # fmt: skip


class Owners:
    """号码 → 它在总表里的人(行号)。十八位的换成整数来查,别的写法的少数人另连。"""

    def __init__(self, people: pl.DataFrame) -> None:
        keys = as_integers(people["id"])
        self._lookup = Lookup(keys.fill_null(0).to_numpy())
        self._unusual = people.select("id", owner="person").filter(keys.is_null())

    def of(self, numbers: pl.Series) -> pl.Series:
        """每个号码的主人(总表行号),同序,没有则为空。"""
        keys = as_integers(numbers)
        places = self._lookup.find(keys.fill_null(-1).to_numpy())
        found = pl.Series("owner", places).cast(pl.UInt32, strict=False)  # -1 成为空值
        odd = (keys.is_null() & numbers.is_not_null()).arg_true()
        if not len(odd) or self._unusual.is_empty():
            return found
        others = numbers.gather(odd).to_frame("id").join(self._unusual, on="id", how="left", maintain_order="left")
        return found.scatter(odd, others["owner"])


def match_tables(
    tables: Mapping[str, pl.DataFrame], people: pl.DataFrame, owners: Owners
) -> tuple[dict[str, pl.DataFrame], pl.DataFrame]:
    """户籍以外各来源的规范表 → (各来源已认定的 `at person probability`, 疑难行,列见 match_directly)。

    at 为在该表中的行位置,从 0 起。
    """
    found, unclear = {}, []
    for source, table in tables.items():
        if source != REGISTER and table.height:
            rows = table.select(pl.lit(source).alias("source"), pl.row_index("at"), "id_number", "name")
            same, rest = _same(rows, people, owners)
            found[source] = same.drop("source")
            unclear.append(rest)
    if not unclear:
        return found, pl.DataFrame(schema=REST)
    near, rest = _near(pl.concat(unclear), people)
    for (source,), part in near.group_by("source", maintain_order=True):
        found[str(source)] = pl.concat([found[str(source)], part.drop("source")])
    return found, rest


def match_directly(rows: pl.DataFrame, people: pl.DataFrame, owners: Owners) -> tuple[pl.DataFrame, pl.DataFrame]:
    """→ (已认定 `source at person probability`, 疑难 `source at id_number name owner level`)。

    owner 是号码的主人(总表行号),号码不在册则为空;level 是来件姓名与主人姓名的相近程度。
    姓名相近而不同时,若主人同户或同村另有一人恰好叫来件所写的姓名,可能是错用了他人号码,不在这一步认定。
    """
    same, rest = _same(rows, people, owners)
    near, rest = _near(rest, people)
    return pl.concat([same, near]), rest


def _same(rows: pl.DataFrame, people: pl.DataFrame, owners: Owners) -> tuple[pl.DataFrame, pl.DataFrame]:
    """→ (号码在册、姓名一字不差或缺的, 其余行加 `owner owner_name`)。"""
    owner = owners.of(rows["id_number"])
    rows = rows.with_columns(owner, gather(people["name"], owner).alias("owner_name"))
    agrees = (pl.col("name") == pl.col("owner_name")) | pl.col("name").is_null() | pl.col("owner_name").is_null()
    same = rows.select((pl.col("owner").is_not_null() & agrees).fill_null(False)).to_series()
    found = rows.select("source", "at", person="owner").filter(same).with_columns(probability=pl.lit(1.0))
    return found, rows.filter(~same)


def _near(rest: pl.DataFrame, people: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """→ (号码在册、姓名相近的, 其余行)。"""
    rest = _with_level(rest)
    near = rest["level"].is_in([3, NEAR, ONE_OFF]).fill_null(False) & ~_named_otherwise(rest, people)
    sure = pl.col("level").replace_strict(EXACT_PROBABILITY, return_dtype=pl.Float64)
    found = rest.filter(near).select("source", "at", person="owner", probability=sure)
    return found, rest.filter(~near).select(*REST)


def _with_level(rest: pl.DataFrame) -> pl.DataFrame:
    """加上归一后姓名的相近程度;号码不在册的没有可比的姓名,为空。"""
    return rest.with_columns(level=name_levels(cleaned(rest["name"]), cleaned(rest["owner_name"])))


def _named_otherwise(rest: pl.DataFrame, people: pl.DataFrame) -> pl.Series:
    """每个疑难行:号码主人的同户或同村里,是否另有一人恰好叫来件所写的姓名。"""
    wanted = rest.with_row_index("n").filter(pl.col("owner").is_not_null() & (pl.col("level") < EQUAL))
    nobody = pl.repeat(False, rest.height, dtype=pl.Boolean, eager=True)
    if wanted.is_empty():
        return nobody
    places = [people[place].gather(wanted["owner"]) for place in ("household", "village_code")]
    wanted = wanted.select("n", "owner", *places, cleaned(wanted["name"]))
    namesakes = people.select("name", "household", "village_code", rival="person")
    namesakes = namesakes.filter(may_hold(namesakes["name"], wanted["name"]))
    hits = [
        wanted.join(namesakes, on=["name", place]).filter(pl.col("rival") != pl.col("owner"))["n"]
        for place in ("household", "village_code")
    ]
    return nobody.scatter(pl.concat(hits).unique(), True)
