"""落盘:按版式把一张表写成一个或几个文件,并记下每行的行号。"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import polars as pl

from jiuzhu.demo.layouts import Layout, Piece, Plan, part_bounds, plan_file
from jiuzhu.demo.places import COUNTY
from jiuzhu.demo.rendering import Sheet
from jiuzhu.demo.workbooks import sheet_plans, write_workbook

CHUNK = 200_000
FOOTNOTE = "说明:本表为演示数据,由程序随机生成"


@dataclass(frozen=True)
class Written:
    """写出的一个文件:rows 为数据行数,links 为 file、row、pid。"""

    path: Path
    rows: int
    links: pl.DataFrame


def write_sheet(folder: Path, stem: str, sheet: Sheet, layout: Layout, *, as_of: str, sheet_rows: int) -> list[Written]:
    """写一个来源;行数超过 sheet_rows 的 XLSX 改写 CSV。"""
    if layout.kind == "xlsx" and sheet.body.height > sheet_rows:
        layout = replace(layout, kind="csv", suffix=".csv", encoding="utf-8-sig", newline="\r\n", native=False)
    bounds = part_bounds(sheet.body.height, layout.parts)
    written = []
    for number, (start, stop) in enumerate(bounds, start=1):
        name = f"{stem}_{number}" if len(bounds) > 1 else stem
        path = folder / f"{name}{layout.suffix}"
        plan = plan_file(layout, start, stop)
        write_file(path, sheet, layout, plan, as_of)
        written.append(Written(path, stop - start, file_links(path.name, sheet, layout, plan)))
    return written


def write_file(path: Path, sheet: Sheet, layout: Layout, plan: Plan, as_of: str) -> None:
    """写一个文件。"""
    if layout.kind == "xlsx":
        write_workbook(path, sheet, layout, plan, title_lines(sheet, layout, as_of), total_row(sheet), FOOTNOTE)
    elif layout.kind == "parquet":
        sheet.body.write_parquet(path)
    else:
        encoding = {"utf-16": "utf-16-le", "utf-8-sig": "utf-8"}.get(layout.encoding, layout.encoding)
        with path.open("wb") as out:
            if layout.encoding in ("utf-16", "utf-8-sig"):
                out.write("\ufeff".encode(encoding))
            for text in text_pieces(sheet, layout, plan, as_of):
                out.write(text.encode(encoding))


def file_links(file: str, sheet: Sheet, layout: Layout, plan: Plan) -> pl.DataFrame:
    """一个文件的真相行;工作簿里有几张数据表时,文件记作“文件名#表名”,行号各自从 1 起。"""
    if layout.kind != "xlsx" or layout.sheets != "split":
        return row_numbers(file, sheet.pid, plan)
    return pl.concat(row_numbers(f"{file}#{name}", sheet.pid, part) for name, part in sheet_plans(layout, plan).items())


def row_numbers(file: str, pid: pl.Series, plan: Plan) -> pl.DataFrame:
    """每个数据行的行号与真正的人。"""
    rows = [
        np.arange(number, number + piece.stop - piece.start)
        for piece, number in zip(plan.pieces, plan.numbers, strict=True)
        if piece.kind == "rows"
    ]
    people = [pid[piece.start : piece.stop] for piece in plan.pieces if piece.kind == "rows"]
    number = pl.Series("row", np.concatenate(rows) if rows else np.empty(0), dtype=pl.Int64)
    table = pl.DataFrame([number, (pl.concat(people) if people else pid).alias("pid")])
    return table.select(pl.lit(file).alias("file"), "row", "pid")


def title_lines(sheet: Sheet, layout: Layout, as_of: str) -> list[str]:
    """表头之上的标题行与说明行。"""
    return [f"{COUNTY}{sheet.title}", f"填报单位:{COUNTY}    截止日期:{as_of}    单位:元"][: layout.titles]


def total_row(sheet: Sheet) -> list[str | None]:
    """合计行:首个非金额列写“合计”,金额列写和。"""
    columns = sheet.body.columns
    label = next((name for name in columns if name not in sheet.totals), columns[0])
    return ["合计" if name == label else total_text(sheet.totals.get(name)) for name in columns]


def total_text(value: float | None) -> str | None:
    """合计数;没有则空。"""
    return None if value is None else f"{value:.2f}"


def text_pieces(sheet: Sheet, layout: Layout, plan: Plan, as_of: str) -> Iterator[str]:
    """文本文件从头到尾的各段。"""
    empty = layout.separator * (sheet.body.width - 1)
    padding = empty if layout.padded else ""
    for line in title_lines(sheet, layout, as_of):
        yield line + padding + layout.newline
    yield header_text(sheet, layout)
    for piece in plan.pieces:
        if piece.kind == "rows":
            yield from row_texts(sheet, layout, piece)
        elif piece.kind == "header":
            yield header_text(sheet, layout)
        elif piece.kind == "blank":
            yield ("" if layout.blank_empty else empty) + layout.newline
        elif piece.kind == "total":
            yield layout.separator.join(cell or "" for cell in total_row(sheet)) + layout.newline
        else:
            yield FOOTNOTE + padding + layout.newline


def header_text(sheet: Sheet, layout: Layout) -> str:
    """表头一行。"""
    head = sheet.body.head(0)
    return str(head.write_csv(separator=layout.separator, line_terminator=layout.newline))


def row_texts(sheet: Sheet, layout: Layout, piece: Piece) -> Iterator[str]:
    """数据行,分块写出以免占内存。"""
    for start in range(piece.start, piece.stop, CHUNK):
        chunk = sheet.body.slice(start, min(CHUNK, piece.stop - start))
        yield str(chunk.write_csv(include_header=False, separator=layout.separator, line_terminator=layout.newline))
