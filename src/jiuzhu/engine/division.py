"""polars 里的除法,与逐个相除逐位相同。"""

import polars as pl

ZEROS = pl.int_range(pl.len()).cast(pl.Float64) * 0.0


def divided(left: pl.Expr, right: pl.Expr) -> pl.Expr:
    """polars 把“除以一个数”算成“乘以它的倒数”,末位会差;加上一列零,除数就是真的一列。"""
    return left / (right + ZEROS)
