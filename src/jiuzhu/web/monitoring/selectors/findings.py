"""数据发现办到哪里：由核查单与登记的核实结果得出。"""

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from django.db.models import Case, CharField, Exists, OuterRef, Q, QuerySet, Sum, Value, When
from django.db.models.functions import Concat

from jiuzhu.web.access.scope import Scope
from jiuzhu.web.monitoring.models import Finding, FindingOutcome
from jiuzhu.web.orders.models import Source
from jiuzhu.web.orders.selectors import OrderState, orders_of

FINDING = "monitoring.finding"  # 核查单的来由种类；来由编号见 ``finding_key``


class FindingState(StrEnum):
    """一个发现办到哪里。"""

    OPEN = "open"
    IN_HAND = "in_hand"
    ANSWERED = "answered"
    DONE = "done"


FINDING_STATES = {
    FindingState.OPEN: "待核实",
    FindingState.IN_HAND: "派单核查中",
    FindingState.ANSWERED: "核查单已办结，待登记结果",
    FindingState.DONE: "已有核实结果",
}


@dataclass(frozen=True)
class FindingHandling:
    """一个发现现在怎样。"""

    state: FindingState
    order: OrderState | None = None
    outcome: FindingOutcome | None = None

    @property
    def title(self) -> str:
        """待核实、派单核查中……"""
        return FINDING_STATES[self.state]


def finding_key(finding: Finding | FindingOutcome) -> str:
    """同一种、同一户、同一人的发现，不论哪次监测，是一回事。"""
    return f"{finding.kind}:{finding.household_id}:{finding.person_id}"


def findings_with_state(rows: QuerySet[Finding], scope: Scope) -> QuerySet[Finding]:
    """补上 ``state``，可据以筛选。"""
    key = Concat("kind", Value(":"), "household_id", Value(":"), "person_id", output_field=CharField())
    orders = Source.objects.within(scope).filter(kind=FINDING, key=OuterRef("key"))
    outcomes = FindingOutcome.objects.within(scope).filter(
        kind=OuterRef("kind"), household_id=OuterRef("household_id"), person_id=OuterRef("person_id"), undone_at=None
    )
    state: dict[str, Any] = {
        "state": Case(
            When(Exists(outcomes), then=Value(FindingState.DONE.value)),
            When(Exists(orders.filter(order__instance__ended_at=None)), then=Value(FindingState.IN_HAND.value)),
            When(Exists(orders), then=Value(FindingState.ANSWERED.value)),
            default=Value(FindingState.OPEN.value),
            output_field=CharField(),
        )
    }
    named: dict[str, Any] = {"key": key}
    return rows.annotate(**named).annotate(**state)


def finding_handlings(scope: Scope, findings: Collection[Finding]) -> dict[int, FindingHandling]:
    """这几个发现办到哪里：主键 → 处置。"""
    keys = {row.pk: finding_key(row) for row in findings}
    orders = orders_of(FINDING, keys.values(), scope)
    homes = {row.household_id for row in findings}
    kept = FindingOutcome.objects.within(scope).filter(household_id__in=homes, undone_at=None)
    outcomes = {finding_key(row): row for row in kept}
    return {pk: _handling(orders.get(key), outcomes.get(key)) for pk, key in keys.items()}


def _handling(order: OrderState | None, outcome: FindingOutcome | None) -> FindingHandling:
    if outcome is not None:
        return FindingHandling(FindingState.DONE, order, outcome)
    if order is None:
        return FindingHandling(FindingState.OPEN)
    state = FindingState.IN_HAND if order.ended_at is None else FindingState.ANSWERED
    return FindingHandling(state, order)


def finding_outcomes_of(scope: Scope, finding: Finding) -> QuerySet[FindingOutcome]:
    """同一个发现历次登记的结果，新的在前，撤回的也在内。"""
    return (
        FindingOutcome.objects.within(scope)
        .filter(kind=finding.kind, household_id=finding.household_id, person_id=finding.person_id)
        .select_related("run")
        .order_by("-at")
    )


def finding_money(scope: Scope, period: Q | None = None) -> dict[str, Any]:
    """登记的核实结果合计：属实几个、不属实几个、每月少发、每月新给、追回。"""
    rows = FindingOutcome.objects.within(scope).filter(undone_at=None)
    if period is not None:
        rows = rows.filter(period)
    saves, admitted = Q(outcome__in=FindingOutcome.SAVES), Q(outcome=FindingOutcome.Outcome.ADMITTED)
    found = rows.aggregate(
        saved=Sum("per_month", filter=saves, default=Decimal(0)),
        granted=Sum("per_month", filter=admitted, default=Decimal(0)),
        recovered=Sum("once", default=Decimal(0)),
    )
    return found | {
        "true": rows.filter(outcome__in=FindingOutcome.TRUE).count(),
        "false": rows.exclude(outcome__in=FindingOutcome.TRUE).count(),
    }
