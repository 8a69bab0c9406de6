"""一张表的各列与一个来源的各字段一对一对应:先准确,再相近,再看内容。"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import SequenceMatcher
from typing import NamedTuple

from .headers import Header
from .model import Catalog, Field, FieldType, Source
from .sniff import Column

# 一边有、另一边没有,就不是同一个人或同一个时点的列
QUALIFIERS = (
    "配偶", "监护", "家长", "父", "母", "户主", "户长", "抚养", "赡养", "帮扶", "责任人", "代表", "申请人", "代办", "代理", "经办", "联系人", "紧急",
    "上年", "上月", "去年", "备用", "曾用", "原", "预计", "累计", "单位", "编码", "代码", "日期",
    "时间", "名称", "姓名", "是否", "状态", "人数", "月", "年", "密码", "授权", "审核",
)  # fmt: skip
# 各来源都可能有的列(日期、电话、地址……)即使词独有,也不足以认出来源
WEAK = frozenset(
    {
        FieldType.DATE,
        FieldType.MONTH,
        FieldType.YEAR,
        FieldType.PHONE,
        FieldType.ADDRESS,
        FieldType.PLACE_CODE,
        FieldType.TEXT,
        FieldType.ACCOUNT,
        FieldType.INTEGER,
    }
)
MEMBER = "成员"
CODE, VILLAGE, TOWNSHIP = "village_code", "village", "township"
PLACE_FIELDS = frozenset({CODE, VILLAGE})
SIMILAR = 0.8
SCALED = 0.7  # 口径不同的表头(月收入对全年收入)说明不了这就是那个来源
SNIFFED = 0.9


@dataclass(frozen=True, slots=True)
class Pair:
    """一列对应到一个字段。``how`` 为 exact、similar 或 content;``weight`` 是这一对应对认出来源的分量。"""

    column: int
    field: str
    factor: float
    how: str
    weight: float


class Hit(NamedTuple):
    """一列的一种写法在某来源里的所指;各项的先后就是取舍的先后。"""

    rank: int
    not_member: bool
    column: int
    field: str
    factor: float
    weight: float


@dataclass(slots=True)
class Match:
    """一张表与一个来源的对应。"""

    source: Source
    pairs: dict[int, Pair] = field(default_factory=dict)
    score: float = 0.0

    @property
    def matched(self) -> set[str]:
        """已对应的字段 key。"""
        return {pair.field for pair in self.pairs.values()}

    @property
    def missing_required(self) -> list[Field]:
        """必需而没有对应列(也没有代替的列)的字段。"""
        return self.source.missing(self.matched)


def exact_hits(headers: Sequence[Header], catalog: Catalog) -> dict[str, list[Hit]]:
    """表头词在目录里的所指,按来源归拢;一张表只查一遍。"""
    hits: dict[str, list[Hit]] = defaultdict(list)
    for column, header in enumerate(headers):
        for rank, word in enumerate(header.words):
            owners = catalog.words.get(word, {})
            for key, target in owners.items():
                hits[key].append(Hit(rank, MEMBER not in word, column, target.field, target.factor, 1 / len(owners)))
    return hits


def match_exact(source: Source, hits: Mapping[str, list[Hit]]) -> Match:
    """按目录里的表头词(:func:`exact_hits`)准确对应。

    两列指向同一字段时,写法更贴近原文的优先,再是写明「成员」的(「身份证号」与「成员身份证号」并列时前者是户主的),再是靠左的。
    """
    match = Match(source)
    taken: set[str] = set()
    for _, _, column, key, factor, weight in sorted(hits.get(source.key, ())):
        if column not in match.pairs and key not in taken:
            known = source[key]
            own = 1.0 if factor == 1.0 else SCALED
            match.pairs[column] = Pair(column, key, factor, "exact", weight * own * _evidence(known))
            taken.add(key)
    return match


def _evidence(item: Field) -> float:
    return 0.5 if item.type in WEAK and not item.required else 1.0


def match_similar(match: Match, headers: Sequence[Header], columns: Mapping[int, Column], catalog: Catalog) -> None:
    """给剩下的列找最相近的表头词;内容与字段类型不符的不算。"""
    left = [item for item in match.source.fields if item.key not in match.matched]
    found = []
    for column, header in enumerate(headers):
        if column in match.pairs or not header.words:
            continue
        for item in left:
            best = max((_nearest(word, item) for word in header.words), default=(0.0, "", 1.0))
            if best[0] >= SIMILAR and columns[column].share(item.type) >= 0.5:
                weight = 0.5 * best[0] * _evidence(item) / max(1, len(catalog.words.get(best[1], ())))
                found.append((-best[0], column, item.key, best[2], weight))
    _assign(match, found, "similar")


def match_content(match: Match, headers: Sequence[Header], columns: Mapping[int, Column]) -> None:
    """表头没见过,而内容一望而知的列:证件号码、姓名、村居代码、有代码表的字段。"""
    left = [item for item in match.source.fields if item.key not in match.matched]
    found = []
    for column in range(len(headers)):
        sample = columns[column]
        if column in match.pairs or len(sample.values) < 3:
            continue
        for item in left:
            share = _content_share(item, sample, headers[column])
            if share >= SNIFFED:
                found.append((-share, column, item.key, 1.0, 0.3 if item.codes else 0.02))
    _assign(match, found, "content")


def match_place(match: Match, columns: Mapping[int, Column]) -> None:
    """村居代码与村名:表头说是一种、内容是另一种的,按内容。两列都有的不换。"""
    places = {pair.field: pair for pair in match.pairs.values() if pair.field in PLACE_FIELDS}
    if len(places) != 1 or not match.source.field_map.keys() >= PLACE_FIELDS:
        return
    (pair,) = places.values()
    sample = columns[pair.column]
    is_code = sample.share(FieldType.PLACE_CODE) >= 0.5
    if sample.values and is_code != (pair.field == CODE) and (is_code or sample.word_share >= 0.5):
        match.pairs[pair.column] = replace(pair, field=CODE if is_code else VILLAGE)


def _assign(match: Match, found: list[tuple[float, int, str, float, float]], how: str) -> None:
    taken = match.matched
    for _, column, key, factor, weight in sorted(found):
        if column not in match.pairs and key not in taken:
            match.pairs[column] = Pair(column, key, factor, how, weight)
            taken.add(key)


def _nearest(word: str, item: Field) -> tuple[float, str, float]:
    """(相近程度, 目录里的词, 换算倍数)。"""
    best = (0.0, "", 1.0)
    letters = set(word)
    for known, factor in item.spellings():
        if len(letters & set(known)) * 2 < min(len(letters), len(known)):
            continue
        ratio = similarity(word, known)
        if ratio > best[0]:
            best = (ratio, known, factor)
    return best


def similarity(word: str, known: str) -> float:
    """两个表头词的相近程度(0–1):一个含另一个(三字以上)算相近;限定词不一致的为 0。"""
    if word == known:
        return 1.0
    if word.isascii() or any((item in word) != (item in known) for item in QUALIFIERS):
        return 0.0  # 拼音首字母差一个就是另一个词
    short, long = sorted((word, known), key=len)
    if len(short) >= 3 and short in long:
        return 0.7 + 0.3 * len(short) / len(long)
    return SequenceMatcher(None, word, known, autojunk=False).ratio()


def _content_share(item: Field, sample: Column, header: Header) -> float:
    whole = header.words[0] if header.words else ""
    if any(
        word in whole
        for word in ("配偶", "监护", "家长", "户主", "代表", "申请人", "经办", "代办", "联系人", "审核", "填报")
    ):
        return 0.0
    if item.type is FieldType.ID_NUMBER and item.key == "id_number":
        return sample.share(item.type)
    if item.type is FieldType.NAME:
        return sample.share(item.type) if sample.surname_share >= 0.7 and sample.distinct_share >= 0.3 else 0.0
    if item.type is FieldType.PLACE_CODE and item.required:
        return sample.share(item.type)
    if item.key == VILLAGE:
        return sample.village_share
    if item.type is FieldType.CODE and any(len(code) > 1 for code in set(sample.values)):
        return sample.code_share(item)
    return 0.0
