"""工作簿里的工作表:文件名、隐藏的表、字典与说明、合并的单元格、公式错误。"""

from pathlib import Path

import polars as pl
import xlsxwriter

from .conftest import DISABILITY, PEOPLE, codes, write_xlsx

DIBAO = ["姓名", "身份证号", "户主身份证号", "家庭住址", "村代码", "户月保障金"]
HEAD = "110101196001010013"


def test_一张数据表加字典_文件名不变(tmp_path, take) -> None:
    dictionary = [["代码", "名称", "备注"], ["1", "一级", None], ["2", "二级", None]]
    write_xlsx(
        tmp_path / "甲.xlsx", {"数据字典": dictionary, "名单": [DISABILITY, *PEOPLE], "填报说明": [["注", "无"]]}
    )
    taken = take()
    assert taken.batches["file"].to_list() == ["甲.xlsx"]
    assert set(taken.tables["disability"]["file"]) == {"甲.xlsx"}
    assert codes(taken) == []
    assert taken.ignored["code"].to_list() == ["notes_sheet", "notes_sheet"]
    assert set(taken.ignored["file"]) == {"甲.xlsx"}


def test_一张数据表加一张认不出的_文件名不变而认不出的有说明(tmp_path, take) -> None:
    write_xlsx(tmp_path / "甲.xlsx", {"食堂": [["菜名", "价格"], ["豆腐", 3]], "名单": [DISABILITY, *PEOPLE]})
    taken = take()
    assert taken.batches["file"].to_list() == ["甲.xlsx"]
    assert taken.batches["rows_accepted"].to_list() == [4]
    assert codes(taken) == [(0, None, "unknown_source")]
    assert "「食堂」" in taken.quarantine["reason"][0]


def test_只有表头的旁表不算数据表(tmp_path, take) -> None:
    write_xlsx(tmp_path / "甲.xlsx", {"空表": [DISABILITY], "名单": [DISABILITY, *PEOPLE], "空表二": [DISABILITY]})
    taken = take()
    assert taken.batches.select("file", "rows_accepted").rows() == [("甲.xlsx", 4)]
    assert taken.ignored["code"].to_list() == ["notes_sheet"] * 2


def test_都只有表头(tmp_path, take) -> None:
    write_xlsx(tmp_path / "甲.xlsx", {"空表": [DISABILITY], "空表二": [DISABILITY]})
    taken = take()
    assert taken.batches.select("file", "source", "rows_read").rows() == [("甲.xlsx", "disability", 0)]
    assert codes(taken) == [(0, None, "no_rows")]


def test_一张也认不出时_每张一条说明(tmp_path, take) -> None:
    dishes = [["菜名", "价格"], ["豆腐", 3]]
    write_xlsx(tmp_path / "甲.xlsx", {"食堂": dishes, "小卖部": dishes})
    taken = take()
    assert taken.batches.select("file", "source", "rows_read").rows() == [("甲.xlsx", None, 0)]
    assert codes(taken, file="甲.xlsx") == [(0, None, "unknown_source")] * 2
    assert ["「食堂」" in taken.quarantine["reason"][0], "「小卖部」" in taken.quarantine["reason"][1]] == [True, True]


def hide(path: Path, *, very: bool) -> None:
    book = xlsxwriter.Workbook(str(path))
    for name in ("名单", "旧名单"):
        sheet = book.add_worksheet(name)
        for at, row in enumerate([DISABILITY, *PEOPLE]):
            sheet.write_row(at, 0, row)
        if name == "旧名单":
            sheet.very_hidden() if very else sheet.hide()
    book.close()


def test_隐藏的表不读(tmp_path, take) -> None:
    hide(tmp_path / "甲.xlsx", very=False)
    hide(tmp_path / "乙.xlsx", very=True)
    taken = take()
    assert sorted(taken.batches["file"]) == ["乙.xlsx", "甲.xlsx"]
    assert taken.tables["disability"].height == 8
    assert list(taken.ignored.select("row", "code").iter_rows()) == [(0, "hidden_sheet")] * 2
    assert "「旧名单」" in taken.ignored["reason"][0]


def merged(path: Path, rows: list[list[object]], ranges: dict[str, object]) -> None:
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet("名单")
    for at, row in enumerate(rows):
        for column, cell in enumerate(row):
            if cell is not None:
                sheet.write(at, column, cell)
    for where, value in ranges.items():
        sheet.merge_range(where, value)
    book.close()


def test_按户合并的单元格填到每个人(tmp_path, take) -> None:
    people = [[name, number] for name, number, *_ in PEOPLE]
    rows = [["低保名册"], [], DIBAO, *[[*person, None, None, 110101001001, 300] for person in people]]
    merged(tmp_path / "甲.xlsx", rows, {"C4:C6": HEAD, "D4:D6": "南塘村6组", "A1:F2": "低保名册"})
    table = take().tables["dibao"]
    assert table["head_id_number"].to_list() == [HEAD] * 3 + [None]
    assert table["address"].to_list() == ["南塘村6组"] * 3 + [None]
    assert table["row"].to_list() == [1, 2, 3, 4]


def test_合并到空行的不造出人来(tmp_path, take) -> None:
    rows = [DIBAO, ["王小明", "11010119900307001X", None, None, 110101001001, 300]]
    merged(tmp_path / "甲.xlsx", rows, {"D2:D5": "南塘村6组"})
    taken = take()
    assert taken.tables["dibao"].height == 1
    assert codes(taken) == []


def test_横着合并的不动(tmp_path, take) -> None:
    rows = [DIBAO, ["王小明", "11010119900307001X", None, None, 110101001001, 300]]
    merged(tmp_path / "甲.xlsx", rows, {"C2:D2": HEAD})
    table = take().tables["dibao"]
    assert table.select("head_id_number", "address").row(0) == (HEAD, None)


def test_公式错误不是没有值(tmp_path, take) -> None:
    book = xlsxwriter.Workbook(str(tmp_path / "甲.xlsx"))
    sheet = book.add_worksheet("名单")
    for at, row in enumerate([DISABILITY, *PEOPLE], start=3):
        sheet.write_row(at, 2, row)
    sheet.write_formula(5, 3, "=VLOOKUP(1,A:A,1)", value="#N/A")
    sheet.write_formula(6, 7, "=1/0", value="#DIV/0!")
    sheet.write(7, 5, "#REF!")
    book.close()
    taken = take()
    assert codes(taken) == [(2, "身份证号", "cell_error"), (3, "发证日期", "cell_error"), (4, "残疾类别", "cell_error")]
    table = taken.tables["disability"]
    assert table["id_number"].null_count() == 1
    assert table["issued_date"].null_count() == 1
    assert table["disability_kind"].null_count() == 1


def test_文本里的公式错误(tmp_path, take) -> None:
    rows = [
        "姓名,身份证号,月缴存额,账户余额",
        "王小明,11010119900307001X,#VALUE!,1",
        "李芳,110101198502140024,nan,不详",
        "张三,,-,未知",
    ]
    (tmp_path / "甲.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    taken = take()
    assert codes(taken) == [(1, "月缴存额", "cell_error"), (2, "月缴存额", "cell_error")]
    assert taken.tables["housing_fund"]["monthly_deposit"].to_list() == [None, None, None]


def test_单元格里的换行(tmp_path, take) -> None:
    row = ["王小明", "11010119900307001X", HEAD, "安澜县南岭乡\n北湾村6组", 110101001001, 300]
    write_xlsx(tmp_path / "甲.xlsx", {"名单": [DIBAO, row]})
    assert take().tables["dibao"]["address"].to_list() == ["安澜县南岭乡北湾村6组"]


def test_结果与列式文件一致(tmp_path, take) -> None:
    write_xlsx(tmp_path / "甲.xlsx", {"名单": [DISABILITY, *PEOPLE]})
    pl.DataFrame(PEOPLE, schema=DISABILITY, orient="row").write_parquet(tmp_path / "乙.parquet")
    table = take().tables["disability"]
    one, other = (table.filter(pl.col("file") == name).drop("file") for name in ("甲.xlsx", "乙.parquet"))
    assert one.equals(other)
