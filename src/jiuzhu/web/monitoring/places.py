"""户在哪个村:从当期数据归纳的地名。"""

from pathlib import Path

import polars as pl


def read_places(out: Path) -> pl.DataFrame:
    """地名:``village_code township_code township village``,每村一行。"""
    return (
        pl.read_parquet(out / "places.parquet")
        .unique("village_code", keep="first", maintain_order=True)
        .select("village_code", pl.col("village_code").str.slice(0, 9).alias("township_code"), "township", "village")
        .with_columns(pl.col("township", "village").fill_null(""))
    )


def household_places(out: Path) -> pl.DataFrame:
    """每户所在村:取户内首个有村码的成员。列同 ``read_places`` 加 ``household_id``。"""
    return (
        pl.read_parquet(out / "people.parquet", columns=["household_id", "village_code"])
        .drop_nulls()
        .unique("household_id", keep="first", maintain_order=True)
        .join(read_places(out), on="village_code", how="left")
    )


def with_place(frame: pl.DataFrame, out: Path) -> pl.DataFrame:
    """按户补上地名;查不到的写空文本。"""
    columns = ("township_code", "township", "village_code", "village")
    return frame.join(household_places(out), on="household_id", how="left").with_columns(pl.col(*columns).fill_null(""))
