"""按位置取文字:与 polars 自己取的一样。"""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiuzhu.engine import gather as module
from jiuzhu.engine.gather import gather, letters

TEXTS = st.lists(st.none() | st.text(max_size=20), min_size=1, max_size=30)


@pytest.fixture(autouse=True)
def always_fast(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "FEW", 0)


@given(TEXTS, st.data())
def test_same_as_polars(texts: list[str | None], data: st.DataObject) -> None:
    values = pl.Series("n", texts, dtype=pl.String)
    start = data.draw(st.integers(0, len(texts) - 1))
    values = values.slice(start)
    at = data.draw(st.lists(st.none() | st.integers(0, len(values) - 1), max_size=40))
    places = pl.Series("at", at, dtype=pl.UInt32)
    found = gather(values, places)
    assert found.to_list() == values.gather(places).to_list()
    assert (found.name, found.dtype) == ("n", pl.String)


def test_several_chunks_and_long_texts() -> None:
    values = pl.concat([pl.Series("n", [f"{k}号居民的住址很长很长"]) for k in range(9)], rechunk=False)
    places = pl.Series([8, 0, None, 3], dtype=pl.UInt32)
    assert gather(values, places).to_list() == values.gather(places).to_list()


def test_numbers_are_left_to_polars() -> None:
    assert gather(pl.Series([1, 2]), pl.Series([1, 1])).to_list() == [2, 2]


@given(st.lists(st.text(alphabet="0123456789X", min_size=4, max_size=4), max_size=20), st.integers(0, 3))
def test_letters(texts: list[str], skip: int) -> None:
    values = pl.Series("n", texts, dtype=pl.String).slice(skip)
    assert [bytes(row).decode() for row in letters(values, 4)] == texts[skip:]
