"""在前若干行里找表头。"""

from collections.abc import Collection
from dataclasses import dataclass, field

from jiuzhu.engine.catalog import Catalog
from jiuzhu.engine.catalog.model import FieldType
from jiuzhu.engine.catalog.recognise import header_strength
from jiuzhu.engine.catalog.sniff import look

from .errors import file_error
from .raw import HEAD_ROWS, RawTable

Cells = list[str | None]


@dataclass(slots=True)
class Layout:
    """表头与数据的位置。

    ``header`` 与 ``columns`` 一一对应(表头原文,空的为 "");``start`` 是第一行数据的下标;``titles`` 是表头上方的文字;
    ``certain`` 为假时这一行并不像任何来源的表头。
    """

    header: list[str]
    columns: list[str]
    start: int
    titles: list[str] = field(default_factory=list)
    certain: bool = True


def find_header(raw: RawTable, catalog: Catalog, known: Collection[str] = ()) -> Layout:
    """找出最像表头的一行;两层表头(上层合并)合成一行。``known`` 是人指明过的表头,含它最多的一行就是。

    错误:前 20 行都空时 no_table。
    """
    names = raw.frame.columns
    if raw.header is not None:
        return Layout(list(raw.header), names, 0)
    head: list[Cells] = [list(row) for row in raw.frame.head(HEAD_ROWS).rows()]
    best, at, cells = 0.0, -1, []
    for index in range(len(head)):
        filled = _fill_from_above(head, index)
        strength = _told(filled, known) or header_strength(filled, catalog)
        if strength > best + 1e-9:
            best, at, cells = strength, index, filled
    if at < 0:
        return _guess(head, names)
    return _layout(cells, names, at, head, raw, certain=True)


def _told(cells: Cells, known: Collection[str]) -> float:
    """这一行有几个人指明过的表头;足以压过程序自己的判断。"""
    return 1000.0 * len({(cell or "").strip() for cell in cells} & set(known)) if known else 0.0


def _guess(head: list[Cells], names: list[str]) -> Layout:
    """没有一行像表头:取单元格最多、又不含证件号码的第一行,只为报告。"""
    sizes = [sum(bool(cell and cell.strip()) for cell in row) for row in head]
    if not sizes or max(sizes) < 2:
        raise file_error("no_table")
    at = sizes.index(max(sizes))
    cells = [(cell or "").strip() for cell in head[at]]
    is_data = any(look([cell]).values and look([cell]).share(FieldType.ID_NUMBER) == 1.0 for cell in cells)
    return Layout([] if is_data else cells, [] if is_data else names, at + 1, certain=not is_data)


def _layout(cells: Cells, names: list[str], at: int, head: list[Cells], raw: RawTable, *, certain: bool) -> Layout:
    header = [(cell or "").strip() for cell in cells]
    last = max(index for index, text in enumerate(header) if text) + 1
    width = last if raw.strict_width else len(header)
    titles = [cell.strip() for row in head[:at] for cell in row if cell and cell.strip()]
    return Layout(header[:width], names[:width], at + 1, titles, certain)


def _fill_from_above(head: list[Cells], index: int) -> Cells:
    """空单元格取上一行的字(上下合并的表头);上一行只有一格有字的是标题,不取。"""
    row = head[index]
    if index == 0:
        return row
    above = head[index - 1]
    if sum(bool(cell and cell.strip()) for cell in above) < 2 or not any(cell and cell.strip() for cell in row):
        return row
    return [cell if cell and cell.strip() else up for cell, up in zip(row, above, strict=True)]
