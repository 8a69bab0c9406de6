"""号码:校验位、升位、残缺号码的样式。"""

from datetime import date

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.engine.identity.small_county import number

from jiuzhu.engine.identity.numbers import (
    clean_number,
    from_fifteen,
    is_valid,
    number_pattern,
    one_more_or_less,
    readings,
    swapped,
)

NUMBERS = st.builds(
    lambda born, order: number(born.strftime("%Y%m%d"), order),
    st.dates(min_value=date(1920, 1, 1), max_value=date(2026, 1, 1)),
    st.integers(1, 999),
)


def one(expression, value):
    return pl.DataFrame({"v": [value]}, schema={"v": pl.String}).select(expression(pl.col("v"))).item()


def test_国标示例号码合格():
    assert one(is_valid, "11010519491231002X")


@pytest.mark.parametrize(
    "bad",
    [
        None,
        "",
        "110105194912310021",
        "11010519490231002X",
        "01010519491231002X",
        "1101051949123100",
        "11010517491231002X",
    ],
)
def test_不合格(bad):
    assert one(is_valid, bad) is False


@given(good=NUMBERS, place=st.integers(0, 16), shift=st.integers(1, 9))
def test_任何一位写错都能查出(good, place, shift):
    digit = str((int(good[place]) + shift) % 10)
    assert not one(is_valid, good[:place] + digit + good[place + 1 :])


@given(good=NUMBERS, place=st.integers(0, 15))
def test_任何相邻对调都能查出(good, place):
    turned = good[:place] + good[place + 1] + good[place] + good[place + 2 :]
    assert turned == good or not one(is_valid, turned)


@given(good=NUMBERS)
def test_升位还原(good):
    short = pl.Series([good[:6] + good[8:17]])
    assert from_fifteen(short, good[6:8]).to_list() == [good]


def test_十五位不成日期的不升():
    assert from_fifteen(pl.Series(["420999611322241", "42099961", None])).to_list() == [None, None, None]


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (" 42099919611022241x ", "42099919611022241X"),
        ("'420999196110222410", "420999196110222410"),
        ("身份证420999196110222410(本人)", "420999196110222410"),
        ("4.20999E+17", "4.20999E+17"),
        ("  ", None),
    ],
)
def test_整理写法(raw, expected):
    assert one(clean_number, raw) == expected


@pytest.mark.parametrize(
    ("raw", "pattern"),
    [
        ("4.20999E+17", "420999????????????"),
        ("4.20999196110222E+17", "42099919611022????"),
        ("420999196110222000", "420999196110222???"),
        ("420999********2410", "420999????????2410"),
        ("420999611022241", "42099919611022241?"),
        ("420999", None),
        (None, None),
    ],
)
def test_残缺号码的样式(raw, pattern):
    assert one(number_pattern, raw) == pattern


@pytest.mark.parametrize("place", range(17))
def test_相邻对调认得出(place):
    good = "123456789012345678"
    turned = good[:place] + good[place + 1] + good[place] + good[place + 2 :]
    frame = pl.DataFrame({"a": [turned], "b": [good]})
    assert frame.select(swapped(pl.col("a"), pl.col("b"))).item()


@given(good=NUMBERS, place=st.integers(0, 17), extra=st.sampled_from("0123456789"))
def test_多一位少一位认得出(good, place, extra):
    frame = pl.DataFrame(
        {"a": [good[:place] + good[place + 1 :], good[:place] + extra + good[place:]], "b": [good] * 2}
    )
    assert frame.select(one_more_or_less(pl.col("a"), pl.col("b"))).to_series().to_list() == [True, True]


def test_十五位分不清世纪的不作数():
    found = readings(pl.Series(["420999081106599", "420999611022241"])).sort("raw")
    assert found["whole"].is_null().to_list() == [True, False]
    assert found["young"][0][6:10] == "2008"
