"""声明事实时反复用到的几句 Ibis。"""

from datetime import date

from ibis.expr import types as ir

from jiuzhu.engine.facts.dictionary import Context
from jiuzhu.engine.facts.exact import total


def age_on(birth: ir.DateValue, day: date) -> ir.FloatingValue:
    """``day`` 那天的周岁;无出生日期则未知。"""
    later = birth.month() * 100 + birth.day() > day.month * 100 + day.day
    return (day.year - birth.year() - later.cast("int32")).cast("float64")


def whole_years(birth: date, day: date) -> int:
    """同 ``age_on``,给一个人。"""
    return day.year - birth.year - ((birth.month, birth.day) > (day.month, day.day))


def months_before(day: date, earlier: ir.DateValue) -> ir.FloatingValue:
    """从 ``earlier`` 到 ``day`` 隔了几个自然月。"""
    return ((day.year - earlier.year()) * 12 + (day.month - earlier.month())).cast("float64")


def in_register(t: ir.Table, c: Context) -> ir.Value:
    """有行即在册。"""
    return t.count() > 0


def sum_where(column: ir.Value, where: ir.BooleanValue) -> ir.FloatingValue:
    """符合条件的合计;没有符合的为 0。"""
    return total(column, where).fill_null(0.0)


def count_where(t: ir.Table, where: ir.BooleanValue) -> ir.FloatingValue:
    """符合条件的行数。"""
    return t.count(where=where).cast("float64")
