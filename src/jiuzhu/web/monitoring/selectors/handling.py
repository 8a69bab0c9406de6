"""预警办到哪里：由派单与排除得出，不另存状态。

一次评估（同一天数据，重算也算）之后才有的结论，才算这次预警的结论；以前办结、排除过的户再报，是新的一次。
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Any

from django.db.models import Case, CharField, Exists, Min, OuterRef, QuerySet, Subquery, Value, When

from jiuzhu.web.access.scope import Scope
from jiuzhu.web.monitoring.models import Closing, HouseholdWarning, Plan, Run
from jiuzhu.web.orders.models import Source
from jiuzhu.web.orders.selectors import TRUE_OUTCOMES, OrderState

from .orders import codes_of, orders_by_household

SOURCE = "monitoring.warning"  # 派单的来由种类；来由编号是预警编号，评估日不同即另一条
# 派单的办结结果哪些算“属实”：确有困难；哪些算“不属实”
TRUE = TRUE_OUTCOMES
FALSE = ("untrue", "no_need")


class State(StrEnum):
    """一条预警办到哪里。"""

    OPEN = "open"
    IN_HAND = "in_hand"
    DONE = "done"
    FALSE = "false"


STATES = {State.OPEN: "待处置", State.IN_HAND: "派单在办", State.DONE: "已办结", State.FALSE: "已排除"}


@dataclass(frozen=True)
class Handling:
    """一户的预警现在怎样。``earlier`` 是这次评估之前最近的一次排除或办结，再报时提醒。"""

    state: State
    order: OrderState | None = None
    closing: Closing | None = None
    earlier: str = ""

    @property
    def title(self) -> str:
        """待处置、派单在办……"""
        return STATES[self.state]


def since_of(run: Run) -> datetime:
    """这次评估最早算出的时刻：同一县、同一评估日的监测里最早完成的。"""
    found = _first_finished(run.pk, run.out_dir) if run.can_open else None
    found = found or run.finished_at or run.created_at
    assert isinstance(found, datetime)
    return found


@lru_cache(maxsize=64)
def _first_finished(run_id: int, out_dir: str) -> datetime | None:
    """完成了的监测，这个时刻不会再变：后完成的只会更晚。结果文件夹只为换了数据库时不认错。"""
    everything = Scope.everything()
    with everything.applied():
        run = Run.objects.within(everything).get(pk=run_id)
        same = Run.objects.within(everything).filter(
            division_code=run.division_code, as_of=run.as_of, status=Run.Status.DONE
        )
        return same.aggregate(first=Min("finished_at"))["first"]


def with_state(rows: QuerySet[HouseholdWarning], run: Run, scope: Scope) -> QuerySet[HouseholdWarning]:
    """补上 ``state``，可据以筛选。"""
    since = since_of(run)
    orders = Source.objects.within(scope).filter(kind=SOURCE, order__household__household_id=OuterRef("household_id"))
    closings = Closing.objects.within(scope).filter(
        household_id=OuterRef("household_id"), undone_at=None, at__gte=since
    )
    state: dict[str, Any] = {
        "state": Case(
            When(Exists(orders.filter(order__instance__ended_at=None)), then=Value(State.IN_HAND.value)),
            When(Exists(closings), then=Value(State.FALSE.value)),
            When(Exists(orders.filter(order__instance__ended_at__gte=since)), then=Value(State.DONE.value)),
            default=Value(State.OPEN.value),
            output_field=CharField(),
        )
    }
    return rows.annotate(**state)


def with_before(rows: QuerySet[HouseholdWarning], previous: int | None, scope: Scope) -> QuerySet[HouseholdWarning]:
    """补上 ``before``：上一次监测里的级别，没有为空文本；没有上一次为空。"""
    none: dict[str, Any] = {"before": Value(None, output_field=CharField(null=True))}
    if previous is None:
        return rows.annotate(**none)
    old = HouseholdWarning.objects.within(scope).filter(run_id=previous, household_id=OuterRef("household_id"))
    before: dict[str, Any] = {"before": Subquery(old.values("band")[:1])}
    return rows.annotate(**before)


def handlings(scope: Scope, run: Run, households: Collection[str]) -> dict[str, Handling]:
    """这几户办到哪里；名单一页、预警一条都用它。"""
    since = since_of(run)
    orders = orders_by_household(scope, SOURCE, households)
    closings: dict[str, list[Closing]] = {}
    kept = Closing.objects.within(scope).filter(household_id__in=list(households), undone_at=None)
    for closing in kept.select_related("run").order_by("-at"):
        closings.setdefault(closing.household_id, []).append(closing)
    return {key: handling(orders.get(key), closings.get(key, []), since) for key in households}


def handling(order: OrderState | None, closings: list[Closing], since: datetime) -> Handling:
    """由派单与排除得出。"""
    if order is not None and order.ended_at is None:
        return Handling(State.IN_HAND, order=order)
    now = next((closing for closing in closings if closing.at >= since), None)
    if now is not None:
        return Handling(State.FALSE, order=order, closing=now)
    if order is not None and order.ended_at is not None and order.ended_at >= since:
        return Handling(State.DONE, order=order)
    old = closings[0] if closings else None
    told = f"上次因“{old.get_reason_display()}”排除" if old else ""
    if order is not None and order.ended_at is not None and (old is None or order.ended_at > old.at):
        told = f"上次已办结：{order.outcome_title}"
    return Handling(State.OPEN, order=order, earlier=told)


def closings_of(scope: Scope, household_id: str) -> QuerySet[Closing]:
    """一户历次的排除，新的在前，撤回的也在内。"""
    return Closing.objects.within(scope).filter(household_id=household_id).select_related("run").order_by("-at")


def order_in_hand(warning: HouseholdWarning) -> bool:
    """这一户由预警派的单还在办。"""
    everything = Scope.everything()
    with everything.applied():
        found = orders_by_household(everything, SOURCE, [warning.household_id]).get(warning.household_id)
    return found is not None and found.ended_at is None


def concluded(
    households: Collection[str], plans: Mapping[str, Plan], now: datetime
) -> dict[str, tuple[datetime, frozenset[str]]]:
    """这几户最近一次结论的时刻与当时的指标：排除的、办结的。自动派单据此不重复派。"""
    everything = Scope.everything()
    longest = max((plan.quiet_days for plan in plans.values()), default=0)
    after = now - timedelta(days=longest)
    found: dict[str, tuple[datetime, frozenset[str]]] = {}
    closings = Closing.objects.within(everything).filter(household_id__in=households, undone_at=None, at__gte=after)
    for closing in closings.order_by("at"):
        found[closing.household_id] = (closing.at, frozenset(closing.indicators))
    ended = {
        key: (order.ended_at, order.order_id)
        for key, order in orders_by_household(everything, SOURCE, households).items()
        if order.ended_at is not None and order.ended_at >= after
    }
    codes = codes_of(everything, [pk for _, pk in ended.values()])
    for key, (at, pk) in ended.items():
        if key not in found or at > found[key][0]:
            found[key] = (at, codes.get(pk, frozenset()))
    return found
