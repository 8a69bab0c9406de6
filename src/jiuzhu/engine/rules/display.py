"""一个值给人看是什么样子:钱带千分位和“元”,是、否,未知。"""

from datetime import date

from jiuzhu.engine.rules.nodes import ANY_UNIT, MIXED_UNIT, Value

UNKNOWN = "未知"
VERDICTS = {True: "成立", False: "不成立", None: "无法判断"}


def format_value(value: Value, unit: str = "") -> str:
    """``unit`` 只对数有意义;``元`` 打头的单位按金额写到分。"""
    match value:
        case None:
            return UNKNOWN
        case bool():
            return "是" if value else "否"
        case int() | float():
            return format_number(float(value), unit)
        case date():
            return f"{value.year}年{value.month}月{value.day}日"
        case str():
            return value or "空白"


def format_number(number: float, unit: str = "") -> str:
    """金额两位小数;有单位的数最多两位,比例最多四位(免得差一点的看着相等),去掉末尾的零;都带千分位。"""
    number = number or 0.0
    if unit.partition("/")[0] == "元":
        return f"{_positive_zero(f'{number:,.2f}')} {unit}"
    bare = unit in {"", "比例", ANY_UNIT, MIXED_UNIT}
    text = _positive_zero(f"{number:,.{4 if bare else 2}f}".rstrip("0").rstrip("."))
    return text if bare else f"{text} {unit}"


def _positive_zero(text: str) -> str:
    return text.removeprefix("-") if not text.strip("-0.,") else text


def format_verdict(value: Value) -> str:
    """条件的结论:成立、不成立、无法判断。"""
    return VERDICTS[value] if value is None or isinstance(value, bool) else format_value(value)
