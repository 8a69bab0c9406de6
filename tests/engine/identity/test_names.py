"""姓名:归一与相近程度。"""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiuzhu.engine.identity.names import LOOKALIKES, clean_name, cleaned, fold, folded_from, name_level, name_levels


def level(a, b):
    frame = pl.DataFrame({"a": [a], "b": [b]}, schema={"a": pl.String, "b": pl.String})
    return frame.select(name_level(clean_name(pl.col("a")), clean_name(pl.col("b")))).item()


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        ("孙雅", "孙雅", 3),
        ("孙 雅", "孙雅", 3),
        ("孙雅(小名)", "孙雅", 3),
        ("孙雅(曾用名孙娅)", "孙雅", 3),
        ("买买提·艾力", "买买提艾力", 3),
        ("郑晨", "郑浩晨", 2),
        ("郑浩", "郑浩晨", 2),
        ("邓靖钰", "邓静玉", 2),
        ("丘春桂", "邱春桂", 2),
        ("李小明", "李明小", 2),
        ("买买提艾", "买买提艾力木", 2),
        ("王伟", "王海", 1),
        ("叶海生", "叶海林", 1),
        ("王伟", "李海", 0),
        ("浩晨", "郑浩晨", 0),
        ("郑", "郑浩", 0),
        (None, "郑浩", None),
        ("()", "郑浩", None),
    ],
)
def test_相近程度(a, b, expected):
    assert level(a, b) == expected


def test_形近字各组不相交():
    chars = [char for group in LOOKALIKES for char in group]
    assert len(chars) == len(set(chars))


@given(st.text("王李张伟芳静小明浩晨", min_size=1, max_size=4), st.text("王李张伟芳静小明浩晨", min_size=1, max_size=4))
def test_对称(a, b):
    assert level(a, b) == level(b, a)


NAMES = st.lists(st.none() | st.text("王芳方()【 ·,-", max_size=5), max_size=8)


@given(NAMES, NAMES)
def test_整列的与逐个的一样(ours, theirs):
    size = min(len(ours), len(theirs))
    frame = pl.DataFrame({"a": ours[:size], "b": theirs[:size]}, schema={"a": pl.String, "b": pl.String})
    a, b = cleaned(frame["a"]), cleaned(frame["b"])
    slow = frame.select(clean_name(pl.col("a", "b")))
    assert [a.to_list(), b.to_list()] == [slow["a"].to_list(), slow["b"].to_list()]
    assert name_levels(a, b).to_list() == slow.select(name_level(pl.col("a"), pl.col("b"))).to_series().to_list()


def test_折叠相同的字都列得出():
    chars = [char for group in LOOKALIKES for char in group] + ["王"]
    every = pl.DataFrame({"char": chars}).with_columns(folded=fold(pl.col("char")))
    expected = every.join(every.select("folded", origin="char"), on="folded").select("char", "origin").sort(pl.all())
    assert folded_from(pl.Series(chars)).sort(pl.all()).equals(expected)
