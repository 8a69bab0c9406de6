"""XLSX:标题行、原生日期与数值、说明页、字典页、数据分两页。同一输入逐字节相同。"""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import polars as pl
import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from jiuzhu.demo.layouts import Layout, Piece, Plan
from jiuzhu.demo.rendering import Sheet

CREATED = datetime(2026, 10, 31, tzinfo=UTC)
NOTES = (
    "填表说明",
    "一、本表由程序随机生成,仅供演示,与任何真人无关。",
    "二、身份证号请以文本格式填写。",
    "三、金额单位为元。",
)


def write_workbook(
    path: Path,
    sheet: Sheet,
    layout: Layout,
    plan: Plan,
    titles: list[str],
    total: list[str | None],
    footnote: str,
) -> None:
    """写一个 XLSX 文件。"""
    book = xlsxwriter.Workbook(str(path), {"constant_memory": True, "strings_to_numbers": False})
    book.set_properties({"title": sheet.title, "comments": "演示数据", "created": CREATED})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    if layout.sheets == "notes_first":
        write_lines(book.add_worksheet("填表说明"), NOTES)
    for name, part in sheet_plans(layout, plan).items():
        page = book.add_worksheet(name)
        top = write_lines(page, tuple(titles))
        write_pieces(page, top, sheet, part.pieces, total, footnote, day)
    if layout.sheets == "dictionary_after":
        dictionary = [f"{name}\t由部门填写" for name in sheet.body.columns]
        write_lines(book.add_worksheet("字典"), ("字段\t说明", *dictionary))
    book.close()


def sheet_plans(layout: Layout, plan: Plan) -> dict[str, Plan]:
    """工作表名 → 其中各段;数据分两页时从中劈开,行号各自从 1 起。"""
    if layout.sheets != "split":
        return {"数据": plan}
    whole = next(piece for piece in plan.pieces if piece.kind == "rows")
    middle = (whole.start + whole.stop) // 2
    halves = (Piece("rows", whole.start, middle), Piece("rows", middle, whole.stop))
    return {f"数据{number}": Plan((half,), (1,)) for number, half in enumerate(halves, start=1)}


def write_lines(page: Worksheet, lines: tuple[str, ...]) -> int:
    """从首行起写几行文字(制表符分列),返回下一行的行标。"""
    for row, line in enumerate(lines):
        page.write_row(row, 0, line.split("\t"))
    return len(lines)


def write_pieces(
    page: Worksheet,
    top: int,
    sheet: Sheet,
    pieces: tuple[Piece, ...],
    total: list[str | None],
    footnote: str,
    day: Format,
) -> None:
    """写表头与各段。"""
    columns = sheet.body.columns
    page.write_row(top, 0, columns)
    row = top + 1
    for piece in pieces:
        if piece.kind == "rows":
            row = write_rows(page, row, sheet, piece, day)
            continue
        special: dict[str, list[str | None]] = {"header": list(columns), "total": total, "footnote": [footnote]}
        write_cells(page, row, special.get(piece.kind, []), day)
        row += 1


def write_rows(page: Worksheet, row: int, sheet: Sheet, piece: Piece, day: Format) -> int:
    """写一段数据行;原生单元格优先。"""
    length = piece.stop - piece.start
    body = sheet.body.slice(piece.start, length)
    native = sheet.native.slice(piece.start, length) if sheet.native.width else pl.DataFrame()
    columns: list[list[Any]] = [
        merged(body[name].to_list(), native[name].to_list()) if name in native.columns else body[name].to_list()
        for name in body.columns
    ]
    for cells in zip(*columns, strict=True):
        write_cells(page, row, cells, day)
        row += 1
    return row


def merged(text: list[Any], native: list[Any]) -> list[Any]:
    """原生值有则用之。"""
    return [given if given is not None else written for written, given in zip(text, native, strict=True)]


def write_cells(page: Worksheet, row: int, cells: Any, day: Format) -> None:
    """写一行单元格;空的不写。"""
    for column, cell in enumerate(cells):
        if isinstance(cell, str):
            page.write_string(row, column, cell)
        elif isinstance(cell, date):
            page.write_datetime(row, column, cell, day)
        elif cell is not None:
            page.write_number(row, column, cell)
