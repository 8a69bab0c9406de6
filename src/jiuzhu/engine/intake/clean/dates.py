"""日期、年月、年度。"""

from datetime import date

import polars as pl

from jiuzhu.engine.catalog import Field

from .base import BLANKS, QUOTES, Cleaned, by_distinct, no_value, patch

FIRST, LAST = date(1900, 1, 1), date(2100, 12, 31)
EPOCH = date(1899, 12, 30)  # 电子表格序列号 0
CLOCK = r"(?:[T \u3000]+|日)(?:上午|下午|AM|PM)?[0-9]{1,2}[:时][0-9].*$"
DAY = r"^([0-9]{4})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})日?号?$"
DAY_RUN = r"^([0-9]{4})([0-9]{2})([0-9]{2})(?:[0-9]{6})?$"
MONTH = r"^([0-9]{4})(?:[-/.年]([0-9]{1,2})月?份?|([0-9]{2}))$"
SERIAL = r"^[0-9]{5}(?:\.[0-9]+)?$"
YEAR = r"^((?:19|20)[0-9]{2})年?度?$"
HAN_DIGITS = "[\u3007○零一二三四五六七八九十廿]"
# 十、廿在前在后的意思不同,先换成数字;其余一字一位
HAN_TENS = (
    (r"([二三])十([一二三四五六七八九])", "${1}${2}"), (r"([二三])十", "${1}0"),
    (r"廿([一二三四五六七八九])", "2${1}"), (r"廿", "20"), (r"十([一二三四五六七八九])", "1${1}"), (r"十", "10"),
)  # fmt: skip
HAN_ONES = dict(zip("\u3007○零一二三四五六七八九", "000123456789", strict=True))


def clean_date(values: pl.Series, field: Field, factor: float = 1.0) -> Cleaned:
    """日期。只写到月的记当月 1 日;电子表格序列号换算成日期。"""
    return by_distinct(values, _date)


def _date(values: pl.Series) -> Cleaned:
    return _patched(values, _within(values.str.to_date("%Y-%m-%d", strict=False)), "bad_date")


def clean_month(values: pl.Series, field: Field, factor: float = 1.0) -> Cleaned:
    """年月,记当月 1 日。"""
    return by_distinct(values, _month)


def _month(values: pl.Series) -> Cleaned:
    fast = _within((values + "-01").str.to_date("%Y-%m-%d", strict=False))
    done = _patched(values, fast, "bad_month")
    return Cleaned(done.values.dt.month_start(), done.bad)


def clean_year(values: pl.Series, field: Field, factor: float = 1.0) -> Cleaned:
    """年度,取四位年份;写成日期、年月的取其年。"""
    fast = values.cast(pl.Int32, strict=False)
    fast = fast.set(~fast.is_between(FIRST.year, LAST.year).fill_null(True), None)

    def slow(rest: pl.DataFrame) -> pl.DataFrame:
        frame = _parts(rest)
        year = pl.col("text").str.extract(YEAR).cast(pl.Int32)
        value = pl.coalesce(year, pl.col("value").dt.year())
        return frame.select(value=value, code=_code(value, "bad_year"))

    return patch(fast, values, slow)


def _patched(values: pl.Series, fast: pl.Series, code: str) -> Cleaned:
    return patch(
        fast, values, lambda rest: _parts(rest).select("value", code=_code(pl.col("value"), code)), usual=_usual_date
    )


def _usual_date(rest: pl.DataFrame) -> pl.Series:
    plain = rest.select(value=pl.coalesce(_ymd(DAY, "raw"), _ymd(DAY_RUN, "raw")))
    return plain.select(pl.when(pl.col("value").is_between(FIRST, LAST)).then("value")).to_series()


def _within(dates: pl.Series) -> pl.Series:
    outside = ~dates.is_between(FIRST, LAST).fill_null(True)
    return dates.set(outside, None) if outside.any() else dates


def _code(value: pl.Expr, code: str) -> pl.Expr:
    reason = pl.when(pl.col("shaped")).then(pl.lit("impossible_date")).otherwise(pl.lit(code))
    return pl.when(pl.col("text").is_not_null() & value.is_null()).then(reason)


def _parts(rest: pl.DataFrame) -> pl.DataFrame:
    """列 text(归一的写法)、value(Date)、shaped(像日期而日历上没有)。"""
    text = pl.col("raw").str.normalize("NFKC").str.strip_chars().str.replace_all(QUOTES, "").str.replace(CLOCK, "")
    text = text.str.replace_all(BLANKS, "").str.replace_all(r"[\u2010-\u2015\u2212]", "-").str.replace(r"\.0+$", "")
    frame = _arabic(rest.select(text=text.str.replace(r"(?:止|起|底|左右|前后)$", "")))
    frame = frame.select(text=no_value(pl.col("text")))
    col = pl.col("text")
    frame = frame.with_columns(
        day=pl.coalesce(_ymd(DAY), _ymd(DAY_RUN)),
        month=col.str.extract_groups(MONTH),
        serial=pl.when(col.str.contains(SERIAL)).then(col),
        shaped=col.str.contains(DAY) | col.str.contains(DAY_RUN) | col.str.contains(MONTH) | col.str.contains(SERIAL),
    )
    month = pl.col("month").struct
    number = pl.coalesce(month.field("2"), month.field("3"))
    first = month.field("1") + "-" + number.str.zfill(2) + "-01"
    serial = pl.col("serial").cast(pl.Float64, strict=False).cast(pl.Int32, strict=False)
    parsed = pl.coalesce("day", first.str.to_date("%Y-%m-%d", strict=False), pl.lit(EPOCH) + pl.duration(days=serial))
    frame = frame.select("text", "shaped", value=parsed)
    return frame.with_columns(value=pl.when(pl.col("value").is_between(FIRST, LAST)).then("value").cast(pl.Date))


def _arabic(frame: pl.DataFrame) -> pl.DataFrame:
    """「二〇二六年九月十五日」→「2026年9月15日」。"""
    han = frame["text"].str.contains(HAN_DIGITS).fill_null(False)
    if not han.any():
        return frame
    out = pl.col("text")
    for pattern, number in HAN_TENS:
        out = out.str.replace_all(pattern, number)
    return frame.with_columns(text=pl.when(han).then(out.str.replace_many(HAN_ONES)).otherwise("text"))


def _ymd(pattern: str, column: str = "text") -> pl.Expr:
    part = pl.col(column).str.extract_groups(pattern)
    text = part.struct.field("1") + "-" + part.struct.field("2") + "-" + part.struct.field("3")
    return text.str.to_date("%Y-%m-%d", strict=False)
