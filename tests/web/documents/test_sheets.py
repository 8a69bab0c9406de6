"""导出的表格：文字还是文字，公式进不来，说明写得全。"""

import io
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal

import fastexcel
import pytest

from jiuzhu.web.audit.actor import Actor
from jiuzhu.web.documents.sheets import Column, write_sheet

NOW = datetime(2026, 11, 22, 2, 30, tzinfo=UTC)
COLUMNS = [Column("编号"), Column("姓名"), Column("金额"), Column("日期"), Column("在册"), Column("说明", 30)]
ROWS = [
    ["0012345", "张*", Decimal("1234.50"), date(2026, 11, 1), True, "=1+1"],
    ["429998", None, 7, NOW, False, '=HYPERLINK("http://x","y")'],
    ["+86", "@a", Decimal(0), None, True, "-2"],
]


@pytest.fixture
def content(actor: Actor) -> bytes:
    return write_sheet(
        columns=COLUMNS, rows=iter(ROWS), title="低保/名单", actor=actor, filters={"乡镇": "河湾乡"}, now=NOW
    )


def member(content: bytes, name: str) -> str:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return archive.read(name).decode()


def test_reads_back_as_written(content: bytes) -> None:
    frame = fastexcel.read_excel(content).load_sheet("低保名单", dtypes="string").to_polars()
    assert frame.columns == [column.title for column in COLUMNS]
    assert frame["编号"].to_list() == ["0012345", "429998", "+86"]
    assert frame["在册"].to_list() == ["是", "否", "是"]
    assert frame["说明"].to_list() == ["=1+1", '=HYPERLINK("http://x","y")', "-2"]
    assert frame["金额"].to_list() == ["1234.5", "7", "0"]


def test_no_formula_and_no_link(content: bytes) -> None:
    sheet = member(content, "xl/worksheets/sheet1.xml")
    assert "<f>" not in sheet
    assert "hyperlink" not in sheet
    assert "quotePrefix" in member(content, "xl/styles.xml")


def test_time_is_local(content: bytes) -> None:
    frame = fastexcel.read_excel(content).load_sheet("低保名单").to_polars()
    assert frame["日期"].to_list()[1] == datetime(2026, 11, 22, 10, 30)  # noqa: DTZ001


def test_note_says_who_when_and_which(content: bytes) -> None:
    note = fastexcel.read_excel(content).load_sheet("说明", header_row=None).to_polars()
    facts = dict(zip(note[note.columns[0]], note[note.columns[1]], strict=True))
    assert facts["导出人"] == "刘晓燕"
    assert facts["单位"] == "青禾县河湾乡人民政府"
    assert facts["导出时间"] == "2026年11月22日 10:30"
    assert facts["乡镇"] == "河湾乡"
    assert facts["行数"] == "3"


def test_empty_list_still_has_its_head(actor: Actor) -> None:
    content = write_sheet(columns=COLUMNS, rows=[], title="空", actor=actor, now=NOW)
    assert "编号" in fastexcel.read_excel(content).load_sheet("空").to_polars().columns
