"""规则写错了:错在哪里、为什么、怎么改。

一句规则里的错误尽量一次找全,装在 ``RuleErrors`` 里;只想要第一个时,当 ``RuleError`` 用即可。
"""

from collections.abc import Iterable
from dataclasses import dataclass
from unicodedata import east_asian_width

from jiuzhu.engine.errors import EngineError

EXCERPT_BEFORE = 24
EXCERPT_AFTER = 24
EXCERPT_MARKED = 40

CODES = {
    "empty": "规则是空的",
    "too_long": "规则太长",
    "too_deep": "规则层数太多",
    "quote": "引号没有成对，或文字里有不能用的字符",
    "symbol": "有规则里不能用的符号",
    "bracket": "括号没有成对",
    "keyword": "用了别的语言的词",
    "number_form": "数字写法不对",
    "number_range": "数字太大或太小",
    "adjacent": "两项之间缺少运算符",
    "syntax": "句子不完整或次序不对",
    "not_allowed": "用了规则里没有的写法",
    "unknown_name": "没有这个事实或参数",
    "unknown_function": "没有这个函数",
    "function_as_name": "函数后面没有括号",
    "arguments": "函数的参数个数或写法不对",
    "type_mismatch": "文字、数、是否、日期混用",
    "not_condition": "该是条件的地方不是条件",
    "unit_mismatch": "单位不同，不能直接比较或加减",
    "level": "户级规则用了个人事实",
    "list": "“in”后面的列表不对",
    "value_unknown": "文字不在该事实的取值范围内",
    "date_form": "日期写法不对",
    "zero_division": "除以零",
    "expect": "整句规则的结果不是要求的种类",
}


@dataclass(frozen=True)
class Place:
    """原文里的一段:``start``、``end`` 从 0 起(按字),``line``、``column`` 从 1 起。"""

    start: int
    end: int
    line: int
    column: int


class RuleError(EngineError):
    """规则里的一个错误。

    ``reason`` 是不带位置的一句话;``message`` 带行列与标出位置的摘录;``suggestions`` 是可能想写的名称。
    """

    code = "rule"

    def __init__(
        self, code: str, reason: str, text: str, span: tuple[int, int], suggestions: Iterable[str] = ()
    ) -> None:
        self.reason = reason
        self.suggestions = tuple(suggestions)
        self.place = place_of(text, span)
        self.excerpt = excerpt_of(text, self.place)
        super().__init__(f"{self.where}：{reason}{self.advice}\n{self.excerpt}", code=code)

    @property
    def where(self) -> str:
        return f"第 {self.place.line} 行第 {self.place.column} 字"

    @property
    def advice(self) -> str:
        if not self.suggestions:
            return ""
        return "；是不是想写" + "或".join(f"“{name}”" for name in self.suggestions)


class RuleErrors(RuleError):
    """一句规则里的全部错误,按出现的次序。``code``、``place`` 等是第一个错误的。"""

    def __init__(self, errors: Iterable[RuleError]) -> None:
        self.errors = tuple(sorted(errors, key=lambda error: error.place.start))
        first = self.errors[0]
        EngineError.__init__(self, "\n".join(error.message for error in self.errors), code=first.code)
        self.reason = first.reason
        self.suggestions = first.suggestions
        self.place = first.place
        self.excerpt = first.excerpt


def place_of(text: str, span: tuple[int, int]) -> Place:
    """``span`` 越界时收回到原文之内;空段至少指住一个字的位置。"""
    start = max(0, min(span[0], len(text)))
    end = max(start + 1, min(span[1], len(text)))
    before = text[:start]
    return Place(start, end, before.count("\n") + 1, start - (before.rfind("\n") + 1) + 1)


def excerpt_of(text: str, place: Place) -> str:
    """两行:出错的那一行(过长则截取)与其下的标记;汉字占两格,标记按格对齐。"""
    line_start = text.rfind("\n", 0, place.start) + 1
    line_end = text.find("\n", place.start)
    line_end = len(text) if line_end < 0 else line_end
    left = max(line_start, place.start - EXCERPT_BEFORE)
    marked_end = max(place.start + 1, min(place.end, line_end, place.start + EXCERPT_MARKED))
    right = min(line_end, marked_end + EXCERPT_AFTER)
    lead = "…" if left > line_start else ""
    tail = "…" if right < line_end else ""
    shown = _visible(text[left:right])
    head = _visible(lead + text[left : place.start])
    marked = _visible(text[place.start : marked_end]) or " "
    pointer = "".join(" " * _width(character) for character in head) + "^" * sum(map(_width, marked))
    return f"  {lead}{shown}{tail}\n  {pointer}"


def _visible(text: str) -> str:
    return "".join(character if character.isprintable() else " " for character in text)


def _width(character: str) -> int:
    return 2 if east_asian_width(character) in "WFA" else 1
