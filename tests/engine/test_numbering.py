"""运行内的序号:编号拆成整数来排,与按文字排一样。"""

import string

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from jiuzhu.engine.numbering import number

CODE = st.text(alphabet=string.ascii_uppercase + "234567", min_size=16, max_size=16)
NEARLY = st.text(alphabet="A2", min_size=2, max_size=2).map(lambda end: "A" * 7 + end + "Z" * 7)  # 前几个字都一样的
IDS = st.lists(st.tuples(NEARLY | CODE, CODE), max_size=20, unique_by=lambda pair: pair[1])


def _people(pairs: list[tuple[str, str]], size: int = 17) -> pl.DataFrame:
    rows = {"household_id": [f"H{a}"[:size] for a, _ in pairs], "person_id": [f"P{b}"[:size] for _, b in pairs]}
    return pl.DataFrame(rows, schema=dict.fromkeys(rows, pl.String))


def _agrees(people: pl.DataFrame) -> None:
    rows = pl.DataFrame({"person": pl.Series([*range(people.height), None], dtype=pl.Int32)})
    found = number(people, {"vehicle": rows})
    expected = people.sort("household_id", "person_id")
    assert found.people.select(people.columns).equals(expected)
    assert found.people["person"].to_list() == list(range(people.height))
    assert found.household_ids.to_list() == expected["household_id"].unique(maintain_order=True).to_list()
    moved = found.with_ids(found.tables["vehicle"])["person_id"].to_list()
    assert moved == [*people["person_id"].to_list(), None]


@given(IDS)
def test_same_order_as_text(pairs: list[tuple[str, str]]) -> None:
    _agrees(_people(pairs))


@given(st.lists(st.tuples(CODE, CODE), max_size=20, unique_by=lambda pair: pair[1][:8]))
def test_ids_of_other_lengths(pairs: list[tuple[str, str]]) -> None:
    _agrees(_people(pairs, size=9))
