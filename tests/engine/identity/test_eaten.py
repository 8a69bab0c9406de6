"""被表格软件吃掉尾数的号码:认得出,不凭它立人,凭姓名与前 14 位找回本人。"""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.engine.identity.small_county import CAST, YE, code, county, filler, linked, number

from jiuzhu.engine.identity.eaten import kept_digits, on_float_grid, rounded
from jiuzhu.engine.identity.numbers import is_valid

PEOPLE = [*CAST, *filler()]


def fifteen_figures(good: str) -> str:
    """存成数、只留 15 位有效数字、再按浮点数读出。"""
    return str(int(float(f"{int(good):.15g}")))


def as_float(good: str) -> str:
    return str(int(float(good)))


def one(expression, value):
    return pl.DataFrame({"v": [value]}, schema={"v": pl.String}).select(expression(pl.col("v"))).item()


@given(st.integers(110000_1900_0101_0000, 659999_2026_1231_9999))
def test_浮点数读出的都在格上(value):
    text = str(value)
    assert one(on_float_grid, as_float(text))
    assert one(rounded, fifteen_figures(text))
    kept = one(kept_digits, fifteen_figures(text))
    assert len(kept) == 18
    assert abs(int(kept[:14]) - value // 10_000) <= 1


@pytest.mark.parametrize("value", [None, "", "42099919611022241X", "420999196110222411", "420999"])
def test_平常号码不算(value):
    assert one(rounded, value) is False


def test_一行被吃掉尾数():
    eaten = fifteen_figures(YE["id_number"])
    assert eaten != YE["id_number"]
    result = linked(county(PEOPLE, dibao=[{"name": "叶珠雨", "id_number": eaten}]))
    assert result.links.filter(pl.col("source") == "dibao").select("person_id", "method").row(0) == (
        code(YE),
        "repaired",
    )


def test_整列存成浮点数():
    """全部认回本人或交人工,不凭碰巧合格的号码立人。"""
    listed = [person for person in PEOPLE if not person["id_number"].endswith("X")]
    rows = [{"name": person["name"], "id_number": as_float(person["id_number"])} for person in listed]
    result = linked(county(PEOPLE, vehicle=rows))
    assert result.people["registered"].all()
    found = result.links.filter(pl.col("source") == "vehicle").sort("row")["person_id"].to_list()
    right = [person == code(who) for person, who in zip(found, listed, strict=True) if person]
    assert all(right)
    assert len(right) > 0.95 * len(listed)


def test_碰巧合格也不立人():
    chance = next(n for order in range(1, 1000) if (n := number("19700101", order)).endswith("000"))
    assert one(is_valid, chance)
    result = linked(county(PEOPLE, vehicle=[{"name": "外乡人", "id_number": chance}]))
    assert result.links.filter(pl.col("source") == "vehicle")["method"].item() == "unlinked"
    assert result.people["registered"].all()
