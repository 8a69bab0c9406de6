"""差错:每一种都按说好的样子坏,书写类差错可以无损还原,该有的都有。"""

import unicodedata
from datetime import date

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jiuzhu.demo import DIALECTS
from jiuzhu.demo import faults as bad
from jiuzhu.demo.dialects import source_words
from jiuzhu.demo.faults import Faults, spoil_ids, spoil_names
from jiuzhu.demo.numbers import to_text, with_check


@st.composite
def id_numbers(draw: st.DrawFn) -> pl.Series:
    days = st.dates(date(1930, 1, 1), date(2025, 12, 31))
    bodies = draw(st.lists(st.tuples(days, st.integers(1, 999)), min_size=1, max_size=8))
    numbers = [int(f"429998{day:%Y%m%d}{order:03d}") for day, order in bodies]
    return to_text(with_check(np.array(numbers)))


def restore(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split()).strip("'").upper()


@pytest.mark.parametrize("kind", ["id_edge_blank", "id_inner_blank", "id_full_width", "id_lower_x", "id_apostrophe"])
@settings(deadline=None, max_examples=25)
@given(ids=id_numbers(), seed=st.integers(0, 99))
def test_书写差错可以还原(kind: str, ids: pl.Series, seed: int) -> None:
    spoiled = bad.ID_FAULTS[kind](np.random.default_rng(seed), ids)
    assert [restore(text) for text in spoiled] == ids.to_list()


@settings(deadline=None, max_examples=25)
@given(ids=id_numbers(), seed=st.integers(0, 99))
def test_错一位恰好差一位(ids: pl.Series, seed: int) -> None:
    spoiled = bad.one_digit(np.random.default_rng(seed), ids)
    for right, wrong in zip(ids, spoiled, strict=True):
        assert sum(a != b for a, b in zip(right, wrong, strict=True)) == 1


@settings(deadline=None, max_examples=25)
@given(ids=id_numbers(), seed=st.integers(0, 99))
def test_颠倒恰是相邻两位对调(ids: pl.Series, seed: int) -> None:
    spoiled = bad.swapped(np.random.default_rng(seed), ids)
    for right, wrong in zip(ids, spoiled, strict=True):
        places = [place for place in range(18) if right[place] != wrong[place]]
        assert len(places) == 2
        assert places[1] == places[0] + 1
        assert sorted(right) == sorted(wrong)


@settings(deadline=None, max_examples=25)
@given(ids=id_numbers())
def test_十五位只落在上世纪出生者(ids: pl.Series) -> None:
    spoiled = bad.fifteen(np.random.default_rng(0), ids)
    for right, wrong in zip(ids, spoiled, strict=True):
        assert wrong == (right[:6] + right[8:17] if right[6:8] == "19" else right)


def test_差错比例为零时一字不改() -> None:
    ids = to_text(with_check(np.arange(42999819500101000, 42999819500101900)))
    none = Faults(*[0.0] * len(Faults.__dataclass_fields__))
    rng = np.random.default_rng(0)
    assert spoil_ids(rng, ids, none, None).equals(ids)
    assert spoil_names(rng, pl.Series(["王建国"] * 50), none).to_list() == ["王建国"] * 50


def test_差错的总比例与设定相符() -> None:
    ids = pl.Series(["429998195001010017"] * 100_000)
    spoiled = spoil_ids(np.random.default_rng(1), ids, Faults(), pl.Series([None] * 100_000, dtype=pl.String))
    changed = (spoiled != ids).fill_null(True).mean()
    rates = Faults()
    expected = sum(getattr(rates, name) for name in bad.ID_FAULTS if name != "id_lower_x")
    assert abs(changed - expected) < 0.004


PATTERNS = {
    "首尾空白": r"^[ \u3000]*\d{17}[\dX] $",
    "中间空格": r"^\d{6} \d{8} [\dX]{4}$",
    "全角": r"^[0-9]{17}[0-9X]$",
    "小写": r"^\d{17}x$",
    "撇号": r"^'\d{17}[\dX]$",
    "十五位": r"^\d{15}$",
    "科学计数": r"^4\.\d{5}E\+17$",
    "空": r"^$",
}


@pytest.fixture(scope="module")
def cells(counties, read_table, source_of) -> dict[str, pl.Series]:
    """standard 各类字段写出的全部文字:字段类型 → 文字列(户籍除外)。"""
    county, seen = counties["standard"], {}
    for file in county.tables:
        source = source_of(file, "standard")
        if source == "hukou":
            continue
        words = source_words(source, DIALECTS["standard"])
        names, rows = read_table(county.files / file, source, "standard")
        for key, kind in words.types.items():
            place = names.index(words.headers[key])
            seen.setdefault(kind, []).extend(row[place] for row in rows if len(row) > place)
    return {kind: pl.Series(values) for kind, values in seen.items()}


@pytest.mark.parametrize("kind", list(PATTERNS))
def test_standard_身份证号的各种差错都有(cells, kind: str) -> None:
    assert cells["id_number"].str.contains(PATTERNS[kind]).sum() > 0


@pytest.mark.parametrize("pattern", [r"^\d{4}-\d\d-\d\d$", r"^\d{8}$", r"^\d{4}/\d+/\d+$", r"^\d{4}年\d+月\d+日$"])
def test_standard_四种日期都有(cells, pattern: str) -> None:
    assert cells["date"].str.contains(pattern).mean() > 0.03


@pytest.mark.parametrize("pattern", [r"^\d+\.\d\d$", r"^\d{1,3},\d{3}\.\d\d$", r"^\d+\.\d\d元$", r"^\d+$"])
def test_standard_各种金额都有(cells, pattern: str) -> None:
    assert cells["money"].str.contains(pattern).sum() > 10


@pytest.mark.parametrize("pattern", [r" ", r"\u3000", r"\(小名\)$"])
def test_standard_姓名的差错都有(cells, pattern: str) -> None:
    assert cells["name"].str.contains(pattern).sum() > 3


def test_harsh_的差错多于_standard(counties, read_table) -> None:
    shares = {}
    for dialect in ("standard", "harsh"):
        words = source_words("living_expense", DIALECTS[dialect])
        county = counties[dialect]
        file = next(name for name in county.tables if name.startswith(words.stem))
        names, rows = read_table(county.files / file, "living_expense", dialect)
        place = names.index(words.headers["id_number"])
        shares[dialect] = sum(not (len(row[place]) == 18 and row[place].isascii()) for row in rows) / len(rows)
    assert shares["harsh"] > 1.8 * shares["standard"]


def test_户籍号码姓名与真相一字不差(county, read_table, source_of) -> None:
    dialect = county.files.parent.name
    words = source_words("hukou", DIALECTS[dialect])
    found = set()
    for file in county.tables:
        if source_of(file, dialect) == "hukou":
            names, rows = read_table(county.files / file, "hukou", dialect)
            places = [names.index(words.headers[key]) for key in ("id_number", "name")]
            found |= {tuple(row[place] for place in places) for row in rows if len(row) > max(places)}
    truth = set(pl.read_parquet(county.truth / "persons.parquet")["id", "name"].rows())
    assert truth <= found
    assert all(not number or not number[0].isdigit() for number, _ in found - truth)
