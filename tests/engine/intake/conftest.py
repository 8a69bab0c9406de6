"""接收测试的零件:一个放文件的文件夹,和几张干净的小表。"""

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
import xlsxwriter

from jiuzhu.engine.catalog import Catalog, load_catalog
from jiuzhu.engine.intake import Intake, read_folder

Rows = Sequence[Sequence[object]]

DISABILITY = ["姓名", "身份证号", "残疾证号", "残疾类别", "残疾等级", "发证日期"]
PEOPLE = [
    ["王小明", "11010119900307001X", "11010119900307001X42", "肢体", "二级", "2020-04-06"],
    ["李芳", "110101198502140024", "11010119850214002411", "视力", "1级", "2020/4/6"],
    ["张建国", "110101196001010013", "11010119600101001333", "听力", "叁级", "20200406"],
    ["刘秀英", "110101195512310046", "11010119551231004664", "精神", "四级", "2020年4月6日"],
]


@pytest.fixture(scope="session")
def catalog() -> Catalog:
    return load_catalog()


@pytest.fixture
def take(tmp_path: Path, catalog: Catalog) -> Callable[[], Intake]:
    """接收 tmp_path,并核对每个文件的行数对得上。"""

    def run() -> Intake:
        taken = read_folder(tmp_path, catalog)
        batches = taken.batches
        gone = batches["rows_accepted"] + batches["rows_quarantined"] + batches["rows_ignored"]
        assert batches["rows_read"].to_list() == gone.to_list()
        accepted = sum(table.height for table in taken.tables.values())
        assert accepted == batches["rows_accepted"].sum()
        return taken

    return run


def wide(text: str) -> str:
    """半角字符换成全角。"""
    return "".join(
        chr(ord(char) + 0xFEE0) if "!" <= char <= "~" else "\u3000" if char == " " else char for char in text
    )


def csv_text(rows: Rows, separator: str = ",") -> str:
    return "".join(separator.join(str(cell) for cell in row) + "\n" for row in rows)


def write_xlsx(path: Path, sheets: dict[str, Rows]) -> None:
    """写一个工作簿;数字、日期按其类型写入。"""
    book = xlsxwriter.Workbook(str(path), {"default_date_format": "yyyy-mm-dd"})
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        for at, row in enumerate(rows):
            for column, cell in enumerate(row):
                if cell is not None:
                    sheet.write(at, column, cell)
    book.close()


def codes(taken: Intake, *, file: str | None = None) -> list[tuple[int, str | None, str]]:
    """隔离记录的 (行, 列, 代码)。"""
    frame = taken.quarantine
    if file is not None:
        frame = frame.filter(frame["file"] == file)
    return list(frame.select("row", "column", "code").iter_rows())
