"""工作日的算法：几条总是成立的规律，和几个查得到的日子。"""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiuzhu.web.process.definition import Limit
from jiuzhu.web.process.workdays import BEIJING, Calendar, CalendarError, due_at, fires_at, is_published

DAYS = st.dates(date(2024, 1, 1), date(2028, 12, 31))
COUNTS = st.integers(1, 60)
OWN = st.dictionaries(st.dates(date(2026, 1, 1), date(2027, 12, 31)), st.booleans(), max_size=20)


def wd(count: int) -> Limit:
    return Limit(count, "wd")


@given(DAYS, st.integers(0, 30), COUNTS, OWN)
def test_开始得晚_到期不会早(start: date, later: int, count: int, own: dict[date, bool]) -> None:
    calendar = Calendar(own)
    assert calendar.last_day(start, wd(count)) <= calendar.last_day(start + timedelta(later), wd(count))


@given(DAYS, COUNTS, COUNTS, OWN)
def test_期限可以分段相加(start: date, first: int, second: int, own: dict[date, bool]) -> None:
    calendar = Calendar(own)
    middle = calendar.last_day(start, wd(first))
    assert calendar.last_day(start, wd(first + second)) == calendar.last_day(middle, wd(second))


@given(DAYS, COUNTS, OWN)
def test_末日总是工作日_其间恰有那么多工作日(start: date, count: int, own: dict[date, bool]) -> None:
    calendar = Calendar(own)
    last = calendar.last_day(start, wd(count))
    assert calendar.is_working(last)
    assert calendar.between(start, last) == count
    assert calendar.between(last, start) == -count


@given(DAYS, COUNTS, st.integers(0, 20), st.integers(0, 20), OWN)
def test_停计几个工作日_就顺延几个(start: date, count: int, wait: int, stop: int, own: dict[date, bool]) -> None:
    """停计须在到期之前开始；停的这段里有几个工作日，到期就往后数几个。"""
    calendar = Calendar(own)
    plain = calendar.last_day(start, wd(count))
    first = min(start + timedelta(1 + wait), plain)
    until = first + timedelta(stop)
    stopped = sum(calendar.is_working(first + timedelta(number)) for number in range(stop))
    moved = calendar.last_day(start, wd(count), [(first, until)])
    assert moved == calendar.shift(plain, stopped)


@given(DAYS, COUNTS)
def test_同数的工作日不早于日历日(start: date, count: int) -> None:
    calendar = Calendar()
    assert calendar.last_day(start, wd(count)) >= calendar.last_day(start, Limit(count, "d"))


@given(DAYS, st.integers(-30, 30), OWN)
def test_往后数再往前数_回到原处(day: date, count: int, own: dict[date, bool]) -> None:
    calendar = Calendar(own)
    if calendar.is_working(day):
        assert calendar.shift(calendar.shift(day, count), -count) == day


@pytest.mark.parametrize(
    ("start", "limit", "last"),
    [
        ("2026-09-18", "1wd", "2026-09-20"),  # 星期五的次个工作日是调休上班的星期日
        ("2026-09-30", "1wd", "2026-10-08"),  # 跨国庆
        ("2026-09-30", "7d", "2026-10-07"),
        ("2026-02-13", "3wd", "2026-02-25"),  # 跨春节
        ("2027-02-05", "1wd", "2027-02-08"),  # 2027 年安排未公布，按周末计
    ],
)
def test_查得到的日子(start: str, limit: str, last: str) -> None:
    parsed = Limit.parse(limit)
    assert parsed is not None
    assert Calendar().last_day(date.fromisoformat(start), parsed) == date.fromisoformat(last)


def test_本地另定的日子盖过国家安排() -> None:
    own = {date(2026, 9, 8): False, date(2026, 9, 12): True}
    assert Calendar(own).last_day(date(2026, 9, 7), wd(1)) == date(2026, 9, 9)
    assert Calendar(own).last_day(date(2026, 9, 11), wd(1)) == date(2026, 9, 12)


def test_开始的当日不计入_末日二十四时届满() -> None:
    opened = datetime(2026, 9, 7, 23, 30, tzinfo=BEIJING)
    assert due_at(opened, wd(1), Calendar()) == datetime(2026, 9, 8, 23, 59, 59, tzinfo=BEIJING)
    assert fires_at(opened, Limit(7, "d"), Calendar()) == datetime(2026, 9, 15, tzinfo=BEIJING)


def test_按北京的日子算_不按世界时() -> None:
    opened = datetime.fromisoformat("2026-09-07T17:00:00+00:00")  # 北京已是八日凌晨
    assert due_at(opened, wd(1), Calendar()).date() == date(2026, 9, 9)


def test_哪些年份还不知道() -> None:
    assert is_published(2026)
    assert not is_published(2040)
    assert Calendar().unpublished(date(2039, 12, 1), date(2041, 1, 1)) == [2039, 2040, 2041]


def test_日历填错了说得出来() -> None:
    never = Calendar({date(2026, 1, 1) + timedelta(number): False for number in range(366 * 62)})
    with pytest.raises(CalendarError):
        never.last_day(date(2026, 1, 1), wd(1))


@pytest.mark.parametrize("text", ["10", "wd", "0wd", "-1d", "10 wd", "1.5d", "七天", "10WD"])
def test_写错的期限读不出(text: str) -> None:
    assert Limit.parse(text) is None


@pytest.mark.parametrize(
    ("limit", "other", "most", "least"),
    [("7d", "7d", True, True), ("7wd", "7d", False, True), ("7d", "7wd", True, False), ("6d", "7d", True, False)],
)
def test_期限比长短_说不准的不算(limit: str, other: str, *, most: bool, least: bool) -> None:
    first, second = Limit.parse(limit), Limit.parse(other)
    assert first is not None
    assert second is not None
    assert (first.at_most(second), first.at_least(second)) == (most, least)
