"""成立的规则写成平常的话。"""

import pytest
from tests.engine.rules.test_trace import COUNTY, HOME

from jiuzhu.engine.rules import brief, parse, plain


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("家庭年收入 / 12 < 低保标准 * 50", "家庭年收入 ÷ 12（2,000.00 元/月），低于低保标准 × 50（32,000.00 元/月）"),
        ("not 在校 and 年龄 <= 16", "并非在校；年龄 15 岁，不超过 16 岁"),
        ("车辆估值合计 > 0 and 家庭人口 == 3", "车辆估值合计 70,000.00 元；家庭人口 3 人"),
        ("有车 or 在校", "在校"),
        ("残疾等级 in [“一级”, “二级”]", "残疾等级 一级"),
    ],
)
def test_写成平常的话(text, words):
    assert plain(parse(text, COUNTY), HOME) == words


def test_只留最说明问题的():
    rule = parse("not 有车 and 家庭人口 == 3 and 车辆估值合计 <= 80000 and 年龄 > 1 and 刚性支出占比 > 0.1", COUNTY)
    assert brief(rule, HOME) == "车辆估值合计 70,000.00 元，不超过 80,000.00 元"
    assert brief(parse("在校 and 家庭人口 == 3", COUNTY), HOME) == "在校"


def test_说过的数不再说():
    rule = parse("家庭年收入 / 12 < 低保标准 * 50 and 家庭人口 >= 2 and 家庭人口 > 0", COUNTY)
    assert plain(rule, HOME).count("家庭人口") == 1
