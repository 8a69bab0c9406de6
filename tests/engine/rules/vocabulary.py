"""测试用的一小本事实字典,与按它随机造出的规则和行。"""

from datetime import date

from hypothesis import strategies as st

from jiuzhu.engine.rules import Symbol, symbols_of

COUNTY = symbols_of(
    [
        Symbol("近12个月自付医疗费", "number", "元"),
        Symbol("家庭年收入", "number", "元/年"),
        Symbol("家庭月人均收入", "number", "元/月"),
        Symbol("家庭人口", "number", "人"),
        Symbol("住房面积", "number", "平方米"),
        Symbol("刚性支出占比", "number", "比例"),
        Symbol("车辆估值合计", "number", "元"),
        Symbol("有车", "bool"),
        Symbol("户类别", "text"),
        Symbol("年龄", "number", "岁", "person"),
        Symbol("在校", "bool", "", "person"),
        Symbol("残疾等级", "text", "", "person", ("一级", "二级", "三级", "四级")),
        Symbol("出生日期", "date", "", "person"),
        Symbol("低保标准", "number", "元/月", "parameter"),
        Symbol("刚性支出比例线", "number", "比例", "parameter"),
        Symbol("保障月数", "number", "月", "parameter"),
    ]
)

PLAIN = symbols_of(
    [
        *(Symbol(name, "number") for name in ("收入", "支出", "人数", "存款")),
        *(Symbol(name, "bool") for name in ("有车", "在校")),
        *(Symbol(name, "text") for name in ("等级", "类别")),
        *(Symbol(name, "date") for name in ("生日", "认定日")),
    ]
)

NUMBERS = [
    None,
    None,
    0.0,
    1.0,
    -1.0,
    2.0,
    0.1,
    0.2,
    0.3,
    0.5,
    1.005,
    2.675,
    -2.5,
    12.0,
    640.0,
    832.0,
    960.0,
    1e-10,
    1e-9,
]
NUMBERS += [1170.0, 7680.0, 24000.0, 33333.33, -5000.01, 4503599627370497.0 / 8, 1e15]
TEXTS = [None, "一级", "二级", "", "O'Neil", '他说"好"', "100%_", "一级 "]
DATES = [None, date(1960, 2, 29), date(2010, 1, 1), date(2026, 10, 31)]
POOLS = {"number": NUMBERS, "bool": [None, True, False], "text": TEXTS, "date": DATES}
CONSTANTS = ["0", "1", "-1", "2", "0.5", "0.1", "0.3", "1.5", "12", "640", "0.000000001", "1170", "26000.55"]

ROW = st.fixed_dictionaries({name: st.sampled_from(POOLS[symbol.type]) for name, symbol in PLAIN.items()})
NAMES = {kind: [name for name, symbol in PLAIN.items() if symbol.type == kind] for kind in POOLS}
LITERALS = {
    "number": CONSTANTS,
    "bool": ["真", "假"],
    "text": [f"“{text}”" if '"' in text else f'"{text}"' for text in TEXTS if text is not None],
    "date": [f'"{day.isoformat()}"' for day in DATES if day is not None],
}
ORDER = ["<", "<=", ">", ">=", "==", "!=", "＜", "≥", "="]
EQUALITY = ["==", "!=", "≠"]
NUMBER_FORMS = ["叶", "算", "极值", "单参数", "四舍五入", "如果", "缺省", "负"]
COMPARED = {"比较": ("number", ORDER), "文字": ("text", EQUALITY), "日期": ("date", ORDER), "是否": ("bool", EQUALITY)}
BOOL_FORMS = ["叶", "比较", "连比", "文字", "日期", "是否", "列表", "逻辑", "非", "已知", "如果", "缺省"]


@st.composite
def expressions(draw: st.DrawFn, kind: str, depth: int = 3) -> str:
    """类型正确的规则,``kind`` 为 ``number`` 或 ``bool``。"""
    return Writer(draw).write(kind, depth)


class Writer:
    """边抽边写一句规则。"""

    def __init__(self, draw: st.DrawFn) -> None:
        self.draw = draw

    def pick(self, options: list[str]) -> str:
        return self.draw(st.sampled_from(options))

    def write(self, kind: str, depth: int) -> str:
        if depth == 0 or kind in {"text", "date"}:
            return self.leaf(kind)
        return self.number(depth - 1) if kind == "number" else self.condition(depth - 1)

    def leaf(self, kind: str) -> str:
        return self.pick(LITERALS[kind] if self.draw(st.integers(0, 2)) == 0 else NAMES[kind])

    def several(self, kind: str, depth: int, least: int, most: int) -> list[str]:
        return [self.write(kind, depth) for _ in range(self.draw(st.integers(least, most)))]

    def number(self, depth: int) -> str:
        match self.pick(NUMBER_FORMS):
            case "算":
                return f"({self.write('number', depth)} {self.pick(list('+-*/'))} {self.write('number', depth)})"
            case "极值":
                return f"{self.pick(['最大', '最小'])}({', '.join(self.several('number', depth, 2, 3))})"
            case "单参数":
                return f"{self.pick(['绝对值', '取整', '四舍五入'])}({self.write('number', depth)})"
            case "四舍五入":
                return f"四舍五入({self.write('number', depth)}, {self.draw(st.integers(0, 6))})"
            case "负":
                return f"-({self.write('number', depth)})"
            case "叶":
                return self.leaf("number")
            case function:
                return self.choice(function, "number", depth)

    def choice(self, function: str, kind: str, depth: int) -> str:
        condition = [self.write("bool", depth)] if function == "如果" else []
        return f"{function}({', '.join([*condition, self.write(kind, depth), self.write(kind, depth)])})"

    def condition(self, depth: int) -> str:
        form = self.pick(BOOL_FORMS)
        if form in COMPARED:
            return self.compare(*COMPARED[form], depth)
        match form:
            case "连比":
                sides = [self.write("number", depth) for _ in range(3)]
                return f"({sides[0]} {self.pick(ORDER)} {sides[1]} {self.pick(ORDER)} {sides[2]})"
            case "列表":
                return self.membership(depth)
            case "逻辑":
                return "(" + self.pick([" and ", " or "]).join(self.several("bool", depth, 2, 4)) + ")"
            case "非":
                return f"(not {self.write('bool', depth)})"
            case "已知":
                return f"已知({self.write(self.pick(list(POOLS)), depth)})"
            case "叶":
                return self.leaf("bool")
            case function:
                return self.choice(function, "bool", depth)

    def compare(self, kind: str, operators: list[str], depth: int) -> str:
        left = self.pick(NAMES[kind]) if kind == "date" else self.write(kind, depth)
        return f"({left} {self.pick(operators)} {self.write(kind, depth)})"

    def membership(self, depth: int) -> str:
        kind = self.pick(list(POOLS))
        left = self.pick(NAMES[kind]) if kind == "date" else self.write(kind, depth)
        options = ", ".join(self.draw(st.lists(st.sampled_from(LITERALS[kind]), min_size=1, max_size=3)))
        return f"({left} {self.pick(['in', 'not in'])} [{options}])"
