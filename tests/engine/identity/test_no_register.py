"""没有户籍表:名单里合格的号码就是人。"""

import polars as pl
from tests.engine.identity.small_county import DAI, NORTH, QIN, YE, code, linked, number, table


def tables(**sources):
    return {source: table(source, rows) for source, rows in sources.items()}


def test_号码即人_户随户主():
    rows = [
        {"name": "叶珠雨", "id_number": YE["id_number"], "head_id_number": YE["id_number"], "village_code": NORTH},
        {"name": "秦俊燕", "id_number": QIN["id_number"], "head_id_number": YE["id_number"], "village_code": NORTH},
    ]
    result = linked(tables(dibao=rows, vehicle=[{"name": "戴银雨", "id_number": DAI["id_number"]}]))
    assert result.links["method"].to_list() == ["exact"] * 3
    people = result.people
    assert not people["registered"].any()
    home = dict(people.select("person_id", "household_id").iter_rows())
    assert home[code(YE)] == home[code(QIN)] != home[code(DAI)]
    assert people.filter(pl.col("person_id") == code(QIN))["sex"].item() == "女"


def test_笔误对着名单里的人补正():
    bad = YE["id_number"][:12] + "9" + YE["id_number"][13:]
    result = linked(
        tables(tekun=[{"name": "叶珠雨", "id_number": YE["id_number"]}], vehicle=[{"name": "叶珠雨", "id_number": bad}])
    )
    assert result.links["method"].to_list() == ["exact", "repaired"]
    assert result.links["person_id"].to_list() == [code(YE)] * 2


def test_错号不成人():
    bad = YE["id_number"][:17] + ("0" if YE["id_number"][17] != "0" else "1")
    result = linked(tables(vehicle=[{"name": "叶珠雨", "id_number": bad}]))
    assert result.links["method"].to_list() == ["unlinked"]
    assert result.people.is_empty()


def test_只有姓名_名单里有同名者也不敢认():
    rows = [{"name": "叶珠雨", "id_number": YE["id_number"]}]
    result = linked(tables(tekun=rows, vehicle=[{"name": "叶珠雨", "id_number": None}]))
    assert result.links.filter(pl.col("source") == "vehicle")["person_id"].item() is None


def test_同一号码姓名全异交人工():
    rows = [{"name": "叶珠雨", "id_number": YE["id_number"]}] * 2 + [{"name": "孙大圣", "id_number": YE["id_number"]}]
    result = linked(tables(vehicle=rows))
    assert result.links["method"].to_list() == ["exact", "exact", "doubtful"]
    assert result.doubtful["candidate"].to_list() == [code(YE)]


def test_有无户籍编号相同():
    lone = linked(tables(vehicle=[{"name": "外乡人", "id_number": number("19900101", 111)}]))
    assert lone.people["person_id"].to_list() == [code({"id_number": number("19900101", 111)})]
