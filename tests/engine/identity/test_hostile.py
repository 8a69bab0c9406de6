"""刁难:双胞胎、同名父子、张冠李戴、同村同名。宁可交人工,不可认错。"""

import polars as pl
import pytest
from tests.engine.identity.small_county import (
    CAST,
    NORTH,
    QIN,
    SOUTH,
    YE,
    code,
    county,
    filler,
    linked,
    number,
    resident,
    verdict,
)

ELDER = resident("赵小明", "20100101", 111, home="300001", relation="子女")
YOUNGER = resident("赵小亮", "20100101", 113, home="300001", relation="子女")
PARENT = resident("赵大有", "19800101", 211, home="300001")


def with_people(*more):
    return [*CAST, *filler(), *more]


def candidates(tables):
    return set(linked(tables).doubtful["candidate"])


def between(a, b):
    """与 a、b 各差一位的号码。"""
    places = [k for k in range(18) if a[k] != b[k]]
    return a[: places[0]] + b[places[0]] + a[places[0] + 1 :] if len(places) == 2 else a


def test_双胞胎号码写错一位_姓名说了算():
    people = with_people(PARENT, ELDER, YOUNGER)
    broken = ELDER["id_number"][:15] + "9" + ELDER["id_number"][16:]
    rows = [{"name": "赵小明", "id_number": broken}, {"name": "赵小亮", "id_number": broken}]
    tables = county(people, education=rows)
    assert verdict(tables, "education", 1)[0] in (code(ELDER), None)
    assert verdict(tables, "education", 2)[0] in (code(YOUNGER), None)


def test_双胞胎号码写错一位_姓名也写错就交人工():
    people = with_people(PARENT, ELDER, YOUNGER)
    middle = between(ELDER["id_number"], YOUNGER["id_number"])
    assert middle not in (ELDER["id_number"], YOUNGER["id_number"])
    tables = county(people, education=[{"name": "赵小", "id_number": middle}])
    assert verdict(tables, "education") == (None, "doubtful")
    assert candidates(tables) == {code(ELDER), code(YOUNGER)}


def test_写成配偶的号码():
    tables = county(living_expense=[{"name": YE["name"], "id_number": QIN["id_number"]}])
    assert verdict(tables, "living_expense") == (None, "doubtful")
    assert candidates(tables) == {code(YE), code(QIN)}


def test_兄弟姓名只差一字_号码是哥哥的姓名是弟弟的():
    people = with_people(PARENT, ELDER, YOUNGER)
    tables = county(people, education=[{"name": "赵小亮", "id_number": ELDER["id_number"]}])
    assert verdict(tables, "education") == (None, "doubtful")
    assert candidates(tables) == {code(ELDER), code(YOUNGER)}


FATHER = resident("王守田", "19500505", 311, home="300002")
SON = resident("王守田", "19800808", 313, home="300002", relation="子女")


def test_父子同名_缺号码不认():
    row = {"name": "王守田", "id_number": None, "head_id_number": FATHER["id_number"], "village_code": NORTH}
    tables = county(with_people(FATHER, SON), dibao=[row])
    assert verdict(tables, "dibao") == (None, "doubtful")
    assert candidates(tables) == {code(FATHER), code(SON)}


@pytest.mark.parametrize("who", [FATHER, SON])
def test_父子同名_残缺号码分得清(who):
    broken = who["id_number"][:15] + "000"
    tables = county(with_people(FATHER, SON), dibao=[{"name": "王守田", "id_number": broken}])
    assert verdict(tables, "dibao") == (code(who), "repaired")


def test_同村同名缺号码不认():
    one = resident("王守田", "19500505", 311, home="300003")
    two = resident("王守田", "19720808", 313, home="300004")
    row = {"name": "王守田", "id_number": None, "village_code": NORTH}
    tables = county(with_people(one, two), tekun=[row])
    assert verdict(tables, "tekun") == (None, "doubtful")


def test_异村同名凭村居分得清():
    one = resident("王守田", "19500505", 311, home="300003")
    two = resident("王守田", "19720808", 313, home="300004", village=SOUTH)
    rows = [{"name": "王守田", "id_number": None, "village_code": v} for v in (NORTH, SOUTH)]
    tables = county(with_people(one, two), tekun=rows)
    found = [verdict(tables, "tekun", row)[0] for row in (1, 2)]
    assert found[0] in (code(one), None)
    assert found[1] in (code(two), None)


def test_差一位的号码属于两个同名人就交人工():
    one = resident("王守田", "19500505", 311, home="300003")
    two = dict(one, id_number=number("19500505", 331), household_number="300004")
    middle = one["id_number"][:15] + "9" + one["id_number"][16:]
    if middle in (one["id_number"], two["id_number"]):
        pytest.skip("号码凑巧相同")
    people = with_people(one, two)
    near = [p for p in (one, two) if sum(a != b for a, b in zip(middle, p["id_number"], strict=True)) == 1]
    person, method = verdict(county(people, tekun=[{"name": "王守田", "id_number": middle}]), "tekun")
    assert person is None or (len(near) == 1 and person == code(near[0]))
    assert method in ("doubtful", "repaired", "splink")


def test_改错号码不凭空造出双胞胎的另一个():
    """弟弟未上户口:名单上是弟弟自己的合格号码,不可当作哥哥的笔误。"""
    tables = county(with_people(PARENT, ELDER), education=[{"name": "赵小亮", "id_number": YOUNGER["id_number"]}])
    assert verdict(tables, "education") == (code(YOUNGER), "exact")
    assert linked(tables).people.filter(~pl.col("registered")).height == 1


def test_姓名对而号码村居都对不上就不认():
    other = number("19300303", 999)
    broken = other[:17] + ("0" if other[17] != "0" else "1")
    row = {"name": YE["name"], "id_number": broken, "village_code": SOUTH}
    assert verdict(county(tekun=[row]), "tekun")[0] is None
