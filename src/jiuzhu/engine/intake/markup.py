"""另存成 .xls 的网页与 XML 表格:政务系统的「导出 Excel」常是这样。

HTML 取格数最多的一张表;Excel 2003 XML(SpreadsheetML)每个工作表一张;单个文件网页(MHTML)先取出其中的网页。
"""

import email
from dataclasses import dataclass, field
from html.parser import HTMLParser

import polars as pl

from .encoding import Text, decode
from .errors import file_error
from .raw import RawFile, RawTable, column_names

MARKUP = (
    b"<html", b"<!doctype html", b"<?xml", b"<table", b"<div", b"<meta", b"<head", b"<style", b"<body", b"<!--",
    b"<center", b"<script", b"<title",
)  # fmt: skip
MHTML = (b"mime-version:", b"from: <saved by")
EXCEL_XML = b"urn:schemas-microsoft-com:office:spreadsheet"
LOOK = 4096
SILENT = frozenset({"script", "style", "title", "author", "lastauthor", "numberformat", "names"})
BREAKS = frozenset({"br", "p", "div"})
ROW, CELL = frozenset({"tr", "row"}), frozenset({"td", "th", "cell"})
WIDEST = 1000  # 一格横跨不会比这多
TALLEST = 100_000


def is_markup(data: bytes) -> bool:
    """开头像网页、XML 或单个文件网页。"""
    head = data[:LOOK].replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").lower()
    return head.startswith(MARKUP) or head.startswith(MHTML)


def read_markup(data: bytes, label: str) -> RawFile:
    """网页或 XML 里的表。

    错误:unsupported_format(别的 XML)、no_table。
    """
    text = decode(_page(data))
    is_excel = EXCEL_XML in text.data[:LOOK]
    if not is_excel and b"<table" not in text.data.lower():
        raise file_error("unsupported_format" if text.data.lstrip().startswith(b"<?xml") else "no_table")
    parser = _Tables()
    parser.feed(text.data.decode("utf-8", errors="replace"))
    parser.close()
    grids = [grid for grid in parser.done if grid.width > 1]
    if not grids:
        raise file_error("no_table")
    chosen = grids if is_excel else [max(grids, key=lambda grid: grid.size)]
    return RawFile([_table(grid, text, label, "xml" if is_excel else "html") for grid in chosen])


def _page(data: bytes) -> bytes:
    """单个文件网页里最大的一页;不是单个文件网页的原样返回。"""
    if not data[:LOOK].lstrip().lower().startswith(MHTML):
        return data
    pages = [part.get_payload(decode=True) for part in email.message_from_bytes(data).walk()]
    found = [page for page in pages if isinstance(page, bytes) and is_markup(page)]
    if not found:
        raise file_error("no_table")
    return max(found, key=len)


@dataclass(slots=True)
class _Grid:
    """一张表:每行各列的文字。``spans`` 是从上面跨下来的格:列 → (还剩几行, 文字)。"""

    name: str = ""
    rows: list[list[str | None]] = field(default_factory=list)
    spans: dict[int, tuple[int, str]] = field(default_factory=dict)

    @property
    def width(self) -> int:
        """最宽一行的列数。"""
        return max(map(len, self.rows), default=0)

    @property
    def size(self) -> int:
        """有字的格数。"""
        return sum(cell is not None for row in self.rows for cell in row)

    def take_spans(self, row: list[str | None]) -> None:
        """跨下来的格占住这一行接下来的列。"""
        while (span := self.spans.get(len(row))) is not None:
            left, text = span
            if left > 1:
                self.spans[len(row)] = (left - 1, text)
            else:
                del self.spans[len(row)]
            row.append(text or None)

    def add(self, text: str, attributes: dict[str, str | None]) -> None:
        """在末行添一格,跨列的后面补空,跨行的记下。"""
        row = self.rows[-1]
        index = _count(attributes, "ss:index", 0)
        while len(row) < min(index - 1, WIDEST):
            row.append(None)
        self.take_spans(row)
        wide = _count(attributes, "colspan", 1) + _count(attributes, "ss:mergeacross", 0)
        tall = _count(attributes, "rowspan", 1) + _count(attributes, "ss:mergedown", 0)
        if tall > 1:
            self.spans[len(row)] = (min(tall - 1, TALLEST), text)
        row.append(text or None)
        row.extend([None] * (min(wide, WIDEST) - 1))


class _Tables(HTMLParser):
    """把标签流收成表;表里套表的,内外各算一张。"""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.done: list[_Grid] = []
        self.open: list[_Grid] = []
        self.cells: list[tuple[dict[str, str | None], list[str]]] = []
        self.silent = 0
        self.sheet = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if tag == "worksheet":
            self.sheet = found.get("ss:name") or ""
        elif tag == "table":
            self.open.append(_Grid(self.sheet))
        elif tag in ROW and self.open:
            self._end_cell(len(self.open))
            self._start_row(_count(found, "ss:index", 0))
        elif tag in CELL and self.open:
            self._end_cell(len(self.open))
            self.cells.append((found, []))
        elif tag in BREAKS and self.cells:
            self.cells[-1][1].append(" ")
        elif tag in SILENT:
            self.silent += 1

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """自己结束的标签:开了就关。"""
        self.handle_starttag(tag, attrs)
        self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in CELL or tag in ROW:
            self._end_cell(len(self.open))
        elif tag == "table" and self.open:
            self._end_cell(len(self.open))
            self.done.append(self.open.pop())
        elif tag in SILENT:
            self.silent = max(0, self.silent - 1)

    def handle_data(self, data: str) -> None:
        if self.cells and not self.silent:
            self.cells[-1][1].append(data)

    def close(self) -> None:
        """没有关的表(文件不完整)也交出来。"""
        super().close()
        while self.open:
            self.handle_endtag("table")

    def _start_row(self, index: int) -> None:
        grid = self.open[-1]
        while len(grid.rows) < min(index - 1, TALLEST):
            grid.rows.append([])
        grid.rows.append([])

    def _end_cell(self, depth: int) -> None:
        """收起最里面一层表里没有关的格。"""
        if len(self.cells) < depth or not self.open:
            return
        attributes, parts = self.cells.pop()
        grid = self.open[-1]
        if not grid.rows:
            grid.rows.append([])
        grid.add(" ".join("".join(parts).split()), attributes)


def _count(attributes: dict[str, str | None], name: str, default: int) -> int:
    text = attributes.get(name) or ""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 8 else default


def _table(grid: _Grid, text: Text, label: str, kind: str) -> RawTable:
    width = grid.width
    rows = [row + [None] * (width - len(row)) for row in grid.rows]
    frame = pl.DataFrame(rows, schema=dict.fromkeys(column_names(width), pl.String), orient="row")
    return RawTable(label, kind, frame, damaged=text.damaged, sheet=grid.name or None)
