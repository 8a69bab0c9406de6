"""值给人看的样子。"""

from datetime import date

import pytest

from jiuzhu.engine.rules.display import format_value, format_verdict


@pytest.mark.parametrize(
    ("value", "unit", "shown"),
    [
        (18230.0, "元", "18,230.00 元"),
        (640, "元/月", "640.00 元/月"),
        (-1234.5, "元/年", "-1,234.50 元/年"),
        (-0.001, "元", "0.00 元"),
        (3.0, "人", "3 人"),
        (82.5, "平方米", "82.5 平方米"),
        (52.46667, "度", "52.47 度"),
        (0.75963, "比例", "0.7596"),
        (1e6, "", "1,000,000"),
        (-0.0, "", "0"),
        (0.5513, "混合", "0.5513"),
        (26000.0, "*", "26,000"),
        (True, "", "是"),
        (False, "", "否"),
        (None, "元", "未知"),
        ("一级", "", "一级"),
        ("", "", "空白"),
        (date(2026, 10, 31), "", "2026年10月31日"),
    ],
)
def test_各种值(value, unit, shown):
    assert format_value(value, unit) == shown


def test_结论():
    assert [format_verdict(value) for value in (True, False, None)] == ["成立", "不成立", "无法判断"]
