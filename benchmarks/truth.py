"""真相与我们的结果对上号:同一行户籍,真相里是 pid、hid,我们这里是 person_id、household_id。"""

from pathlib import Path

import polars as pl


def rows_with_truth(truth: Path, links: pl.DataFrame) -> pl.DataFrame:
    """每条被接受的行:links 的列加 pid(真人)与 right(真人的 person_id)。真相里有而我们没有读到的行也在,method 为空。"""
    real = pl.read_parquet(truth / "links.parquet").unique(["file", "row"])
    rows = real.join(links, on=["file", "row"], how="left")
    register = rows.filter(pl.col("method") == "register").unique("pid")
    return rows.join(register.select("pid", right="person_id"), on="pid", how="left")


def households_of(truth: Path, rows: pl.DataFrame, members: pl.DataFrame) -> pl.DataFrame:
    """真相的每一户:truth/households.parquet 的列加 household_id(多数成员所在的户)。"""
    pairs = (
        rows.filter(pl.col("method") == "register")
        .select("pid", "person_id")
        .join(pl.read_parquet(truth / "persons.parquet").select("pid", "hid"), on="pid")
        .join(members.select("person_id", "household_id"), on="person_id")
        .group_by("hid", "household_id")
        .len()
        .sort("len", "household_id", descending=[True, False])
    )
    return pl.read_parquet(truth / "households.parquet").join(pairs.unique("hid", keep="first"), on="hid", how="left")
