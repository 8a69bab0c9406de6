"""日期、年月、年度的写法。"""

from datetime import date, timedelta

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiuzhu.engine.catalog import Field, FieldType
from jiuzhu.engine.intake.clean import clean

from .conftest import wide


def field(kind: FieldType) -> Field:
    return Field("x", "某列", kind, ("某列",))


def one(kind: FieldType, text: str | None) -> tuple[object, str | None]:
    done = clean(pl.Series([text], dtype=pl.String), field(kind))
    return done.values[0], done.bad[0].code if done.bad else None


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-09-30", date(2026, 9, 30)),
        ("2026/9/3", date(2026, 9, 3)),
        ("20260903", date(2026, 9, 3)),
        ("2026年9月3日", date(2026, 9, 3)),
        ("2026.9.3", date(2026, 9, 3)),
        ("2026.09", date(2026, 9, 1)),
        ("202609", date(2026, 9, 1)),
        ("2026年9月", date(2026, 9, 1)),
        ("45930", date(2025, 9, 30)),
        ("45930.0", date(2025, 9, 30)),
        ("45930.5", date(2025, 9, 30)),
        ("2026-09-30 00:00:00", date(2026, 9, 30)),
        ("2026/9/3 10:20", date(2026, 9, 3)),
        ("2026-09-30T08:00:00.000", date(2026, 9, 30)),
        ("20260903102030", date(2026, 9, 3)),
        (" 2026-9-3 ", date(2026, 9, 3)),
        (wide("2026-09-30"), date(2026, 9, 30)),
        (wide("2026/9/3"), date(2026, 9, 3)),
        ("'2026-09-30", date(2026, 9, 30)),
        ("2026—09—30", date(2026, 9, 30)),
        ("2026 年 9 月 3 日", date(2026, 9, 3)),
        ("20260903.0", date(2026, 9, 3)),
        ("2024-02-29", date(2024, 2, 29)),
    ],
)
def test_认得的日期(text: str, day: date) -> None:
    assert one(FieldType.DATE, text) == (day, None)


@pytest.mark.parametrize(
    "text", ["2026-02-30", "2025-02-29", "20261301", "2026年13月", "0026-09-30", "2026-00-10", "2999-01-01"]
)
def test_日历上没有的日期(text: str) -> None:
    assert one(FieldType.DATE, text) == (None, "impossible_date")


@pytest.mark.parametrize("text", ["去年底", "2026", "9月3日", "30/09/2026", "abc", "610222", "12"])
def test_不认得的日期(text: str) -> None:
    value, code = one(FieldType.DATE, text)
    assert value is None
    assert code in {"bad_date", "impossible_date"}


@pytest.mark.parametrize("text", [None, "", "  ", "-", "—", "/", "无", "空", "NULL", "#N/A", "未知"])
@pytest.mark.parametrize("kind", [FieldType.DATE, FieldType.MONTH, FieldType.YEAR])
def test_没有值不是错误(kind: FieldType, text: str | None) -> None:
    assert one(kind, text) == (None, None)


@pytest.mark.parametrize(
    "text",
    [
        "2026-09",
        "2020.08",
        "202609",
        "2026年9月",
        "2026/9",
        "2026-09-15",
        "2026年09月份",
        "20260930",
        "2026-9",
        "46280",
    ],
)
def test_年月记当月一日(text: str) -> None:
    value, code = one(FieldType.MONTH, text)
    assert code is None
    assert value == (date(2020, 8, 1) if text == "2020.08" else date(2026, 9, 1))


def test_不认得的年月() -> None:
    assert one(FieldType.MONTH, "九月") == (None, "bad_month")
    assert one(FieldType.MONTH, "2026-13") == (None, "impossible_date")


@pytest.mark.parametrize(
    "text", ["2025", "2025年", "2025年度", "2025.0", "2025-01-01", "202512", wide("2025"), " 2025 "]
)
def test_年度(text: str) -> None:
    assert one(FieldType.YEAR, text) == (2025, None)


def test_不认得的年度() -> None:
    assert one(FieldType.YEAR, "上年") == (None, "bad_year")
    assert one(FieldType.YEAR, "25")[0] is None


FORMS = [
    lambda day: day.isoformat(),
    lambda day: f"{day.year}/{day.month}/{day.day}",
    lambda day: f"{day:%Y%m%d}",
    lambda day: f"{day.year}年{day.month}月{day.day}日",
    lambda day: f"{day.year}.{day.month}.{day.day}",
    lambda day: f"{day} 00:00:00",
    lambda day: str((day - date(1899, 12, 30)).days),
]


@given(
    st.lists(st.tuples(st.dates(date(1930, 1, 1), date(2099, 12, 31)), st.sampled_from(FORMS)), min_size=1, max_size=60)
)
def test_任何一天的任何写法都还原(rows) -> None:
    done = clean(pl.Series([form(day) for day, form in rows]), field(FieldType.DATE))
    assert done.values.to_list() == [day for day, _ in rows]
    assert not done.bad


@given(st.lists(st.text(max_size=12), max_size=40))
def test_任何文字都不出错且坏值都有说明(texts: list[str]) -> None:
    series = pl.Series(texts, dtype=pl.String)
    for kind in FieldType:
        done = clean(series, field(kind))
        assert len(done.values) == len(series)
        assert done.values.dtype == kind.dtype
        for bad in done.bad:
            assert done.values.gather(bad.at).null_count() == len(bad.at)
            assert series.gather(bad.at).null_count() == 0


def test_值多时先取不同值的路与逐个一致() -> None:
    days = [date(2026, 1, 1) + timedelta(days=index % 300) for index in range(12_000)]
    texts = [FORMS[index % len(FORMS)](day) for index, day in enumerate(days)]
    texts[777] = "坏"
    done = clean(pl.Series(texts), field(FieldType.DATE))
    expected: list[date | None] = list(days)
    expected[777] = None
    assert done.values.to_list() == expected
    assert [bad.at.to_list() for bad in done.bad] == [[777]]


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("二〇二六年九月五日", date(2026, 9, 5)),
        ("二零二六年十月三十一日", date(2026, 10, 31)),
        ("二○一九年十二月二十日", date(2019, 12, 20)),
        ("一九八五年十一月十日", date(1985, 11, 10)),
        ("二〇二六年二月", date(2026, 2, 1)),
        ("2026年九月五日", date(2026, 9, 5)),
    ],
)
def test_汉字写的日期(text: str, day: date) -> None:
    assert one(FieldType.DATE, text) == (day, None)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("二〇二六年二月三十日", "impossible_date"),
        ("26.9.5", "bad_date"),
        ("Sep-26", "bad_date"),
        ("十几号", "bad_date"),
    ],
)
def test_读不准的日期不猜(text: str, code: str) -> None:
    assert one(FieldType.DATE, text) == (None, code)
