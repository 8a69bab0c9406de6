"""查找表与粗筛:查得到的必查到,没有的查不到;粗筛不漏。"""

import numpy as np
import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from jiuzhu.engine.identity.direct import Owners
from jiuzhu.engine.identity.lookup import Lookup, may_hold

KEYS = st.lists(st.integers(-(2**62), 2**62) | st.integers(-3, 3), max_size=60)


@given(KEYS, KEYS)
def test_finds_what_is_there(keys: list[int], others: list[int]) -> None:
    wanted = keys + others
    found = Lookup(np.array(keys, dtype=np.int64)).find(np.array(wanted, dtype=np.int64))
    for key, place in zip(wanted, found, strict=True):
        assert (keys[place] == key) if key in keys else place == -1


def test_many_keys_meet_in_one_slot() -> None:
    keys = np.arange(200_000, dtype=np.int64) * 2**40
    lookup = Lookup(keys)
    assert (lookup.find(keys) == np.arange(len(keys))).all()
    assert (lookup.find(keys + 1) == -1).all()


@given(st.lists(st.none() | st.text(max_size=4)), st.lists(st.text(max_size=4)))
def test_may_hold_misses_nothing(values: list[str | None], wanted: list[str]) -> None:
    kept = may_hold(pl.Series(values, dtype=pl.String), pl.Series(wanted, dtype=pl.String))
    assert all(keep for value, keep in zip(values, kept, strict=True) if value in wanted)


def test_owners_of_every_way_of_writing() -> None:
    ids = ["42099919700101555X", "420999197001015551", "420999700101555", "护照E1234", "420999197001015552"]
    people = pl.DataFrame({"id": ids}).with_row_index("person")
    asked = pl.Series([*ids, None, "420999197001015553", "42099919700101556X", "护照"])
    assert Owners(people).of(asked).to_list() == [0, 1, 2, 3, 4, None, None, None, None]
    assert Owners(people.clear()).of(asked).to_list() == [None] * 9
