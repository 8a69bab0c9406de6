"""地名:从户籍地址归纳各村居的县、乡镇、村名,并把来件中的地名文字对到村居代码。"""

from __future__ import annotations

import polars as pl

_SAMPLE = 12  # 每个村居取多少个地址来归纳
COUNTY = r"^(?:[^县区旗市]{2,8}?(?:省|自治区))?(?:[^县区旗]{2,8}?(?:自治州|地区|盟|市))?([^省]{1,12}?(?:县|区|旗|市))"
TOWNSHIP = r"^((?:[^村]{1,12}?)(?:街道办事处|街道|民族乡|镇|乡|苏木|林场|农场|开发区))"
VILLAGE = r"^(.{1,20}?(?:村民委员会|居民委员会|村委会|居委会|社区|嘎查|村))"
_STEM = r"(?:村民委员会|居民委员会|村委会|居委会|社区居委会|社区|嘎查|村)$"

PLACES_SCHEMA = {"village_code": pl.String, "county": pl.String, "township": pl.String, "village": pl.String}


def parse_address(address: pl.Expr) -> pl.Expr:
    """住址 → 结构 {county, township, village};认不出的部分为空。

    “安澜县南岭乡北湾村11组158号”→ 安澜县、南岭乡、北湾村;“某省某市某区某街道某社区居委会…”同理。
    """
    text = address.str.replace_all(r"\s", "")
    county = text.str.extract(COUNTY, 1)
    rest = text.str.replace(COUNTY, "")
    township = rest.str.extract(TOWNSHIP, 1)
    village = _below_township(rest).str.extract(VILLAGE, 1)
    return pl.struct(county=county, township=township, village=village)


def _below_township(text: pl.Expr) -> pl.Expr:
    """去掉开头的乡镇;“某镇社区某社区”里夹的“社区”二字也去掉。"""
    return text.str.replace(TOWNSHIP, "").str.replace(r"^社区(.+?(?:社区|村|居委会))", "$1")


def stem(village: pl.Expr) -> pl.Expr:
    """村名去掉“村、社区、居委会”等尾字,供比较。"""
    short = village.str.replace(_STEM, "")
    return pl.when(short.str.len_chars() > 0).then(short).otherwise(village)


def village_places(register: pl.DataFrame) -> pl.DataFrame:
    """户籍的 `village_code address` → 每个村居代码一行 `village_code county township village`(地址中占多数者)。"""
    known = register.filter(pl.col("village_code").is_not_null() & pl.col("address").is_not_null())
    if known.is_empty():
        return pl.DataFrame(schema=PLACES_SCHEMA)
    slots = known.select("village_code", "address", slot=pl.int_range(pl.len()) % _SAMPLE)
    sample = slots.unique(["village_code", "slot"], keep="any")
    parsed = sample.select("village_code", parse_address(pl.col("address")).alias("place")).unnest("place")
    most = [_majority(parsed, part) for part in ("county", "township", "village")]
    places = parsed.select("village_code").unique()
    for part in most:
        places = places.join(part, on="village_code", how="left")
    return places.sort("village_code")


def _majority(parsed: pl.DataFrame, part: str) -> pl.DataFrame:
    counts = parsed.drop_nulls(part).group_by("village_code", part).len()
    first = counts.sort("village_code", "len", part, descending=[False, True, False])
    return first.unique("village_code", keep="first", maintain_order=True).select("village_code", part)


def village_of_words(claims: pl.DataFrame, places: pl.DataFrame) -> pl.DataFrame:
    """来件的 `claim address township village` → `claim village_code township_code`(认得出且唯一的才有值)。

    township_code 是村居代码前 9 位。乡镇、村各自单列时可能写全称(“柳林镇中河村”),先去掉乡镇再比。
    """
    words = claims.select(
        "claim",
        parse_address(pl.col("address")).alias("place"),
        town=pl.col("township").str.replace(COUNTY, "").str.extract(TOWNSHIP, 1),
        hamlet=_below_township(pl.col("village").str.replace(COUNTY, "")),
    ).unnest("place")
    named = words.select(
        "claim",
        township=pl.coalesce("town", "township"),
        stem=stem(pl.coalesce(pl.col("hamlet").str.extract(VILLAGE, 1), pl.col("hamlet"), "village")),
    )
    index = places.select("village_code", "township", stem=stem(pl.col("village")), township_code=_township())
    both = index.drop_nulls().unique(["township", "stem"], keep="none")
    alone = index.drop_nulls("stem").unique("stem", keep="none")
    towns = index.drop_nulls("township").group_by("township").agg(pl.col("township_code").unique())
    towns = towns.filter(pl.col("township_code").list.len() == 1).explode("township_code")
    found = (
        named.join(both.select("township", "stem", "village_code"), on=["township", "stem"], how="left")
        .join(alone.select("stem", alone_code="village_code"), on="stem", how="left")
        .join(towns, on="township", how="left")
    )
    alone_code = pl.when(pl.col("township").is_null()).then("alone_code")
    return found.select("claim", pl.coalesce("village_code", alone_code).alias("village_code"), "township_code")


def _township() -> pl.Expr:
    return pl.col("village_code").str.slice(0, 9)
