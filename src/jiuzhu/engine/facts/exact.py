"""与次序无关的合计与平均。

小数逐个相加,次序不同,末位会不同;并行计算的次序每次不一样。这里先换成百万分之一为单位的整数再加:
同样的数据,今天算、明年重算,全部算、只补算变动的户,一分不差。
"""

from ibis import null
from ibis.expr import types as ir

PARTS = 1_000_000
LARGEST = 9e12  # 再大,换成百万分之一就超出六十四位整数


def total(column: ir.Value, where: ir.BooleanValue | None = None) -> ir.FloatingValue:
    """符合条件的合计;没有符合的为空。一个数超过九万亿的不计。"""
    return _whole(column).sum(where=where).cast("float64") / float(PARTS)


def average(column: ir.Value, where: ir.BooleanValue | None = None) -> ir.FloatingValue:
    """符合条件的平均;没有符合的为空。一个数超过九万亿的不计,也不占个数。"""
    return total(column, where) / _whole(column).count(where=where).cast("float64").nullif(0.0)


def _whole(column: ir.Value) -> ir.Value:
    """百万分之几,整数。"""
    number = column.cast("float64")
    return (number.abs() <= LARGEST).ifelse((number * PARTS).round(), null("int64"))
