"""运行内的序号:仓库里用整数连接,写出时换回编号。

编号(P…、H…)是长文字,几百万行按它连接太慢。户的序号按编号排序,所以按序号排好的表也按编号有序,
查一户时只需读 Parquet 里的一小段。
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import polars as pl

INTERNAL = ("person", "household")


@dataclass(frozen=True)
class Numbering:
    """``people``:person, household(序号)加原来的列,按 household 排好;``tables``:person 换成新的序号。"""

    people: pl.DataFrame
    tables: Mapping[str, pl.DataFrame]

    def with_ids(self, frame: pl.DataFrame) -> pl.DataFrame:
        """把序号列换成编号列,放在最前。"""
        ids = []
        if "household" in frame.columns:
            ids.append(self.household_ids.gather(frame["household"]))
        if "person" in frame.columns:
            ids.append(self.people["person_id"].gather(frame["person"]))
        return frame.select(*ids, pl.exclude(INTERNAL))

    @cached_property
    def household_ids(self) -> pl.Series:
        """第 n 个就是序号为 n 的户的编号。"""
        return self.people["household_id"].unique(maintain_order=True)


def number(people: pl.DataFrame, tables: Mapping[str, pl.DataFrame]) -> Numbering:
    """给人与户编上运行内的序号。``tables`` 的 person 是 ``people`` 里的行号(可空)。"""
    ordered = people.with_row_index("before").sort("household_id", "person_id")
    numbered = ordered.with_columns(
        household=(pl.col("household_id").rle_id()).cast(pl.Int32), person=pl.int_range(pl.len(), dtype=pl.Int32)
    )
    moved = numbered.sort("before")["person"]
    return Numbering(
        people=numbered.drop("before"),
        tables={source: table.with_columns(person=moved.gather(table["person"])) for source, table in tables.items()},
    )
