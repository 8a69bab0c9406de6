"""书写:把规范值写成部门手里的样子——四种日期、各样金额、月份、代码或文字的地名。输入规范列,输出字符串列。"""

from dataclasses import dataclass

import numpy as np
import polars as pl

from jiuzhu.demo.faults import Faults, lots
from jiuzhu.demo.streams import choose, pick

DATE_FORMS = {
    "iso": "%Y-%m-%d",
    "compact": "%Y%m%d",
    "slash": "%Y/%-m/%-d",
    "chinese": "%Y年%-m月%-d日",
    "dotted": "%Y.%m.%d",
    "timestamp": "%Y-%m-%d 00:00:00",
    "serial": "",  # 电子表格序号,1899-12-30 起的天数
}
MONTH_FORMS = {
    "compact": "%Y%m",
    "iso": "%Y-%m",
    "dotted": "%Y.%m",
    "chinese": "%Y年%-m月",
    "slash": "%Y/%-m",
    "first_day": "%Y-%m-01",
}
SERIAL_ORIGIN = 25569
BAD_DATES = ("2025-02-30", "0000-00-00", "1900-01-00", "长期", "20251301", "99991231")
BLANK_WORDS = ("-", "/", "无", "—", "NULL", "不详")


@dataclass(frozen=True)
class Hand:
    """一种写法:日期与月份各形式的权重,词语替换,地名用代码还是文字。"""

    dates: dict[str, float]
    months: dict[str, str]  # 来源键 → 月份形式
    words: dict[str, dict[str, str]]  # 字段键 → 规范词 → 写出的词
    place_words: bool = False


def write_dates(rng: np.random.Generator, days: pl.Series, weights: dict[str, float], bad: float) -> pl.Series:
    """日期列写成文字:先把每一天的各种写法列成表,再按行取。"""
    if days.null_count() == len(days):
        return days.cast(pl.String)
    numbers = days.cast(pl.Int32)
    low, high = numbers.min(), numbers.max()
    assert isinstance(low, int)
    assert isinstance(high, int)
    calendar = pl.Series(range(low, high + 1), dtype=pl.Int32)
    tables = [
        (calendar + SERIAL_ORIGIN).cast(pl.String) if form == "serial" else calendar.cast(pl.Date).dt.to_string(pattern)
        for form, pattern in DATE_FORMS.items()
        if form in weights
    ]
    ordered = [weights[form] for form in DATE_FORMS if form in weights]
    form = choose(rng, len(ordered), len(days), ordered)
    place = (numbers - low).fill_null(0).to_numpy() + form * (high - low + 1)
    text = pl.concat(tables).gather(place)
    spoiled = pick(rng, BAD_DATES, len(days)).zip_with(pl.Series(rng.random(len(days)) < bad), text)
    return spoiled.zip_with(days.is_not_null(), pl.repeat(None, len(days), dtype=pl.String, eager=True))


def write_months(days: pl.Series, form: str) -> pl.Series:
    """月份列(当月 1 日)写成文字。"""
    return days.dt.to_string(MONTH_FORMS[form])


def write_money(rng: np.random.Generator, values: pl.Series, faults: Faults, *, plain: bool) -> pl.Series:
    """金额列写成文字,两位小数为主;plain 为真(表头写万元的)时只写数。"""
    if plain:
        return values.cast(pl.String).str.strip_suffix(".0")
    cents = (values * 100).round().cast(pl.Int64)
    table = pl.DataFrame({"yuan": cents.abs() // 100, "cent": cents.abs() % 100, "negative": cents < 0})
    sign = pl.when("negative").then(pl.lit("-")).otherwise(pl.lit(""))
    tail = pl.lit(".") + pl.col("cent").cast(pl.String).str.zfill(2)
    whole = pl.col("yuan").cast(pl.String)
    rates = [
        faults.money_comma,
        faults.money_unit,
        faults.money_whole,
        faults.money_symbol,
        faults.money_wan,
        faults.money_blank_word,
    ]
    kind = pl.Series("kind", lots(rng, len(values), rates))
    symbol = pl.lit("¥") + grouped()
    short = pl.when(pl.col("cent") == 0).then(whole).otherwise(whole + tail)
    wan = (pl.col("yuan") / 10000).round(4).cast(pl.String) + "万元"
    exact_wan = (pl.col("yuan") % 1000 == 0) & (pl.col("cent") == 0) & (pl.col("yuan") >= 10000)
    return table.with_columns(kind, pl.Series("word", pick(rng, BLANK_WORDS, len(values)))).select(
        pl.when(pl.col("kind") == 1)
        .then(sign + grouped() + tail)
        .when(pl.col("kind") == 2)
        .then(sign + whole + tail + "元")
        .when(pl.col("kind") == 3)
        .then(sign + short)
        .when(pl.col("kind") == 4)
        .then(symbol + tail)
        .when((pl.col("kind") == 5) & exact_wan)
        .then(wan)
        .when((pl.col("kind") == 6) & pl.col("yuan").is_not_null())
        .then("word")
        .otherwise(sign + whole + tail)
        .alias("money")
    )["money"]


def grouped() -> pl.Expr:
    """yuan 列的千分位写法(不足十亿)。"""
    yuan = pl.col("yuan")
    last = (yuan % 1000).cast(pl.String).str.zfill(3)
    middle = (yuan // 1000 % 1000).cast(pl.String)
    million = (yuan // 1_000_000).cast(pl.String)
    return (
        pl.when(yuan < 1000)
        .then(yuan.cast(pl.String))
        .when(yuan < 1_000_000)
        .then(middle + "," + last)
        .otherwise(million + "," + middle.str.zfill(3) + "," + last)
    )


def write_numbers(values: pl.Series) -> pl.Series:
    """普通数:整数不带小数点。"""
    return values.cast(pl.String).str.strip_suffix(".0")


def write_words(values: pl.Series, words: dict[str, str]) -> pl.Series:
    """换词;没有的照写。"""
    return values.replace(words) if words else values


def break_lines(rng: np.random.Generator, values: pl.Series, share: float) -> pl.Series:
    """一部分地址在县名之后夹一个换行(单元格里按了 Alt+Enter)。"""
    if share == 0.0:
        return values
    broken = values.str.slice(0, 3) + "\n" + values.str.slice(3)
    return broken.zip_with(pl.Series(rng.random(len(values)) < share), values)
