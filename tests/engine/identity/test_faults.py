"""每一种差错各一例:认得出的认出来,办法记得对。"""

import pytest
from tests.engine.identity.small_county import (
    DAI,
    FAN,
    LIU,
    LIU_HEAD,
    NORTH,
    QIN,
    SOUTH,
    YE,
    YE_SON,
    code,
    county,
    number,
    verdict,
)

YE_ID = YE["id_number"]


def wrong_digit(good, place):
    return good[:place] + str((int(good[place]) + 3) % 10) + good[place + 1 :]


def turned(good, place):
    return good[:place] + good[place + 1] + good[place] + good[place + 2 :]


@pytest.mark.parametrize(
    ("written", "method"),
    [
        (YE_ID, "exact"),
        (f"'{YE_ID} ", "exact"),
        (f"身份证{YE_ID}", "exact"),
        (YE_ID[:6] + YE_ID[8:17], "fifteen"),
        (wrong_digit(YE_ID, 2), "repaired"),
        (wrong_digit(YE_ID, 7), "repaired"),
        (wrong_digit(YE_ID, 11), "repaired"),
        (wrong_digit(YE_ID, 15), "repaired"),
        (turned(YE_ID, 7), "repaired"),
        (turned(YE_ID, 14), "repaired"),
        (YE_ID[:10] + YE_ID[11:], "repaired"),
        (YE_ID[:4] + YE_ID[5:], "repaired"),
        (YE_ID[:12] + "8" + YE_ID[12:], "repaired"),
        (YE_ID[:15] + "000", "repaired"),
        ("4.20999196110222E+17", "repaired"),
        ("420999********" + YE_ID[14:], "splink"),
        ("4.20999E+17", "splink"),
        (None, "splink"),
    ],
)
def test_号码的各种差错(written, method):
    tables = county(tekun=[{"name": "叶珠雨", "id_number": written, "village_code": NORTH}])
    assert verdict(tables, "tekun") == (code(YE), method)


@pytest.mark.parametrize("name", ["叶 珠雨", "叶珠雨(小名)", "叶珠", "叶雨", "叶珠宇", "叶雨珠", None])
def test_号码全对而姓名有差错(name):
    tables = county(housing_fund=[{"name": name, "id_number": YE_ID}])
    assert verdict(tables, "housing_fund") == (code(YE), "exact")


@pytest.mark.parametrize("name", ["叶珠", "叶珠宇"])
def test_号码姓名都有一处差错(name):
    tables = county(tekun=[{"name": name, "id_number": wrong_digit(YE_ID, 11), "village_code": NORTH}])
    assert verdict(tables, "tekun") == (code(YE), "repaired")


def test_2000年后出生的号码被截成15位():
    short = LIU["id_number"][:6] + LIU["id_number"][8:17]
    tables = county(education=[{"name": "刘浩晨", "id_number": short}])
    assert verdict(tables, "education") == (code(LIU), "fifteen")


def test_残疾证号里带着身份证号():
    row = {"name": "戴银雨", "id_number": None, "certificate_number": DAI["id_number"] + "42"}
    assert verdict(county(disability=[row]), "disability") == (code(DAI), "certificate")


def test_残疾证号与本人号码都错时不硬认():
    row = {"name": "某某某", "id_number": None, "certificate_number": wrong_digit(DAI["id_number"], 9) + "42"}
    assert verdict(county(disability=[row]), "disability") == (None, "unlinked")


@pytest.mark.parametrize("column", ["head_id_number", "guardian_id_number"])
@pytest.mark.parametrize("written", [None, "4.20999E+17"])
def test_凭户主或监护人认人(column, written):
    row = {"name": "刘浩晨", "id_number": written, column: LIU_HEAD["id_number"]}
    assert verdict(county(education=[row]), "education") == (code(LIU), "head")


def test_凭同户编号的家人认人():
    rows = [
        {"name": "叶珠雨", "id_number": YE_ID, "household_number": "0007"},
        {"name": "秦俊燕", "id_number": None, "household_number": "0007"},
    ]
    assert verdict(county(fangfanpin=rows), "fangfanpin", 2) == (code(QIN), "head")


def test_凭地名文字认人():
    row = {"name": "叶珠雨", "id_number": None, "county": "安澜县", "township": "南岭乡", "village": "南岭乡北湾村"}
    assert verdict(county(fangfanpin=[row]), "fangfanpin") == (code(YE), "splink")


def test_凭住址认人():
    row = {"name": "戴银雨", "id_number": None, "location": DAI["address"]}
    assert verdict(county(real_estate=[row]), "real_estate") == (code(DAI), "splink")


def test_凭共用的账号认人():
    rows = [
        {"name": "戴银雨", "id_number": DAI["id_number"], "bank_account": "6217000001"},
        {"name": "戴银", "id_number": None, "bank_account": "6217000001"},
    ]
    assert verdict(county(dibao=rows), "dibao", 2)[0] in (code(DAI), None)
    assert verdict(county(dibao=[rows[0], rows[1] | {"name": "戴银雨"}]), "dibao", 2) == (code(DAI), "splink")


def test_死者仍在名单上也认得出():
    tables = county(tekun=[{"name": "范涛", "id_number": FAN["id_number"], "village_code": SOUTH}])
    assert verdict(tables, "tekun") == (code(FAN), "exact")


def test_合格而不在册的号码是另一个人():
    stranger = {"id_number": number("19900101", 111, area="420106"), "name": "外乡人"}
    assert verdict(county(financial_asset=[stranger]), "financial_asset") == (code(stranger), "exact")


def test_只有姓名又不在册的不认():
    assert verdict(county(financial_asset=[{"name": "外乡人", "id_number": None}]), "financial_asset") == (
        None,
        "unlinked",
    )


def test_没有姓名也没有号码的不认():
    assert verdict(county(financial_asset=[{"name": None, "id_number": None}]), "financial_asset") == (None, "unlinked")


def test_两位都错而其余证据齐全():
    bad = wrong_digit(wrong_digit(YE_SON["id_number"], 8), 15)
    row = {"name": "叶海生", "id_number": bad, "head_id_number": YE_ID, "village_code": NORTH}
    assert verdict(county(dibao=[row]), "dibao") == (code(YE_SON), "splink")
