"""人的总表:户籍库里的人,加上名单里号码合格而不在户籍库的人。

总表列:`person`(UInt32,行号)`id name sex birth_date household village_code relation status status_date address
registered`。`household` 是户键:户号;没有户号的为 `id:` 加户主(或本人)号码。
"""

from __future__ import annotations

import polars as pl

from jiuzhu.engine.identity.numbers import clean_number, from_fifteen

REGISTER = "hukou"
DEAD = r"死亡|[已亡病身]故|去世|殁"
_GONE = r"迁出|注销|死亡|[已亡病身]故|去世|殁"

SCHEMA: dict[str, pl.DataType] = {
    "id": pl.String(),
    "name": pl.String(),
    "sex": pl.String(),
    "birth_date": pl.Date(),
    "household": pl.String(),
    "village_code": pl.String(),
    "relation": pl.String(),
    "status": pl.String(),
    "status_date": pl.Date(),
    "address": pl.String(),
    "registered": pl.Boolean(),
}


def with_columns_present(table: pl.DataFrame, columns: dict[str, pl.DataType]) -> pl.DataFrame:
    """补齐缺少的列(空列)。"""
    return table.with_columns(
        [pl.lit(None, dtype=kind).alias(c) for c, kind in columns.items() if c not in table.columns]
    )


def household_of_id(number: pl.Expr) -> pl.Expr:
    """没有户号时的户键。"""
    return "id:" + number


def registered_people(register: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """户籍表 → (总表的在册部分, 每行户籍对应的 `row_at person name_row`)。

    同一号码有多行时(迁移、补录),在册状态正常的、状态日期最近的一行为准。没有号码的行 person 为空。
    """
    wanted = {"id_number": pl.String(), "household_number": pl.String(), **SCHEMA}
    table = with_columns_present(register, wanted).with_row_index("row_at")
    odd = pl.col("id_number").str.len_chars() != 18
    table = table.with_columns(id=pl.when(~odd).then(pl.col("id_number")))
    rest = table.filter(odd).select("row_at", raw=clean_number(pl.col("id_number")))
    if rest.height:
        rest = rest.select("row_at", mended=pl.coalesce(from_fifteen(rest["raw"]), pl.col("raw")))
        table = table.join(rest, on="row_at", how="left", maintain_order="left")
        table = table.with_columns(id=pl.coalesce("id", "mended")).drop("mended")
    table = table.with_columns(
        household=pl.coalesce("household_number", household_of_id(pl.col("id"))),
        registered=pl.lit(True),
    )
    numbers = table["id"]
    if not numbers.null_count() and numbers.hash().n_unique() == table.height:  # 散列都不同,号码就都不同
        return _numbered(table), table.select("row_at", person="row_at", row_name="name")
    people = _numbered(_one_row_each(table.filter(pl.col("id").is_not_null())))
    rows = table.select("row_at", "id", row_name="name").join(
        people.select("id", "person"), on="id", how="left", maintain_order="left"
    )
    return people, rows.select("row_at", "person", "row_name")


def _one_row_each(table: pl.DataFrame) -> pl.DataFrame:
    repeated = table.filter(pl.col("id").is_duplicated())
    if repeated.height:
        gone = pl.col("status").str.contains(_GONE).fill_null(False)
        best = repeated.sort(gone, "status_date", "household", descending=[False, True, False], nulls_last=True)
        best = best.unique("id", keep="first", maintain_order=True)
        table = pl.concat([table.filter(pl.col("id").is_duplicated().not_()), best])
    return table


def _numbered(table: pl.DataFrame) -> pl.DataFrame:
    return table.select(*SCHEMA).cast(SCHEMA).with_row_index("person")  # type: ignore[arg-type]


def empty_people() -> pl.DataFrame:
    """没有户籍库时的空总表。"""
    return pl.DataFrame(schema=SCHEMA).with_row_index("person")


def people_from_lists(seen: pl.DataFrame, start: int) -> pl.DataFrame:
    """名单里合格而不在册的号码 → 总表的不在册部分,从第 `start` 号起。

    `seen` 每次出现一行:`id name village_code head_household`(后三列可空);取出现最多的姓名、村居和户。
    """
    numbers = seen.select("id").unique().sort("id")
    for column in ("name", "village_code", "head_household"):
        numbers = numbers.join(_most_seen(seen, column), on="id", how="left")
    digits = pl.col("id").str.slice(16, 1).cast(pl.Int8, strict=False)
    people = numbers.with_columns(
        sex=pl.when(digits % 2 == 1).then(pl.lit("男")).otherwise(pl.lit("女")),
        birth_date=pl.col("id").str.slice(6, 8).str.to_date("%Y%m%d", strict=False),
        household=pl.coalesce("head_household", household_of_id(pl.col("id"))),
        registered=pl.lit(False),
    )
    people = with_columns_present(people, SCHEMA).select(*SCHEMA).cast(SCHEMA)  # type: ignore[arg-type]
    return people.sort("id").with_row_index("person", offset=start)


def _most_seen(seen: pl.DataFrame, column: str) -> pl.DataFrame:
    counts = seen.drop_nulls(column).group_by("id", column).len()
    return (
        counts.sort("id", "len", column, descending=[False, True, False])
        .unique("id", keep="first", maintain_order=True)
        .select("id", column)
    )


def alive(status: pl.Expr) -> pl.Expr:
    """户籍状态不是死亡(死亡、死亡注销、已故等);迁出、空白算在世。"""
    return ~status.str.contains(DEAD).fill_null(False)
