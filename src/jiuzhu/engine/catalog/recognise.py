"""按表头认出一张表是哪个来源;认不出或分不清的给出最接近的几个。"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from .headers import Header, parse_header
from .match import Match, Pair, exact_hits, match_content, match_exact, match_place, match_similar
from .model import Catalog, Source
from .sniff import Column, look

ENOUGH = 0.75  # 认作某来源至少要有的分量:大约一个独有的表头词
HOLLOW = 1.5  # 当事人之外的必需列一个也没有时,至少要有的分量:另有几个独有的表头词
MARGIN = 0.2  # 与第二名至少拉开的比例
HINT = 0.3
CODES = 0.3
STRANGE = 0.5  # 有代码表而一个值也不在表里的列,分量打折
MISSING = 0.5
UNEXPLAINED = 0.03


@dataclass(frozen=True, slots=True)
class Guess:
    """一个候选来源:认出了几列、得分。"""

    source: str
    title: str
    columns: int
    score: float

    def __str__(self) -> str:
        return f"{self.title}(认出 {self.columns} 列)"


@dataclass(frozen=True, slots=True)
class Recognition:
    """认出的结果。``problem`` 为空即认出;否则 ``source`` 为空,``guesses`` 是最接近的来源。"""

    source: Source | None
    pairs: tuple[Pair, ...]
    headers: tuple[Header, ...]
    guesses: tuple[Guess, ...]
    problem: Literal["unknown", "ambiguous"] | None = None

    @property
    def unknown(self) -> list[str]:
        """没有对应字段的列,原样表头。"""
        known = {pair.column for pair in self.pairs}
        return [header.text for index, header in enumerate(self.headers) if index not in known and header.text]

    @property
    def missing(self) -> list[str]:
        """必需而文件没有的字段 key。"""
        if self.source is None:
            return []
        return [item.key for item in self.source.missing({pair.field for pair in self.pairs})]


def header_strength(cells: Sequence[str | None], catalog: Catalog) -> float:
    """一行像不像表头:与最像的来源准确对应的分量之和;不到两列的为 0。"""
    hits = exact_hits([parse_header(cell) for cell in cells], catalog)
    best = 0.0
    for key in hits:
        pairs = match_exact(catalog[key], hits).pairs.values()
        if len(pairs) >= 2:
            best = max(best, sum(pair.weight for pair in pairs) + 0.05 * len(pairs))
    return best


def recognise(
    headers: Sequence[str | None],
    catalog: Catalog,
    sample: Sequence[Sequence[str | None]] = (),
    titles: Sequence[str] = (),
) -> Recognition:
    """认出一张表。

    ``headers`` 原样表头;``sample`` 每列一串样本值(可不给);``titles`` 表头上方的标题、说明文字。
    """
    parsed = [parse_header(text) for text in headers]
    columns = {index: look(sample[index]) if index < len(sample) else Column(()) for index in range(len(parsed))}
    hits = exact_hits(parsed, catalog)
    matches = [match_exact(source, hits) for source in catalog]
    for match in matches:
        match.score = sum(pair.weight for pair in match.pairs.values())
    matches.sort(key=lambda match: -match.score)
    likely = [match for match in matches if match.score >= 0.5 * matches[0].score][:5] if matches else []
    for match in likely:
        match_similar(match, parsed, columns, catalog)
        match_content(match, parsed, columns)
        match_place(match, columns)
        match.score = _score(match, parsed, columns, titles)
    likely.sort(key=lambda match: -match.score)
    return _decide(likely, parsed)


def recognise_as(
    source: Source,
    headers: Sequence[str | None],
    catalog: Catalog,
    sample: Sequence[Sequence[str | None]] = (),
    mapping: Mapping[str, str] | None = None,
) -> Recognition:
    """来源已由人选定,只对各列;``mapping`` 是原样表头 → 字段 key(空文字为不用这一列),其余的列照常对应。

    当事人的列一个也对不上时,``problem`` 为 unknown。
    """
    parsed = [parse_header(text) for text in headers]
    columns = {index: look(sample[index]) if index < len(sample) else Column(()) for index in range(len(parsed))}
    match = match_exact(source, exact_hits(parsed, catalog))
    match_similar(match, parsed, columns, catalog)
    match_content(match, parsed, columns)
    match_place(match, columns)
    _overrule(match, parsed, mapping or {})
    if not _has_subject(match):
        return Recognition(
            None, (), tuple(parsed), (Guess(source.key, source.title, len(match.pairs), 0.0),), "unknown"
        )
    return Recognition(source, tuple(match.pairs[column] for column in sorted(match.pairs)), tuple(parsed), ())


def _overrule(match: Match, headers: Sequence[Header], mapping: Mapping[str, str]) -> None:
    """人的对应盖过程序的:同一字段只留人指定的列。"""
    for column, header in enumerate(headers):
        if header.text not in mapping:
            continue
        match.pairs.pop(column, None)
        key = mapping[header.text]
        if key not in match.source.field_map:
            continue
        match.pairs = {at: pair for at, pair in match.pairs.items() if pair.field != key}
        spelled = dict(reversed(list(match.source[key].spellings())))
        factor = next((spelled[word] for word in header.words if word in spelled), 1.0)
        match.pairs[column] = Pair(column, key, factor, "chosen", 1.0)


def _score(match: Match, headers: Sequence[Header], columns: dict[int, Column], titles: Sequence[str]) -> float:
    score = sum(pair.weight for pair in match.pairs.values())
    for pair in match.pairs.values():
        item, sample = match.source[pair.field], columns[pair.column]
        if sample.code_share(item) >= 0.5:
            score += CODES
        elif item.codes and len(sample.values) >= 3 and not sample.code_share(item):
            score -= STRANGE * pair.weight
    text = "".join(titles)
    score += HINT * any(hint in text for hint in match.source.hints)
    score -= MISSING * sum(item.key not in match.source.subject for item in match.missing_required)
    return score - UNEXPLAINED * (sum(bool(header.words) for header in headers) - len(match.pairs))


def _decide(matches: list[Match], headers: list[Header]) -> Recognition:
    guesses = tuple(
        Guess(match.source.key, match.source.title, len(match.pairs), round(match.score, 3)) for match in matches[:3]
    )
    problem: Literal["unknown", "ambiguous"] | None = None
    if not matches or matches[0].score < _enough(matches[0]) or not _has_subject(matches[0]):
        problem = "unknown"
    elif len(matches) > 1 and matches[0].score - matches[1].score < MARGIN * matches[0].score:
        problem = "ambiguous"
    if problem:
        return Recognition(None, (), tuple(headers), guesses, problem)
    best = matches[0]
    pairs = tuple(best.pairs[column] for column in sorted(best.pairs))
    return Recognition(best.source, pairs, tuple(headers), guesses)


def _enough(match: Match) -> float:
    """至少要有的分量;必需列全缺的,可能只是恰好同名的几列,要求更高。"""
    required = [item for item in match.source.fields if item.required and item.key not in match.source.subject]
    hollow = bool(required) and len(match.missing_required) - _missing_subject(match) == len(required)
    return HOLLOW if hollow else ENOUGH


def _missing_subject(match: Match) -> int:
    return sum(item.key in match.source.subject for item in match.missing_required)


def _has_subject(match: Match) -> bool:
    return not match.source.subject or bool(match.matched & set(match.source.subject))
