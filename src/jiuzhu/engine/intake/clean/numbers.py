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
        number = _number(col.str.replace(MONEY_SUFFIX, ""))
        times = pl.when(own).then(scale.fill_null(1.0)).otherwise(factor)
        value = (number * times * pl.col("sign")).round(6)
        return frame.select(value=value, code=_code(value, "bad_money"))

    return patch(fast, values, slow, usual=_plain_money(factor))


def _plain_money(factor: float) -> pl.Expr:
    """最常见的两种写法,「3418.52元」「3,418.52」。"""
    raw = pl.col("raw")
    body = raw.str.strip_suffix("元")
    digits = pl.when(body.str.contains(THOUSANDS)).then(body.str.replace_all(",", "", literal=True)).otherwise(body)
    number = digits.cast(pl.Float64, strict=False)
    value = (number * pl.when(raw.str.ends_with("元")).then(1.0).otherwise(factor)).round(6)
    return pl.when((number > 0) & (number <= BOUND)).then(value)


def clean_number(values: pl.Series, field: Field, factor: float = 1.0) -> Cleaned:
    """数值;去掉千分位与面积、电量等单位。"""
    fast = _scaled(_finite(values.cast(pl.Float64, strict=False)), factor)

    def slow(rest: pl.DataFrame) -> pl.DataFrame:
        frame = _signed(rest)
        value = _number(pl.col("text").str.replace(NUMBER_SUFFIX, "")) * pl.col("sign") * factor
        return frame.select(value=value, code=_code(value, "bad_number"))

    return patch(fast, values, slow)


def clean_integer(values: pl.Series, field: Field, factor: float = 1.0) -> Cleaned:
    """整数;带非零小数的不可用。"""
    fast = values.cast(pl.Int64, strict=False)

    def slow(rest: pl.DataFrame) -> pl.DataFrame:
        frame = _signed(rest)
        number = _number(pl.col("text").str.replace(NUMBER_SUFFIX, "")) * pl.col("sign")
        value = pl.when(number == number.round()).then(number).cast(pl.Int64, strict=False)
        return frame.select(value=value, code=_code(value, "bad_integer"))

    return patch(fast, values, slow)


def _finite(numbers: pl.Series) -> pl.Series:
    """无穷、NaN、大得不可能的值交给细看。"""
    strange = ~(numbers.abs() <= BOUND).fill_null(True)
    return numbers.set(strange, None) if strange.any() else numbers


def _scaled(numbers: pl.Series, factor: float) -> pl.Series:
    return numbers if factor == 1.0 else (numbers * factor).round(6)


def _signed(rest: pl.DataFrame) -> pl.DataFrame:
    """列 text(去前缀、负号统一)、sign(会计写法的括号为 -1)。"""
    text = no_value(tidy().str.replace_all(r"[\u2010-\u2015\u2212]", "-").str.replace_all("、", ","))
    frame = rest.select(text=text.str.replace(PREFIX, ""))
    inside = pl.col("text").str.extract(r"^\(([^()]*)\)(?:万?元)?$")
    minus = inside.is_not_null() & ~pl.col("text").str.contains("-", literal=True)
    return frame.select(
        text=pl.coalesce(inside, pl.col("text")).str.replace(PREFIX, ""),
        sign=pl.when(minus).then(-1.0).otherwise(1.0),
    )


def _number(text: pl.Expr) -> pl.Expr:
    plain = pl.when(text.str.contains(GROUPED)).then(text.str.replace_all(",", "", literal=True)).otherwise(text)
    value = pl.when(plain.str.contains(NUMBER)).then(plain).cast(pl.Float64, strict=False)
    return pl.when(value.abs() <= BOUND).then(value)


def _code(value: pl.Expr, code: str) -> pl.Expr:
    return pl.when(pl.col("text").is_not_null() & value.is_null()).then(pl.lit(code))
