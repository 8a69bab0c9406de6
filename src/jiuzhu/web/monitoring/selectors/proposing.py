"""核查单办了什么，照着先填好核实结果；登记的人核对之后再存。"""

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from jiuzhu.web.access.scope import Scope
from jiuzhu.web.ground.templatetags.ground import cn_date, money
from jiuzhu.web.monitoring.models import Finding, FindingOutcome
from jiuzhu.web.orders.models import Measure, Source
from jiuzhu.web.orders.selectors import OrderState

from .findings import FINDING
from .handling import FALSE

Outcome = FindingOutcome.Outcome
# 办的措施 → 核实结果；几样都有的取在前的
OUTCOMES = {
    Measure.Kind.STOP: Outcome.STOPPED,
    Measure.Kind.LOWER: Outcome.LOWERED,
    Measure.Kind.RECOVER: Outcome.RECOVERED,
    Measure.Kind.SCHEME: Outcome.ADMITTED,
}
PERIODS = {Measure.Period.MONTH: 1, Measure.Period.YEAR: 12}
CENT = Decimal("0.01")


def proposed_outcome(scope: Scope, finding: Finding, order: OrderState | None) -> dict[str, Any]:
    """由这个发现的核查单得出的核实结果：表单的初值；得不出为空。一张单管着几个发现的，分不清哪样归哪个，也为空。"""
    if order is None or Source.objects.within(scope).filter(order=order.order_id, kind=FINDING).count() != 1:
        return {}
    if order.outcome in FALSE:
        return {"outcome": Outcome.UNTRUE, "words": f"核查单 {order.number} 办结为“{order.outcome_title}”。"}
    unaided = finding.kind == Finding.Kind.ENTITLED_UNAIDED
    kinds = [kind for kind, outcome in OUTCOMES.items() if (outcome == Outcome.ADMITTED) == unaided]
    rows = Measure.objects.within(scope).filter(order=order.order_id, withdrawn_at=None, kind__in=kinds)
    measures = list(rows.select_related("organisation"))
    if not measures:
        return {}
    first = min((each.kind for each in measures), key=kinds.index)
    told = "；".join(_words(each) for each in measures)
    return {
        "outcome": OUTCOMES[Measure.Kind(first)],
        "per_month": _sum(_per_month(each) for each in measures if each.kind == first),
        "once": _sum(each.amount for each in measures if each.kind == Measure.Kind.RECOVER),
        "words": f"核查单 {order.number}：{told}。",
    }


def _per_month(measure: Measure) -> Decimal | None:
    months = PERIODS.get(Measure.Period(measure.period))
    return measure.amount / months if measure.amount is not None and months else None


def _sum(amounts: Any) -> Decimal | None:
    known = [amount for amount in amounts if amount is not None]
    return sum(known, Decimal(0)).quantize(CENT, ROUND_HALF_UP) if known else None


def _words(measure: Measure) -> str:
    often = "" if measure.period == Measure.Period.ONCE else str(measure.get_period_display())
    amount = f" {often}{money(measure.amount)}" if measure.amount is not None else ""
    return f"{measure.organisation}{cn_date(measure.on)}{measure.get_kind_display()} {measure.programme}{amount}"
