"""单位的规矩:什么能比较、能加减,乘除后是什么单位。够用为止,写在 ``docs/rules.md`` 里。

- 常数(``*``)与任何单位搭配;``比例`` 就是没有单位。
- 只有 元/月 与 元/年 这样分母不同的才算冲突;元 与 元/月、元/年 可以直接比较(几个月合计的钱)。
- 人、户、辆这类计数单位乘除别的单位时不改变它:元/年 ÷ 人 仍是 元/年。
- 元/月 × 12 是 元/年,元/年 ÷ 12 是 元/月;元/月 × 月 是 元。
- 其余相乘相除得“混合”单位,只与混合单位、常数比较。
"""

from jiuzhu.engine.rules.nodes import ANY_UNIT, MIXED_UNIT

RATIO_UNITS = frozenset({"", "比例", "倍", "%"})
COUNT_UNITS = frozenset("人户个套辆次项类台只份处家名笔张件头")
_PER_YEAR = {"年": 1, "季": 4, "月": 12, "周": 52, "日": 365, "天": 365}


def canonical(unit: str) -> str:
    """事实声明的单位 → 检查用的单位。"""
    unit = unit.strip()
    return "" if unit in RATIO_UNITS else unit


def title(unit: str) -> str:
    """给人看的单位名。"""
    return {"": "无单位(比例)", ANY_UNIT: "常数", MIXED_UNIT: "算出来的复合单位"}.get(unit, unit)


def unify(left: str, right: str) -> str | None:
    """两边能否比较、加减;能则为共同的单位,否则 ``None``。"""
    if right in {left, ANY_UNIT}:
        return left
    if left == ANY_UNIT:
        return right
    (left_amount, left_period), (right_amount, right_period) = _split(left), _split(right)
    if left_amount == right_amount and left_amount not in {"", MIXED_UNIT} and not (left_period and right_period):
        return left_amount
    return None


def multiply(left: str, right: str, twelve: bool = False) -> str:
    """相乘后的单位。``twelve``:其中一边恰是常数 12。"""
    if ANY_UNIT in {left, right}:
        other = right if left == ANY_UNIT else left
        amount, period = _split(other)
        return f"{amount}/年" if twelve and period == "月" else other
    if "" in {left, right}:
        return left or right
    for one, two in ((left, right), (right, left)):
        amount, period = _split(one)
        if period and period == two:
            return amount
        if two in COUNT_UNITS and one not in COUNT_UNITS:
            return one
    return MIXED_UNIT


def divide(left: str, right: str, twelve: bool = False) -> str | None:
    """相除后的单位;元/月 ÷ 元/年 这样的错配为 ``None``。"""
    amount, period = _split(left)
    if right == ANY_UNIT:
        return f"{amount}/月" if twelve and period == "年" else left
    if right == "":
        return left
    if right in COUNT_UNITS:
        return "" if left in COUNT_UNITS or left == ANY_UNIT else left
    if left in {ANY_UNIT, ""} or MIXED_UNIT in {left, right}:
        return MIXED_UNIT
    if unify(left, right) is not None:
        return ""
    return None if amount == _split(right)[0] and period else MIXED_UNIT


def advice(left: str, right: str) -> str:
    """单位不合时怎么改。"""
    (left_amount, left_period), (right_amount, right_period) = _split(left), _split(right)
    if left_amount == right_amount and {left_period, right_period} == {"月", "年"}:
        return f"请先换算：把“{left_amount}/月”的一边乘以12，或把“{left_amount}/年”的一边除以12"
    if left_amount == right_amount and left_period in _PER_YEAR and right_period in _PER_YEAR:
        return f"请先把“{left}”与“{right}”换算成同一期间"
    if {left_amount, right_amount} == {"元", "万元"}:
        return "请先换算：把“万元”的一边乘以10000"
    if "" in {left, right}:
        return "一边是金额或数量，一边是比例，可能少乘了一项"
    return "请检查是不是用错了事实"


def _split(unit: str) -> tuple[str, str]:
    """``元/月`` → ``("元", "月")``;没有分母则后者为空。"""
    amount, _, period = unit.partition("/")
    return amount, period
