"""村居:写代码的、写地名的、混着写的,都留下能认地方的线索。"""

import polars as pl
import pytest

from .conftest import codes, csv_text

DIBAO = ["姓名", "身份证号", "户月保障金"]
PEOPLE = [
    ["王小明", "11010119900307001X", "300"],
    ["李芳", "110101198502140024", "300"],
    ["张建国", "110101196001010013", "300"],
    ["刘秀英", "110101195512310046", "300"],
]
NAMES = ["麦岭镇上湾村", "上湾村", "东岗社区", "麦岭镇上湾村"]
CODES = ["110101001001", "110101001002", "110101001001", "110101001003"]


def write(path, header: str, places: list[str], *, town: bool = False) -> None:
    rows = [[*person, place, *(["麦岭镇"] if town else [])] for person, place in zip(PEOPLE, places, strict=True)]
    path.write_text(csv_text([[*DIBAO, header, *(["乡镇"] if town else [])], *rows]), encoding="utf-8")


@pytest.mark.parametrize(
    "header", ["所在村", "村(社区)", "行政村", "村居", "居住村", "所属村社区", "家庭所在村", "所属区划", "村代码"]
)
def test_写地名的列(tmp_path, take, header: str) -> None:
    write(tmp_path / "甲.csv", header, NAMES)
    taken = take()
    table = taken.tables["dibao"]
    assert table["village"].to_list() == NAMES
    assert table["village_code"].null_count() == 4
    assert codes(taken) == []
    assert taken.batches["unknown_columns"].to_list() == [[]]


@pytest.mark.parametrize("header", ["村代码", "所在村", "行政村", "所属区划"])
def test_写代码的列(tmp_path, take, header: str) -> None:
    write(tmp_path / "甲.csv", header, CODES)
    taken = take()
    assert taken.tables["dibao"]["village_code"].to_list() == CODES
    assert taken.tables["dibao"]["village"].null_count() == 4
    assert codes(taken) == []


def test_混着写的(tmp_path, take) -> None:
    write(tmp_path / "甲.csv", "村代码", [CODES[0], " 上湾村 ", CODES[2], "没有的代码"])
    taken = take()
    table = taken.tables["dibao"]
    assert table["village_code"].to_list() == [CODES[0], None, CODES[2], None]
    assert table["village"].to_list() == [None, "上湾村", None, "没有的代码"]


def test_地名里的空白与换行(tmp_path, take) -> None:
    write(tmp_path / "甲.csv", "所在村", ['"麦岭镇\n上湾村"', "麦岭镇 上湾村", "麦岭镇\u3000上湾村", " 麦岭镇上湾村"])
    table = take().tables["dibao"]
    assert table.select("township", "village").unique().rows() == [("麦岭镇", "麦岭镇上湾村")]


def test_乱码的代码仍是坏值(tmp_path, take) -> None:
    write(tmp_path / "甲.csv", "村代码", [CODES[0], "42X", CODES[2], CODES[3]])
    assert codes(take()) == [(2, "村代码", "bad_place_code")]


def test_乡镇单列(tmp_path, take) -> None:
    write(tmp_path / "甲.csv", "村", ["上湾村"] * 4, town=True)
    table = take().tables["dibao"]
    assert table.select("township", "village").unique().rows() == [("麦岭镇", "上湾村")]


@pytest.mark.parametrize(
    ("name", "town"),
    [
        ("麦岭镇上湾村", "麦岭镇"),
        ("安澜县麦岭镇上湾村3组", "麦岭镇"),
        ("东乡县那勒寺镇上湾村", "那勒寺镇"),
        ("城关街道东岗社区", "城关街道"),
        ("上湾村", None),
        ("东岗社区", None),
        ("古镇村", None),
    ],
)
def test_村名里写明的乡镇(tmp_path, take, name: str, town: str | None) -> None:
    write(tmp_path / "甲.csv", "所在村", [name] * 4)
    table = take().tables["dibao"]
    assert table.select("township", "village").unique().rows() == [(town, name)]


def test_没见过的表头而内容是村名(tmp_path, take) -> None:
    write(tmp_path / "甲.csv", "地方", NAMES)
    assert take().tables["dibao"]["village"].to_list() == NAMES


def test_代码与地名两列都在(tmp_path, take) -> None:
    rows = [[*person, code, name] for person, code, name in zip(PEOPLE, CODES, NAMES, strict=True)]
    (tmp_path / "甲.csv").write_text(csv_text([[*DIBAO, "村代码", "村名"], *rows]), encoding="utf-8")
    table = take().tables["dibao"]
    assert table.select("village_code", "village").rows() == list(zip(CODES, NAMES, strict=True))


def test_代码与地名都没有才算缺(tmp_path, take) -> None:
    rows = [[*person, "A类"] for person in PEOPLE]
    (tmp_path / "甲.csv").write_text(csv_text([[*DIBAO, "低保类别"], *rows]), encoding="utf-8")
    taken = take()
    assert codes(taken) == [(0, "村(社区)代码", "missing_column")]


def test_防返贫写代码的(tmp_path, take) -> None:
    header = ["户编号", "姓名", "身份证号", "行政区划代码", "监测对象类别", "风险是否消除"]
    rows = [
        ["1", name, number, code, "边缘易致贫户", "否"] for (name, number, _), code in zip(PEOPLE, CODES, strict=True)
    ]
    (tmp_path / "甲.csv").write_text(csv_text([header, *rows]), encoding="utf-8")
    table = take().tables["fangfanpin"]
    assert table["village_code"].to_list() == CODES
    assert table.schema["village_code"] == pl.String
