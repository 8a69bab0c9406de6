"""工作簿与列式文件。"""

import zipfile
from datetime import date, datetime
from pathlib import Path

import polars as pl
import pytest

from .conftest import DISABILITY, PEOPLE, codes, write_xlsx

NAMES = [row[0] for row in PEOPLE]
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
OASIS = "urn:oasis:names:tc:opendocument:xmlns:"
ODS = f"""<?xml version="1.0" encoding="UTF-8"?><office:document-content xmlns:office="{OASIS}office:1.0"
 xmlns:table="{OASIS}table:1.0" xmlns:text="{OASIS}text:1.0" office:version="1.2"><office:body><office:spreadsheet>
<table:table table:name="表一">ROWS</table:table></office:spreadsheet></office:body></office:document-content>"""


def write_ods(path: Path, rows: list[list[str]]) -> None:
    cell = '<table:table-cell office:value-type="string"><text:p>{}</text:p></table:table-cell>'
    body = "".join(f"<table:table-row>{''.join(cell.format(text) for text in row)}</table:table-row>" for row in rows)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
        archive.writestr("content.xml", ODS.replace("ROWS", body))


def test_标题行数字日期与合计(tmp_path, take) -> None:
    header = [
        "序号",
        "姓名",
        "身份证号",
        "户主身份证号",
        "村(社区)代码",
        "保障类别",
        "户月保障金",
        "起始年月",
        "联系电话",
    ]
    rows = [
        ["安澜县低保名册"],
        ["填报单位:安澜县", None, None, None, "单位:元"],
        [],
        header,
        [
            1,
            "王小明",
            "11010119900307001X",
            "11010119900307001X",
            110101001001,
            "A",
            336.5,
            date(2020, 8, 15),
            13812345678,
        ],
        [
            2,
            "李芳",
            "110101198502140024",
            "11010119900307001X",
            110101001001,
            "B类",
            "1,200元",
            "2020.08",
            "13912345678",
        ],
        [],
        ["合计", None, None, None, None, None, 1536.5],
    ]
    write_xlsx(tmp_path / "低保.xlsx", {"数据": rows})
    taken = take()
    table = taken.tables["dibao"]
    assert taken.batches["encoding"].to_list() == ["xlsx"]
    assert table["sequence"].to_list() == [1, 2]
    assert table["village_code"].to_list() == ["110101001001"] * 2
    assert table["household_monthly_benefit"].to_list() == [336.5, 1200.0]
    assert table["start_month"].to_list() == [date(2020, 8, 1)] * 2
    assert table["phone"].to_list() == ["13812345678", "13912345678"]
    assert table["dibao_class"].to_list() == ["A", "B"]
    assert list(taken.ignored.select("row", "code").iter_rows()) == [(3, "blank_row"), (4, "totals_row")]
    assert taken.quarantine.height == 0


def test_日期单元格带时间(tmp_path, take) -> None:
    moment = datetime.fromisoformat("2020-04-06T10:30:00")
    people = [[*row[:5], moment] for row in PEOPLE]
    write_xlsx(tmp_path / "甲.xlsx", {"数据": [DISABILITY, *people]})
    assert set(take().tables["disability"]["issued_date"]) == {date(2020, 4, 6)}


def test_空表与说明表不影响数据表(tmp_path, take) -> None:
    notes = [["填表说明"], ["1. 本表由残联填报"], ["2. 日期写到日"]]
    write_xlsx(tmp_path / "甲.xlsx", {"说明": notes, "数据": [DISABILITY, *PEOPLE], "Sheet3": []})
    taken = take()
    assert taken.batches["file"].to_list() == ["甲.xlsx"]
    assert taken.tables["disability"]["name"].to_list() == NAMES
    assert list(taken.ignored.select("row", "code").iter_rows()) == [(0, "notes_sheet")]


def test_一个工作簿几张数据表(tmp_path, take) -> None:
    fund = [["姓名", "身份证号", "月缴存额"], ["王小明", "11010119900307001X", 936.64]]
    write_xlsx(
        tmp_path / "甲.xlsx", {"残联": [DISABILITY, *PEOPLE], "公积金": fund, "食堂": [["菜名", "价格"], ["豆腐", 3]]}
    )
    taken = take()
    assert taken.batches["file"].to_list() == ["甲.xlsx#残联", "甲.xlsx#公积金", "甲.xlsx#食堂"]
    assert taken.batches["source"].to_list() == ["disability", "housing_fund", None]
    assert set(taken.tables["disability"]["file"]) == {"甲.xlsx#残联"}
    assert codes(taken, file="甲.xlsx#食堂") == [(0, None, "unknown_source")]


def test_同一来源的几张表接成一张(tmp_path, take) -> None:
    write_xlsx(tmp_path / "甲.xlsx", {"东片": [DISABILITY, *PEOPLE[:2]], "西片": [DISABILITY, *PEOPLE[2:]]})
    taken = take()
    assert taken.tables["disability"]["name"].to_list() == NAMES
    assert taken.tables["disability"]["row"].to_list() == [1, 2, 1, 2]


def test_ods(tmp_path, take) -> None:
    write_ods(tmp_path / "甲.ods", [["持证残疾人名册"], DISABILITY, *PEOPLE])
    taken = take()
    assert taken.batches["encoding"].to_list() == ["ods"]
    assert taken.tables["disability"]["name"].to_list() == NAMES


def test_parquet(tmp_path, take) -> None:
    frame = pl.DataFrame(
        {
            "姓名": ["王小明", "李芳"],
            "身份证号": ["11010119900307001X", "110101198502140024"],
            "月缴存额": [936.64, 1000.0],
            "账户余额": [5000, None],
            "标签": [["甲"], []],
        }
    )
    frame.write_parquet(tmp_path / "甲.parquet")
    taken = take()
    assert taken.batches["encoding"].to_list() == ["parquet"]
    assert taken.tables["housing_fund"]["monthly_deposit"].to_list() == [936.64, 1000.0]
    assert taken.tables["housing_fund"]["balance"].to_list() == [5000.0, None]


def test_parquet_带类型的列(tmp_path, take) -> None:
    frame = pl.DataFrame(
        {
            "姓名": ["王小明"],
            "身份证号": ["11010119900307001X"],
            "残疾等级": [1.0],
            "发证日期": [date(2020, 4, 6)],
            "残疾类别": pl.Series(["肢体"], dtype=pl.Categorical),
        }
    )
    frame.write_parquet(tmp_path / "甲.parquet")
    table = take().tables["disability"]
    assert table.select("disability_level", "issued_date", "disability_kind").row(0) == (
        "一级",
        date(2020, 4, 6),
        "肢体",
    )


def torn(data: bytes) -> bytes:
    return data[: len(data) // 2]


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("空.csv", b"", "empty_file"),
        ("白.csv", b" \r\n\t\r\n", "empty_file"),
        ("只有BOM.csv", b"\xef\xbb\xbf", "empty_file"),
        ("密码.xlsx", OLE + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"), "password_protected"),
        ("坏.xls", OLE + b"\0" * 600, "torn_file"),
        ("坏.xlsx", b"PK\x03\x04" + bytes(range(256)) * 8, "torn_file"),
        ("坏.parquet", b"PAR1" + bytes(range(256)) * 8, "torn_file"),
        ("文档.pdf", b"%PDF-1.7\n...", "unsupported_format"),
        ("网页.xls", "<html><table><tr><td>姓名</td></tr></table></html>".encode(), "no_table"),
        ("登录.xls", "<!DOCTYPE html><html><body>请先登录</body></html>".encode(), "no_table"),
        ("配置.xml", b'<?xml version="1.0"?><config><a/></config>', "unsupported_format"),
        ("图.csv", b"\x89PNG\r\n\x1a\n" + bytes(500), "unsupported_format"),
        ("乱.csv", bytes((index * 7919) % 251 for index in range(4000)), "not_text"),
        ("信.txt", "各乡镇:\n请于月底前报送数据。\n县民政局\n".encode(), "no_table"),
        ("无头.csv", "王小明,11010119900307001X,二级\n李芳,110101198502140024,一级\n".encode(), "no_header"),
        ("别的.csv", "图书编号,书名,作者\n1,红楼梦,曹雪芹\n".encode(), "unknown_source"),
    ],
)  # fmt: skip
def test_读不了的文件是一个清楚的错误而别的照常(tmp_path, take, name: str, data: bytes, code: str) -> None:
    (tmp_path / name).write_bytes(data)
    (tmp_path / "好.csv").write_text("姓名,身份证号,月缴存额\n王小明,11010119900307001X,936.64\n", encoding="utf-8")
    taken = take()
    assert codes(taken, file=name) == [(0, None, code)]
    batch = taken.batches.filter(pl.col("file") == name).row(0, named=True)
    assert (batch["source"], batch["rows_read"]) == (None, 0)
    assert taken.tables["housing_fund"].height == 1


def test_没传完的工作簿(tmp_path, take) -> None:
    write_xlsx(tmp_path / "甲.xlsx", {"数据": [DISABILITY, *PEOPLE * 50]})
    (tmp_path / "甲.xlsx").write_bytes(torn((tmp_path / "甲.xlsx").read_bytes()))
    assert codes(take()) == [(0, None, "torn_file")]


def test_压缩包不收(tmp_path, take) -> None:
    with zipfile.ZipFile(tmp_path / "甲.zip", "w") as archive:
        archive.writestr("甲.csv", "姓名")
    assert codes(take()) == [(0, None, "unsupported_format")]


def test_空工作簿(tmp_path, take) -> None:
    write_xlsx(tmp_path / "甲.xlsx", {"Sheet1": []})
    assert codes(take()) == [(0, None, "empty_file")]
