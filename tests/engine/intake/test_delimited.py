"""分隔文本:编码、分隔符、标题行、长短不一的行、引号。"""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiuzhu.engine.intake import encoding

from .conftest import DISABILITY, PEOPLE, codes, csv_text

TABLE = csv_text([DISABILITY, *PEOPLE])
NAMES = [row[0] for row in PEOPLE]


def same_people(taken) -> None:
    table = taken.tables["disability"]
    assert table["name"].to_list() == NAMES
    assert table["id_number"].to_list() == [row[1] for row in PEOPLE]
    assert table["disability_level"].to_list() == ["二级", "一级", "三级", "四级"]
    assert {str(day) for day in table["issued_date"]} == {"2020-04-06"}
    assert table["row"].to_list() == [1, 2, 3, 4]


@pytest.mark.parametrize(
    ("codec", "mark", "named"),
    [
        ("utf-8", b"", "utf-8"),
        ("utf-8", b"\xef\xbb\xbf", "utf-8-sig"),
        ("gb18030", b"", "gb18030"),
        ("utf-16-le", b"\xff\xfe", "utf-16-le"),
        ("utf-16-be", b"\xfe\xff", "utf-16-be"),
        ("utf-16-le", b"", "utf-16-le"),
        ("utf-16-be", b"", "utf-16-be"),
    ],
)
def test_编码(tmp_path, take, codec: str, mark: bytes, named: str) -> None:
    (tmp_path / "甲.csv").write_bytes(mark + TABLE.encode(codec))
    taken = take()
    same_people(taken)
    assert taken.batches["encoding"].to_list() == [named]
    assert taken.quarantine.height == 0


@pytest.mark.parametrize("separator", [",", "\t", ";", "|", "^", "\uff0c"])
def test_分隔符(tmp_path, take, separator: str) -> None:
    (tmp_path / "甲.txt").write_text(csv_text([DISABILITY, *PEOPLE], separator), encoding="utf-8")
    same_people(take())


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_换行(tmp_path, take, newline: str) -> None:
    (tmp_path / "甲.csv").write_bytes(TABLE.replace("\n", newline).encode())
    same_people(take())


def test_全部加引号(tmp_path, take) -> None:
    rows = [[f'"{cell}"' for cell in row] for row in [DISABILITY, *PEOPLE]]
    (tmp_path / "甲.csv").write_text(csv_text(rows), encoding="gb18030")
    same_people(take())


def test_标题行说明行在表头之上(tmp_path, take) -> None:
    head = '安澜县持证残疾人名册,,,,,\n"填报单位:残联 截止日期:2026-10-31",,,,,\n\n'
    (tmp_path / "甲.csv").write_text(head + TABLE, encoding="utf-8")
    taken = take()
    same_people(taken)
    assert taken.batches["rows_read"].to_list() == [4]


def test_两层表头合成一行(tmp_path, take) -> None:
    head = "姓名,身份证号,残疾证号,残疾情况,,发证日期\n,,,残疾类别,残疾等级,\n"
    (tmp_path / "甲.csv").write_text(head + csv_text(PEOPLE), encoding="utf-8")
    same_people(take())


def test_短行补空长行隔离(tmp_path, take) -> None:
    extra = [
        ["赵六", "110101197001010018", "", "肢体"],
        ["钱七", "110101197101010019", "", "肢体", "二级", "2020-04-06", "多出的"],
        ["孙八", "110101197201010010", "", "肢体", "二级", "2020-04-06", "", ""],
    ]
    (tmp_path / "甲.csv").write_text(TABLE + csv_text(extra), encoding="utf-8")
    taken = take()
    assert taken.tables["disability"]["name"].to_list() == [*NAMES, "赵六", "孙八"]
    assert codes(taken) == [(6, None, "extra_cells")]
    assert taken.batches["rows_quarantined"].to_list() == [1]


def test_末行残缺(tmp_path, take) -> None:
    (tmp_path / "甲.csv").write_text(TABLE + "赵六,1101011970", encoding="utf-8")
    taken = take()
    assert taken.tables["disability"]["name"].to_list() == NAMES
    assert codes(taken) == [(5, None, "torn_row")]


def test_值里有分隔符和换行(tmp_path, take) -> None:
    text = '姓名,身份证号,残疾等级,住址\n王小明,11010119900307001X,二级,"南塘村,6组\n东头"\n'
    text += "李芳,110101198502140024,一级,北湾村\n"
    (tmp_path / "甲.csv").write_text(text, encoding="utf-8")
    taken = take()
    assert taken.tables["disability"]["name"].to_list() == ["王小明", "李芳"]
    assert taken.tables["disability"]["row"].to_list() == [1, 2]


def test_引号没有闭合只影响那一行(tmp_path, take) -> None:
    rows = [
        [f"人{'甲乙丙丁'[index % 4]}", f"11010119{index:06d}001X"[:18], "二级", "2020-04-06"] for index in range(40)
    ]
    rows[10][0] = '"人丙'
    (tmp_path / "甲.csv").write_text(csv_text([["姓名", "身份证号", "残疾等级", "发证日期"], *rows]), encoding="utf-8")
    taken = take()
    assert taken.tables["disability"].height == 40
    assert taken.tables["disability"]["name"][10] == "人丙"


def test_少数坏字节换成替代符并报告(tmp_path, take) -> None:
    data = csv_text([DISABILITY, *PEOPLE * 30]).encode("gb18030")
    at = data.index("李芳".encode("gb18030"))
    (tmp_path / "甲.csv").write_bytes(data[:at] + b"\xff" + data[at + 2 :])
    taken = take()
    assert taken.batches["encoding"].to_list() == ["gb18030"]
    assert taken.batches["rows_accepted"].to_list() == [120]
    assert codes(taken) == [(0, None, "damaged_text"), (2, "姓名", "broken_text")]
    assert taken.tables["disability"]["name"][1] is None


def test_正文里才出现的坏字节(tmp_path, take) -> None:
    data = csv_text([DISABILITY, *PEOPLE * 2000]).encode()
    at = data.rindex("李芳".encode())
    (tmp_path / "甲.csv").write_bytes(data[:at] + b"\xff" + data[at + 1 :])
    taken = take()
    assert taken.batches["encoding"].to_list() == ["utf-8"]
    assert taken.batches["rows_accepted"].to_list() == [8000]
    assert "damaged_text" in {code for _, _, code in codes(taken)}


def test_说明行写单位万元(tmp_path, take) -> None:
    text = "车辆登记,,,\n"
    text += "单位\uff1a万元,,,\n所有人,身份证明号码,号牌号码,评估价值\n王小明,11010119900307001X,京A00001,2.7\n"
    (tmp_path / "甲.csv").write_text(text, encoding="utf-8")
    assert take().tables["vehicle"]["appraised_value"].to_list() == [27_000.0]


def test_敏感字段的原值不写进原因(tmp_path, take) -> None:
    text = "姓名,身份证号,残疾等级,发证日期,联系电话\n王小明,11010119900307001X,九级,去年,没有装电话\n"
    (tmp_path / "甲.csv").write_text(text, encoding="utf-8")
    taken = take()
    reasons = dict(taken.quarantine.select("column", "reason").iter_rows())
    assert "「九级」" in reasons["残疾等级"]
    assert "「去年」" in reasons["发证日期"]
    assert "没有装电话" not in reasons["联系电话"]
    assert taken.tables["disability"]["disability_level"].to_list() == [None]


def test_不认识的列与缺少的列都报告(tmp_path, take) -> None:
    text = "姓名,身份证号,月缴存额,爱好\n王小明,11010119900307001X,936.64,下棋\n"
    (tmp_path / "甲.csv").write_text(text, encoding="utf-8")
    taken = take()
    assert taken.batches["unknown_columns"].to_list() == [["爱好"]]
    assert taken.tables["housing_fund"]["balance"].dtype == pl.Float64
    (tmp_path / "甲.csv").write_text("姓名,险种,人员状态\n王小明,居民养老,在职\n", encoding="utf-8")
    taken = take()
    assert (0, "社会保障号码", "missing_column") in codes(taken)


def test_空字节去掉而全文照收(tmp_path, take) -> None:
    text = csv_text([DISABILITY, *PEOPLE]).replace("李芳", "李\0芳").replace("二级", "二级\0", 1)
    (tmp_path / "甲.csv").write_bytes(text.encode("gb18030") + b"\0" * 64)
    taken = take()
    assert taken.tables["disability"]["name"].to_list() == [row[0] for row in PEOPLE]
    assert codes(taken) == [(1, "残疾等级", "nul_removed"), (2, "姓名", "nul_removed")]


@pytest.mark.parametrize("end", ["\x1a", "\x1a\r\n", "\n\x1a\x1a", "\r\n\x1a"])
def test_末尾的文件结束符不算一行(tmp_path, take, end: str) -> None:
    (tmp_path / "甲.csv").write_text(csv_text([DISABILITY, *PEOPLE]) + end, encoding="utf-8", newline="")
    taken = take()
    assert taken.batches["rows_read"].to_list() == [4]
    assert codes(taken) == []


@given(
    text=st.text(st.sampled_from("陈a1,\n\r镕㐀😀·") | st.characters(codec="gb18030"), max_size=40),
    piece=st.integers(0, 9),
)
def test_分段解码与一次解码相同(text: str, piece: int) -> None:
    data = text.encode("gb18030")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(encoding, "PIECE", piece)
        assert encoding._from_gb18030(data) == data.decode("gb18030").encode()


def test_靠后才有的长行照样隔离(tmp_path, take) -> None:
    text = TABLE + csv_text(PEOPLE * 400) + ",".join([*PEOPLE[0], "多出", "两格"]) + "\n"
    (tmp_path / "甲.csv").write_text(text, encoding="utf-8")
    taken = take()
    assert codes(taken)[-1] == (len(PEOPLE) * 401 + 1, None, "extra_cells")
    assert taken.batches["rows_quarantined"].to_list() == [1]
