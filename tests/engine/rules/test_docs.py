"""docs/rules.md 与代码一致:函数、错误代码、例句。"""

import re
from pathlib import Path

import pytest
from tests.engine.rules.vocabulary import COUNTY

from jiuzhu.engine.rules import FUNCTIONS, RuleError, parse, trace
from jiuzhu.engine.rules.errors import CODES

PAGE = (Path(__file__).parents[3] / "docs" / "rules.md").read_text("utf-8")
EXAMPLES = [line for block in re.findall(r"```规则\n(.*?)```", PAGE, re.DOTALL) for line in block.splitlines()]


def test_每个函数都在():
    for function in FUNCTIONS.values():
        assert f"| `{function.usage}` | {function.meaning}" in PAGE


def test_每个错误代码都在():
    listed = dict(re.findall(r"^\| (\w+) \| ([^|]+) \| [^|]+ \|$", PAGE, re.MULTILINE))
    assert {code: listed[code] for code in CODES} == CODES


@pytest.mark.parametrize("text", EXAMPLES)
def test_例句都能用(text):
    assert parse(text, COUNTY, expect="bool").text == text


def test_解释的例子与实际相同():
    row = {"近12个月自付医疗费": 18230, "家庭年收入": 24000, "低保标准": 640}
    for text in EXAMPLES[0], EXAMPLES[2]:
        assert f"> {trace(parse(text, COUNTY), row).summary}\n" in PAGE


def test_错误的例子与实际相同():
    with pytest.raises(RuleError) as caught:
        parse("家庭收入年 < 低保标准", COUNTY)
    assert f"```\n{caught.value.message}\n```" in PAGE
