"""候选与比较的快办法,与照意思直写的一样。"""

import polars as pl
from hypothesis import given
from hypothesis import strategies as st
from tests.engine.identity.small_county import number

from jiuzhu.engine.identity.candidates import _one_part_off
from jiuzhu.engine.identity.compare import _number_marks
from jiuzhu.engine.identity.numbers import UNKNOWN, known_digits, mismatches, number_pattern, one_more_or_less, swapped
from jiuzhu.engine.identity.output import duplicates

IDS = [number(f"19{year}0101", order) for year in (70, 71) for order in (111, 112, 211)] + ["420999700101111"]
WRITTEN = st.sampled_from(IDS) | st.text("0123456789X", min_size=15, max_size=19)


@st.composite
def written_numbers(draw):
    """在册的号码,改一位、对调、添一位、去一位,或打码。"""
    text = draw(st.sampled_from(IDS))
    place = draw(st.integers(0, len(text) - 2))
    turned = text[:place] + text[place + 1] + text[place] + text[place + 2 :]
    wrong, more = text[:place] + "7" + text[place + 1 :], text[:place] + "7" + text[place:]
    less, masked = text[:place] + text[place + 1 :], text[:place] + "*" + text[place + 1 :]
    return draw(st.sampled_from([text, wrong, turned, more, less, masked]))


@given(st.lists(st.tuples(st.none() | written_numbers() | WRITTEN, st.sampled_from(IDS)), min_size=1, max_size=10))
def test_号码的比较(pairs):
    wide = pl.DataFrame(pairs, schema={"number": pl.String, "p_id": pl.String}, orient="row")
    wide = wide.with_columns(pattern=number_pattern(pl.col("number")))
    wide = wide.with_columns(digits=known_digits(pl.col("pattern")))
    found = _number_marks(wide)
    pattern, theirs = pl.col("pattern"), pl.col("p_id")
    complete = pattern.str.count_matches(UNKNOWN, literal=True) <= 1
    off = mismatches(pattern, theirs)
    slip = (complete & (off == 1)).fill_null(False) | (complete & (off == 2) & swapped(pattern, theirs)).fill_null(
        False
    )
    slip |= one_more_or_less(pl.col("number"), theirs).fill_null(False)
    expected = wide.select(
        off=off.cast(pl.Int8), slip=slip, agrees=((off == 0) & (pl.col("digits") >= 7)).fill_null(False)
    )
    assert found.select("off", "slip", "agrees").equals(expected)


@given(st.lists(written_numbers(), min_size=1, max_size=10))
def test_一段里错的都成候选(numbers):
    claims = pl.DataFrame({"number": numbers}).with_row_index("claim")
    claims = claims.with_columns(pattern=number_pattern(pl.col("number")), folded=pl.lit("王方"))
    people = pl.DataFrame({"id": IDS, "name": ["王芳"] * len(IDS)}).with_row_index("person")
    found = set(_one_part_off(claims, people).iter_rows())
    cuts = ((0, 6), (6, 10), (10, 14), (14, 17))
    for claim, pattern in claims.select("claim", "pattern").drop_nulls().iter_rows():
        for person, text in enumerate(IDS[:-1]):
            same = sum(pattern[a:b] == text[a:b] for a, b in cuts)
            assert ((claim, person) in found) == (same >= 3)


@given(
    st.lists(st.tuples(st.sampled_from("甲乙"), st.sampled_from(IDS[:2]), st.sampled_from([1.0, None])), max_size=12)
)
def test_重复行(rows):
    table = pl.DataFrame(rows, schema={"file": pl.String, "id_number": pl.String, "money": pl.Float64}, orient="row")
    table = table.with_columns(row=pl.int_range(pl.len()))
    expected = table.drop("row").select(~pl.struct(pl.all()).is_first_distinct()).to_series()
    assert duplicates(table).to_list() == expected.to_list()
