"""写错的规则:代码、位置、说法、相近的名称;每个错误代码都有例子。"""

import pytest
from tests.engine.rules.vocabulary import COUNTY

from jiuzhu.engine.rules import RuleError, RuleErrors, parse
from jiuzhu.engine.rules.errors import CODES

# 规则、代码、出错的原文、说法里要有的话
CASES = [
    ("", "empty", "", "空"),
    ("年龄 > 1 and " * 200 + "在校", "too_long", "", "最多 2000 字"),
    ("(" * 51 + "在校" + ")" * 51, "too_deep", "(", "50 层"),
    ("not " * 60 + "在校", "too_deep", "not", "50 层"),
    ("+".join(["年龄"] * 80) + " > 1", "too_deep", "", "50 层"),
    ("残疾等级 == “一级", "quote", "“一级", "后一半"),
    ("残疾等级 == '一\\n级'", "quote", "\\", "反斜杠"),
    ("年龄 ** 2 > 1", "symbol", "**", "乘方"),
    ("刚性支出占比 > 60%", "symbol", "%", "写成小数"),
    ("年龄 > 1; 在校", "symbol", ";", "没有“;”"),
    ("(年龄 > 1", "bracket", "(", "另一半"),
    ("年龄 > 1]", "bracket", "]", "另一半"),
    ("在校 且 有车", "keyword", "且", "and"),
    ("1 if 在校 else 2", "keyword", "if", "如果("),
    ("年龄 == None", "keyword", "None", "已知("),
    ("年龄 >= 16岁", "number_form", "16岁", "单位由事实决定"),
    ("车辆估值合计 > 2.6万", "number_form", "2.6万", "26000"),
    ("车辆估值合计 > 26,500", "number_form", "车辆估值合计 > 26,500", "千位"),
    ("车辆估值合计 > 26,000", "number_form", "000", "0 开头"),
    ("车辆估值合计 > 1e18", "number_range", "1e18", "太大"),
    ("年龄 > 0.0000000000001", "number_range", "0.0000000000001", "太小"),
    (" * ".join(["家庭年收入"] * 20) + " > 1", "number_range", None, "太"),
    ("年龄 在校", "adjacent", "年龄 在校", "缺少运算符"),
    ("残疾等级 in [“一级” “二级”]", "adjacent", "“一级” “二级”", "逗号"),
    ("年龄 >", "syntax", "", "没有写完"),
    ("年龄 > > 16", "syntax", ">", "断不开"),
    ("残疾等级[1] == “一级”", "not_allowed", "残疾等级[1]", "没有这种写法"),
    ("家庭年收入水平 > 1", "unknown_name", "家庭年收入水平", "没有叫"),
    ("取大(年龄, 1) > 1", "unknown_function", "取大", "可用的有"),
    ("年龄(1) > 1", "unknown_function", "年龄", "不加括号"),
    ("最大 > 1", "function_as_name", "最大", "最大(甲, 乙, …)"),
    ("最大(年龄) > 1", "arguments", "最大(年龄)", "最大(甲, 乙, …)"),
    ("四舍五入(年龄, 年龄) > 1", "arguments", "年龄", "0 到 6"),
    ("年龄 > “十六”", "type_mismatch", "年龄 > “十六”", "不能比较"),
    ("残疾等级 < “三级”", "type_mismatch", "残疾等级 < “三级”", "没有大小"),
    ("有车 + 1 > 1", "type_mismatch", "有车", "如果(条件, 1, 0)"),
    ("年龄 in [“一”]", "type_mismatch", "“一”", "是文字"),
    ("如果(有车, 1, “一”) == 1", "type_mismatch", "1, “一”", "同一种"),
    ("年龄 and 有车", "not_condition", "年龄", "要一个条件"),
    ("not 家庭人口", "not_condition", "家庭人口", "要一个条件"),
    ("家庭年收入 < 低保标准", "unit_mismatch", "家庭年收入 < 低保标准", "乘以12"),
    ("家庭年收入 / 低保标准 > 1", "unit_mismatch", "家庭年收入 / 低保标准", "除以12"),
    ("年龄 + 家庭人口 > 1", "unit_mismatch", "年龄 + 家庭人口", "不能相加"),
    ("家庭年收入 > 刚性支出比例线", "unit_mismatch", "家庭年收入 > 刚性支出比例线", "少乘了一项"),
    ("残疾等级 in “一级”", "list", "“一级”", "方括号"),
    ("年龄 in []", "list", "[]", "方括号"),
    ("年龄 in [家庭人口]", "list", "家庭人口", "常数"),
    ("[年龄]", "list", "[年龄]", "in"),
    ("残疾等级 == “1级”", "value_unknown", "“1级”", "没有“1级”"),
    ("残疾等级 in [“一级”, “五级”]", "value_unknown", "“五级”", "取值"),
    ("出生日期 > “2026年1月”", "date_form", "“2026年1月”", "2026-01-31"),
    ("年龄 / 0 > 1", "zero_division", "0", "除以零"),
    ("年龄", "expect", "年龄", "要一个条件"),
]


def failure(text: str, **options) -> RuleErrors:
    with pytest.raises(RuleErrors) as caught:
        parse(text, COUNTY, **({"expect": "bool"} | options))
    return caught.value


@pytest.mark.parametrize(("text", "code", "wrong", "words"), CASES, ids=[f"{c[1]}-{c[0][:14]}" for c in CASES])
def test_每种错误指着出错的地方(text, code, wrong, words):
    first = failure(text).errors[0]
    assert first.code == code
    assert words in first.message
    if wrong:
        assert text[first.place.start : first.place.end].startswith(wrong)


def test_每个代码都有例子():
    assert {case[1] for case in CASES} | {"level"} == set(CODES)


def test_户级规则不能用个人事实():
    error = failure("家庭年收入 > 1 and 年龄 > 60", level="household").errors[0]
    assert (error.code, error.place.column) == ("level", 15)
    assert "改用相应的户事实" in error.message
    assert parse("家庭年收入 > 1 and 年龄 > 60", COUNTY, level="person").names == ("家庭年收入", "年龄")


def test_一次找全():
    errors = failure("家庭收入年 > 5 and 残疾等级 == “五级” or 家庭年收入 < 低保标准 and 年龄 > “a”").errors
    assert [error.code for error in errors] == ["unknown_name", "value_unknown", "unit_mismatch", "type_mismatch"]


def test_一个错误不引出一串():
    assert len(failure("最大(没有的事实, 家庭年收入) * 2 + 1 > 低保标准 and 有车").errors) == 1


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("家庭收入年", "家庭年收入"),
        ("年家庭收入", "家庭年收入"),
        ("近12月自付医疗费", "近12个月自付医疗费"),
        ("自付医药费", "近12个月自付医疗费"),
        ("家庭人数", "家庭人口"),
        ("残疾级别", "残疾等级"),
        ("低保标淮", "低保标准"),
        ("刚性支出", "刚性支出占比"),
    ],
)
def test_相近的名称排在第一(written, meant):
    assert failure(f"{written} > 1").suggestions[0] == meant


def test_毫不相像就不猜():
    assert failure("foo > 1").suggestions == ()


def test_没有这个取值时给出相近的取值():
    assert failure("残疾等级 == “1级”").suggestions[:1] == ("一级",)


def test_标记对准出错的字_汉字占两格():
    error = failure("年龄 >= 16 and\n  残疾等级 in “一级”").errors[0]
    assert (error.place.line, error.place.column) == (2, 11)
    assert error.excerpt.splitlines() == ["    残疾等级 in “一级”", " " * 16 + "^" * 8]
    assert error.message.startswith("第 2 行第 11 字：")


def test_很长的规则只摘录出错处附近():
    error = failure("家庭年收入 > 1 and " * 20 + "没有 > 1").errors[0]
    shown, pointer = error.excerpt.splitlines()
    assert shown.strip().startswith("…")
    assert len(shown) < 60
    assert pointer.strip() == "^^^^"


def test_结果的种类与单位():
    assert failure("有车", expect="number").code == "expect"
    assert failure("低保标准", expect="number", unit="元/年").code == "unit_mismatch"


def test_RuleErrors也是RuleError_代码取第一个():
    error = failure("没有的 > 1 and 年龄")
    assert isinstance(error, RuleError)
    assert (error.code, error.place.start) == ("unknown_name", 0)
    assert error.message.count("\n  ") == 4
