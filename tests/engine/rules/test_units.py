"""单位的规矩。"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiuzhu.engine.rules.nodes import ANY_UNIT, MIXED_UNIT
from jiuzhu.engine.rules.units import advice, canonical, divide, multiply, unify

UNITS = ["", "元", "元/月", "元/年", "人", "户", "岁", "平方米", "月", "度/月", "度", "万元", ANY_UNIT, MIXED_UNIT]
ANY = st.sampled_from(UNITS)


@pytest.mark.parametrize(
    ("left", "right", "common"),
    [
        ("元", "元", "元"),
        ("元", ANY_UNIT, "元"),
        ("元", "元/年", "元"),
        ("元/月", "元", "元"),
        ("元/月", "元/年", None),
        ("元", "人", None),
        ("元", "万元", None),
        ("", "元", None),
        (MIXED_UNIT, MIXED_UNIT, MIXED_UNIT),
        (MIXED_UNIT, "元", None),
        (MIXED_UNIT, ANY_UNIT, MIXED_UNIT),
    ],
)
def test_能否比较(left, right, common):
    assert unify(left, right) == common


@pytest.mark.parametrize(
    ("left", "right", "product"),
    [
        ("元/月", "月", "元"),
        ("月", "元/月", "元"),
        ("元/月", "人", "元/月"),
        ("人", "元", "元"),
        ("", "元", "元"),
        ("元", "元", MIXED_UNIT),
        ("人", "户", MIXED_UNIT),
        ("平方米", "元", MIXED_UNIT),
    ],
)
def test_相乘(left, right, product):
    assert multiply(left, right) == product


@pytest.mark.parametrize(
    ("left", "right", "quotient"),
    [
        ("元", "元", ""),
        ("元", "元/年", ""),
        ("元/年", "元/月", None),
        ("元/年", "人", "元/年"),
        ("人", "人", ""),
        ("人", "户", ""),
        ("元", "平方米", MIXED_UNIT),
        ("元", "", "元"),
        ("", "元", MIXED_UNIT),
        (ANY_UNIT, "人", ""),
        (ANY_UNIT, "元", MIXED_UNIT),
        (ANY_UNIT, ANY_UNIT, ANY_UNIT),
    ],
)
def test_相除(left, right, quotient):
    assert divide(left, right) == quotient


def test_只有常数12换算期间():
    assert multiply("元/月", ANY_UNIT, twelve=True) == "元/年"
    assert divide("元/年", ANY_UNIT, twelve=True) == "元/月"
    assert multiply("元/月", ANY_UNIT) == "元/月"
    assert multiply("元", ANY_UNIT, twelve=True) == "元"


@given(ANY, ANY)
def test_能否比较与次序无关(left, right):
    assert unify(left, right) == unify(right, left)


@given(ANY, ANY)
def test_相乘与次序无关(left, right):
    assert multiply(left, right) == multiply(right, left)


@given(ANY, ANY)
def test_不能比较时总有建议(left, right):
    if unify(left, right) is None:
        assert advice(left, right)


def test_比例就是没有单位():
    assert canonical("比例") == canonical(" ") == ""
