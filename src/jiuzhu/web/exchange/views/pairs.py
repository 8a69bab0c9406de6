"""一行与它的候选，备成页面要的样子。"""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date

from jiuzhu.engine.catalog import Source
from jiuzhu.engine.catalog.model import FieldType
from jiuzhu.web.divisions.selectors import is_known, short_path_of
from jiuzhu.web.exchange.comparing import COMPARED, Line, compared, masked_value, why_doubtful
from jiuzhu.web.exchange.models import MatchCandidate, MatchDecision, MatchRow
from jiuzhu.web.exchange.sources import catalog, department_of
from jiuzhu.web.ground.templatetags.ground import cn_date, number
from jiuzhu.web.registry.selectors import class_title


@dataclass(frozen=True)
class Card:
    """一个候选。``lines`` 逐项对看；``same`` 是完全相同的几项的名目。"""

    candidate: MatchCandidate
    percent: int
    classes: list[str]
    lines: list[Line]
    same: list[str]
    chosen: bool


@dataclass(frozen=True)
class Pair:
    """一行与候选。``others`` 是这一行里不用来认人的各项。"""

    match: MatchRow
    title: str
    department: str
    why: list[str]
    others: list[tuple[str, str]]
    cards: list[Card]


def pair(match: MatchRow, decision: MatchDecision | None, *, plain: bool = False) -> Pair:
    """备好一行。``plain`` 为真时一字不遮，须已记过审计。"""
    source = catalog()[match.source]
    ours = spoken(match.facts, source)
    people = list(match.candidates.all())
    register = catalog()["hukou"]
    theirs = [spoken(each.facts, register) for each in people]
    why = why_doubtful(match.facts, [each.facts for each in people])
    rest = [
        (source[key].title, value if plain or not source[key].sensitive else masked_value(key, value))
        for key, value in ours.items()
        if key not in COMPARED and key in source.field_map
    ]
    cards = [
        _card(each, compared(ours, his, plain=plain), decision, plain=plain)
        for each, his in zip(people, theirs, strict=True)
    ]
    return Pair(match, source.title, department_of(match.source), why, rest, cards)


def _card(candidate: MatchCandidate, lines: list[Line], decision: MatchDecision | None, *, plain: bool) -> Card:
    kept = (
        lines
        if plain
        else [
            line
            for line in lines
            if line.verdict != "missing"
            or line.key in ("name", "id_number", "sex", "birth_date", "address", "village_code")
        ]
    )
    return Card(
        candidate=candidate,
        percent=min(99, round(candidate.probability * 100)),  # 拿不准的才到这里，不写满
        classes=[class_title(code) for code in candidate.classes],
        lines=kept,
        same=[line.title for line in lines if line.verdict == "same"],
        chosen=decision is not None and decision.person_id == candidate.person_id,
    )


def spoken(facts: Mapping[str, str], source: Source) -> dict[str, str]:
    """存着的各项 → 给人看的写法：日期、数写成中文习惯。"""
    return {key: _spoken(value, source[key].type if key in source.field_map else None) for key, value in facts.items()}


def _spoken(value: str, kind: FieldType | None) -> str:
    if kind is FieldType.PLACE_CODE:
        return short_path_of(value) if is_known(value) else f"代码不在区划表，末六位 {value[-6:]}"
    with suppress(ValueError):
        if kind is FieldType.DATE:
            return str(cn_date(date.fromisoformat(value)))
        if kind is FieldType.MONTH:
            day = date.fromisoformat(value)
            return f"{day.year}年{day.month}月"
        if kind in (FieldType.MONEY, FieldType.NUMBER):
            return str(number(float(value), 2))
        if kind is FieldType.YES_NO:
            return "是" if value == "True" else "否"
    return value
