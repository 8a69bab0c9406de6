"""常见写法走的近路,与一律细看的结果相同。"""

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jiuzhu.engine.catalog import Field, FieldType
from jiuzhu.engine.intake.clean import Cleaned, base, clean, plain_ids, words

PIECES = ["0", "1", "2", "19", "2026", "12", "31", "429998199101019995", "345", "X", "x", ",", ".", "-", "+", "/", "年",
    "月", "日", "号", "元", "万", "万元", "E", "e5", "inf", "nan", "无", " ", "\u3000", "'", "”", "１", "：", ":", "(", ")"]  # fmt: skip
# 十八位、十二位上下的数字,偶尔带正负号、空白
NUMBERS = st.from_regex(r"[-+ ]?[0-9]{10,13}|[-+ ]?[0-9]{15,20}[xX ]?|[0-9]{3}", fullmatch=True)
WORDS = st.lists(st.lists(st.sampled_from(PIECES), max_size=7).map("".join), max_size=30)


@pytest.mark.parametrize("kind", [FieldType.ID_NUMBER, FieldType.DATE, FieldType.MONEY])
@given(texts=WORDS, factor=st.sampled_from([1.0, 10_000.0, 1 / 12]))
@settings(deadline=None)
def test_近路与细看相同(kind: FieldType, texts: list[str], factor: float) -> None:
    values, item = pl.Series(texts, dtype=pl.String), Field("x", "某列", kind, headers=())
    short = clean(values, item, factor)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(base, "_usual_first", lambda _usual, slow: slow)
        long = clean(values, item, factor)
    same(short, long)


@pytest.mark.parametrize("kind", [FieldType.DATE, FieldType.MONTH, FieldType.TEXT])
@given(
    texts=st.lists(
        st.none() | st.sampled_from(["2026-09-30", "2026/9/3", "2026-13-01", "无", " 是", "长期", "１２", ""])
    )
)
@settings(deadline=None)
def test_不同的值各看一次与逐行看相同(kind: FieldType, texts: list[str | None]) -> None:
    values, item = pl.Series(texts, dtype=pl.String), Field("x", "某列", kind, headers=())
    long = clean(values, item)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(base, "LARGE", 0)
        patch.setattr(words, "LARGE", 0)
        same(clean(values, item), long)


@pytest.mark.parametrize("kind", [FieldType.ID_NUMBER, FieldType.PLACE_CODE, FieldType.TEXT])
@given(texts=st.lists(NUMBERS, max_size=20) | WORDS)
@settings(deadline=None)
def test_按整数认与按写法认相同(kind: FieldType, texts: list[str]) -> None:
    values, item = pl.Series(texts, dtype=pl.String), Field("x", "某列", kind, headers=())
    short = clean(values, item)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(words, "digits", lambda column, *_: pl.repeat(False, len(column), eager=True))
        patch.setattr(words, "_digits_only", lambda _: False)
        same(short, clean(values, item))
    same(clean(values, item, plain=plain_ids(values)), short)


def same(one: Cleaned, other: Cleaned) -> None:
    assert one.values.equals(other.values, null_equal=True)
    assert [(bad.code, bad.at.to_list()) for bad in one.bad] == [(bad.code, bad.at.to_list()) for bad in other.bad]
