"""把引擎对一户的解释排成页面的次序:谁、哪些指标、哪些事实。不改动任何数值。"""

from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

from jiuzhu.engine.explanation import FactValue, FindingResult, HouseholdExplanation, IndicatorResult, Member

from .labels import class_title
from .models import Finding, HouseholdWarning, Run

SCALE_WIDTH = 600
BANDS = dict(HouseholdWarning.Band.choices)


@dataclass(frozen=True)
class MemberView:
    """一名成员:``户主 男 62岁`` 和所在的救助类别。"""

    raw: Member
    label: str
    classes: tuple[str, ...]


@dataclass(frozen=True)
class IndicatorView:
    """一项指标;人级指标附上说的是谁。"""

    raw: IndicatorResult
    who: str


@dataclass(frozen=True)
class FindingView:
    """一个发现;附上说的是谁。"""

    raw: FindingResult
    who: str


@dataclass(frozen=True)
class FactGroup:
    """一类事实,分三份:有内容的、为零或“否”的、未知的。"""

    title: str
    told: list[FactValue]
    plain: list[FactValue]
    unknown: list[FactValue]

    @property
    def known(self) -> int:
        """已知的项数。"""
        return len(self.told) + len(self.plain)


@dataclass(frozen=True)
class ExplainedHousehold:
    """一户的页面。``parts`` 是各类别的分值之和,``scale`` 是得分在各级别中的位置。"""

    raw: HouseholdExplanation
    members: list[MemberView]
    alive: int
    dead: int
    hits: list[IndicatorView]
    unknown: list[IndicatorView]
    findings: list[FindingView]
    facts: list[FactGroup]
    parts: list[dict[str, Any]]
    scale: dict[str, Any] | None


def explained_household(run: Run, household_id: str) -> ExplainedHousehold:
    """一户的解释；须先由 ``selectors.household_seen`` 确认看得到。"""
    from jiuzhu.engine.explain import explain_household  # noqa: PLC0415 载入计算库较慢,用到时才载入

    raw = explain_household(Path(run.out_dir), household_id)
    members = [member_view(member) for member in sorted(raw.members, key=member_order)]
    who = {member.raw.person_id: member.label for member in members}
    indicators = [IndicatorView(item, who.get(item.person_id or "", "")) for item in raw.indicators]
    hits = [item for item in indicators if item.raw.outcome == "hit"]
    return ExplainedHousehold(
        raw=raw,
        members=members,
        alive=sum(member.alive for member in raw.members),
        dead=sum(not member.alive for member in raw.members),
        hits=hits,
        unknown=[item for item in indicators if item.raw.outcome == "unknown"],
        findings=[FindingView(item, who.get(item.person_id or "", "")) for item in raw.findings],
        facts=fact_groups(raw.facts),
        parts=category_points(hits),
        scale=score_scale(raw.score, run.rulebook.get("bands", [])),
    )


def finding_words(run: Run, findings: list[Finding], *, shortly: bool = False) -> list[str]:
    """每条发现的根据,一句话一条,与 ``findings`` 同序;``shortly`` 只留最说明问题的几个数。"""
    from jiuzhu.engine.edition import rulebook_of  # noqa: PLC0415 同上
    from jiuzhu.engine.explain import finding_text  # noqa: PLC0415 同上

    book, _, _ = rulebook_of(Path(run.out_dir))
    return [finding_text(book, finding.kind, finding.detail, shortly=shortly) for finding in findings]


def member_order(member: Member) -> tuple[bool, bool, int]:
    """健在的在前,户主在前,年长的在前。"""
    return (not member.alive, member.relation != "户主", -(member.age or 0))


def member_view(member: Member) -> MemberView:
    """成员的称呼与类别名称。"""
    age = f"{member.age}岁" if member.age is not None else "年龄不详"
    label = " ".join(part for part in (member.relation or "关系不详", member.sex, age) if part)
    return MemberView(member, label, tuple(class_title(name) for name in member.classes))


def category_points(hits: list[IndicatorView]) -> list[dict[str, Any]]:
    """命中指标按类别合计分值,从大到小。"""
    found: dict[str, float] = {}
    for item in hits:
        found[item.raw.category] = found.get(item.raw.category, 0) + item.raw.points
    return [{"category": name, "points": value} for name, value in sorted(found.items(), key=lambda pair: -pair[1])]


def fact_groups(facts: tuple[FactValue, ...]) -> list[FactGroup]:
    """事实按字典里的八类分组;字典里没有的归入“其他”。"""
    from jiuzhu.engine.facts import CATEGORIES, DICTIONARY  # noqa: PLC0415 同上

    order = {name: index for index, name in enumerate((*CATEGORIES, "其他"))}

    def category(fact: FactValue) -> str:
        known = DICTIONARY.facts.get(fact.name)
        return known.category if known else "其他"

    arranged = sorted(facts, key=lambda fact: order[category(fact)])
    groups = []
    for title, members in groupby(arranged, key=category):
        rows = list(members)
        told = [fact for fact in rows if fact.value]
        plain = [fact for fact in rows if fact.value is not None and not fact.value]
        groups.append(FactGroup(title, told, plain, [fact for fact in rows if fact.value is None]))
    return groups


def score_scale(score: float, bands: list[dict[str, Any]]) -> dict[str, Any] | None:
    """得分在各级别里的位置,坐标 0–600;没有级别定义时为空。"""
    if not bands:
        return None
    ordered = sorted(bands, key=lambda item: item["low"])
    top = max(ordered[-1]["low"] * 1.35, score * 1.05, 1)
    unit = SCALE_WIDTH / top
    edges = [*(item["low"] for item in ordered), top]
    zones = [{"band": "none", "x": 0, "width": round(edges[0] * unit, 1)}]
    for item, high in zip(ordered, edges[1:], strict=True):
        zones.append(
            {"band": item["band"], "x": round(item["low"] * unit, 1), "width": round((high - item["low"]) * unit, 1)}
        )
    words = [f"{BANDS.get(item['band'], item['band'])} {item['low']:g} 分以上" for item in reversed(ordered)]
    return {"zones": zones, "here": round(max(0, min(score, top)) * unit, 1), "words": words}
