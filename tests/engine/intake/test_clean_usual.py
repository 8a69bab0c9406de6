"""常见写法走的近路,与一律细看的结果相同。"""

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jiuzhu.engine.catalog import Field, FieldType
from jiuzhu.engine.intake.clean import base, clean

PIECES = ["0", "1", "2", "19", "2026", "12", "31", "429998199101019995", "345", "X", "x", ",", ".", "-", "+", "/", "年",
    "月", "日", "号", "元", "万", "万元", "E", "e5", "inf", "nan", "无", " ", "\u3000", "'", "”", "１", "：", ":", "(", ")"]  # fmt: skip
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
    assert short.values.equals(long.values, null_equal=True)
    assert [(bad.code, bad.at.to_list()) for bad in short.bad] == [(bad.code, bad.at.to_list()) for bad in long.bad]
