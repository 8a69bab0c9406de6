"""读进来还没有认出的一张表:全是文字。"""

from dataclasses import dataclass, field

import polars as pl

HEAD_ROWS = 20  # 表头只在前这么多行里找
SAMPLE_ROWS = 200


@dataclass(slots=True)
class RawTable:
    """一张原样的表。

    ``frame`` 各列为 String,列名 c0、c1……,含标题、说明、表头行;``header`` 不为空时表头在此,
    ``frame`` 全是数据(Parquet)。``strict_width`` 为真时,比表头多的非空单元格说明该行错位(分隔文本);
    ``torn`` 指末行不完整;``damaged`` 是替代符的个数。
    """

    label: str
    encoding: str
    frame: pl.DataFrame
    header: list[str] | None = None
    strict_width: bool = False
    torn: bool = False
    damaged: int = 0
    sheet: str | None = None
    sheets: int = 1


@dataclass(slots=True)
class RawFile:
    """一个文件里的全部表,加上被略过的说明表的名字。"""

    tables: list[RawTable] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def column_names(width: int) -> list[str]:
    """c0、c1……"""
    return [f"c{index}" for index in range(width)]
