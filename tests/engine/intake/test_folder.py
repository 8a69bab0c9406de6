"""文件夹:子文件夹、分成几份的表、次序、进度、重复的文件。"""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jiuzhu.engine.catalog import load_catalog
from jiuzhu.engine.intake import ISSUES, IntakeError, read_folder

from .conftest import DISABILITY, PEOPLE, codes, csv_text

HEADER = DISABILITY
CATALOG = load_catalog()


def test_分成几份的表接起来(tmp_path, take) -> None:
    (tmp_path / "残疾人-2.csv").write_text(csv_text([HEADER, *PEOPLE[2:]]), encoding="gb18030")
    (tmp_path / "残疾人-1.csv").write_text(csv_text([HEADER, *PEOPLE[:2]]), encoding="utf-8")
    taken = take()
    assert taken.tables["disability"]["name"].to_list() == [row[0] for row in PEOPLE]
    assert taken.batches["file"].to_list() == ["残疾人-1.csv", "残疾人-2.csv"]


def test_子文件夹与不收的文件(tmp_path, take) -> None:
    (tmp_path / "残联" / "十月").mkdir(parents=True)
    (tmp_path / "残联" / "十月" / "甲.csv").write_text(csv_text([HEADER, *PEOPLE]), encoding="utf-8")
    for name in ("~$甲.xlsx", ".DS_Store", "Thumbs.db"):
        (tmp_path / name).write_bytes(b"x")
    taken = take()
    assert taken.batches["file"].to_list() == ["残联/十月/甲.csv"]
    assert taken.tables["disability"]["file"].unique().to_list() == ["残联/十月/甲.csv"]


def test_内容完全相同的文件只计一次(tmp_path, take) -> None:
    for name in ("甲.csv", "乙.csv"):
        (tmp_path / name).write_text(csv_text([HEADER, *PEOPLE]), encoding="utf-8")
    taken = take()
    assert taken.tables["disability"].height == 4
    assert codes(taken) == [(0, None, "same_file")]
    assert "乙.csv" in taken.quarantine["reason"][0]


def test_只有表头(tmp_path, take) -> None:
    (tmp_path / "甲.csv").write_text(csv_text([HEADER]), encoding="utf-8")
    taken = take()
    assert taken.batches.select("source", "rows_read").row(0) == ("disability", 0)
    assert codes(taken) == [(0, None, "no_rows")]
    assert taken.tables["disability"].height == 0


def test_认不出的给出最接近的来源(tmp_path, take) -> None:
    (tmp_path / "甲.csv").write_text(
        "姓名,身份证号,发证日期,地址\n王小明,11010119900307001X,2020-01-01,南塘村\n", encoding="utf-8"
    )
    taken = take()
    assert codes(taken) == [(0, None, "unknown_source")]
    assert "持证残疾人" in taken.quarantine["reason"][0]


def test_空文件夹与不存在的文件夹(tmp_path, catalog) -> None:
    taken = read_folder(tmp_path, catalog)
    assert taken.tables == {}
    assert taken.batches.height == 0
    with pytest.raises(IntakeError) as caught:
        read_folder(tmp_path / "没有", catalog)
    assert caught.value.code == "unreadable"


def test_进度与结果的次序(tmp_path, catalog) -> None:
    for index in range(5):
        (tmp_path / f"{index}.csv").write_text(csv_text([HEADER, *PEOPLE * (5 - index)]), encoding="utf-8")
    seen: list[tuple[int, int, str]] = []
    taken = read_folder(tmp_path, catalog, lambda *step: seen.append(step))
    assert seen == [(index + 1, 5, f"{index}.csv") for index in range(5)]
    assert taken.batches["file"].to_list() == [f"{index}.csv" for index in range(5)]
    again = read_folder(tmp_path, catalog)
    assert again.tables["disability"].equals(taken.tables["disability"])


def test_表的列与约定一致(tmp_path, catalog, take) -> None:
    (tmp_path / "甲.csv").write_text("姓名,身份证号,残疾等级\n王小明,11010119900307001X,二级\n", encoding="utf-8")
    taken = take()
    for key, table in taken.tables.items():
        assert table.schema == catalog[key].schema
    assert taken.quarantine.columns == ["file", "row", "column", "code", "reason"]
    assert taken.ignored.columns == ["file", "row", "code", "reason"]


CELLS = st.one_of(
    st.sampled_from(
        [
            "",
            " ",
            "王小明",
            "合计",
            "姓名",
            "身份证号",
            "11010119900307001X",
            "二级",
            "2020-02-30",
            "注:",
            "-",
            "1",
            "\ufffd",
        ]
    ),
    st.text(alphabet=st.characters(blacklist_categories=("Cs",), blacklist_characters="\r\n"), max_size=8),
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(
    rows=st.lists(st.lists(CELLS, min_size=1, max_size=8), max_size=25),
    codec=st.sampled_from(["utf-8", "gb18030", "utf-16"]),
)
def test_什么样的行都有去向(tmp_path: Path, rows: list[list[str]], codec: str) -> None:
    text = csv_text([HEADER, *PEOPLE, *rows])
    (tmp_path / "甲.csv").write_bytes(text.encode(codec))
    taken = read_folder(tmp_path, CATALOG)
    batch = taken.batches.row(0, named=True)
    assert batch["rows_read"] == batch["rows_accepted"] + batch["rows_quarantined"] + batch["rows_ignored"]
    gone = taken.quarantine["code"].to_list() + taken.ignored["code"].to_list()
    assert set(gone) <= set(ISSUES)
    if batch["source"]:
        table = taken.tables["disability"]
        assert (table["name"].is_not_null() | table["id_number"].is_not_null()).all()
        assert table["row"].is_unique().all()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(
    data=st.binary(max_size=400),
    start=st.sampled_from([b"", b"PK\x03\x04", b"PAR1", b"\xff\xfe", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"]),
)
def test_任何字节都只是一个说明(tmp_path: Path, data: bytes, start: bytes) -> None:
    (tmp_path / "甲.csv").write_bytes(start + data)
    taken = read_folder(tmp_path, CATALOG)
    assert taken.batches.height == 1
    assert taken.quarantine.filter(taken.quarantine["row"] == 0).height >= 1
    assert taken.tables == {}
