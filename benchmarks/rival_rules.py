"""三家同算的十项指标:规则写法、参数、要用的事实。"""

from dataclasses import replace
from datetime import date
from typing import Literal

from jiuzhu.engine.assessment import Assessor, load_rulebook
from jiuzhu.engine.assessment.rulebook import Indicator, rule_symbols
from jiuzhu.engine.facts import DICTIONARY
from jiuzhu.engine.parameters import ParameterSet, on_day
from jiuzhu.engine.rules import parse

DAY = date(2026, 10, 31)
Level = Literal["person", "household"]
# (代码, 层级, 分, 按人或按户, 规则)
RULES: tuple[tuple[str, Level, float, Level, str], ...] = (
    ("无劳动力", "household", 3, "person", "无劳动力户"),
    ("有汽车", "household", -8, "person", "家庭汽车数 > 0"),
    ("低于低保标准", "household", 1, "person", "月人均核定收入 < 低保标准"),
    ("低于低边线", "household", 1, "person", "月人均核定收入 < 低保标准 * 低保边缘倍数"),
    ("两名在校生", "household", 1, "household", "在校生数 >= 2"),
    ("重度残疾", "person", 2, "person", "重度残疾"),
    ("自付超线", "person", 2, "person", "近12个月自付医疗费 > 低收入自付警戒线"),
    ("久失业", "person", 2, "person", "失业月数 >= 失业警戒月数"),
    ("未在册而用电少", "household", 2, "person", "not 在保或在册 and 户月均用电量 < 用电偏低"),
    (
        "刚性支出比例高",
        "household",
        2,
        "person",
        "家庭年刚性支出 >= 家庭年核定收入 * 刚性支出比例 and 家庭年刚性支出 > 0",
    ),
)
SHARED = ("低保边缘倍数", "低收入自付警戒线", "失业警戒月数", "用电偏低", "刚性支出比例")
PLACED = ("低保标准",)
HOUSEHOLD_FACTS = (
    "城乡", "家庭人口数", "无劳动力户", "家庭汽车数", "月人均核定收入", "在校生数", "在保或在册", "户月均用电量", "家庭年刚性支出", "家庭年核定收入",
)  # fmt: skip
PERSON_FACTS = ("重度残疾", "近12个月自付医疗费", "失业月数")


def parameters() -> ParameterSet:
    return on_day(load_rulebook().parameters, DAY)


def assessor() -> Assessor:
    """只有这十项指标的手册。"""
    book = load_rulebook()
    symbols = rule_symbols(DICTIONARY, book.parameters)
    indicators = tuple(
        Indicator(code, code, "", level, parse(text, symbols, expect="bool", level=level), points, per, (), "")
        for code, level, points, per, text in RULES
    )
    return Assessor(replace(book, indicators=indicators, indices=()), parameters())
