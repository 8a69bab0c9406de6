"""退给部门改：清单的样子，改好传回每一行回到原处，乱改的清单说得清。"""

import io
from pathlib import Path

import fastexcel
import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import Settings
from tests.web.cast import every, make_organisation, signed_in

from jiuzhu.web.access.models import User
from jiuzhu.web.access.scope import Scope
from jiuzhu.web.audit.models import Entry
from jiuzhu.web.exchange.models import Batch, ReceivedFile, RowFix
from jiuzhu.web.exchange.services.inspecting import file_inspect

from .desk_batches import COUNTS, HEADER, LINES, make_batch

RETURN = "/exchange/quarantine/return/"
Rows = list[list[object]]


@pytest.fixture
def batch(cast: dict[str, User], tmp_path: Path, settings: Settings) -> Batch:
    """医保局报来的六行。"""
    settings.HOME = tmp_path
    return make_batch(tmp_path, LINES, organisation=make_organisation("青禾", "department"))


@pytest.fixture
def office(cast: dict[str, User]) -> Client:
    """医保局经办的浏览器。"""
    return signed_in(cast["青禾.部门经办"])


def sent(browser: Client, batch: Batch, code: str = "") -> Rows:
    """退回的清单，含表头；空格为空文字。"""
    answer = browser.post(f"/exchange/quarantine/{batch.pk}/list/", {"code": code})
    assert answer.status_code == 200
    assert answer["Content-Disposition"].startswith("attachment")
    sheet = fastexcel.read_excel(answer.content).load_sheet(0, header_row=None, dtypes="string").to_polars()
    return [[cell or "" for cell in row] for row in sheet.rows()]


def back(browser: Client, rows: Rows | bytes, name: str = "请更正-1.xlsx") -> str:
    """传回去；答复的状态与页面。"""
    answer = browser.post(RETURN, {"file": SimpleUploadedFile(name, rows if isinstance(rows, bytes) else book(rows))})
    return f"{answer.status_code} {answer.content.decode()}"


def book(rows: Rows) -> bytes:
    """部门存盘的样子：数可能成了数值。"""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as workbook:
        sheet = workbook.add_worksheet()
        for at, row in enumerate(rows):
            sheet.write_row(at, 0, row)
    return out.getvalue()


def counts(batch: Batch) -> tuple[int, ...]:
    fresh = every(Batch).get(pk=batch.pk)
    return tuple(fresh.counts[name] for name in COUNTS)


def test_清单照部门送来的列_写明错在哪里应怎样填(batch: Batch, office: Client) -> None:
    rows = sent(office, batch)
    assert rows[0][:4] == ["批号", "行号", "错在哪里", "应怎样填"]
    assert rows[0][4:13] == HEADER.split(",")
    assert [row[1] for row in rows[1:]] == ["2", "3", "4", "6"]
    assert rows[2][2] == "总费用：「一千二」不是认得的金额写法"
    assert "1234.50" in rows[2][3]
    assert rows[2][5] == "42999819630420120X"
    assert rows[3][13] == "多一格"
    assert Entry.objects.filter(action="exchange.rows_sent").count() == 1


def test_只退一种原因(batch: Batch, office: Client) -> None:
    assert [row[1] for row in sent(office, batch, "bad_money")[1:]] == ["3"]


def test_改好传回_每一行回到原处(batch: Batch, office: Client) -> None:
    rows = sent(office, batch)
    rows[1][4:6] = ["叶海生", "429998198805113350"]
    rows[2][9] = 1200
    rows[3][12:14] = ["2026-09-04", ""]
    assert "3 行改好收下，0 行还有问题，1 行没有改，0 行对不上" in back(office, rows)
    assert counts(batch) == (6, 5, 0, 1)
    made = every(RowFix).filter(batch=batch).order_by("row")
    assert [(fix.row, fix.via, fix.is_clean) for fix in made] == [
        (2, "list", True),
        (3, "list", True),
        (4, "list", True),
    ]
    assert "0 行改好收下，0 行还有问题，4 行没有改" in back(office, rows)


def test_与平时一样上传_认得出是退回的清单_不另成一批(batch: Batch, office: Client, cast: dict[str, User]) -> None:
    rows = sent(office, batch)
    rows[2][9] = 1200
    answer = office.post("/exchange/upload/", {"files": SimpleUploadedFile("请更正-1.xlsx", book(rows))})
    received = every(ReceivedFile).order_by("-pk")[0]
    with Scope.everything().applied():
        assert file_inspect(received_id=received.pk)
        assert not file_inspect(received_id=received.pk)
    assert "1 行改好收下，0 行还有问题，3 行没有改，0 行对不上" in office.get(answer["Location"]).content.decode()
    assert every(Batch).count() == 1
    fix = every(RowFix).get(batch=batch)
    assert (fix.row, fix.via, fix.is_clean) == (3, "list", True)
    assert (fix.by_name, Entry.objects.get(action="exchange.row_fix").actor_id) == (str(fix.by), fix.by_id)
    elsewhere = signed_in(cast["禾丰.县监测员"])
    elsewhere.post("/exchange/upload/", {"files": SimpleUploadedFile("请更正.xlsx", book(rows))})
    with Scope.everything().applied():
        file_inspect(received_id=every(ReceivedFile).order_by("-pk")[0].pk)
    assert every(ReceivedFile).order_by("-pk")[0].returned["unknown"] == 4
    assert every(RowFix).count() == 1


def test_列的次序换了_删了几列也对得回(batch: Batch, office: Client) -> None:
    rows = sent(office, batch)
    rows[2][9] = "1200"
    rows = [[*row[:6], *row[10:], row[9]] for row in rows]
    assert "1 行改好收下，0 行还有问题，3 行没有改" in back(office, rows)


def test_没改好的_对不上的说得清(batch: Batch, office: Client) -> None:
    rows = sent(office, batch)
    rows[2][9] = "一千三"
    rows[3][1] = "1"
    rows[4][0] = "99"
    assert "0 行改好收下，1 行还有问题，1 行没有改，2 行对不上" in back(office, rows)


def test_不是清单的不收(batch: Batch, office: Client) -> None:
    assert back(office, HEADER.encode(), "整份.csv").startswith("400")
    assert "不是这里退回的清单" in back(office, HEADER.encode(), "整份.csv")
    assert "没有收下" in back(office, b"", "空.csv")
    assert "没有收下" in back(office, b"PK\x03\x04oops", "坏.xlsx")
    assert office.post(RETURN).status_code == 400
    assert not every(RowFix).exists()


def test_别的部门的批次_回不来(batch: Batch, office: Client, tmp_path: Path, cast: dict[str, User]) -> None:
    other = make_batch(tmp_path, LINES, number=2, organisation=make_organisation("青禾", "county_office"))
    rows = sent(signed_in(cast["青禾.县监测员"]), other)
    rows[2][9] = "1200"
    assert "0 行改好收下，0 行还有问题，0 行没有改，4 行对不上" in back(office, rows)
    assert not every(RowFix).exists()


def test_没有权限的传不了(batch: Batch, cast: dict[str, User]) -> None:
    for who in ("青禾.镇窗口", "青禾.领导", "没有岗位"):
        assert signed_in(cast[who]).post(RETURN).status_code == 403
        assert signed_in(cast[who]).post(f"/exchange/quarantine/{batch.pk}/list/").status_code == 403


def test_改了还有问题的_按现在的原因数_按现在的原因筛(batch: Batch, office: Client) -> None:
    rows = sent(office, batch)
    assert rows[4][2].startswith("结算日期：「2026-13-41」日历上没有")
    rows[4][12] = "长期"
    assert "0 行改好收下，1 行还有问题" in back(office, rows)
    page = office.get(f"/exchange/quarantine/{batch.pk}/").content.decode()
    assert "code=impossible_date" not in page
    assert "code=bad_date" in page
    assert "6" in [row[1] for row in sent(office, batch, "bad_date")[1:]]
