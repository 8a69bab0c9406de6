"""由成员汇总到户的五种常用法(合计、人数、最大、最小、有一人),在内存里一次算出,与查询算的相同。

五十几列逐列汇总六十万人,polars 比数据库快一倍;其余写法(几个事实相并的)仍由查询算。
"""

from collections.abc import Sequence

import polars as pl

from jiuzhu.engine.division import divided
from jiuzhu.engine.facts.dictionary import Fact
from jiuzhu.engine.facts.exact import LARGEST, PARTS

ADDED = {"total", "count", "anyone"}
SAFE = 1e9  # 没有比它大的数,几千人的百万分之一加起来也不超出六十四位整数


def folded(persons: pl.DataFrame, facts: Sequence[Fact]) -> pl.DataFrame:
    """每户一行:household 与 ``facts``(都是五种之一)的各列,只算在世的人。"""
    kinds: dict[str, set[str]] = {}
    for fact in facts:
        kinds.setdefault(fact.uses[0], set()).add(fact.fold)
    added = [name for name, wanted in kinds.items() if wanted & ADDED]
    unsure = [name for name in added if persons[name].has_nulls() or _largest(persons[name]) > LARGEST]
    living = (
        persons.lazy()
        .filter(pl.col("在世"))
        .select(
            pl.col("household") + 0,  # 去掉“已排序”的标记:polars 对排好的键另走一条路,汇总几十列时慢三倍
            *(_addend(persons[name]).alias(f"{name}+") for name in added),
            *(name for name, wanted in kinds.items() if wanted & {"highest", "lowest"}),
        )
        .collect()
    )
    grouped = living.group_by("household", maintain_order=True).agg(
        *(pl.col(f"{name}+").sum() for name in added),
        *(pl.col(f"{name}+").count().alias(f"{name}#") for name in unsure),
        *(pl.col(name).max().alias(f"{name}>") for name, wanted in kinds.items() if "highest" in wanted),
        *(pl.col(name).min().alias(f"{name}<") for name, wanted in kinds.items() if "lowest" in wanted),
    )
    return grouped.select("household", *(_fold(fact, fact.uses[0] in unsure).alias(fact.name) for fact in facts))


def _addend(column: pl.Series) -> pl.Expr:
    """加之前的整数:是否为 0、1;数为百万分之几(见 ``exact``)。"""
    value = pl.col(column.name)
    if column.dtype == pl.Boolean:
        return value.cast(pl.UInt8)
    kind = pl.Int64 if _largest(column) <= SAFE else pl.Int128
    return pl.when(value.abs() <= LARGEST).then((value * PARTS).round(mode="half_away_from_zero")).cast(kind)


def _largest(column: pl.Series) -> float:
    """最大的绝对值;是否为 1,全未知为 0。"""
    largest = column.cast(pl.Float64).abs().max()
    return largest if isinstance(largest, float) else 0.0


def _fold(fact: Fact, unsure: bool) -> pl.Expr:
    name = fact.uses[0]
    match fact.fold:
        case "highest":
            return pl.col(f"{name}>")
        case "lowest":
            return pl.col(f"{name}<")
        case "anyone":
            value = pl.col(f"{name}+") > 0
        case "count":
            value = pl.col(f"{name}+").cast(pl.Float64)
        case _:
            value = divided(pl.col(f"{name}+").cast(pl.Float64), pl.lit(float(PARTS)))
    return pl.when(pl.col(f"{name}#") > 0).then(value) if unsure else value
