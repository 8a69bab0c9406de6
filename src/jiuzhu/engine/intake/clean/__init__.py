"""逐列清洗:先一次走完干净的值,剩下的再细看。"""

from collections.abc import Callable

import polars as pl

from jiuzhu.engine.catalog import Field, FieldType

from .base import Cleaned, gone
from .codes import clean_code, clean_yes_no
from .dates import clean_date, clean_month, clean_year
from .numbers import clean_integer, clean_money, clean_number
from .words import (
    clean_account,
    clean_id,
    clean_ids,
    clean_name,
    clean_phone,
    clean_place_code,
    clean_text,
    plain_ids,
    split_place,
    township_of,
)

__all__ = ["Cleaned", "clean", "gone", "plain_ids", "split_place", "township_of"]

Cleaner = Callable[[pl.Series, Field, float], Cleaned]

CLEANERS: dict[FieldType, Cleaner] = {
    FieldType.TEXT: clean_text,
    FieldType.ADDRESS: clean_text,
    FieldType.NAME: clean_name,
    FieldType.ID_NUMBER: clean_id,
    FieldType.DATE: clean_date,
    FieldType.MONTH: clean_month,
    FieldType.YEAR: clean_year,
    FieldType.MONEY: clean_money,
    FieldType.NUMBER: clean_number,
    FieldType.INTEGER: clean_integer,
    FieldType.YES_NO: clean_yes_no,
    FieldType.CODE: clean_code,
    FieldType.PHONE: clean_phone,
    FieldType.ACCOUNT: clean_account,
    FieldType.PLACE_CODE: clean_place_code,
}


def clean(values: pl.Series, field: Field, factor: float = 1.0, plain: pl.Series | None = None) -> Cleaned:
    """清洗一列文字。

    ``factor`` 是表头单位或口径到字段单位的倍数,只对金额与数值有用;``plain`` 是证件号码列里已知书写干净的行
    (:func:`plain_ids`)。结果与输入等长,列型为字段的列型。
    """
    if plain is not None and field.type is FieldType.ID_NUMBER:
        return clean_ids(values, plain)
    return CLEANERS[field.type](values, field, factor)
