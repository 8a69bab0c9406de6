"""十二位统计用区划代码：省 2 + 市 2 + 县 2 + 乡级 3 + 村级 3（GB/T 2260 与统计用区划代码规则），上级补零。

“片区”是代码的前缀：省 2 位、市 4 位、县 6 位、乡级 9 位、村级 12 位；判断“在不在这一片”只比较前缀。
"""

from enum import StrEnum

FULL = 12


class Level(StrEnum):
    """区划级别。值入库，次序从上到下。"""

    PROVINCE = "province"
    CITY = "city"
    COUNTY = "county"
    TOWNSHIP = "township"
    VILLAGE = "village"


WIDTHS = {Level.PROVINCE: 2, Level.CITY: 4, Level.COUNTY: 6, Level.TOWNSHIP: 9, Level.VILLAGE: 12}
TITLES = {
    Level.PROVINCE: "省级",
    Level.CITY: "市级",
    Level.COUNTY: "县级",
    Level.TOWNSHIP: "乡级",
    Level.VILLAGE: "村级",
}
UPWARD = tuple(reversed(Level))


def is_code(text: str) -> bool:
    """是否为完整的十二位代码；前两位不为零。"""
    return len(text) == FULL and text.isascii() and text.isdigit() and not text.startswith("00")


def full_code(area: str) -> str:
    """片区补零成十二位代码：``429998`` → ``429998000000``。

    Raises:
        ValueError: 位数不是 2、4、6、9、12，或含有数字以外的字。
    """
    code = area.ljust(FULL, "0")
    if len(area) not in WIDTHS.values() or not is_code(code):
        raise ValueError(f"“{area}”不是区划代码：应为 2、4、6、9 或 12 位数字。")
    return code


def level_of(code: str) -> Level:
    """代码（或片区）的级别：末尾补零的各段不算。"""
    code = full_code(code)
    for level in (Level.VILLAGE, Level.TOWNSHIP, Level.COUNTY, Level.CITY):
        above = WIDTHS[UPWARD[UPWARD.index(level) + 1]]
        if code[above : WIDTHS[level]].strip("0"):
            return level
    return Level.PROVINCE


def area_prefix(code: str) -> str:
    """代码所管的片区：``429998101000`` → ``429998101``，``429998000000`` → ``429998``。"""
    return full_code(code)[: WIDTHS[level_of(code)]]


def parent_of(code: str) -> str:
    """上一级的代码；省级没有上级，为空文本。"""
    level = level_of(code)
    if level is Level.PROVINCE:
        return ""
    return full_code(full_code(code)[: WIDTHS[UPWARD[UPWARD.index(level) + 1]]])


def ancestors_of(code: str) -> list[str]:
    """自上而下各级的代码，含自身；中间整段为零的级（如省直辖县之上的市）照样列出，同码只列一次。"""
    code = full_code(code)
    width = len(area_prefix(code))
    return list(dict.fromkeys(full_code(code[:each]) for each in WIDTHS.values() if each <= width))


def within(code: str, area: str) -> bool:
    """代码是否在片区之内。"""
    return full_code(code).startswith(area)
