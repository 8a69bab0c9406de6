"""金额、数值、整数。"""

import polars as pl

from jiuzhu.engine.catalog import Field

from .base import Cleaned, no_value, patch, tidy

NUMBER = r"^[-+]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]{1,3})?$"
GROUPED = r"^([-+]?[0-9]{1,3}(?:,[0-9]{3})+|[-+]?[0-9]{1,4}(?:,[0-9]{4})+)(\.[0-9]*)?$"
THOUSANDS = r"^[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]*)?$"
PREFIX = r"(?i)^(?:人民币|rmb|cny|[¥¥$]|约|共|计|合计)+"
MONEY_SUFFIX = r"(百万|千万|亿|万|千|百)?(?:元|圆|块|rmb|cny)?(?:整|正)?(?:/?(?:每)?(?:人|户|月|年|次|季|学期|学年)+)?$"
NUMBER_SUFFIX = r"(?i)(?:平方米|平米|平方|m2|m²|㎡|千瓦时|kwh|度|平|方|吨|人|户|岁|个|台|辆|套|间)$"
SCALES = {"百": 1e2, "千": 1e3, "万": 1e4, "百万": 1e6, "千万": 1e7, "亿": 1e8}
BOUND = 1e13


def clean_money(values: pl.Series, field: Field, factor: float = 1.0) -> Cleaned:
    """金额,元。值里自带单位(3.2万元)的以自带的为准,否则乘表头的倍数。"""
    fast = _scaled(_finite(values.cast(pl.Float64, strict=False)), factor)

    def slow(rest: pl.DataFrame) -> pl.DataFrame:
        frame = _signed(rest)
        col = pl.col("text")
        scale = col.str.extract(MONEY_SUFFIX).replace_strict(SCALES, default=None, return_dtype=pl.Float64)
        own = col.str.contains(r"(?:百|千|万|亿|元|圆|块)")
        times = pl.when(own).then(scale.fill_null(1.0)).otherwise(factor)
        frame = _numbered(frame.with_columns(times=times), col.str.replace(MONEY_SUFFIX, ""))
        value = (pl.col("number") * pl.col("times") * pl.col("sign")).round(6)
        return _coded(frame, value, "bad_money")

    return patch(fast, values, slow, usual=lambda rest: _plain_money(rest, factor))


def _plain_money(rest: pl.DataFrame, factor: float) -> pl.Series:
    """最常见的两种写法,「3418.52元」「3,418.52」。"""
    raw, body, number = pl.col("raw"), pl.col("body"), pl.col("number")
    frame = rest.select(yuan=raw.str.ends_with("元"), body=raw.str.strip_suffix("元"))
    digits = pl.when(body.str.contains(THOUSANDS)).then(body.str.replace_all(",", "", literal=True)).otherwise(body)
    frame = frame.select("yuan", number=digits.cast(pl.Float64, strict=False))
    value = (number * pl.when("yuan").then(1.0).otherwise(factor)).round(6)
    return frame.select(pl.when((number >= 0) & (number <= BOUND)).then(value)).to_series()


def clean_number(values: pl.Series, field: Field, factor: float = 1.0) -> Cleaned:
    """数值;去掉千分位与面积、电量等单位。"""
    fast = _scaled(_finite(values.cast(pl.Float64, strict=False)), factor)

    def slow(rest: pl.DataFrame) -> pl.DataFrame:
        frame = _numbered(_signed(rest), pl.col("text").str.replace(NUMBER_SUFFIX, ""))
        return _coded(frame, pl.col("number") * pl.col("sign") * factor, "bad_number")

    return patch(fast, values, slow)


def clean_integer(values: pl.Series, field: Field, factor: float = 1.0) -> Cleaned:
    """整数;带非零小数的不可用。"""
    fast = values.cast(pl.Int64, strict=False)

    def slow(rest: pl.DataFrame) -> pl.DataFrame:
        frame = _numbered(_signed(rest), pl.col("text").str.replace(NUMBER_SUFFIX, ""))
        number = pl.col("number") * pl.col("sign")
        value = pl.when(number == number.round()).then(number).cast(pl.Int64, strict=False)
        return _coded(frame, value, "bad_integer")

    return patch(fast, values, slow)


def _finite(numbers: pl.Series) -> pl.Series:
    """无穷、NaN、大得不可能的值交给细看。"""
    strange = ~(numbers.abs() <= BOUND).fill_null(True)
    return numbers.set(strange, None) if strange.any() else numbers


def _scaled(numbers: pl.Series, factor: float) -> pl.Series:
    return numbers if factor == 1.0 else (numbers * factor).round(6)


def _signed(rest: pl.DataFrame) -> pl.DataFrame:
    """列 text(去前缀、负号统一)、sign(会计写法的括号为 -1)。"""
    frame = rest.select(text=tidy().str.replace_all(r"[\u2010-\u2015\u2212]", "-").str.replace_all("、", ","))
    frame = frame.select(text=no_value(pl.col("text")).str.replace(PREFIX, ""))
    frame = frame.with_columns(inside=pl.col("text").str.extract(r"^\(([^()]*)\)(?:万?元)?$"))
    minus = pl.col("inside").is_not_null() & ~pl.col("text").str.contains("-", literal=True)
    return frame.select(
        text=pl.coalesce("inside", "text").str.replace(PREFIX, ""), sign=pl.when(minus).then(-1.0).otherwise(1.0)
    )


def _numbered(frame: pl.DataFrame, text: pl.Expr) -> pl.DataFrame:
    """添一列 number:``text`` 读作数;读不成的、大得不可能的为空。"""
    plain = pl.col("plain")
    frame = frame.with_columns(plain=text)
    frame = frame.with_columns(
        plain=pl.when(plain.str.contains(GROUPED)).then(plain.str.replace_all(",", "", literal=True)).otherwise(plain)
    )
    value = pl.when(plain.str.contains(NUMBER)).then(plain).cast(pl.Float64, strict=False)
    frame = frame.with_columns(number=value)
    return frame.with_columns(number=pl.when(pl.col("number").abs() <= BOUND).then("number"))


def _coded(frame: pl.DataFrame, value: pl.Expr, code: str) -> pl.DataFrame:
    """value 与 code:有字而读不成数的是坏值。"""
    frame = frame.select("text", value=value)
    wrong = pl.col("text").is_not_null() & pl.col("value").is_null()
    return frame.select("value", code=pl.when(wrong).then(pl.lit(code)))
