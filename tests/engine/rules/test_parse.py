"""写对的规则:类型、单位、名称、常数,以及全角写法。"""

from datetime import date

import pytest
from tests.engine.rules.vocabulary import COUNTY

from jiuzhu.engine.rules import Symbol, SymbolError, evaluate, parse, symbols_of


@pytest.mark.parametrize(
    ("text", "kind", "unit"),
    [
        ("近12个月自付医疗费 > 家庭年收入 * 0.5", "bool", ""),
        ("残疾等级 in [“一级”, “二级”] and 年龄 >= 16", "bool", ""),
        ("家庭月人均收入 < 低保标准 * 1.5", "bool", ""),
        ("not 有车 or 车辆估值合计 <= 50000", "bool", ""),
        ("16 <= 年龄 < 60", "bool", ""),
        ("出生日期 < “2010-01-01”", "bool", ""),
        ("有车 == 真", "bool", ""),
        ("已知(残疾等级)", "bool", ""),
        ("家庭年收入 / 12", "number", "元/月"),
        ("低保标准 * 12", "number", "元/年"),
        ("12 * 低保标准", "number", "元/年"),
        ("低保标准 * 24", "number", "元/月"),
        ("低保标准 * 保障月数", "number", "元"),
        ("家庭年收入 / 家庭人口", "number", "元/年"),
        ("低保标准 * 家庭人口 - 家庭月人均收入 * 家庭人口", "number", "元/月"),
        ("近12个月自付医疗费 / 家庭年收入", "number", ""),
        ("家庭年收入 * 刚性支出比例线", "number", "元/年"),
        ("住房面积 * 家庭年收入", "number", "混合"),
        ("最大(低保标准 - 家庭月人均收入, 0)", "number", "元/月"),
        ("四舍五入(绝对值(-低保标准), 1)", "number", "元/月"),
        ("如果(有车, 低保标准, 0)", "number", "元/月"),
        ("缺省(残疾等级, “四级”)", "text", ""),
        ("1 + 2", "number", "*"),
    ],
)
def test_类型与单位(text, kind, unit):
    rule = parse(text, COUNTY)
    assert (rule.type, rule.unit) == (kind, unit)


def test_名称按首次出现的次序_常数都在():
    rule = parse("家庭年收入 > 100 and 有车 and 家庭年收入 < 200 and 户类别 in [“低保”, “特困”]", COUNTY)
    assert rule.names == ("家庭年收入", "有车", "户类别")
    assert rule.constants == (100.0, 200.0, "低保", "特困")


FULL_WIDTH = [
    ("（年龄　≥　１６）", "(年龄 >= 16)"),
    ("残疾等级　ｉｎ　【“一级”、“二级”】", '残疾等级 in ["一级", "二级"]'),  # noqa: RUF001
    ("年龄＝16", "年龄 == 16"),
    ("年龄 = 16", "年龄 == 16"),
    ("年龄≠１６", "年龄 != 16"),
    ("家庭年收入×0．5＞低保标准÷１×12", "家庭年收入*0.5>低保标准/1*12"),
    ("最大（年龄，１８）＜＝ 60", "最大(年龄,18) <= 60"),
    ("残疾等级 == 「一级」", "残疾等级 == '一级'"),
    ("残疾等级 == ”一级”", '残疾等级 == "一级"'),
    ("年龄 －１ ＞ 0\n and 在校", "年龄-1>0 and 在校"),
    ("  在校 == True ", "在校==真"),
]


@pytest.mark.parametrize(("written", "plain"), FULL_WIDTH)
def test_全角与半角是同一条规则(written, plain):
    one, other = parse(written, COUNTY), parse(plain, COUNTY)
    rows = [
        {"年龄": age, "残疾等级": level, "家庭年收入": 20000, "低保标准": 640, "在校": age == 16}
        for age in (15, 16, 70, None)
        for level in ("一级", "三级", None)
    ]
    assert (one.names, one.constants) == (other.names, other.constants)
    assert [evaluate(one, row) for row in rows] == [evaluate(other, row) for row in rows]


def test_引号里的文字一字不动():
    rule = parse("户类别 == “Ａ、（甲） ＝１”", COUNTY)
    assert rule.constants == ("Ａ、（甲） ＝１",)


def test_日期常数成为日期():
    assert parse("出生日期 in [“2010-01-01”]", COUNTY).constants == (date(2010, 1, 1),)


def test_人级规则可用户事实与参数():
    rule = parse("年龄 >= 16 and 家庭月人均收入 < 低保标准", COUNTY, expect="bool", level="person")
    assert rule.level == "person"


def test_要求结果的单位():
    rule = parse("(低保标准 - 家庭月人均收入) * 家庭人口", COUNTY, expect="number", unit="元/月")
    assert rule.unit == "元/月"


@pytest.mark.parametrize("name", ["1级人数", "收入(年)", "and", "真", "Ａ级", "家庭 收入", ""])
def test_不能写进规则的名称(name):
    with pytest.raises(SymbolError):
        Symbol(name, "number")


def test_重名是错误():
    with pytest.raises(SymbolError, match="两次"):
        symbols_of([Symbol("年龄", "number"), Symbol("年龄", "number")])
