"""规则里的八个函数:名称、参数个数、一句话说明。类型与单位在 ``checker_calls``,计算在 ``values`` 与 ``compile``。"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Function:
    """``most`` 为 ``None`` 时参数个数不限。"""

    name: str
    usage: str
    meaning: str
    least: int
    most: int | None

    def accepts(self, count: int) -> bool:
        return self.least <= count and (self.most is None or count <= self.most)


FUNCTIONS = {
    function.name: function
    for function in (
        Function("最大", "最大(甲, 乙, …)", "几个数里最大的；有一个未知即未知", 2, None),
        Function("最小", "最小(甲, 乙, …)", "几个数里最小的；有一个未知即未知", 2, None),
        Function("绝对值", "绝对值(甲)", "去掉负号", 1, 1),
        Function("取整", "取整(甲)", "不大于它的最大整数", 1, 1),
        Function("四舍五入", "四舍五入(甲, 位数)", "保留几位小数(0 到 6，不写为 0)，恰好一半时向远离零的方向进", 1, 2),
        Function("已知", "已知(甲)", "有没有值；结果总是成立或不成立", 1, 1),
        Function("如果", "如果(条件, 甲, 乙)", "条件成立取甲，不成立取乙，无法判断则未知", 3, 3),
        Function("缺省", "缺省(甲, 乙)", "甲未知时改用乙", 2, 2),
    )
}
