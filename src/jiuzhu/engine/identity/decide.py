"""有据可证的认定:补正号码、按户认定、号码合格而不在册、号码与姓名相互矛盾。

证明不了的主张留给概率连接;同样有据的候选不止一人时从不选择。
"""

from __future__ import annotations

import polars as pl

from jiuzhu.engine.identity.names import EQUAL, NEAR, ONE_OFF

REPAIRED = {EQUAL: 0.9999, NEAR: 0.9995}
HEAD = 0.9995
UNREGISTERED = 0.999
AGREED = 0.999  # 姓名全异,但号码、住处都对,且附近没有叫这个名字的人
LINKED = {"claim": pl.UInt32(), "person": pl.UInt32(), "method": pl.String(), "probability": pl.Float64()}
CANDIDATES = {"claim": pl.UInt32(), "person": pl.UInt32(), "probability": pl.Float64()}


def decide(claims: pl.DataFrame, pairs: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """`pairs` 是 compare() 的结果 → (认定 `claim person method probability`, 待定候选 `claim person probability`)。"""
    open_pairs = pairs.join(claims.filter(pl.col("owner").is_null()).select("claim"), on="claim", how="semi")
    repaired = _repaired(open_pairs.filter(pl.col("whole").is_null()))
    mistyped, unclear = _mistyped(open_pairs.filter(pl.col("whole").is_not_null()), claims)
    left = open_pairs.filter(pl.col("whole").is_null()).join(repaired, on="claim", how="anti")
    outside = _unregistered(claims, pl.concat([mistyped.select("claim"), unclear.select("claim")]))
    agreed, disputed = _contradicted(claims, pairs)
    return pl.concat([repaired, mistyped, _by_home(left), outside, agreed]), pl.concat([disputed, unclear])


def _linked(pairs: pl.DataFrame, method: str, probability: pl.Expr) -> pl.DataFrame:
    return pairs.select("claim", "person", method=pl.lit(method), probability=probability.cast(pl.Float64)).cast(LINKED)  # type: ignore[arg-type]


def _only_one(pairs: pl.DataFrame) -> pl.DataFrame:
    return pairs.filter(pl.len().over("claim") == 1)


def _apart() -> pl.Expr:
    """住处矛盾:乡镇或户不同,又没有别的住处证据支持。"""
    return (pl.col("village_apart") | pl.col("home_apart")) & ~(pl.col("home_same") | pl.col("village_same"))


def _repaired(pairs: pl.DataFrame) -> pl.DataFrame:
    """号码只差一处笔误,或已知各位都吻合;姓名相同或相近;住处不矛盾;这样的人只有一个。

    姓名只差一字的另一个候选(如双胞胎)也算竞争者。
    """
    rivals = pairs.filter((pl.col("slip") | pl.col("agrees")) & (pl.col("level") >= ONE_OFF))
    near = pl.col("level") >= pl.when(pl.col("slip")).then(NEAR).when(pl.col("digits") >= 9).then(NEAR).otherwise(EQUAL)
    chosen = _only_one(rivals).filter(near & ~_apart())
    return _linked(chosen, "repaired", pl.col("level").replace_strict(REPAIRED, default=None, return_dtype=pl.Float64))


def _mistyped(pairs: pl.DataFrame, claims: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """合格而不在册的号码,与某在册同名者只差两位 → (补正, 待定候选)。

    错两位的号码有十一分之一碰巧校验正确;真有一个同名、号码又只差两位的外人,机会可以不计。姓名只是相近的
    (可能是未上户口的双胞胎)交人工。
    """
    near = pairs.filter(pl.col("p_registered") & (pl.col("off") <= 2) & (pl.col("level") >= NEAR))
    same = _only_one(near).filter((pl.col("level") == EQUAL) & ~_apart())
    chosen = _linked(same, "repaired", pl.lit(REPAIRED[NEAR]))
    asking = near.join(chosen, on="claim", how="anti").select("claim", "person")
    themselves = claims.join(asking, on="claim", how="semi").select("claim", person="outsider").drop_nulls()
    shares = pl.concat([asking, themselves]).unique()
    shares = shares.with_columns(probability=1.0 / pl.len().over("claim"))
    return chosen, shares.cast(CANDIDATES)  # type: ignore[arg-type]


def _by_home(pairs: pl.DataFrame) -> pl.DataFrame:
    """户主、监护人或户编号指明了户,户里只有一人叫这个名字,号码缺失或已知位吻合。"""
    inside = _only_one(pairs.filter(pl.col("home_same") & (pl.col("level") >= NEAR)))
    chosen = inside.filter((pl.col("level") == EQUAL) & ~pl.col("conflict") & ~pl.col("village_apart"))
    return _linked(chosen, "head", pl.lit(HEAD))


def _unregistered(claims: pl.DataFrame, others: pl.DataFrame) -> pl.DataFrame:
    """号码合格而不在册,又不是在册者的笔误:就是号码上的那个人(姓名与多数来件不合的除外)。"""
    outside = claims.filter(pl.col("outsider").is_not_null())
    outside = outside.join(others, on="claim", how="anti").rename({"outsider": "person"})
    method = pl.when(pl.col("fifteen").fill_null(False)).then(pl.lit("fifteen")).otherwise(pl.lit("exact"))
    return outside.select("claim", "person", method=method, probability=pl.lit(UNREGISTERED)).cast(LINKED)  # type: ignore[arg-type]


def _contradicted(claims: pl.DataFrame, pairs: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """号码是某人的、姓名却不是:附近没有叫来件所写姓名的人且住处相符,认号码;否则交人工,两边都列为候选。"""
    owned = claims.filter(pl.col("owner").is_not_null()).select("claim", "owner")
    mine = pairs.join(owned, on="claim")
    owners_home = claims.select("claim", "owner_household")
    mine = mine.join(owners_home, on="claim")
    housemate = (pl.col("p_household") == pl.col("owner_household")) & (pl.col("level") >= ONE_OFF)
    others = mine.filter((pl.col("person") != pl.col("owner")) & ((pl.col("level") >= NEAR) | housemate))
    supported = pl.col("home_same") | pl.col("village_same") | pl.col("account_same")
    own = mine.filter((pl.col("person") == pl.col("owner")) & supported & ~pl.col("home_apart"))
    agreed = own.join(others, on="claim", how="anti")
    disputed = owned.join(agreed, on="claim", how="anti")
    rivals = others.join(disputed, on="claim", how="semi").select("claim", "person")
    shares = pl.concat([disputed.select("claim", person="owner"), rivals]).unique()
    shares = shares.with_columns(probability=1.0 / pl.len().over("claim").clip(2))
    return _linked(agreed, "exact", pl.lit(AGREED)), shares.cast(CANDIDATES)  # type: ignore[arg-type]
