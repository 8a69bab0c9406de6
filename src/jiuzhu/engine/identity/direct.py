"""第一步:号码在册且姓名相符的行,一次连接全部认定;其余留作疑难行。"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from jiuzhu.engine.identity.names import EQUAL, NEAR, ONE_OFF, clean_name, name_level
from jiuzhu.engine.identity.numbers import as_integers
from jiuzhu.engine.identity.universe import REGISTER

# 号码完全相同时,按姓名相近程度给出的把握
EXACT_PROBABILITY = {3: 1.0, 2: 0.9999, 1: 0.9995}
ROWS = {"source": pl.String(), "at": pl.UInt32(), "id_number": pl.String(), "name": pl.String()}


def listed_rows(tables: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """户籍以外各来源的行:`source at id_number name`(at 为在该表中的行位置,从 0 起)。"""
    parts = [
        table.select("id_number", "name").with_row_index("at").select(pl.lit(source).alias("source"), *list(ROWS)[1:])
        for source, table in tables.items()
        if source != REGISTER and table.height
    ]
    return pl.concat(parts, rechunk=False) if parts else pl.DataFrame(schema=ROWS)


def match_directly(rows: pl.DataFrame, people: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """→ (已认定 `source at person probability`, 疑难 `source at id_number name owner level`)。

    owner 是号码的主人(总表行号),号码不在册则为空;level 是来件姓名与主人姓名的相近程度。
    姓名相近而不同时,若主人同户或同村另有一人恰好叫来件所写的姓名,可能是错用了他人号码,不在这一步认定。
    """
    owner = _owners(rows["id_number"], people)
    joined = rows.with_columns(owner, owner_name=people["name"].gather(owner))
    settled = pl.col("owner").is_not_null() & (
        (pl.col("name") == pl.col("owner_name")) | pl.col("name").is_null() | pl.col("owner_name").is_null()
    )
    same = joined.filter(settled.fill_null(False))
    rest = _with_level(joined.filter(~settled.fill_null(False)))
    rivals = _named_otherwise(rest, people)
    near = pl.col("level").is_in([3, NEAR, ONE_OFF]).fill_null(False) & ~rivals
    found = pl.concat(
        [
            same.select("source", "at", person="owner", probability=pl.lit(1.0)),
            rest.filter(near).select(
                "source",
                "at",
                person="owner",
                probability=pl.col("level").replace_strict(EXACT_PROBABILITY, return_dtype=pl.Float64),
            ),
        ]
    )
    return found, rest.filter(~near).select("source", "at", "id_number", "name", "owner", "level")


def _owners(numbers: pl.Series, people: pl.DataFrame) -> pl.Series:
    """每个号码在总表里的主人(行号),同序,没有则为空。

    号码少时先把总表筛小;多时十八位的号码换成整数再连,比按文字连快几倍,别的写法另连。
    """
    if len(numbers) < people.height // 4:
        wanted = numbers.to_frame("id")
        owners = people.select("id", owner="person").join(wanted.unique(), on="id", how="semi")
        return wanted.join(owners, on="id", how="left", maintain_order="left")["owner"]
    rows = pl.DataFrame([numbers.alias("id"), as_integers(numbers).alias("key")])
    owners = people.select("id", owner="person").with_columns(key=as_integers(people["id"]))
    found = rows.select("key").join(owners.drop("id"), on="key", how="left", maintain_order="left")["owner"]
    odd = rows.select(pl.col("key").is_null() & pl.col("id").is_not_null()).to_series().arg_true()
    unusual = owners.filter(pl.col("key").is_null()).drop("key")
    if not len(odd) or unusual.is_empty():
        return found
    others = rows.select("id")[odd].join(unusual, on="id", how="left", maintain_order="left")["owner"]
    return found.scatter(odd, others)


def _with_level(rest: pl.DataFrame) -> pl.DataFrame:
    """加上姓名相近程度;号码不在册的没有可比的姓名,归一后相同的不必细比。"""
    names = rest.select(name=clean_name(pl.col("name")), owner_name=clean_name(pl.col("owner_name")))
    same = names.select((pl.col("name") == pl.col("owner_name")).fill_null(False)).to_series()
    differ = (rest["owner"].is_not_null() & ~same).arg_true()
    found = names[differ].select(name_level(pl.col("name"), pl.col("owner_name"))).to_series()
    level = same.replace_strict({True: EQUAL, False: None}, return_dtype=pl.Int8)
    return rest.with_columns(level=level.scatter(differ, found))


def _named_otherwise(rest: pl.DataFrame, people: pl.DataFrame) -> pl.Series:
    """每个疑难行:号码主人的同户或同村里,是否另有一人恰好叫来件所写的姓名。"""
    place = people.select("person", "household", "village_code")
    wanted = rest.with_row_index("n").select("n", "owner", "level", name=clean_name(pl.col("name")))
    wanted = wanted.filter(pl.col("owner").is_not_null() & (pl.col("level") < 3)).join(
        place, left_on="owner", right_on="person"
    )
    namesakes = people.join(wanted.select("name").unique(), on="name", how="semi")
    namesakes = namesakes.select("name", "household", "village_code", rival="person")
    hits = [
        wanted.join(namesakes, on=["name", place]).filter(pl.col("rival") != pl.col("owner"))["n"]
        for place in ("household", "village_code")
    ]
    return pl.int_range(rest.height, dtype=pl.UInt32, eager=True).is_in(pl.concat(hits).unique().to_list())
