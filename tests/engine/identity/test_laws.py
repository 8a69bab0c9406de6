"""定律:行序、文件序无关;重做结果相同;含糊时从不在两人中选一个。"""

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.engine.identity.small_county import CAST, NORTH, code, county, filler, linked, number, resident

from jiuzhu.engine.identity import Linkage

PEOPLE = [*CAST, *filler(200)]


@st.composite
def spoiled(draw):
    """把某居民的一行弄坏:号码错一位、对调、缺、截,姓名漏字。"""
    person = draw(st.sampled_from(PEOPLE))
    good, name = person["id_number"], person["name"]
    place = draw(st.integers(0, 16))
    digit = str((int(good[place]) + draw(st.integers(1, 9))) % 10)
    written = draw(
        st.sampled_from(
            [
                good,
                good[:place] + digit + good[place + 1 :],
                good[:place] + good[place + 1] + good[place] + good[place + 2 :],
                good[:place] + good[place + 1 :],
                good[:15] + "000",
                good[:6] + good[8:17],
                None,
                "4.20999E+17",
            ]
        )
    )
    village = draw(st.sampled_from([person["village_code"], None]))
    return {"name": draw(st.sampled_from([name, name[0] + name[-1]])), "id_number": written, "village_code": village}


def by_row(result: Linkage) -> dict[tuple[str, int], tuple[str | None, str]]:
    rows = result.links.filter(pl.col("source").is_in(["tekun", "dibao"]))
    return {
        (source, row): (person, method)
        for source, row, person, method in rows.select("source", "row", "person_id", "method").rows()
    }


@settings(max_examples=15, deadline=None)
@given(
    tekun=st.lists(spoiled(), min_size=1, max_size=8),
    dibao=st.lists(spoiled(), min_size=1, max_size=8),
    seed=st.integers(0, 9),
)
def test_行序与文件序无关(tekun, dibao, seed):
    tables = county(PEOPLE, tekun=tekun, dibao=dibao)
    once = by_row(linked(tables))
    shuffled = {source: tables[source].sample(fraction=1, shuffle=True, seed=seed) for source in reversed(list(tables))}
    assert by_row(linked(shuffled)) == once


@settings(max_examples=10, deadline=None)
@given(rows=st.lists(spoiled(), min_size=1, max_size=8))
def test_重做结果相同且不动输入(rows):
    tables = county(PEOPLE, tekun=rows)
    before = {source: table.clone() for source, table in tables.items()}
    first, second = linked(tables), linked(tables)
    assert first.links.equals(second.links)
    assert first.doubtful.equals(second.doubtful)
    assert all(tables[source].equals(before[source]) for source in tables)


@settings(max_examples=15, deadline=None)
@given(row=spoiled())
def test_认定的必是本人(row):
    """弄坏一行后,要么认回本人(号码或姓名、村居对得上的人),要么不认。"""
    tables = county(PEOPLE, tekun=[row])
    person = by_row(linked(tables))["tekun", 1][0]
    if person is not None:
        owners = {code(p) for p in PEOPLE if p["name"][0] == row["name"][0]}
        assert person in owners


@settings(max_examples=20, deadline=None)
@given(order=st.integers(100, 990), place=st.integers(14, 16), shift=st.integers(1, 9), near=st.booleans())
def test_两个同名者都差一处时从不选择(order, place, shift, near):
    """同名两人,来件号码与两人都只差一位:不认定任何一人。"""
    one = resident("王守田", "19500505", order, home="300003")
    other = one["id_number"][:place] + str((int(one["id_number"][place]) + shift) % 10)
    twin_order = int((other + one["id_number"][place + 1 :])[14:17])
    two = dict(one, id_number=number("19500505", twin_order), household_number="300004")
    differ = [k for k in range(18) if one["id_number"][k] != two["id_number"][k]]
    middle = one["id_number"][:place] + two["id_number"][place] + one["id_number"][place + 1 :]
    if len(differ) != 2 or middle in (one["id_number"], two["id_number"]):
        return
    row = {"name": "王守田", "id_number": middle, "village_code": NORTH if near else None}
    person, method = by_row(linked(county([*PEOPLE, one, two], tekun=[row])))["tekun", 1]
    assert (person, method) == (None, "doubtful")
