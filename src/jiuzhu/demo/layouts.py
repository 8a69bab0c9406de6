"""版式:一张表写成什么文件——编码、分隔、标题行、合计行、空行、重复表头、拆成几份。"""

from dataclasses import dataclass, field
from itertools import pairwise


@dataclass(frozen=True)
class Layout:
    """一个来源的文件版式。

    kind: csv、xlsx 或 parquet;sheets 只对 xlsx 有意义:one 单表,notes_first 首页是说明,dictionary_after 末页是字典,
    split 数据分写两页(真相里记作“文件名#表名”,行号各自从 1 起);
    order: given 原序,reversed 反序,或 shuffled 打乱;extras 为多出来的未知列。
    """

    kind: str = "csv"
    encoding: str = "utf-8"
    separator: str = ","
    newline: str = "\n"
    suffix: str = ".csv"
    titles: int = 0
    padded: bool = False  # 标题行补齐分隔符
    total: bool = False
    footnote: bool = False
    parts: int = 1
    header_every: int = 0  # 每隔若干行重复一次表头,0 为不重复
    blank_every: int = 0
    blank_empty: bool = False  # 空行是否连分隔符也没有
    sheets: str = "one"
    native: bool = False  # xlsx 的日期、金额写成真正的日期与数值单元格
    order: str = "given"
    extras: tuple[str, ...] = ()


@dataclass(frozen=True)
class Piece:
    """一段:数据行 [start, stop),或一条特殊行(header、blank、total、footnote)。"""

    kind: str
    start: int = 0
    stop: int = 0


@dataclass(frozen=True)
class Plan:
    """一个文件里表头之下的各段;numbers 为每段首行的行号(从 1 起)。"""

    pieces: tuple[Piece, ...]
    numbers: tuple[int, ...] = field(default=())


def plan_file(layout: Layout, start: int, stop: int) -> Plan:
    """排出数据行 [start, stop) 在文件里的各段与行号;特殊行也占号。"""
    cuts = {
        *(range(start + layout.header_every, stop, layout.header_every) if layout.header_every else ()),
        *(range(start + layout.blank_every, stop, layout.blank_every) if layout.blank_every else ()),
    }
    edges = [start, *sorted(cuts), stop]
    pieces: list[Piece] = []
    for left, right in pairwise(edges):
        offset = left - start
        if offset and layout.blank_every and offset % layout.blank_every == 0:
            pieces.append(Piece("blank"))
        if offset and layout.header_every and offset % layout.header_every == 0:
            pieces.append(Piece("header"))
        if right > left:
            pieces.append(Piece("rows", left, right))
    if layout.total:
        pieces.append(Piece("total"))
    if layout.footnote:
        pieces.append(Piece("footnote"))
    return Plan(tuple(pieces), number_pieces(pieces))


def number_pieces(pieces: list[Piece]) -> tuple[int, ...]:
    """各段首行的行号。"""
    numbers, row = [], 1
    for piece in pieces:
        numbers.append(row)
        row += piece.stop - piece.start if piece.kind == "rows" else 1
    return tuple(numbers)


def part_bounds(rows: int, parts: int) -> list[tuple[int, int]]:
    """把 rows 行切成 parts 份,至少一份。"""
    parts = max(1, min(parts, rows))
    edges = [rows * number // parts for number in range(parts + 1)]
    return list(pairwise(edges))
