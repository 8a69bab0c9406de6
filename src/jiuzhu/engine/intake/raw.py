"""读进来还没有认出的一张表:全是文字。"""

from dataclasses import dataclass, field
from typing import NamedTuple

import polars as pl

HEAD_ROWS = 20  # 表头只在前这么多行里找
SAMPLE_ROWS = 200


class Merge(NamedTuple):
    """上下合并的单元格:列下标、首行与末行的下标(含)。"""

    column: int
    top: int
    end: int


@dataclass(slots=True)
class RawTable:
    """一张原样的表。

    ``frame`` 各列为 String,列名 c0、c1……,含标题、说明、表头行;``header`` 不为空时表头在此,
    ``frame`` 全是数据(Parquet)。``strict_width`` 为真时,比表头多的非空单元格说明该行错位(分隔文本);
    ``torn`` 指末行不完整;``damaged`` 是替代符的个数;``nul`` 指夹有空字节;
    ``lost`` 是按数字存而丢了末几位的号码现在的写法;
    ``merges`` 是上下合并的单元格(``frame`` 的行列)。
    """

    label: str
    encoding: str
    frame: pl.DataFrame
    header: list[str] | None = None
    strict_width: bool = False
    torn: bool = False
    damaged: int = 0
    nul: bool = False
    sheet: str | None = None
    lost: pl.Series = field(default_factory=lambda: pl.Series(dtype=pl.String))
    merges: list[Merge] = field(default_factory=list)


@dataclass(slots=True)
class RawFile:
    """一个文件里的全部表,加上没有读的说明表、隐藏表的名字。"""

    tables: list[RawTable] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    hidden: list[str] = field(default_factory=list)


def column_names(width: int) -> list[str]:
    """c0、c1……"""
    return [f"c{index}" for index in range(width)]
