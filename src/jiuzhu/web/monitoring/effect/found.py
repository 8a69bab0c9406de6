"""成效里数据发现的各数：背后是哪些核实结果。"""

from typing import Any

from django.db.models import F, OuterRef, Q, QuerySet, Subquery

from jiuzhu.web.access.scope import Scope
from jiuzhu.web.monitoring.models import Finding, FindingOutcome

from .compute import period_of
from .filters import Filters

CONDITIONS = {
    "findings_true": Q(outcome__in=FindingOutcome.TRUE),
    "findings_false": ~Q(outcome__in=FindingOutcome.TRUE),
    "saved": Q(outcome__in=FindingOutcome.SAVES, per_month__gt=0),
    "granted": Q(outcome=FindingOutcome.Outcome.ADMITTED, per_month__gt=0),
    "recovered": Q(once__gt=0),
}
TITLES = {
    "findings_true": "核实属实的数据发现",
    "findings_false": "核实不属实的数据发现",
    "saved": "每月少发的",
    "granted": "每月新给的",
    "recovered": "要追回的",
}


def outcomes(scope: Scope, filters: Filters, measure: str) -> QuerySet[FindingOutcome, Any]:
    """一个数背后的核实结果，金额大的在前；``finding_id`` 是当时那次监测的发现，没有了的为空。"""
    same = Finding.objects.within(scope).filter(
        run=OuterRef("run"), kind=OuterRef("kind"), household_id=OuterRef("household_id"),
        person_id=OuterRef("person_id"),
    )  # fmt: skip
    rows = FindingOutcome.objects.within(scope).filter(period_of(filters), CONDITIONS[measure], undone_at=None)
    rows = rows.annotate(finding_id=Subquery(same.values("pk")[:1]), size=F("per_month") + F("once"))
    return rows.order_by("-size", "-at", "-pk")
