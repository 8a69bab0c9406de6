"""按数字存的长号码:浮点数只有 15 位有效数字可信,以后的位是算出来的,不能当作号码。"""

import polars as pl

EXACT = 2.0**53  # 到此为止的整数浮点数都存得准
DIGITS = 15


def known_part(numbers: pl.Series) -> pl.Series:
    """不小于 :data:`EXACT` 的 Float64 → 可信的 15 位与数量级,如 ``4.29998199001010E+17``。

    十五位以内就能写尽的(电子表格存下时已截断)照写;更长的截到 15 位,不进位。
    """
    name = "number"
    text = (
        numbers.alias(name)
        .to_frame()
        .select(
            shortest=pl.col(name).cast(pl.String).str.replace(r"e.*$", "").str.replace(r"\.0$", ""),
            power=pl.col(name).cast(pl.Int128).cast(pl.String).str.len_bytes() - 1,
        )
    )
    digits = pl.col("shortest").str.replace(".", "", literal=True).str.head(DIGITS).str.pad_end(DIGITS, "0")
    return text.select(
        pl.format("{}.{}E+{}", digits.str.head(1), digits.str.slice(1), pl.col("power")).alias(numbers.name)
    ).to_series()


def mark_lost(
    frame: pl.DataFrame, numbers: pl.Series, whole: dict[str, str] | None = None
) -> tuple[pl.DataFrame, pl.Series]:
    """把读取库写成整串数字的浮点数换成可信的写法。

    ``frame`` 各列 String;``numbers`` 是表里按数字存、不小于 EXACT 的值(Float64,去重);``whole`` 是仍知道全部数字的
    (读出的写法 → 原来的数字)。返回换好的表与用到的可信写法。
    """
    shown = numbers.cast(pl.Int128).cast(pl.String)
    known = known_part(numbers)
    if not len(shown):
        return frame, known
    if whole:
        full = shown.replace_strict(list(whole), list(whole.values()), default=None, return_dtype=pl.String)
        known = full.zip_with(full.is_not_null(), known)
    changed = [column.replace(shown, known) for column in frame.get_columns() if column.is_in(shown.implode()).any()]
    return frame.with_columns(changed), known.filter(known.str.contains("E", literal=True))


def exact_or_known(column: pl.Series) -> tuple[pl.Series, pl.Series]:
    """浮点列(Parquet)→ (文字列, 用到的可信写法);整数值去掉「.0」。"""
    wide = column.cast(pl.Float64)
    text = column.cast(pl.String).str.replace(r"\.0$", "")
    large = (wide.abs() >= EXACT) & wide.is_finite()
    at = large.fill_null(False).arg_true()
    if not len(at):
        return text, pl.Series(dtype=pl.String)
    known = known_part(wide.gather(at))
    return text.scatter(at, known), known.unique()
