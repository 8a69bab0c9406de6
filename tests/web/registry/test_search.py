"""找人：各种写法都找得到；只找得到自己片区的；用裸 SQL 也越不过去。"""

from collections.abc import Callable

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from jiuzhu.web.access.models import User
from jiuzhu.web.access.scope import Scope
from jiuzhu.web.registry import selectors
from jiuzhu.web.registry.selectors.searching import eighteen
from jiuzhu.web.registry.tokens import PIECE, address_tokens, joined, name_tokens, piece_tokens

from .county import ACCOUNT, PHONE, ZHANG, County

COUNTY = Scope(role="county_officer", areas=("429998",))
TOWN = Scope(role="town_window", areas=("429998103",))


@pytest.mark.parametrize(
    ("text", "homes"),
    [
        ("张三丰", {"HZHANG22222222222"}),
        ("三丰", {"HZHANG22222222222"}),
        ("无忌", {"HZHANG22222222222"}),
        (" 张 三丰 ", {"HZHANG22222222222"}),
        ("麦岭镇上湾村 张", {"HZHANG22222222222"}),
        ("石桥镇 张", set()),
        (ZHANG, {"HZHANG22222222222"}),
        (ZHANG.lower().replace("x", "X"), {"HZHANG22222222222"}),
        (PHONE, {"HZHANG22222222222"}),
        ("139 7123 4567", {"HZHANG22222222222"}),
        (ACCOUNT, {"HZHANG22222222222"}),
        ("HZHANG22222222222", {"HZHANG22222222222"}),
        ("PLIMOCHOU22222222", {"HLI22222222222222"}),
        ("12号", {"HZHANG22222222222"}),
        ("上湾村3组12号", {"HZHANG22222222222"}),
        ("上湾村", {"HZHANG22222222222"}),
        ("石桥", {"HLI22222222222222"}),
        ("石桥镇 李莫愁", {"HLI22222222222222"}),
        ("麦岭镇 李莫愁", set()),
        ("青禾县石桥镇下湾村1组8号", {"HLI22222222222222"}),
        ("欧阳锋", set()),
        ("四千万", set()),
        ("", set()),
        ("%", set()),
        ("'; DROP TABLE registry_person; --", set()),
    ],
)
def test_怎么写都找得到(loaded: County, text: str, homes: set[str]) -> None:
    answer = selectors.search(COUNTY, text)
    assert {row.household.household_id for row in answer.rows} == homes


def test_找到的是哪个人(loaded: County) -> None:
    (row,) = selectors.search(COUNTY, "无忌").rows
    assert row.person is not None
    assert row.person.name == "张无忌"


@pytest.mark.parametrize("text", ["张三丰", ZHANG, PHONE, ACCOUNT, "HZHANG22222222222", "12号", "上湾村", "222222"])
def test_别的镇找不到(loaded: County, text: str) -> None:
    found = {row.household.household_id for row in selectors.search(TOWN, text).rows}
    assert "HZHANG22222222222" not in found


def test_没有范围_什么也找不到(loaded: County) -> None:
    assert selectors.search(Scope.nothing(), "张三丰").rows == []


@pytest.mark.parametrize(
    "table", ["household", "person", "membership", "classspan", "event", "economysnapshot", "searchtoken"]
)
def test_裸查询也只见本镇(loaded: County, table: str) -> None:
    """第二道墙：绕过查询接口，直接写 SQL。"""
    with connection.cursor() as cursor, TOWN.applied():
        cursor.execute("SET ROLE jiuzhu_web")
        try:
            cursor.execute(f"SELECT DISTINCT division_code FROM registry_{table}")
            codes = {row[0] for row in cursor.fetchall()}
        finally:
            cursor.execute("RESET ROLE")
    assert codes <= {"429998103200"}
    assert codes or table == "classspan"


def test_写入别处也不行(loaded: County, home: Callable[[str], object]) -> None:
    with connection.cursor() as cursor, TOWN.applied():
        cursor.execute("SET ROLE jiuzhu_web")
        try:
            cursor.execute("UPDATE registry_household SET score = 99")
            touched = cursor.rowcount
            cursor.execute("DELETE FROM registry_event WHERE division_code LIKE '429997%'")
            deleted = cursor.rowcount
        finally:
            cursor.execute("RESET ROLE")
    assert (touched, deleted) == (1, 0)


def test_未说明范围_报错(loaded: County, cast: dict[str, User]) -> None:
    from jiuzhu.web.access.scoping import ScopeMissing
    from jiuzhu.web.registry.models import Person

    with pytest.raises(ScopeMissing):
        list(Person.objects.all())


def test_十五位号码升位() -> None:
    assert eighteen("420107650312231") == "420107196503122313"[:17] + eighteen("420107650312231")[-1]
    assert len(eighteen("110105491231002")) == 18
    assert eighteen("110105491231002") == "11010519491231002X"


HAN = st.text(st.sampled_from("张三李四王五欧阳建国秀英小湾"), min_size=2, max_size=4)


@given(HAN, st.data())
def test_姓名的任何两字以上片段都在词里(name: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(name) - 2))
    end = data.draw(st.integers(start + 2, len(name)))
    assert name[start:end] in name_tokens(name)


@given(HAN, st.integers(1, 999))
def test_住址里的任何一段都查得到(road: str, number: int) -> None:
    stored = address_tokens(f"青禾县麦岭镇{road}路{number}号", ("青禾县", "麦岭镇"))
    assert piece_tokens(f"{road}路") <= stored
    assert piece_tokens(f"{number}号") <= stored
    assert not any("禾县" in word for word in stored)


@pytest.mark.parametrize("asked", ["3组12号", "12号2栋", "3组12号2栋", "12号"])
def test_连着的号码_怎么截都查得到(asked: str) -> None:
    stored = address_tokens("上湾村3组12号2栋", ("上湾村",))
    (piece,) = joined(PIECE.findall(asked))
    assert piece_tokens(piece) <= stored
