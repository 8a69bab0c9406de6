"""把导入文件读成一行行：编码、表头、日期写法由引擎的接收部分认，这里只换成文件里的行号。"""

import csv
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl

from jiuzhu.engine.intake.errors import IntakeError
from jiuzhu.engine.intake.folder import open_file
from jiuzhu.engine.intake.header import find_header
from jiuzhu.engine.intake.raw import RawTable
from jiuzhu.engine.intake.table import TableResult, take_table
from jiuzhu.web.ground.errors import ServiceError

from .layouts import CATALOGS

REMEDY = "请改正后重新导入"


class ReadRefused(ServiceError):
    """整个文件读不了：不是表格、没有要的列。"""

    code = "import_file_refused"


@dataclass(frozen=True, order=True)
class RowProblem:
    """一行的一个问题：文件里的行号、列名、是什么、怎么办。"""

    row: int
    column: str
    what: str
    todo: str = REMEDY

    def __str__(self) -> str:
        place = f"第 {self.row} 行" + (f"“{self.column}”" if self.column else "")
        return f"{place}：{self.what}。{self.todo}。"


@dataclass(frozen=True)
class FileRow:
    """一行：文件里的行号、清洗后的各值、原样的各格。"""

    row: int
    values: dict[str, Any]
    cells: tuple[str, ...]

    def __getitem__(self, key: str) -> Any:
        return self.values.get(key)


@dataclass
class Table:
    """读出的一张表。``problems`` 所在的行不再核对；``ignored`` 是空行、合计一类的行数。"""

    kind: str
    name: str
    header: list[str]
    rows: list[FileRow] = field(default_factory=list)
    problems: list[RowProblem] = field(default_factory=list)
    bad_cells: dict[int, tuple[str, ...]] = field(default_factory=dict)
    ignored: int = 0
    unknown_columns: list[str] = field(default_factory=list)

    def title(self, key: str) -> str:
        """一列的中文名。"""
        return CATALOGS[self.kind][self.kind][key].title


def read_table(kind: str, file: Path, name: str = "") -> Table:
    """读一个导入文件（CSV 或工作簿里第一张像样的表）。

    Raises:
        ReadRefused: 读不了，或缺必需的列；消息里写明缺什么。
    """
    name = name or file.name
    try:
        tables = open_file(file, name).tables
    except IntakeError as error:
        raise ReadRefused(f"“{name}”读不了：{error.message}", code=error.code) from error
    refused = None
    for raw in tables:
        try:
            return take(kind, name, raw)
        except IntakeError as error:
            refused = refused or error
    titles = "、".join(item.title for item in CATALOGS[kind][kind].fields)
    raise ReadRefused(f"“{name}”里没有找到{CATALOGS[kind][kind].title}的表。第一行表头请写：{titles}。") from refused


def take(kind: str, name: str, raw: RawTable) -> Table:
    """一张表：表头、各行、读的时候就看出的问题。"""
    catalog = CATALOGS[kind]
    layout = find_header(raw, catalog)
    frame = raw.frame
    result = take_table(raw, catalog)
    refuse_missing(kind, name, result)
    table = Table(kind, name, layout.header, unknown_columns=result.unknown_columns)
    table.ignored = sum(part.filter(pl.col("row") > 0).height for part in result.ignored)
    cells = {
        number: tuple(cell or "" for cell in row[: len(layout.header)])
        for number, row in enumerate(frame.slice(layout.start).rows(), start=1)
    }
    take_problems(table, result, layout.start, cells)
    spoiled = {problem.row for problem in table.problems}
    assert result.rows is not None
    for values in result.rows.to_dicts():
        number = values["row"] + layout.start
        if number not in spoiled:
            table.rows.append(FileRow(number, values, cells[values["row"]]))
    return table


def take_problems(table: Table, result: TableResult, start: int, cells: dict[int, tuple[str, ...]]) -> None:
    """接收时隔离的行与值。"""
    for part in result.quarantine:
        for entry in part.filter(pl.col("row") > 0).to_dicts():
            what, _, todo = entry["reason"].rstrip("。").replace("；", ";").rpartition(";")
            row = entry["row"] + start
            table.problems.append(RowProblem(row, entry["column"] or "", what, todo))
            table.bad_cells[row] = cells[entry["row"]]


def refuse_missing(kind: str, name: str, result: TableResult) -> None:
    """必需的列缺了，整个文件不导入。"""
    missing = [
        entry["column"]
        for part in result.quarantine
        for entry in part.filter((pl.col("row") == 0) & (pl.col("code") == "missing_column")).to_dicts()
    ]
    if missing:
        raise ReadRefused(f"“{name}”缺少“{'、'.join(missing)}”这一列，没有导入。请补上这一列再导入。")


def write_bad_rows(table: Table, problems: Iterable[RowProblem], out: Path) -> int:
    """没有导入的行写成 CSV：原样各格，后面加行号与原因；返回行数。改好后可直接再导入。"""
    reasons: dict[int, list[str]] = {}
    for problem in problems:
        reasons.setdefault(problem.row, []).append(f"{problem.column}：{problem.what}。{problem.todo}。".lstrip("："))
    cells = table.bad_cells | {row.row: row.cells for row in table.rows}
    with out.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow([*table.header, "原文件行号", "原因"])
        for row in sorted(reasons):
            writer.writerow([*cells[row], row, " ".join(reasons[row])])
    return len(reasons)
