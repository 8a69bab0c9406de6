"""代码与是否:不同的值不多,先取不同值,逐个对照,再贴回去。"""

import re
import unicodedata
from collections.abc import Callable

import polars as pl

from jiuzhu.engine.catalog import Field
from jiuzhu.engine.catalog.headers import normalise_word

from .base import EMPTY, Bad, Cleaned

YES = ("是", "y", "yes", "true", "t", "1", "√", "✓", "✔", "☑", "有", "对", "已", "真", "on")
NO = ("否", "n", "no", "false", "f", "0", "×", "✕", "✗", "✘", "x", "无", "没有", "不是", "非", "未", "错", "假", "off")
EMPTY_WORD = re.compile(EMPTY)
WHOLE = re.compile(r"^([0-9]+)\.0+$")
SPACES = re.compile(r"[\s\u200b-\u200f\u2060\ufeff]+")


def clean_code(values: pl.Series, field: Field, factor: float = 1.0) -> Cleaned:
    """代码表中的写法换成规范写法;表外的值原样留下,字段为 closed 时不可用。"""
    codes = field.codes or {}

    def canonical(text: str) -> str | None:
        known = codes.get(normalise_word(text))
        return known if known is not None or field.closed else text

    return _mapped(values, canonical, "unknown_code", pl.String())


def clean_yes_no(values: pl.Series, field: Field, factor: float = 1.0) -> Cleaned:
    """是、否;字段的代码表可补充写法(如「已消除」)。"""
    words = {**dict.fromkeys(YES, True), **dict.fromkeys(NO, False)}
    words |= {word: canonical == "是" for word, canonical in (field.codes or {}).items()}
    return _mapped(
        values, lambda text: words.get(text.lower(), words.get(normalise_word(text))), "bad_yes_no", pl.Boolean()
    )


def _mapped[T](values: pl.Series, look: Callable[[str], T | None], code: str, dtype: pl.DataType) -> Cleaned:
    distinct = values.unique().drop_nulls().to_list()
    table: dict[str, T | None] = {}
    bad: list[str] = []
    for raw in distinct:
        text = WHOLE.sub(r"\1", SPACES.sub("", unicodedata.normalize("NFKC", raw)).strip("'\"`"))
        found = look(text) if text else None
        if found is not None and not (isinstance(found, str) and EMPTY_WORD.match(found)):
            table[raw] = found
            continue
        table[raw] = None
        if not EMPTY_WORD.match(text):
            bad.append(raw)
    if dtype == pl.String() and all(raw == found for raw, found in table.items()):
        return Cleaned(values)
    out = _replaced(values, table, dtype)
    return Cleaned(out, [Bad(values.is_in(bad).arg_true(), code)] if bad else [])


def _replaced[T](values: pl.Series, table: dict[str, T | None], dtype: pl.DataType) -> pl.Series:
    if not table:
        return pl.Series(values.name, [None] * len(values), dtype=dtype)
    return values.replace_strict(
        pl.Series(list(table), dtype=pl.String),
        pl.Series(list(table.values()), dtype=dtype),
        default=None,
        return_dtype=dtype,
    )
