"""承办单位：接单、退回、登记措施、反馈。"""

from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from jiuzhu.web.access.scope import Scope
from jiuzhu.web.audit.actor import Actor
from jiuzhu.web.audit.services import record
from jiuzhu.web.ground.errors import Conflict, ServiceError
from jiuzhu.web.orders.chain import note as chained
from jiuzhu.web.orders.models import Measure, OrderPart
from jiuzhu.web.orders.subjects import order_subject
from jiuzhu.web.process.models import Task
from jiuzhu.web.process.movement import EVERYTHING
from jiuzhu.web.process.people import demand
from jiuzhu.web.process.services import task_complete
from jiuzhu.web.registry.models import Event

from .needs import demand_no_numbers

MONEY = {Measure.Kind.CASH, Measure.Kind.RELIEF, Measure.Kind.STOP, Measure.Kind.LOWER, Measure.Kind.RECOVER}
COUNTED = {Measure.Kind.GOODS, Measure.Kind.SERVICE}


def part_accept(*, task_id: int, actor: Actor, scope: Scope, now: datetime | None = None) -> Task:
    """接单。两个人同时接，后一个得知已经接了（task_closed）。"""
    return task_complete(task_id=task_id, outcome="accepted", actor=actor, scope=scope, now=now)


def part_return(*, task_id: int, note: str, actor: Actor, scope: Scope, now: datetime | None = None) -> Task:
    """不属本单位职责，写明理由退回首问单位。"""
    return task_complete(task_id=task_id, outcome="returned", note=note, actor=actor, scope=scope, now=now)


def part_feed_back(
    *, task_id: int, outcome: str, note: str, actor: Actor, scope: Scope, now: datetime | None = None
) -> Task:
    """反馈办得怎样；落实了的先登记措施。"""
    return task_complete(task_id=task_id, outcome=outcome, note=note, actor=actor, scope=scope, now=now)


@transaction.atomic
def measure_add(
    *,
    task_id: int,
    kind: str,
    programme: str,
    on: date,
    actor: Actor,
    scope: Scope,
    amount: Decimal | None = None,
    period: str = Measure.Period.ONCE,
    quantity: Decimal | None = None,
    unit: str = "",
    note: str = "",
    now: datetime | None = None,
) -> Measure:
    """登记一项措施。钱要写金额，实物、服务要写数量或金额；日期不能在将来。

    Raises:
        NotAllowed: 不归当前岗位办（task_not_mine）。
        ServiceError: 缺金额、数量（incomplete），日期在将来（future）。
    """
    moment = now or timezone.now()
    task = Task.objects.within(scope).select_related("instance", "organisation", "assignee").get(pk=task_id)
    demand(task, scope)
    if task.done_at is not None or task.node != "handle":
        raise Conflict("这一份已经反馈，不能再登记措施；要补登，请首问单位再派。", code="task_closed")
    _demand(kind, programme, on, amount, quantity, moment)
    demand_no_numbers(programme, note)
    with EVERYTHING.applied():
        part = _part(task)
        measure = Measure.objects.create(
            order=part.order, part=part, organisation_id=part.organisation_id, division_code=part.division_code,
            kind=kind, programme=programme.strip(), amount=amount, period=period, quantity=quantity,
            unit=unit.strip(), on=on, note=note.strip(), by_id=actor.user_id, by_name=actor.name[:60], at=moment,
        )  # fmt: skip
        after = {"kind": kind, "programme": measure.programme, "amount": amount, "quantity": quantity}
        record(actor=actor, action="orders.measure_add", subject=order_subject(part.order), after=after)
        chained(
            part.order, Event.Kind.AIDED, f"{task.organisation}{measure.get_kind_display()}：{_words(measure)}",
            actor, moment, f"{part.order_id}:measure:{measure.pk}",
        )  # fmt: skip
    return measure


@transaction.atomic
def measure_withdraw(
    *, measure: Measure, reason: str, actor: Actor, scope: Scope, now: datetime | None = None
) -> Measure:
    """撤下登错的措施，要写原因；反馈之后不能撤。"""
    if not reason.strip():
        raise ServiceError("请写明为什么撤下。", code="reason_missing")
    with EVERYTHING.applied():
        locked = (
            Measure.objects.within(EVERYTHING)
            .select_for_update(of=("self",))
            .select_related("part__order")
            .get(pk=measure.pk)
        )
        open_task = (
            Task.objects.within(EVERYTHING).filter(scope_id=locked.part.branch_id, node="handle", done_at=None).first()
        )
        if open_task is None or locked.withdrawn_at is not None:
            raise Conflict("已经反馈或已经撤下，不能再撤。", code="measure_fixed")
        demand(open_task, scope)
        locked.withdrawn_at, locked.withdrawn_reason = now or timezone.now(), reason.strip()[:200]
        locked.save(update_fields=["withdrawn_at", "withdrawn_reason"])
        record(
            actor=actor, action="orders.measure_withdraw", subject=order_subject(locked.part.order), reason=reason,
            before={"programme": locked.programme, "amount": locked.amount},
        )  # fmt: skip
        chained(
            locked.part.order, Event.Kind.UNDONE, f"撤下登错的措施：{_words(locked)}", actor, locked.withdrawn_at,
            f"{locked.order_id}:measure:{locked.pk}",
        )  # fmt: skip
    return locked


def _part(task: Task) -> OrderPart:
    rows = OrderPart.objects.within(EVERYTHING).select_related("order__household__head", "order__report")
    return rows.get(branch_id=task.scope_id)


def _demand(
    kind: str, programme: str, on: date, amount: Decimal | None, quantity: Decimal | None, moment: datetime
) -> None:
    if not programme.strip():
        raise ServiceError("请写是哪项政策、哪个项目。", code="incomplete")
    if kind in MONEY and amount is None:
        raise ServiceError("请写金额。", code="incomplete")
    if kind in COUNTED and amount is None and quantity is None:
        raise ServiceError("请写数量，或折合的金额。", code="incomplete")
    if on > timezone.localdate(moment):
        raise ServiceError("日期在将来，请改正；没有登记。", code="future")


def _words(measure: Measure) -> str:
    amount = f"{measure.amount:,.2f}元" if measure.amount is not None else ""
    per = measure.get_period_display() if amount and measure.period != Measure.Period.ONCE else ""
    count = f"{measure.quantity.normalize():f}{measure.unit}" if measure.quantity is not None else ""
    return " ".join(part for part in (measure.programme, f"{per}{amount}", count) if part)
