"""规则的文字来自人手,也可能来自恶意:只会得到中文错误,从不执行,从不崩溃。"""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.engine.rules.vocabulary import COUNTY

from jiuzhu.engine.rules import RuleError, evaluate, parse, sentence, trace

HOSTILE = [
    "__import__('os').system('id')",
    "().__class__.__bases__",
    "年龄.__class__",
    "lambda: 1",
    "[x for x in [1]]",
    "{x: 1}",
    "{1, 2}",
    "f'{年龄}'",
    "f“{年龄}”",
    "b'一级' == 残疾等级",
    "(年龄 := 1)",
    "9 ** 9 ** 9 ** 9 > 1",
    "1 << 999999 > 1",
    "年龄 // 2 > 1",
    "年龄 @ 2",
    "~在校",
    "await 在校",
    "(yield 1)",
    "*年龄",
    "最大(*[1, 2]) > 1",
    "最大(a=1, b=2) > 1",
    "eval('1')",
    "print(1)",
    "最大(年龄, 1)(2)",
    "(在校)(1)",
    "年龄[0]",
    "年龄[1:2]",
    "1 if 在校 else 2",
    "年龄 is 1",
    "...",
    "None",
    "1j > 0",
    "0x10 > 1",
    "0b1 > 1",
    "1_000 > 1",
    "007 > 1",
    "1e999 > 1",
    "import os",
    "年龄 = 1 = 2; 在校",
    "在校 # 注释",
    "'a\\x41' == 残疾等级",
    "残疾等级 == '''一级'''",
    "在校\x00",
    "在校\u202e",
    "\ud800 > 1",
    "在校 in 真",
    "()",
    "年龄,",
    "-" * 1999 + "1",
    "not " * 499 + "真",
    "(" * 1000,
    "[" * 1000 + "]" * 1000,
    "最大(" * 400 + "1",
    "1 if 1 else " * 160 + "1",
    "1" * 1999,
    "“" * 500,
    "lambda:" * 280 + "1",
    "x" * 2001,
]


@pytest.mark.parametrize("text", HOSTILE, ids=[repr(text[:18]) for text in HOSTILE])
def test_不许的写法都是说得清的错误(text):
    with pytest.raises(RuleError) as caught:
        parse(text, COUNTY, expect="bool")
    assert "\n  " in caught.value.message
    assert any("一" <= character <= "鿿" for character in caught.value.reason)


def test_五十层以内可用():
    deep = "(" * 40 + "年龄" + " + 1)" * 40 + " > 60"
    assert evaluate(parse(deep, COUNTY), {"年龄": 21}) is True
    assert evaluate(parse("not " * 40 + "在校", COUNTY), {"在校": True}) is True


WORDS = (
    "and or not in ( ) [ ] , ， ＞ <= == = + - * / 1 0.5 12 “一级” '二级' 最大 已知 如果 缺省 四舍五入 真 . ** % １ 岁"
)
PIECES = st.sampled_from([*COUNTY, *WORDS.split(), "lambda", '"', "“", "\\", "\n", "　"])


def accepted_or_explained(text: str) -> None:
    """要么被拒绝且位置在原文之内,要么能用:求值、解释、复述都不出错。"""
    try:
        rule = parse(text, COUNTY)
    except RuleError as error:
        refused = error
    else:
        empty = dict.fromkeys(COUNTY)
        assert trace(rule, empty).value == evaluate(rule, empty)
        assert sentence(rule)
        return
    assert 0 <= refused.place.start < refused.place.end <= len(text) + 1


@settings(max_examples=400, deadline=None)
@given(st.lists(PIECES, max_size=24).map(" ".join))
def test_打乱的记号不会崩溃(text):
    accepted_or_explained(text)


@settings(max_examples=400, deadline=None)
@given(st.lists(PIECES, max_size=12).map("".join))
def test_粘在一起的记号不会崩溃(text):
    accepted_or_explained(text)


@settings(max_examples=400, deadline=None)
@given(st.text(max_size=60))
def test_任意文字不会崩溃(text):
    accepted_or_explained(text)


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="年龄在校 ()[]<>=!+-*/.,'\"“”0123456789eE_\\:;#@&|~^%{}\n", max_size=80))
def test_符号堆不会崩溃(text):
    accepted_or_explained(text)
