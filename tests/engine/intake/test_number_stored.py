"""按数字存的长号码:不能读出一个看似完整的假号码。"""

import struct
import zipfile
from pathlib import Path

import polars as pl
import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from jiuzhu.engine.intake.precision import EXACT, known_part

from .conftest import codes
from .test_compound import FAT
from .test_compound import entry as directory_entry
from .test_workbook import write_ods

HEADER = ["姓名", "身份证号", "月缴存额"]
NUMBER = 429998199001010017
KNOWN = "4.29998199001010E+17"


def write_one(path: Path, number: float, header: list[str] = HEADER) -> None:
    """第 1 行的号码是数字单元格,第 2 行是文字单元格。"""
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet("数据")
    sheet.write_row(0, 0, header)
    sheet.write_row(1, 0, ["王小明", number, 936.64])
    sheet.write_row(2, 0, ["李芳", str(NUMBER), 12.5])
    book.close()


def test_数字单元格只留可信的十五位(tmp_path, take) -> None:
    write_one(tmp_path / "甲.xlsx", NUMBER)
    taken = take()
    assert taken.tables["housing_fund"]["id_number"].to_list() == [KNOWN, str(NUMBER)]
    assert codes(taken) == [(1, "身份证号", "number_stored")]
    assert "4299" not in taken.quarantine["reason"][0]


def test_十五位旧号码存得准(tmp_path, take) -> None:
    write_one(tmp_path / "甲.xlsx", 429998900101001)
    taken = take()
    assert taken.tables["housing_fund"]["id_number"][0] == "429998900101001"
    assert codes(taken) == []


def test_十八位文字恰好能写成浮点数的不误伤(tmp_path, take) -> None:
    write_one(tmp_path / "甲.xlsx", 1)
    book = xlsxwriter.Workbook(str(tmp_path / "乙.xlsx"))
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, HEADER)
    texts = [str(429998199001009984 + 64 * step) for step in range(200)]
    assert sum(int(float(text)) == int(text) for text in texts) == 200
    for at, text in enumerate(texts, start=1):
        sheet.write_row(at, 0, ["王小明", text, 1])
    book.close()
    taken = take()
    assert taken.tables["housing_fund"].filter(pl.col("file") == "乙.xlsx")["id_number"].to_list() == texts


def test_公式算出的文字是准的(tmp_path, take) -> None:
    book = xlsxwriter.Workbook(str(tmp_path / "甲.xlsx"))
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, HEADER)
    sheet.write(1, 0, "王小明")
    sheet.write_formula(1, 1, "=TRIM(D2)", value="429998199001009984")
    sheet.write(1, 2, 1)
    book.close()
    taken = take()
    assert taken.tables["housing_fund"]["id_number"].to_list() == ["429998199001009984"]
    assert codes(taken) == []


def test_原文写全了整数的照收(tmp_path, take) -> None:
    """有的程序把 18 位整数原样写进数字单元格:原文里数字是全的。"""
    write_one(tmp_path / "丙.xlsx", NUMBER)
    with zipfile.ZipFile(tmp_path / "丙.xlsx") as old, zipfile.ZipFile(tmp_path / "甲.xlsx", "w") as new:
        for name in old.namelist():
            data = old.read(name)
            if name.endswith("sheet1.xml"):
                assert b"<v>4.2999819900101E+17</v>" in data
                data = data.replace(b"<v>4.2999819900101E+17</v>", b"<v>429998199001010017</v>")
            new.writestr(name, data)
    (tmp_path / "丙.xlsx").unlink()
    taken = take()
    assert taken.tables["housing_fund"]["id_number"].to_list() == [str(NUMBER)] * 2
    assert codes(taken) == []


def test_账号与文字字段丢了末几位的不可用(tmp_path, take) -> None:
    header = ["户号", "姓名", "公民身份号码", "村代码", "与户主关系"]
    book = xlsxwriter.Workbook(str(tmp_path / "甲.xlsx"))
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, header)
    sheet.write_row(1, 0, [42999800100100012345, "王小明", "11010119900307001X", 429998001001, "户主"])
    book.close()
    taken = take()
    assert taken.tables["hukou"].select("household_number", "village_code").row(0) == (None, "429998001001")
    assert codes(taken) == [(1, "户号", "digits_lost")]


def test_parquet_浮点列(tmp_path, take) -> None:
    frame = pl.DataFrame(
        {"姓名": ["王小明", "李芳"], "身份证号": [float(NUMBER), 429998900101001.0], "月缴存额": [1, 2]}
    )
    frame.write_parquet(tmp_path / "甲.parquet")
    taken = take()
    assert taken.tables["housing_fund"]["id_number"].to_list() == [KNOWN, "429998900101001"]
    assert codes(taken) == [(1, "身份证号", "number_stored")]


def test_parquet_整数列是准的(tmp_path, take) -> None:
    pl.DataFrame({"姓名": ["王小明"], "身份证号": [NUMBER], "月缴存额": [1]}).write_parquet(tmp_path / "甲.parquet")
    assert take().tables["housing_fund"]["id_number"].to_list() == [str(NUMBER)]


def test_ods(tmp_path, take) -> None:
    write_ods(tmp_path / "甲.ods", [HEADER, ["王小明", "某号", "1"], ["李芳", str(NUMBER), "2"]])
    number = '<table:table-cell office:value-type="float" office:value="4.2999819900101E+017"><text:p>4E+17</text:p></table:table-cell>'
    text = '<table:table-cell office:value-type="string"><text:p>某号</text:p></table:table-cell>'
    with zipfile.ZipFile(tmp_path / "甲.ods") as old:
        parts = {name: old.read(name) for name in old.namelist()}
    assert text.encode() in parts["content.xml"]
    parts["content.xml"] = parts["content.xml"].replace(text.encode(), number.encode())
    with zipfile.ZipFile(tmp_path / "甲.ods", "w") as new:
        for name, data in parts.items():
            new.writestr(name, data)
    taken = take()
    assert taken.tables["housing_fund"]["id_number"].to_list() == [KNOWN, str(NUMBER)]
    assert codes(taken) == [(1, "身份证号", "number_stored")]


def record(kind: int, body: bytes) -> bytes:
    return struct.pack("<HH", kind, len(body)) + body


def label(row: int, column: int, text: str) -> bytes:
    return record(0x0204, struct.pack("<HHHHB", row, column, 0, len(text), 1) + text.encode("utf-16-le"))


def xls(cells: list[list[str | float]]) -> bytes:
    """一个最小的 BIFF8 工作簿,装在复合文件里。"""
    begin = record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0005, 0, 0, 0, 0))
    inside = record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0010, 0, 0, 0, 0))
    body = b"".join(
        label(row, at, cell) if isinstance(cell, str) else record(0x0203, struct.pack("<HHHd", row, at, 0, cell))
        for row, line in enumerate(cells)
        for at, cell in enumerate(line)
    )
    end = record(0x000A, b"")
    sheet = struct.pack("<IHBB", 0, 0, 4, 0) + b"Data"
    start = len(begin) + 4 + len(sheet) + len(end)
    about = record(0x0085, struct.pack("<I", start) + sheet[4:])
    stream = (begin + about + end + inside + body + end).ljust(4096, b"\0")
    assert len(stream) == 4096
    header = bytearray(512)
    header[:8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    struct.pack_into("<HHHHH", header, 24, 0x3E, 3, 0xFFFE, 9, 6)
    struct.pack_into("<IIIII", header, 44, 1, 1, 0, 4096, 0xFFFFFFFE)
    struct.pack_into("<III", header, 64, 0, 0xFFFFFFFE, 0)
    struct.pack_into("<109I", header, 76, 0, *[0xFFFFFFFF] * 108)
    chain = {0: FAT, 1: 0xFFFFFFFE, **{number: number + 1 for number in range(2, 9)}, 9: 0xFFFFFFFE}
    table = struct.pack("<128I", *[chain.get(number, 0xFFFFFFFF) for number in range(128)])
    entries = directory_entry("Root Entry", 5, 0xFFFFFFFE, 0, child=1) + directory_entry("Workbook", 2, 2, 4096)
    return bytes(header) + table + entries + bytes(256) + stream


def test_xls(tmp_path, take) -> None:
    rows = [HEADER, ["王小明", float(NUMBER), 936.64], ["李芳", str(NUMBER), 12.5], ["张三", 429998900101001.0, 1.0]]
    (tmp_path / "甲.xls").write_bytes(xls(rows))
    taken = take()
    assert taken.batches["encoding"].to_list() == ["xls"]
    assert taken.tables["housing_fund"]["id_number"].to_list() == [KNOWN, str(NUMBER), "429998900101001"]
    assert codes(taken) == [(1, "身份证号", "number_stored")]


@given(st.integers(10**17, 9 * 10**17))
def test_可信的写法与原号码前十四位相同(number: int) -> None:
    text = known_part(pl.Series([float(number)]))[0]
    assert text.endswith("E+17")
    digits = text.removesuffix("E+17").replace(".", "")
    assert len(digits) == 15
    assert abs(int(digits) * 1000 - number) < 1064


@pytest.mark.parametrize(("number", "text"), [(EXACT, "9.00719925474099E+15"), (1e22, "1.00000000000000E+22")])
def test_数量级(number: float, text: str) -> None:
    assert known_part(pl.Series([number]))[0] == text
