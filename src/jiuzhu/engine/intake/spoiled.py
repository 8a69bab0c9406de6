"""清洗之前就坏了的值:解不开的字节、空字节、丢了末几位的号码、公式错误;以及合并的单元格。"""

import numpy as np
import polars as pl

from jiuzhu.engine.catalog import Field
from jiuzhu.engine.catalog.model import FieldType

from .clean import gone
from .encoding import REPLACEMENT
from .raw import Merge, RawTable
from .report import value_entries

NUL = "\0"
ERRORS = r"(?i)^[\s'\"]*(?:#(?:n/a|ref!|div/0!|value!|name\?|num!|null!|spill!|calc!|getting_data)|nan)[\s'\"]*$"
NUMERIC = frozenset({FieldType.MONEY, FieldType.NUMBER, FieldType.INTEGER, FieldType.YEAR})
# 自己会说明丢了末几位的类型(digits_lost)
CHECKED = frozenset({FieldType.ACCOUNT, FieldType.PHONE, FieldType.PLACE_CODE})

Entries = list[pl.DataFrame]


def spoiled(values: pl.Series, rows: pl.Series, header: str, item: Field, raw: RawTable) -> tuple[pl.Series, Entries]:
    """一列原值 → 能清洗的一列与值级隔离。

    解不开字节的值置空;空字节去掉;按数字存的证件号码留下可信的写法,别的文字置空。
    """
    entries: Entries = []
    if raw.damaged:
        values, entry = _blank(values, values.str.contains(REPLACEMENT, literal=True), rows, header, "broken_text")
        entries += entry
    if raw.nul:
        dirty = values.str.contains(NUL, literal=True).fill_null(False)
        if dirty.any():
            values = values.str.replace_all(NUL, "", literal=True)
            entries.append(value_entries(rows.filter(dirty), header, "nul_removed", None))
    if len(raw.lost) and item.type not in NUMERIC and item.type not in CHECKED:
        lost = values.is_in(raw.lost.implode())
        if item.type is not FieldType.ID_NUMBER:
            values, entry = _blank(values, lost, rows, header, "digits_lost")
            entries += entry
        elif lost.any():
            entries.append(value_entries(rows.filter(lost.fill_null(False)), header, "number_stored", None))
    return values, entries


def _blank(values: pl.Series, bad: pl.Series, rows: pl.Series, header: str, code: str) -> tuple[pl.Series, Entries]:
    bad = bad.fill_null(False)
    if not bad.any():
        return values, []
    return values.set(bad, None), [value_entries(rows.filter(bad), header, code, None)]


def cell_errors(raw: pl.Series, cleaned: pl.Series, rows: pl.Series, header: str) -> Entries:
    """清洗后读作空的值里,哪些其实是公式错误:与「没有」不是一回事。"""
    at = gone(cleaned, raw)
    if not len(at):
        return []
    values = raw.gather(at)
    wrong = values.str.contains(ERRORS)
    if not wrong.any():
        return []
    return [value_entries(rows.gather(at).filter(wrong), header, "cell_error", values.filter(wrong))]


def fill_merged(frame: pl.DataFrame, merges: list[Merge], start: int) -> pl.DataFrame:
    """表头以下上下合并的单元格,把首格的值填到每一行;本来全空的行不填。"""
    merges = [merge for merge in merges if merge.top >= start and merge.top < frame.height]
    if not merges:
        return frame
    blank = ~frame.select(pl.any_horizontal(pl.all().is_not_null())).to_series().to_numpy()
    changed = []
    for column in {merge.column for merge in merges}:
        source = np.arange(frame.height)
        for merge in merges:
            if merge.column == column:
                source[merge.top : merge.end + 1] = merge.top
        source[blank] = np.flatnonzero(blank)
        values = frame[f"c{column}"]
        changed.append(values.zip_with(values.is_not_null(), values.gather(source)))
    return frame.with_columns(changed)
