"""表头词的归一:全角、空白、标点、括号里的单位。"""

import re
import unicodedata
from dataclasses import dataclass

SPACE = re.compile(r"[\s\0\u200b-\u200f\u2060\ufeff]+")
NOISE = re.compile(r"[\"'`\u00b4‘’“”*:;,.。、?!#·/\\|_~\-—–+=<>《》「」\[\]【】{}〔〕〈〉]+")
BRACKETS = re.compile(r"[(\[【{〔〈《]([^()\[\]【】{}〔〕〈〉《》]*)[)\]】}〕〉》]")
LIST_MARK = re.compile(r"^(?:[0-9]{1,2}[.、]|\([0-9]{1,2}\)|[一二三四五六七八九十]+、)")

# 金额单位 → 元
MONEY_UNITS = {
    "元": 1.0, "圆": 1.0, "块": 1.0, "人民币元": 1.0, "rmb": 1.0, "cny": 1.0, "¥": 1.0, "元人民币": 1.0,
    "百元": 100.0, "千元": 1000.0, "万": 10_000.0, "万元": 10_000.0, "万圆": 10_000.0, "万元人民币": 10_000.0,
    "人民币万元": 10_000.0, "十万元": 100_000.0, "百万元": 1_000_000.0, "千万元": 10_000_000.0, "亿元": 100_000_000.0,
    "亿": 100_000_000.0, "角": 0.1, "分": 0.01,
}  # fmt: skip
SUFFIX_UNITS = ("万元", "千元", "百元", "亿元", "元")
PERIOD = re.compile(r"(?:/|每|·)?(?:月|年|人|户|人月|人年|季|年度|月度|每人|每月|每年)+$")


@dataclass(frozen=True, slots=True)
class Header:
    """一个归一后的表头。``words`` 依次是可拿去查的写法(越靠前越贴近原文),``unit`` 是括号或词尾的单位。"""

    text: str
    words: tuple[str, ...]
    unit: str | None

    @property
    def money_factor(self) -> float | None:
        """单位换算到元的倍数;没有写金额单位则为空。"""
        return money_factor(self.unit)


def normalise_word(text: str) -> str:
    """全角→半角、小写、去空白与标点;括号本身去掉,括号里的字留下。"""
    word = unicodedata.normalize("NFKC", text).lower()
    word = SPACE.sub("", word)
    return NOISE.sub("", word.replace("(", "").replace(")", ""))


def money_factor(unit: str | None) -> float | None:
    """「万元」「元/月」等 → 换算到元的倍数;不是金额单位则为空。"""
    if unit is None:
        return None
    word = SPACE.sub("", unicodedata.normalize("NFKC", unit).lower()).removeprefix("单位").lstrip(":")
    word = word.split("/")[0]
    if word in MONEY_UNITS:
        return MONEY_UNITS[word]
    return MONEY_UNITS.get(PERIOD.sub("", word))


def parse_header(text: str | None) -> Header:
    """把原样表头变成可查的几种写法与单位。空表头的 ``words`` 为空。"""
    raw = SPACE.sub("", unicodedata.normalize("NFKC", text or ""))
    raw = LIST_MARK.sub("", raw)
    inside = BRACKETS.findall(raw)
    unit = next((item for item in inside if money_factor(item) is not None), inside[-1] if inside else None)
    whole, outside = normalise_word(raw), normalise_word(BRACKETS.sub("", raw))
    words = [whole, outside]
    for suffix in SUFFIX_UNITS:
        if outside.endswith(suffix) and len(outside) > len(suffix) + 1:
            unit = unit or suffix
            words.append(outside.removesuffix(suffix))
            break
    # 「姓名1」「身份证号*」一类的尾号;只有真带尾号才多给一种写法
    words.append(re.sub(r"(?<=[\u4e00-\u9fff])[0-9]$", "", outside))
    return Header(text=(text or "").strip(), words=tuple(dict.fromkeys(word for word in words if word)), unit=unit)
