"""逐户求值:三值逻辑、容差、除零、函数。"""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from tests.engine.rules.vocabulary import PLAIN

from jiuzhu.engine.rules import evaluate, parse


def value(text: str, **row: object) -> object:
    return evaluate(parse(text, PLAIN), row)


@pytest.mark.parametrize(
    ("left", "right", "both", "either"),
    [
        (True, True, True, True),
        (True, False, False, True),
        (True, None, None, True),
        (False, False, False, False),
        (False, None, False, None),
        (None, None, None, None),
    ],
)
def test_且或非的真值表(left, right, both, either):
    for one, other in ((left, right), (right, left)):
        assert value("有车 and 在校", 有车=one, 在校=other) is both
        assert value("有车 or 在校", 有车=one, 在校=other) is either
    assert value("not 有车", 有车=left) is (None if left is None else not left)


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("收入 + 1 > 0", None),
        ("收入 > 0 and 假", False),
        ("收入 > 0 or 真", True),
        ("0 < 支出 < 收入", None),
        ("9 < 支出 < 收入", False),
        ("收入 in [1, 2]", None),
        ("收入 not in [1, 2]", None),
        ("等级 == “一级”", None),
        ("已知(收入)", False),
        ("已知(收入 + 支出)", False),
        ("已知(支出)", True),
        ("如果(有车, 1, 1)", None),
        ("如果(支出 > 0, 支出, 收入)", 5.0),
        ("如果(支出 > 0, 收入, 支出)", None),
        ("缺省(收入, 支出)", 5.0),
        ("缺省(支出, 收入)", 5.0),
        ("缺省(收入, 人数)", None),
        ("最大(支出, 收入)", None),
        ("最小(支出, 收入)", None),
    ],
)
def test_未知只在要紧处成为未知(text, answer):
    assert value(text, 收入=None, 支出=5, 有车=None) == answer


def test_没有给的事实就是未知():
    assert value("收入 > 0") is None


@pytest.mark.parametrize("divisor", [0, 0.0, -0.0, 1e-12])
def test_除以零是未知(divisor):
    assert value("收入 / 支出", 收入=1, 支出=divisor) is None
    assert value("收入 / 支出 > 1 or 真", 收入=1, 支出=divisor) is True


@pytest.mark.parametrize("bad", [float("nan"), float("inf"), -float("inf"), 2e15])
def test_不是有限的数是未知(bad):
    assert value("收入 > 0", 收入=bad) is None


@pytest.mark.parametrize(
    ("income", "below", "equal"),
    [(703.99, True, False), (704.0, False, True), (704.0000000000001, False, True), (704.01, False, False)],
)
def test_恰在线上不因二进制误差而误判(income, below, equal):
    """640 × 1.1 在二进制里是 704.0000000000001。"""
    assert value("收入 < 支出 * 1.1", 收入=income, 支出=640) is below
    assert value("收入 == 支出 * 1.1", 收入=income, 支出=640) is equal
    assert value("收入 >= 支出 * 1.1", 收入=income, 支出=640) is not below
    assert value("收入 != 支出 * 1.1", 收入=income, 支出=640) is not equal
    assert value("收入 in [704]", 收入=income) is equal


@pytest.mark.parametrize(
    ("number", "places", "answer"),
    [
        (2.5, 0, 3.0),
        (-2.5, 0, -3.0),
        (0.5, 0, 1.0),
        (1.005, 2, 1.01),
        (2.675, 2, 2.68),
        (-1.005, 2, -1.01),
        (1.004, 2, 1.0),
        (1234567.125, 2, 1234567.13),
        (12.3456789, 6, 12.345679),
        (1e15, 2, 1e15),
    ],
)
def test_四舍五入_一半时远离零(number, places, answer):
    assert value(f"四舍五入(收入, {places})", 收入=number) == pytest.approx(answer, abs=1e-12)


@pytest.mark.parametrize(("number", "whole"), [(2.9, 2), (-2.1, -3), (3, 3), (0.3 / 0.1, 3), (-0.5, -1), (1e15, 1e15)])
def test_取整取不大于它的整数(number, whole):
    assert value("取整(收入)", 收入=number) == whole


def test_最大最小绝对值():
    row = {"收入": -3, "支出": 2, "人数": 7}
    assert [value(text, **row) for text in ("最大(收入, 支出, 人数)", "最小(收入, 支出)", "绝对值(收入)")] == [7, -3, 3]


def test_各种输入的类型():
    assert value("收入 + 支出 + 人数", 收入=Decimal("1.50"), 支出=2, 人数=True) == 4.5
    assert value("生日 == “2010-01-01”", 生日=datetime(2010, 1, 1, 8, 30, tzinfo=UTC)) is True
    assert value("生日 > “2010-01-01”", 生日=date(2010, 1, 2)) is True


@pytest.mark.parametrize("row", [{"收入": "100"}, {"收入": date(2026, 1, 1)}, {"收入": [1]}])
def test_种类不对的值是程序错误而不是未知(row):
    with pytest.raises(TypeError):
        value("收入 > 1", **row)
