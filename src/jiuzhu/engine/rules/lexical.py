"""交给 Python 语法之前逐个记号先看一遍:很多错误在这里能说得比语法错误更明白。"""

import keyword
import re
from bisect import bisect_left

from jiuzhu.engine.rules.functions import FUNCTIONS
from jiuzhu.engine.rules.normalise import Normalised, Report

MAX_DEPTH = 50
MAX_NUMBER = 1e15
MIN_NUMBER = 1e-9
MAX_DIGITS = 15

_TOKEN = re.compile(
    r"(?P<space>\s+)"
    r"|(?P<number>\d+(?:\.\d*)?(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?)"
    r"|(?P<name>[^\W\d]\w*)"
    r"|(?P<operator><=|>=|==|!=|\*\*|//|:=|&&|\|\||<>|[-+*/<>=()\[\],])"
    r"|(?P<other>.)",
    re.DOTALL,
)
_PAIRS = {")": "(", "]": "["}
_WORDS = {"and", "or", "not", "in"}
_PYTHON_HINTS = {
    "if": "分情况请用 如果(条件, 成立时的值, 不成立时的值)",
    "else": "分情况请用 如果(条件, 成立时的值, 不成立时的值)",
    "is": "相等请用 ==,是否已知请用 已知(名称)",
    "None": "判断有没有值请用 已知(名称)",
}
_CHINESE_HINTS = {
    "且": "and",
    "并且": "and",
    "而且": "and",
    "或": "or",
    "或者": "or",
    "非": "not",
    "并非": "not",
    "等于": "==",
    "不等于": "!=",
    "大于": ">",
    "小于": "<",
    "大于等于": ">=",
    "小于等于": "<=",
    "不少于": ">=",
    "不超过": "<=",
    "属于": "in",
    "不属于": "not in",
    "在": "in",
}
_SIGN_HINTS = {
    "**": "没有乘方；请用乘法写开",
    "//": "没有整除；请写 取整(甲 / 乙)",
    "%": "没有百分号；百分数请写成小数，如 50% 写 0.5",
    "&&": "“并且”请写 and",
    "&": "“并且”请写 and",
    "||": "“或者”请写 or",
    "|": "“或者”请写 or",
    "!": "“不”请写 not",
    "<>": "“不等于”请写 !=",
    ":=": "规则里不能给名称赋值",
    ".": "规则里没有“.”的用法",
    "#": "规则里不能写注释",
    "￥": "数字前不写货币符号，单位由事实决定",
    "¥": "数字前不写货币符号，单位由事实决定",
    "$": "数字前不写货币符号，单位由事实决定",
}


class Scanner:
    """逐个记号检查;``code`` 是可以交给 Python 语法的文字(单个等号已换成两个)。"""

    def __init__(self, source: Normalised, report: Report) -> None:
        self.source = source
        self.report = report
        self.brackets: list[tuple[str, int]] = []
        self.prefixes = 0
        self.previous: tuple[str, str, int] | None = None
        self.code: list[str] = []
        self.offsets: list[int] = []

    def scan(self) -> tuple[str, list[int]]:
        """返回换写后的文字与它每个字在 ``source.code`` 的位置。"""
        starts = [start for start, _ in self.source.strings]
        index = 0
        while index < len(self.source.code):
            place = bisect_left(starts, index)
            if place < len(starts) and starts[place] == index:
                end = self.source.strings[place][1]
                self.token("string", self.source.code[index:end], index)
            else:
                limit = starts[place] if place < len(starts) else len(self.source.code)
                match = _TOKEN.match(self.source.code, index, limit)
                assert match is not None
                assert match.lastgroup is not None
                end = match.end()
                self.token(match.lastgroup, match.group(), index)
            index = end
        for sign, start in self.brackets:
            self.error("bracket", f"“{sign}”没有配对的另一半", start)
        return "".join(self.code), self.offsets

    def error(self, code: str, reason: str, start: int, length: int = 1) -> None:
        self.report(code, reason, self.source.span(start, start + length))

    def token(self, kind: str, text: str, start: int) -> None:
        shown = "==" if text == "=" else text
        self.code.append(shown)
        self.offsets.extend([start] * len(shown) if len(shown) != len(text) else range(start, start + len(text)))
        if kind == "space":
            return
        word = kind == "name" and text in _WORDS
        self.adjacency(kind, text, start, word)
        self.depth(text, start)
        if kind == "number":
            self.number(text, start)
        elif kind == "name" and not word:
            self.name(text, start)
        elif kind == "other" or text in _SIGN_HINTS:
            hint = _SIGN_HINTS.get(text)
            self.error("symbol", hint or f"规则里没有“{text if text.isprintable() else '?'}”这个符号", start, len(text))
        self.previous = (kind, text, start)

    def adjacency(self, kind: str, text: str, start: int, word: bool) -> None:
        """两个值挨在一起;数字后面跟着单位也在这里发现。"""
        if self.previous is None or word:
            return
        before_kind, before, before_start = self.previous
        value_before = before_kind in {"number", "string"} or before in {")", "]"}
        value_before = value_before or (before_kind == "name" and before not in _WORDS)
        opens = kind in {"number", "string", "name"} or (text in {"(", "["} and before_kind in {"number", "string"})
        if not (value_before and opens):
            return
        if (kind == "name" and text in _CHINESE_HINTS) or before in _CHINESE_HINTS or keyword.iskeyword(text):
            return
        if before_kind == "number" and kind == "name" and before_start + len(before) == start:
            advice = "万请写成完整的数，如 2.6万 写 26000" if text.startswith(("万", "千", "亿")) else "单位由事实决定"
            self.error("number_form", f"数字后面不写“{text[:6]}”；{advice}", before_start, len(before) + len(text))
        elif kind == "string" and before_kind == "string":
            self.error("adjacent", "两段文字之间缺少逗号", before_start, start + len(text) - before_start)
        elif before not in keyword.kwlist:
            self.error(
                "adjacent",
                "两项之间缺少运算符(and、or、比较或加减乘除)",
                before_start,
                start + len(text) - before_start,
            )

    def depth(self, text: str, start: int) -> None:
        if text in {"not", "-", "+"}:
            self.prefixes += 1
        else:
            self.prefixes = 0
        if text in {"(", "["}:
            self.brackets.append((text, start))
        elif text in _PAIRS:
            if self.brackets and self.brackets[-1][0] == _PAIRS[text]:
                self.brackets.pop()
            else:
                self.error("bracket", f"“{text}”没有配对的另一半", start)
        if (len(self.brackets) == MAX_DEPTH + 1 and text in {"(", "["}) or self.prefixes == MAX_DEPTH + 1:
            self.error("too_deep", f"层数不能超过 {MAX_DEPTH} 层；请拆成几条规则或先定义一个事实", start, len(text))

    def number(self, text: str, start: int) -> None:
        value = float(text)
        digits = re.sub(r"[eE].*|\.", "", text).strip("0")
        whole = text.partition(".")[0]
        if whole.isdigit() and len(whole) > 1 and whole[0] == "0":
            self.error("number_form", "数字不能以 0 开头；大数不写千位分隔的逗号", start, len(text))
        elif value > MAX_NUMBER or len(digits) > MAX_DIGITS:
            self.error("number_range", "数字太大或位数太多(最多 15 位)", start, len(text))
        elif 0 < value < MIN_NUMBER:
            self.error("number_range", "数字太小(不为零时最小 0.000000001)", start, len(text))

    def name(self, text: str, start: int) -> None:
        if text in _CHINESE_HINTS:
            self.error("keyword", f"“{text}”请写成 {_CHINESE_HINTS[text]}", start, len(text))
        elif text in {"True", "False"}:
            return
        elif keyword.iskeyword(text):
            advice = _PYTHON_HINTS.get(text, "规则里只有 and、or、not、in 和函数 " + "、".join(FUNCTIONS))
            self.error("keyword", f"规则里不能用“{text}”；{advice}", start, len(text))
