"""把全角符号、中文引号换成 Python 认得的,同时记住每个字在原文的位置。引号里的文字一字不动。"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

Report = Callable[..., None]

_SIGNS = {
    "【": "[",
    "】": "]",
    "〔": "[",
    "〕": "]",
    "、": ",",
    "。": ".",
    "≥": ">=",
    "≧": ">=",
    "⩾": ">=",
    "≤": "<=",
    "≦": "<=",
    "⩽": "<=",
    "≠": "!=",
    "×": "*",
    "✕": "*",
    "÷": "/",
    "−": "-",
    "–": "-",
    "—": "-",
    "﹣": "-",
    "＜": "<",
    "＞": ">",
    "《": "<",
    "》": ">",
}
_CLOSING = {"“": "”", "”": "”", "「": "」", "『": "』", "‘": "’", "’": "’", '"': '"', "'": "'", "＂": "＂", "＇": "＇"}
_CLOSERS = frozenset(_CLOSING.values())
_FORBIDDEN_INSIDE = re.compile(r"[\\\n\r\x00-\x1f\x7f]")
_FULL_WIDTH = range(0xFF01, 0xFF5F)


@dataclass
class Normalised:
    """``code`` 全在一行;``origin[i]`` 是 ``code`` 第 i 字在原文的位置。"""

    original: str
    code: str = ""
    origin: list[int] = field(default_factory=list)
    strings: list[tuple[int, int]] = field(default_factory=list)

    def span(self, start: int, end: int) -> tuple[int, int]:
        """``code`` 里的一段在原文的位置。"""
        if not self.origin:
            return (0, 1)
        if start >= len(self.origin):
            return (len(self.original), len(self.original) + 1)
        last = min(max(end, start + 1), len(self.origin)) - 1
        return (self.origin[start], self.origin[last] + 1)


def normalise(text: str, report: Report) -> Normalised:
    """换写 ``text``;引号的错误交给 ``report(code, reason, span)``。"""
    pieces: list[str] = []
    result = Normalised(text)
    index = 0
    while index < len(text):
        if text[index] in _CLOSING:
            index = _string(text, index, result, pieces, report)
            continue
        piece = _plain(text[index])
        pieces.append(piece)
        result.origin.extend([index] * len(piece))
        index += 1
    result.code = "".join(pieces)
    return result


def _plain(character: str) -> str:
    if character in _SIGNS:
        return _SIGNS[character]
    if ord(character) in _FULL_WIDTH:
        return chr(ord(character) - 0xFEE0)
    return " " if character.isspace() else character


def _string(text: str, start: int, result: Normalised, pieces: list[str], report: Report) -> int:
    """收下一段带引号的文字,返回其后的位置。"""
    closers = {_CLOSING[text[start]]}
    if text[start] in "“”":
        closers = {"”", "“"}
    elif text[start] in "‘’":
        closers = {"’", "‘"}
    end = next((place for place in range(start + 1, len(text)) if text[place] in closers), None)
    if end is None:
        report("quote", "引号只有前一半，请补上后一半", (start, len(text)))
        end = len(text)
        content = ""
    else:
        content = text[start + 1 : end]
        if bad := _FORBIDDEN_INSIDE.search(content):
            place = start + 1 + bad.start()
            report("quote", "引号里不能有反斜杠或换行", (place, place + 1))
            content = ""
        elif '"' in content and "'" in content:
            report("quote", "引号里不能同时有单引号和双引号", (start, end + 1))
            content = ""
    mark = "'" if '"' in content else '"'
    place = len(result.origin)
    pieces.append(mark + content + mark)
    result.origin.extend([start, *range(start + 1, start + 1 + len(content)), min(end, len(text) - 1)])
    result.strings.append((place, len(result.origin)))
    return end + 1
