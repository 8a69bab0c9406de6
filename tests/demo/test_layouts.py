"""版式:特殊行占号,数据行不多不少;写法能还原成原值。"""

import itertools
from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jiuzhu.demo.faults import Faults
from jiuzhu.demo.layouts import Layout, part_bounds, plan_file
from jiuzhu.demo.writing import DATE_FORMS, write_dates, write_money

layouts = st.builds(
    Layout,
    total=st.booleans(),
    footnote=st.booleans(),
    header_every=st.integers(0, 12),
    blank_every=st.integers(0, 12),
)


@settings(deadline=None)
@given(layouts, st.integers(0, 50), st.integers(0, 60))
def test_每个数据行恰有一个行号_特殊行也占号(layout: Layout, start: int, count: int) -> None:
    plan = plan_file(layout, start, start + count)
    rows = [
        (piece.start + offset, number + offset)
        for piece, number in zip(plan.pieces, plan.numbers, strict=True)
        if piece.kind == "rows"
        for offset in range(piece.stop - piece.start)
    ]
    assert [place for place, _ in rows] == list(range(start, start + count))
    special = [number for piece, number in zip(plan.pieces, plan.numbers, strict=True) if piece.kind != "rows"]
    taken = sorted([number for _, number in rows] + special)
    assert taken == list(range(1, len(taken) + 1))


@given(st.integers(0, 1000), st.integers(1, 9))
def test_切成几份不漏不重(rows: int, parts: int) -> None:
    bounds = part_bounds(rows, parts)
    assert bounds[0][0] == 0
    assert bounds[-1][1] == rows
    assert all(left[1] == right[0] for left, right in itertools.pairwise(bounds))


@pytest.mark.parametrize(
    ("rate", "value", "written"),
    [
        ("money_comma", 1234567.5, "1,234,567.50"),
        ("money_comma", 1005.0, "1,005.00"),
        ("money_comma", 12.3, "12.30"),
        ("money_unit", 1234.5, "1234.50元"),
        ("money_whole", 300.0, "300"),
        ("money_whole", 300.4, "300.40"),
        ("money_symbol", 45000.0, "¥45,000.00"),
        ("money_wan", 45000.0, "4.5万元"),
        ("money_wan", 45001.0, "45001.00"),
    ],
)
def test_金额的写法(rate: str, value: float, written: str) -> None:
    faults = Faults(**{**dict.fromkeys(Faults.__dataclass_fields__, 0.0), rate: 1.0})
    assert write_money(np.random.default_rng(0), pl.Series([value]), faults, plain=False).to_list() == [written]


@settings(deadline=None, max_examples=30)
@given(st.lists(st.integers(0, 10**11), min_size=1, max_size=20))
def test_金额写出再读回分毫不差(cents: list[int]) -> None:
    values = pl.Series(cents, dtype=pl.Int64) / 100
    faults = Faults(money_comma=0.4, money_unit=0.2, money_whole=0.2)
    written = write_money(np.random.default_rng(1), values, faults, plain=False)
    read = [round(float(text.replace(",", "").strip("元")) * 100) for text in written]
    assert read == cents


def test_空金额仍是空() -> None:
    values = pl.Series([None, 1.0], dtype=pl.Float64)
    faults = Faults(money_blank_word=1.0, money_comma=0.0, money_unit=0.0, money_whole=0.0)
    written = write_money(np.random.default_rng(0), values, faults, plain=False)
    assert written[0] is None
    assert written[1] is not None


@pytest.mark.parametrize(
    ("form", "written"),
    [
        ("iso", "2026-03-05"),
        ("compact", "20260305"),
        ("slash", "2026/3/5"),
        ("chinese", "2026年3月5日"),
        ("dotted", "2026.03.05"),
        ("timestamp", "2026-03-05 00:00:00"),
        ("serial", str((date(2026, 3, 5) - date(1899, 12, 30)).days)),
    ],
)
def test_日期的写法(form: str, written: str) -> None:
    assert form in DATE_FORMS
    days = pl.Series([date(2026, 3, 5), None, date(2026, 3, 5) + timedelta(days=400)])
    text = write_dates(np.random.default_rng(0), days, {form: 1.0}, 0.0)
    assert text[0] == written
    assert text[1] is None
