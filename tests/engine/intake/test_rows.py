"""哪些行不是数据,哪些行不可用:都有行号、代码、原因。"""

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jiuzhu.engine.intake import rows

from .conftest import DISABILITY, PEOPLE, csv_text


def ignored(taken) -> list[tuple[int, str]]:
    return list(taken.ignored.select("row", "code").iter_rows())


def rows_with(tmp_path, take, *extra: list[str], at: int = 2):
    rows = [*PEOPLE[:at], *extra, *PEOPLE[at:]]
    (tmp_path / "甲.csv").write_text(csv_text([DISABILITY, *rows]), encoding="utf-8")
    return take()


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (["", "", "", "", "", ""], "blank_row"),
        (["  ", "\u3000", "", "", "", ""], "blank_row"),
        (["合计", "4", "", "", "", ""], "totals_row"),
        (["合 计", "", "", "", "", "123"], "totals_row"),
        (["总计", "共4人", "", "", "", ""], "totals_row"),
        (["南塘村小计", "2", "", "", "", ""], "totals_row"),
        (["共4人", "", "", "", "", ""], "totals_row"),
        (DISABILITY, "repeated_header"),
        (["姓 名", "身份证号", "残疾证号", "残疾类别", "残疾等级", "发证日期"], "repeated_header"),
        (["填报人:张三", "审核人:李四", "", "", "", "制表日期:2026-10-31"], "note_row"),
        (["制表日期:2026年10月31日", "", "", "", "", ""], "note_row"),
        (["注:本表数据截至2026年10月31日", "", "", "", "", ""], "note_row"),
        (["", "", "", "", "填报日期:20261031", ""], "note_row"),
        (["以上人员名单由各乡镇残联核实后上报", "", "", "", "", ""], "note_row"),
        (["填报人\uff1a张三", "", "", "", "", ""], "note_row"),
        (["合计\uff1a", "", "", "", "", "12"], "totals_row"),
        (["第1页 共3页", "", "", "", "", ""], "note_row"),
    ],
)
def test_不算数据的行占行号(tmp_path, take, row: list[str], code: str) -> None:
    taken = rows_with(tmp_path, take, row)
    assert ignored(taken) == [(3, code)]
    assert taken.tables["disability"]["row"].to_list() == [1, 2, 4, 5]
    assert taken.quarantine.height == 0


def test_栏号行(tmp_path, take) -> None:
    taken = rows_with(tmp_path, take, ["1", "2", "3", "4", "5", "6"], at=0)
    assert ignored(taken) == [(1, "column_numbers")]


def test_重复的标题行(tmp_path, take) -> None:
    title = ["安澜县持证残疾人名册", "", "", "", "", ""]
    (tmp_path / "甲.csv").write_text(
        csv_text([title, DISABILITY, *PEOPLE, title, DISABILITY, *PEOPLE]), encoding="utf-8"
    )
    taken = take()
    assert ignored(taken) == [(5, "repeated_header"), (6, "repeated_header")]
    assert taken.tables["disability"].height == 8


def test_姓名证件都空的行隔离(tmp_path, take) -> None:
    taken = rows_with(tmp_path, take, ["", "", "", "肢体", "二级", "2020-04-06"])
    assert list(taken.quarantine.select("row", "column", "code").iter_rows()) == [(3, None, "no_subject")]
    assert taken.tables["disability"]["row"].to_list() == [1, 2, 4, 5]


def test_整行隔离后不再报它的值(tmp_path, take) -> None:
    taken = rows_with(tmp_path, take, ["", "不详", "", "肢体", "九级", "昨天"])
    assert taken.quarantine["code"].to_list() == ["no_subject"]


@pytest.mark.parametrize(
    "row",
    [
        ["赵六", "", "", "肢体", "二级", "2020-04-06"],
        ["", "110101197001010018", "", "肢体", "二级", "2020-04-06"],
        ["赵六", "4.20999E+17", "", "肢体", "二级", "2020-04-06"],
        ["赵六", "110101700101001", "", "肢体", "二级", "2020-04-06"],
        ["共文", "", "", "肢体", "二级", "2020-04-06"],
        ["计小兰", "", "", "肢体", "二级", ""],
        ["吐尔逊江·买买提艾力", "110101197001010018", "", "肢体", "二级", "2020-04-06"],
    ],
)
def test_缺一样或写法怪的人仍是数据(tmp_path, take, row: list[str]) -> None:
    taken = rows_with(tmp_path, take, row)
    assert taken.tables["disability"].height == 5
    assert taken.ignored.height == 0


def test_值不可用时行仍被接受(tmp_path, take) -> None:
    taken = rows_with(tmp_path, take, ["赵六", "110101197001010018", "", "肢体", "二级", "2020-02-30"])
    assert list(taken.quarantine.select("row", "column", "code").iter_rows()) == [(3, "发证日期", "impossible_date")]
    assert taken.batches["rows_quarantined"].to_list() == [0]
    assert taken.batches["rows_accepted"].to_list() == [5]


CELLS = st.sampled_from(
    [
        "",
        "",
        "陈远",
        "女",
        "１",
        "合计",
        "总 计",
        "共3户",
        "Total",
        "sum",
        "姓名",
        "证件号码",
        "注:",
        "制表",
        "二",
        "三",
    ]
)


@given(table=st.lists(st.tuples(*[CELLS] * 5), min_size=1, max_size=8))
@settings(deadline=None)
def test_先看有没有合计一类的字与逐格细看相同(table: list[tuple[str, ...]]) -> None:
    frame = pl.DataFrame(table, schema=[f"c{at}" for at in range(5)], orient="row").with_columns(
        row=pl.int_range(1, pl.len() + 1, dtype=pl.Int64)
    )
    header = ["姓名", "证件号码", "性别", "", "备注"]
    quick = rows._not_data(frame, header, ["某县名册"])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rows, "TOTALS_HINT", "")
        assert quick.equals(rows._not_data(frame, header, ["某县名册"]))
