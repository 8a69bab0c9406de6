"""候选对的比较:号码、姓名、村居、户各像到什么程度。"""

from __future__ import annotations

import numpy as np
import polars as pl

from jiuzhu.engine.gather import gather, letters
from jiuzhu.engine.identity.names import cleaned, name_levels
from jiuzhu.engine.identity.numbers import UNKNOWN, mismatches, one_more_or_less, swapped

WIDTH = 18
_CLAIM = (
    "claim",
    "number",
    "pattern",
    "digits",
    "name",
    "village_code",
    "township_code",
    "household",
    "other_household",
    "account_person",
    "whole",
)


def compare(pairs: pl.DataFrame, claims: pl.DataFrame, people: pl.DataFrame) -> pl.DataFrame:
    """候选对 `claim person` → 加主张与人的列(人的列带 p_ 前缀)和比较结果:

    `level`(姓名 0–3 或空)`off`(已知各位中不同的位数,空为不可比)`slip`(恰为一处笔误:一位错、对调、多一位少一位)
    `agrees`(已知位全部吻合且区划以后至少知道 7 位)`conflict`(号码对不上)
    `village_same village_apart home_same home_apart soft_home account_same`。
    """
    wide = pairs.join(claims.select(*_CLAIM), on="claim")
    persons = {"p_id": "id", "p_village": "village_code", "p_household": "household", "p_registered": "registered"}
    wide = wide.with_columns(gather(people[column], wide["person"]).alias(name) for name, column in persons.items())
    names = cleaned(gather(people["name"], wide["person"]))
    wide = _number_marks(wide.with_columns(level=name_levels(wide["name"], names)))
    return wide.with_columns(
        conflict=(pl.col("off") > 0).fill_null(False) & ~pl.col("slip"),
        village_same=_same("village_code", "p_village"),
        village_apart=_apart("township_code", pl.col("p_village").str.slice(0, 9)),
        home_same=_same("household", "p_household"),
        home_apart=_apart("household", pl.col("p_household")),
        soft_home=_same("other_household", "p_household"),
        account_same=_same("account_person", "person"),
    )


def _number_marks(wide: pl.DataFrame) -> pl.DataFrame:
    """加 `off slip agrees`。逐位比较较贵,只对可能的情形做。"""
    complete = (pl.col("pattern").str.count_matches(UNKNOWN, literal=True) <= 1).fill_null(False)
    wide = wide.with_columns(_off(wide["pattern"], wide["p_id"]))
    cases = [
        (complete & (pl.col("off") == 2), swapped(pl.col("pattern"), pl.col("p_id"))),
        (pl.col("number").str.len_chars().is_in([17, 19]), one_more_or_less(pl.col("number"), pl.col("p_id"))),
    ]
    slip = wide.select(complete & (pl.col("off") == 1)).to_series().fill_null(False)
    for possible, is_slip in cases:
        at = wide.select(possible).to_series().fill_null(False).arg_true()
        found = wide.select("number", "pattern", "p_id")[at].select(is_slip).to_series().fill_null(False)
        slip = slip.scatter(at.filter(found), True)
    agrees = (pl.col("off") == 0) & (pl.col("digits") >= 7)
    return wide.with_columns(slip.alias("slip"), agrees=agrees.fill_null(False))


def _off(patterns: pl.Series, ids: pl.Series) -> pl.Series:
    """同 mismatches;两边都是 18 个单字节字符的(几乎全部)按字节成块比,其余逐位比。"""
    both = pl.DataFrame([patterns.alias("pattern"), ids.alias("id")])
    plain = both.select(
        pl.all_horizontal(pl.all().str.len_bytes() == WIDTH, pl.all().str.len_chars() == WIDTH).fill_null(False)
    ).to_series()
    at, rest = plain.arg_true(), (~plain).arg_true()
    ours, theirs = (letters(gather(both[name], at), WIDTH) for name in ("pattern", "id"))
    off = ((ours != theirs) & (ours != ord(UNKNOWN))).sum(axis=1, dtype=np.int8)
    empty = pl.Series("off", [None], dtype=pl.Int8).new_from_index(0, len(patterns))
    slow = both[rest].select(mismatches(pl.col("pattern"), pl.col("id"))).to_series().cast(pl.Int8)
    return empty.scatter(at, pl.Series(off)).scatter(rest, slow)


def _same(ours: str, theirs: str) -> pl.Expr:
    return (pl.col(ours) == pl.col(theirs)).fill_null(False)


def _apart(ours: str, theirs: pl.Expr) -> pl.Expr:
    return (pl.col(ours) != theirs).fill_null(False)
