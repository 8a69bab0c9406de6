"""一户一档里的各部分。"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet

from jiuzhu.web.access.scope import Scope
from jiuzhu.web.registry.models import (
    ClassSpan,
    EconomySnapshot,
    Event,
    Household,
    Membership,
    Person,
    PersonCorrection,
    Report,
    Visit,
)

from .labels import class_title


@dataclass(frozen=True)
class MemberRow:
    """一名成员：人、与户主关系、在哪几类、何时起在本户、何时离开。"""

    person: Person
    relation: str
    classes: list[str]
    since: date
    until: date | None


@dataclass(frozen=True)
class Figure:
    """经济状况的一项；``before`` 是上一次的值，没有或没变则为空。"""

    title: str
    category: str
    value: float
    unit: str
    window: str
    source: str
    source_date: date | None
    before: float | None = None

    @property
    def is_money(self) -> bool:
        """以元计。"""
        return self.unit.startswith("元")

    @property
    def per(self) -> str:
        """``元/月`` 的“每月”。"""
        return {"元/月": "每月", "元/年": "每年"}.get(self.unit, "")


def members(scope: Scope, household: Household) -> list[MemberRow]:
    """现在的成员：户主在前，年长的在前。"""
    rows = Membership.objects.within(scope).filter(household=household, until=None).select_related("person")
    return _rows(scope, household, list(rows))


def past_members(scope: Scope, household: Household) -> list[MemberRow]:
    """离开的、去世的；又回来的不列。"""
    rows = Membership.objects.within(scope).filter(household=household, until__isnull=False).select_related("person")
    here = Membership.objects.within(scope).filter(household=household, until=None).values("person_id")
    return _rows(scope, household, list(rows.exclude(person_id__in=here)))


def _rows(scope: Scope, household: Household, rows: list[Membership]) -> list[MemberRow]:
    held: dict[int | None, list[str]] = {}
    spans = ClassSpan.objects.within(scope).filter(household=household, until=None).order_by("code")
    for person_id, code in spans.values_list("person_id", "code"):
        held.setdefault(person_id, []).append(class_title(code))
    ordered = sorted(
        rows,
        key=lambda row: (
            row.person_id != household.head_id,
            row.person.birth_date or date.max,
            row.person_id,
        ),
    )
    return [MemberRow(row.person, row.relation, held.get(row.person_id, []), row.since, row.until) for row in ordered]


def person(scope: Scope, person_id: str) -> Person | None:
    """一个人，连同所在的户；已并入别人的不给。"""
    people = Person.objects.within(scope).select_related("household", "household__head")
    return people.filter(person_id=person_id, merged_into=None).first()


def class_spans(scope: Scope, household: Household) -> QuerySet[ClassSpan]:
    """类别经历：现在的在前，新的在前。"""
    rows = ClassSpan.objects.within(scope).filter(household=household).select_related("person")
    return rows.order_by("until", "-seen_on", "code", "pk")


def economy(scope: Scope, household: Household) -> tuple[EconomySnapshot | None, dict[str, list[Figure]]]:
    """最近一次的经济状况，按类别分组；与再上一次比较。"""
    snapshots = list(EconomySnapshot.objects.within(scope).filter(household=household)[:2])
    if not snapshots:
        return None, {}
    before = {item["title"]: item["value"] for item in snapshots[1].figures} if len(snapshots) > 1 else {}
    groups: dict[str, list[Figure]] = {}
    for item in snapshots[0].figures:
        groups.setdefault(item["category"], []).append(_figure(item, before.get(item["title"])))
    return snapshots[0], groups


def _figure(item: dict[str, Any], before: float | None) -> Figure:
    day = item.get("source_date")
    return Figure(
        title=item["title"],
        category=item["category"],
        value=item["value"],
        unit=item["unit"],
        window=item.get("window", ""),
        source=item["source"],
        source_date=date.fromisoformat(day) if day else None,
        before=None if before == item["value"] else before,
    )


def events(scope: Scope, household: Household, kind: str = "") -> QuerySet[Event]:
    """救助链，新的在前。"""
    rows = Event.objects.within(scope).filter(household=household).select_related("person")
    return rows.filter(kind=kind) if kind else rows


def visits(scope: Scope, household: Household) -> QuerySet[Visit]:
    """走访记录，新的在前。"""
    return Visit.objects.within(scope).filter(household=household)


def corrections(scope: Scope, household: Household) -> QuerySet[PersonCorrection]:
    """人工更正，新的在前。"""
    return PersonCorrection.objects.within(scope).filter(household=household).select_related("person")


def reports(scope: Scope, *, user_id: int | None = None) -> QuerySet[Report]:
    """上报，新的在前；可只看某人报的。"""
    rows = Report.objects.within(scope).select_related("household")
    return rows.filter(reported_by_id=user_id) if user_id else rows
