"""运行内的序号:仓库里用整数连接,写出时换回编号。

编号(P…、H…)是长文字,几百万行按它连接太慢。户的序号按编号排序,所以按序号排好的表也按编号有序,
查一户时只需读 Parquet 里的一小段。
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import polars as pl

from jiuzhu.engine.gather import gather, letters

INTERNAL = ("person", "household")
_LENGTH = 17  # 编号的字节数


@dataclass(frozen=True)
class Numbering:
    """``people``:person, household(序号)加原来的列,按 household 排好;``tables``:person 换成新的序号。"""

    people: pl.DataFrame
    tables: Mapping[str, pl.DataFrame]

    def with_ids(self, frame: pl.DataFrame) -> pl.DataFrame:
        """把序号列换成编号列,放在最前。"""
        ids = []
        if "household" in frame.columns:
            ids.append(gather(self.household_ids, frame["household"]))
        if "person" in frame.columns:
            ids.append(gather(self.people["person_id"], frame["person"]))
        return frame.select(*ids, pl.exclude(INTERNAL))

    @cached_property
    def household_ids(self) -> pl.Series:
        """第 n 个就是序号为 n 的户的编号。"""
        return self.people["household_id"].filter(self.people["household"].is_first_distinct())


def number(people: pl.DataFrame, tables: Mapping[str, pl.DataFrame]) -> Numbering:
    """给人与户编上运行内的序号。``tables`` 的 person 是 ``people`` 里的行号(可空)。"""
    order = _order(people)
    ordered = people.select(gather(people[column], order) for column in people.columns)
    numbered = ordered.select(
        pl.all(),
        household=pl.col("household_id").rle_id().cast(pl.Int32),
        person=pl.int_range(pl.len(), dtype=pl.Int32),
    )
    moved = np.empty(people.height, dtype=np.int32)
    moved[order.to_numpy()] = np.arange(people.height, dtype=np.int32)
    places = pl.Series("person", moved)
    return Numbering(
        people=numbered,
        tables={source: table.with_columns(person=places.gather(table["person"])) for source, table in tables.items()},
    )


def _order(people: pl.DataFrame) -> pl.Series:
    """先按户、再按人的编号排,依次是哪些行。编号各拆成两个整数来排,结果与按文字排一样,快几倍。"""
    ids = people["household_id"], people["person_id"]
    if all(one.null_count() == 0 and (one.str.len_bytes() == _LENGTH).all() for one in ids):
        people = pl.DataFrame([half.alias(f"{n}") for n, half in enumerate([*_halves(ids[0]), *_halves(ids[1])])])
    else:
        people = people.select("household_id", "person_id")
    return people.select(pl.arg_sort_by(people.columns)).to_series()


def _halves(ids: pl.Series) -> list[pl.Series]:
    """17 字节的编号,首字(都一样)以后的两个 8 字节,各当作大端整数。"""
    text = letters(ids, _LENGTH)
    halves = (np.ascontiguousarray(text[:, at : at + 8]).view(">u8").ravel() for at in (1, 9))
    return [pl.Series(half.astype(np.uint64)) for half in halves]
