"""逐句解释:代入值的句子、结论、缺哪些事实、由哪一项决定。"""

import pytest
from hypothesis import given, settings
from tests.engine.rules.vocabulary import COUNTY, PLAIN, ROW, expressions

from jiuzhu.engine.rules import RuleError, evaluate, parse, sentence, trace

HOME = {
    "近12个月自付医疗费": 18230,
    "家庭年收入": 24000,
    "家庭人口": 3,
    "低保标准": 640,
    "残疾等级": "一级",
    "年龄": 15,
    "在校": True,
    "车辆估值合计": 70000,
    "刚性支出占比": 0.7596,
}


def explain(text: str, **row: object):
    return trace(parse(text, COUNTY), HOME | row)


@pytest.mark.parametrize(
    ("text", "summary"),
    [
        (
            "近12个月自付医疗费 > 家庭年收入 * 0.5",
            "近12个月自付医疗费(18,230.00 元) > 家庭年收入(24,000.00 元/年) × 0.5(=12,000.00 元/年) → 成立",
        ),
        (
            "残疾等级 in [“一级”, “二级”] and 年龄 >= 16",
            "残疾等级(一级) 在【“一级”、“二级”】中 且 年龄(15 岁) ≥ 16 → 不成立",
        ),
        (
            "家庭月人均收入 < 低保标准 * 1.5",
            "家庭月人均收入(未知) < 低保标准(640.00 元/月) × 1.5(=960.00 元/月) → 无法判断(缺：家庭月人均收入)",
        ),
        (
            "not (有车 or 车辆估值合计 > 50000)",
            "并非 (有车(未知) 或 车辆估值合计(70,000.00 元) > 50,000) → 不成立",
        ),
        (
            "四舍五入(家庭年收入 / 家庭人口 / 12, 2) < 低保标准",
            (
                "四舍五入(家庭年收入(24,000.00 元/年) ÷ 家庭人口(3 人) ÷ 12(=666.67 元/月), 2)(=666.67 元/月)"
                " < 低保标准(640.00 元/月) → 不成立"
            ),
        ),
        (
            "(近12个月自付医疗费 - 5000) / 家庭年收入 != 刚性支出占比 - -1",
            (
                "(近12个月自付医疗费(18,230.00 元) − 5,000) ÷ 家庭年收入(24,000.00 元/年)(=0.5513)"
                " ≠ 刚性支出占比(0.7596) − −1(=1.7596) → 成立"
            ),
        ),
        ("在校 == 真 or 年龄 > 1 and 有车", "在校(是) = 是 或 (年龄(15 岁) > 1 且 有车(未知)) → 成立"),
        ("出生日期 >= “2010-01-01”", "出生日期(未知) ≥ 2010年1月1日 → 无法判断(缺：出生日期)"),
        ("低保标准 * 12", "低保标准(640.00 元/月) × 12 → 7,680.00 元/年"),
        ("已知(户类别)", "已知(户类别(未知)) → 不成立"),
    ],
)
def test_代入值的句子(text, summary):
    assert explain(text).summary == summary


def test_不代入值的句子():
    rule = parse("not (有车 or 车辆估值合计 > 50000) and 残疾等级 not in [“四级”]", COUNTY)
    assert sentence(rule) == "并非 (有车 或 车辆估值合计 > 50,000) 且 残疾等级 不在【“四级”】中"


def test_括号只在需要处():
    rule = parse("收入 - (收入 - 1) - 2 * (3 - 收入) / (4 * 收入) > 0", PLAIN)
    assert sentence(rule) == "收入 − (收入 − 1) − 2 × (3 − 收入) ÷ (4 × 收入) > 0"


def test_哪一项决定了结论():
    root = explain("年龄 >= 16 and 在校 and 有车").root
    assert [(part.verdict, part.decisive) for part in root.parts] == [
        ("不成立", True),
        ("成立", False),
        ("无法判断", False),
    ]
    root = explain("年龄 >= 16 or (在校 and not 有车)", 有车=False).root
    assert [part.decisive for part in root.parts] == [False, True]
    assert [part.text for part in root.parts[1].parts] == ["在校(是)", "并非 有车(否)"]


def test_缺的事实只列影响结论的():
    assert explain("户类别 == “低保” and 年龄 >= 16").missing == ()
    assert explain("(户类别 == “低保” or 年龄 < 16) and 有车").missing == ("有车",)
    assert explain("如果(在校, 家庭月人均收入, 低保标准 * 家庭人口) > 1").missing == ("家庭月人均收入",)
    assert explain("如果(有车, 住房面积, 1) > 1").missing == ("有车",)
    assert explain("缺省(住房面积, 30) > 1").missing == ()


def test_除以零没有缺事实但无法判断():
    steps = explain("近12个月自付医疗费 / 家庭年收入 > 0.6", 家庭年收入=0)
    assert steps.verdict == "无法判断"
    assert steps.missing == ()
    assert "家庭年收入(0.00 元/年)(=未知)" in steps.text


def test_值的写法可以另给():
    steps = trace(parse("年龄 > 60", COUNTY), {"年龄": 61}, lambda value, unit: f"<{value}>")
    assert steps.summary == "年龄(<61.0>) > 60 → 成立"


@settings(max_examples=80, deadline=None)
@given(text=expressions("bool"), row=ROW)
def test_任何规则的解释与求值一致_未知时不多列事实(text, row):
    try:
        rule = parse(text, PLAIN)
    except RuleError:
        return
    steps = trace(rule, row)
    assert steps.value == evaluate(rule, row)
    assert set(steps.missing) <= {name for name in rule.names if row[name] is None}
    if steps.value is not None:
        assert steps.missing == ()
