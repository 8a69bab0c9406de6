"""户主、监护人是谁:号码在册(或合格)就是他;有一处笔误的,只在当事人同户里找唯一的人。"""

from __future__ import annotations

import polars as pl

from jiuzhu.engine.identity.numbers import UNKNOWN, clean_number, mismatches, number_pattern, one_more_or_less, swapped


def resolve_relatives(
    numbers: pl.Series, persons: pl.Series, relatives: pl.DataFrame, people: pl.DataFrame
) -> pl.Series:
    """号码原文与当事人(总表行号)→ 户主或监护人的总表行号,同序,认不出为空。`relatives` 为已认出的 `raw person`。"""
    known = relatives.select("raw", known="person")
    rows = pl.DataFrame({"raw": numbers, "person": persons})
    rows = rows.join(known, on="raw", how="left", maintain_order="left")
    broken = rows.filter(pl.col("raw").is_not_null() & pl.col("known").is_null() & pl.col("person").is_not_null())
    if broken.is_empty():
        return rows["known"]
    mended = _within_household(broken.select("raw", "person").unique(), people)
    rows = rows.join(mended, on=["raw", "person"], how="left", maintain_order="left")
    return rows.select(pl.coalesce("known", "mended")).to_series()


def _within_household(broken: pl.DataFrame, people: pl.DataFrame) -> pl.DataFrame:
    """`raw person` → `raw person mended`:同户里号码只差一处笔误、或已知各位吻合的唯一的人。"""
    near = broken.with_columns(household=people["household"].gather(broken["person"]))
    members = people.select("household", "id", mended="person").join(near, on="household", how="semi")
    near = near.join(members, on="household")
    number = clean_number(pl.col("raw"))
    near = near.with_columns(number=number, pattern=number_pattern(number))
    off = mismatches(pl.col("pattern"), pl.col("id"))
    blanks = pl.col("pattern").str.count_matches(UNKNOWN, literal=True)
    slip = (off == 1) & (blanks <= 1)
    slip |= (off == 2) & (blanks <= 1) & swapped(pl.col("pattern"), pl.col("id"))
    fits = slip | ((off == 0) & (blanks <= 5)) | one_more_or_less(pl.col("number"), pl.col("id"))
    same = near.filter(fits.fill_null(False)).unique(["raw", "person", "mended"])
    return same.filter(pl.len().over("raw", "person") == 1).select("raw", "person", "mended")
