"""清洗的公共零件。"""

from collections.abc import Callable
from dataclasses import dataclass, field

import polars as pl

# 读作「没有值」而不是错误的写法(已去空白)
EMPTY = (
    r"(?i)^(?:|[-\u2010-\u2015\u2212_/\\.*~+|]+|无|空|暂无|没有|不详|不明|未知|未填|未填写|未说明|未登记"
    r"|null|none|nil|nan|nat|n/?a|#n/a|#div/0!|#value!|#ref!|#name\?|#num!|#null!|#spill!|#calc!|#getting_data)$"
)
BLANKS = r"[\s\u00a0\u200b-\u200f\u2060\u3000\ufeff]+"
QUOTES = r"[\"'`\u00b4‘’“”＇＂]+"
SCIENTIFIC = r"^[0-9](?:\.[0-9]*)?[eE]\+?[0-9]{1,2}$"
LARGE = 5_000  # 余下的值多于此,先取不同值再细看


@dataclass(slots=True)
class Bad:
    """不可用的值:行下标(从 0 起)与代码。"""

    at: pl.Series
    code: str


@dataclass(slots=True)
class Cleaned:
    """清洗后的一列;``bad`` 里的位置值已置空。"""

    values: pl.Series
    bad: list[Bad] = field(default_factory=list)


# 细看:输入余下的原值(String),输出与之等长的 value 与 code(空=可用或本来就是空)
Slow = Callable[[pl.DataFrame], pl.DataFrame]
# 常见写法:输入同上,输出与之等长的值,不是常见写法的为空
Usual = Callable[[pl.DataFrame], pl.Series]


def tidy(column: str = "raw") -> pl.Expr:
    """全角→半角,去掉全部空白与引号。"""
    return pl.col(column).str.normalize("NFKC").str.replace_all(BLANKS, "").str.replace_all(QUOTES, "")


def digits(values: pl.Series, first: int, last: int) -> pl.Series:
    """恰好是 ``first`` 至 ``last`` 之间的整数、位数也与 ``last`` 相同的:按整数认,比正则快得多。空值为假。"""
    known = values.cast(pl.Int64, strict=False).is_between(first, last)
    return (known & (values.str.len_bytes() == len(str(last)))).fill_null(False)


def unlike(values: pl.Series, pattern: str, plain: pl.Series | None = None) -> pl.Series:
    """有值而不合 ``pattern`` 的位置;``plain`` 是已知合的,不必再看。"""
    if plain is None:
        return (~values.str.contains(pattern)).fill_null(False).arg_true()
    at = pl.int_range(len(values), dtype=pl.UInt32, eager=True)
    rest = pl.DataFrame({"at": at, "value": values}).filter(~plain)  # 比按下标取快
    return rest.filter(~pl.col("value").str.contains(pattern))["at"]


def no_value(expr: pl.Expr) -> pl.Expr:
    """空值的写法变成空。"""
    return pl.when(~expr.str.contains(EMPTY)).then(expr)


def by_distinct(values: pl.Series, look: Callable[[pl.Series], Cleaned]) -> Cleaned:
    """重复很多的一列(日期、年月):不同的值各清洗一次,再按序号贴回每一行。"""
    if len(values) - values.null_count() <= LARGE:
        return look(values)
    words = pl.Categorical(pl.Categories.random())  # 只用这一次的字典,序号从 0 起,没有空号
    coded = values.cast(words)  # 它在,字典才在
    at = coded.to_physical()
    last = at.to_frame().select(pl.all().max()).item()
    distinct = pl.int_range(last + 1, dtype=pl.UInt32, eager=True).cat.to(words).cast(pl.String)
    done = look(distinct)
    bad = []
    for item in done.bad:
        wrong = pl.repeat(False, len(distinct), eager=True).scatter(item.at, True)
        bad.append(Bad(wrong.gather(at).fill_null(False).arg_true(), item.code))
    return Cleaned(done.values.gather(at), bad)


def patch(
    fast: pl.Series, raw: pl.Series, slow: Slow, at: pl.Series | None = None, *, usual: Usual | None = None
) -> Cleaned:
    """用 ``slow`` 细看快路没有处理的值,填回原处。

    ``at``:哪些位置要细看;默认快路为空而原值不空的。``usual``:常见写法的值,与细看的结果相同而快得多;
    不是常见写法的为空,仍交 ``slow``。
    """
    if at is None:
        at = gone(fast, raw)
    if len(at) == 0:
        return Cleaned(fast)
    rest = pl.DataFrame({"raw": raw.gather(at)})
    look = slow if usual is None else _usual_first(usual, slow)
    done = _by_distinct(rest, look) if rest.height > LARGE else look(rest)
    values = fast.clone().scatter(at, done["value"].cast(fast.dtype))  # scatter 就地改,先复制
    codes = done["code"]
    bad = [Bad(at.filter(codes == code), code) for code in codes.drop_nulls().unique(maintain_order=True)]
    return Cleaned(values, bad)


def gone(cleaned: pl.Series, raw: pl.Series) -> pl.Series:
    """原值不空、清洗后为空的位置。"""
    if cleaned.null_count() == raw.null_count():  # 原来空的清洗后也空:个数相同就没有
        return pl.Series(dtype=pl.UInt32)
    return (cleaned.is_null() & raw.is_not_null()).arg_true()


def _usual_first(usual: Usual, slow: Slow) -> Slow:
    def look(rest: pl.DataFrame) -> pl.DataFrame:
        known = usual(rest)
        codes = pl.Series([None], dtype=pl.String).new_from_index(0, len(known))
        odd = known.is_null().arg_true()
        if len(odd):
            found = slow(rest[odd])
            known, codes = known.scatter(odd, found["value"].cast(known.dtype)), codes.scatter(odd, found["code"])
        return pl.DataFrame({"value": known, "code": codes})

    return look


def _by_distinct(rest: pl.DataFrame, slow: Slow) -> pl.DataFrame:
    distinct = rest.unique()
    if distinct.height * 2 > rest.height:
        return slow(rest)
    table = distinct.with_columns(slow(distinct))
    return rest.join(table, on="raw", how="left", maintain_order="left", nulls_equal=True).select("value", "code")
