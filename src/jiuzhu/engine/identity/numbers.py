"""公民身份号码:校验位、15 位升 18 位、残缺号码的写法。

依据 GB 11643-1999(号码结构)与 ISO 7064:1983 MOD 11-2(校验位)。MOD 11-2 能查出任何一位写错和任何相邻两位对调,
因此校验位正确而户籍库没有的号码不会是某个在册号码的单个笔误。
"""

from __future__ import annotations

import polars as pl

from jiuzhu.engine.identity.eaten import kept_digits, rounded

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECK_CHARS = "10X98765432"
UNKNOWN = "?"
OLDEST_FIFTEEN = "1927"


def clean_number(number: pl.Expr) -> pl.Expr:
    """去掉空白、引号和夹带的文字,转大写;空串为空值。"""
    text = number.str.replace_all(r"[\s'’‘`\"“”]", "").str.to_uppercase()
    embedded = text.str.extract(r"(?:^|[^0-9*.])([0-9]{17}[0-9X]|[0-9]{15})(?:[^0-9X*.]|$)", 1)
    text = pl.when(text.str.contains(r"^[0-9X*?.E+]+$")).then(text).otherwise(pl.coalesce(embedded, text))
    return pl.when(text.str.len_chars() > 0).then(text)


def as_integers(numbers: pl.Series) -> pl.Series:
    """十八位号码 → 一一对应的整数(末位 X 的取前 17 位的负数);别的写法为空。"""
    number = pl.col("n")
    table = numbers.to_frame("n").select(
        eighteen=number.str.len_bytes() == 18, whole=number.cast(pl.Int64, strict=False)
    )
    whole = pl.col("whole")
    found = table.select(pl.when(pl.col("eighteen") & (whole >= 10**17)).then(whole)).to_series()
    at = table.select(pl.col("eighteen") & whole.is_null()).to_series().fill_null(False).arg_true()
    if len(at):  # 不全是数字的只占少数,末位只看他们的
        first = number.str.slice(0, 17).cast(pl.Int64, strict=False)
        ending = pl.when(number.str.ends_with("X") & (first >= 10**16)).then(-first)
        found = found.scatter(at, numbers.gather(at).to_frame("n").select(ending).to_series())
    return found.alias(numbers.name)


def check_char(first17: pl.Expr) -> pl.Expr:
    """前 17 位数字对应的校验码;不是 17 位数字的为空。"""
    value = first17.cast(pl.UInt64, strict=False)
    terms = [(value // 10 ** (16 - place)) % 10 * weight for place, weight in enumerate(WEIGHTS)]
    remainder = (pl.sum_horizontal(terms) % 11).cast(pl.Int64)
    found = remainder.replace_strict(dict(enumerate(CHECK_CHARS)), default=None, return_dtype=pl.String)
    return pl.when(value.is_not_null() & (first17.str.len_chars() == 17)).then(found)


def is_valid(number: pl.Expr) -> pl.Expr:
    """是否为合格的 18 位号码:结构、出生日期(1800–2099 年)、校验位都对。空值为 false。"""
    checked = number.str.slice(17, 1) == check_char(number.str.slice(0, 17))
    return (_well_formed(number) & checked).fill_null(False)


def _well_formed(number: pl.Expr) -> pl.Expr:
    """校验位以外都合格。"""
    shaped = (number.str.len_chars() == 18) & (number.str.slice(0, 1) != "0")
    century = number.str.slice(6, 2).is_in(["18", "19", "20"])
    born = number.str.slice(6, 8).str.to_date("%Y%m%d", strict=False).is_not_null()
    return shaped & century & born


def from_fifteen(numbers: pl.Series, century: str = "19") -> pl.Series:
    """15 位旧号码升为 18 位,年份补 `century`;不是 15 位、或日期不成立的为空。

    旧号码只发给 1900 年代出生的人;但有的系统不论何时出生一律截成 15 位,所以 2000 年后的也要试。
    """
    number = pl.col("number")
    fits = pl.when(number.str.len_chars() == 15).then(number.str.slice(0, 6) + pl.lit(century) + number.str.slice(6))
    table = numbers.alias("number").to_frame().select(first17=fits)  # 分步成列:写成一个表达式,优化器展开得很慢
    table = table.with_columns(upgraded=pl.col("first17") + check_char(pl.col("first17")))
    return table.select(pl.when(_well_formed(pl.col("upgraded"))).then("upgraded")).to_series().alias(numbers.name)


def readings(raw: pl.Series) -> pl.DataFrame:
    """号码原文(可空、可重复)→ 去重后每个一行 `raw number whole fifteen old young`。

    number 整理后的写法;whole 合格的 18 位,或不会读错世纪的 15 位升位;fifteen 是否 15 位;
    old、young 15 位按 1900、2000 年代升位。15 位又早于 OLDEST_FIFTEEN 的多半是 2000 年后出生被截短,whole 为空。
    """
    table = raw.drop_nulls().unique().alias("raw").to_frame().with_columns(number=clean_number(pl.col("raw")))
    table = table.with_columns(valid=is_valid(pl.col("number")))
    short = table.filter(pl.col("number").str.contains(r"^[0-9]{15}$")).select("raw", "number")
    short = short.select("raw", old=from_fifteen(short["number"]), young=from_fifteen(short["number"], "20"))
    table = table.join(short, on="raw", how="left")
    certain = pl.when(pl.col("old").str.slice(6, 4) >= OLDEST_FIFTEEN).then("old")
    return table.select(
        "raw",
        "number",
        whole=pl.when("valid").then("number").otherwise(certain),
        fifteen=pl.col("old").is_not_null() | pl.col("young").is_not_null(),
        old="old",
        young="young",
    )


def number_pattern(number: pl.Expr) -> pl.Expr:
    """把残缺号码写成 18 个字符的样式,不知道的位写“?”;看不出样式的为空。

    科学计数法只留下前几位(4.20999E+17);表格软件吃掉尾数的见 eaten(真号码中也有千分之一是那个样子,故样式只用于
    不在册的号码);打码的号码以 * 代数字;15 位号码没有校验位。
    """
    mantissa = number.str.extract(r"^([0-9]\.?[0-9]*)E\+?17$", 1).str.replace(".", "", literal=True)
    certain = pl.when(mantissa.str.len_chars() > 6).then(mantissa.str.head(-1)).otherwise(mantissa)
    scientific = certain.str.slice(0, 18).str.pad_end(18, UNKNOWN)
    eaten = pl.when(rounded(number)).then(kept_digits(number))
    full = pl.when(number.str.contains(r"^[0-9*?]{17}[0-9X*?]$")).then(
        number.str.replace_all("*", UNKNOWN, literal=True)
    )
    fifteen = pl.when(number.str.contains(r"^[0-9]{15}$")).then(
        number.str.slice(0, 6) + "19" + number.str.slice(6) + UNKNOWN
    )
    return pl.coalesce(scientific, eaten, full, fifteen)


def known_digits(pattern: pl.Expr) -> pl.Expr:
    """样式中区划码以后已知的位数;没有样式为 0。"""
    return pattern.str.slice(6).str.count_matches(r"[0-9X]").fill_null(0)


def mismatches(pattern: pl.Expr, number: pl.Expr) -> pl.Expr:
    """已知各位中与 `number` 不同的位数;任一方为空则为空。"""
    differ = [
        ((pattern.str.slice(place, 1) != number.str.slice(place, 1)) & (pattern.str.slice(place, 1) != UNKNOWN))
        for place in range(18)
    ]
    return pl.sum_horizontal([one.cast(pl.Int8) for one in differ], ignore_nulls=False)


def swapped(pattern: pl.Expr, number: pl.Expr) -> pl.Expr:
    """恰好是相邻两位对调。"""
    cases = []
    for place in range(17):
        a, b = pattern.str.slice(place, 1), pattern.str.slice(place + 1, 1)
        turned = pattern.str.slice(0, place) + b + a + pattern.str.slice(place + 2)
        cases.append((a != b) & (turned == number))
    return pl.any_horizontal(cases)


def one_more_or_less(text: pl.Expr, number: pl.Expr) -> pl.Expr:
    """`text` 恰好比 `number` 多一位或少一位,其余照抄。"""
    length = text.str.len_chars()
    less = [text == number.str.slice(0, k) + number.str.slice(k + 1) for k in range(18)]
    more = [number == text.str.slice(0, k) + text.str.slice(k + 1) for k in range(19)]
    return ((length == 17) & pl.any_horizontal(less)) | ((length == 19) & pl.any_horizontal(more))
