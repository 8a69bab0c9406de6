"""被表格软件吃掉尾数的号码。

表格软件把 18 位号码当作数存时,只保留 15 位有效数字(末三位成 000);再按双精度浮点数读出,末几位会变成离它最近的
可表示的数(4.3e17 附近每隔 64 才有一个)。这样的号码有十一分之一碰巧校验正确,不可凭它立人。
"""

from __future__ import annotations

import polars as pl

KEPT = 14  # 第 15 位可能因四舍五入差一,只信前 14 位
_OFTEN = 0.10  # 一个来源里可疑号码占不在册号码的比例,超过此数(碰巧应为 1/64)就整列当作浮点数
_FEWEST = 5


def _value(number: pl.Expr) -> pl.Expr:
    return pl.when(number.str.contains(r"^[1-9][0-9]{17}$")).then(number).cast(pl.Int64, strict=False)


def _spacing(value: pl.Expr) -> pl.Expr:
    """双精度浮点数在此处的间隔。"""
    return pl.when(value >= 2**59).then(128).when(value >= 2**58).then(64).when(value >= 2**57).then(32).otherwise(16)


def on_float_grid(number: pl.Expr) -> pl.Expr:
    """恰好是双精度浮点数表示得出的数(真号码约六十四分之一也如此)。空值为 false。"""
    value = _value(number)
    return (value % _spacing(value) == 0).fill_null(False)


def rounded(number: pl.Expr) -> pl.Expr:
    """只剩 15 位有效数字的样子:末三位 000,或离某个整千不到半个浮点间隔(真号码约千分之一也如此)。"""
    value = _value(number)
    off = (value + 500) % 1000 - 500
    near = (value % _spacing(value) == 0) & (off.abs() * 2 <= _spacing(value))
    return (number.str.contains(r"^[0-9]{15}000$") | near).fill_null(False)


def kept_digits(number: pl.Expr) -> pl.Expr:
    """留下可信的前 14 位,其余写“?”;末三位 000 的留 15 位。"""
    thousand = ((_value(number) + 500) // 1000).cast(pl.String)
    plain = number.str.slice(0, 15) + "???"
    return pl.when(number.str.ends_with("000")).then(plain).otherwise(thousand.str.slice(0, KEPT) + "????")


def forget_eaten(evidence: pl.DataFrame) -> pl.DataFrame:
    """疑难行 `source number whole owner …`:不在册而像被吃掉尾数的号码,改写为残缺样式,不再当作合格号码。"""
    number, unknown = pl.col("number"), pl.col("owner").is_null() & pl.col("number").str.len_chars().eq(18)
    evidence = evidence.with_columns(grid=on_float_grid(number) & unknown.fill_null(False))
    total = unknown.fill_null(False).sum().over("source")
    share = pl.col("grid").sum().over("source") / total.clip(1)
    often = pl.col("grid") & (share >= _OFTEN) & (pl.col("grid").sum().over("source") >= _FEWEST)
    eaten = (rounded(number) | often) & unknown.fill_null(False)
    evidence = evidence.with_columns(eaten=eaten)
    return evidence.with_columns(
        number=pl.when("eaten").then(kept_digits(number)).otherwise(number),
        whole=pl.when(~pl.col("eaten")).then("whole"),
    ).drop("grid", "eaten")
