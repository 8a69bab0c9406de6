"""点单：开一张单；同一户在办的同类单，并进去，不另开。"""

from collections.abc import Sequence
from datetime import datetime

from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone

from jiuzhu.web.access.scope import Scope
from jiuzhu.web.audit.actor import Actor
from jiuzhu.web.audit.services import record
from jiuzhu.web.ground.errors import NotAllowed, ServiceError
from jiuzhu.web.orders.chain import note
from jiuzhu.web.orders.models import Order, OrderPart, Source
from jiuzhu.web.orders.subjects import label_of, order_subject, subject_of
from jiuzhu.web.process.definition import Limit
from jiuzhu.web.process.models import Definition, Task
from jiuzhu.web.process.models import Scope as Part
from jiuzhu.web.process.movement import EVERYTHING, Branch
from jiuzhu.web.process.services import instance_open, task_complete
from jiuzhu.web.registry.models import Event, Household, Report

from .joining import join
from .needs import Need, demand_no_numbers, part_set
from .seats import Seats

LOCK = "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))"
GROUPS = {
    "warning": "data",
    "policy": "data",
    "finding": "finding",
    "window": "people",
    "phone": "people",
    "field": "people",
}


@transaction.atomic
def order_open(
    *,
    household: Household | None,
    origin: str,
    source_kind: str,
    source_key: str,
    title: str,
    words: str,
    needs: Sequence[Need],
    actor: Actor,
    scope: Scope,
    report: Report | None = None,
    urgent: bool = False,
    kind: str = Order.Kind.AID,
    person_name: str = "",
    phone: str = "",
    division_code: str = "",
    place: str = "",
    now: datetime | None = None,
) -> Order:
    """开一张单并派给 ``needs`` 里的单位；``needs`` 空着就等首问单位派。

    同一来由（``source_kind``、``source_key``）只算一张单；同一户同类来源（数据、发现、来人）同种类的单还在办，就并进去：
    添上新的单位、指标与情况，返回原来那张。没有户的（还没有档案）要给 ``division_code`` 与 ``person_name`` 或 ``report``。

    Raises:
        NotAllowed: 所在地不归当前岗位管（outside_area）。
        ServiceError: 缺事由（incomplete），话里有证件号（long_number），没有首问单位（no_sender）。
    """
    where = household.division_code if household else report.division_code if report else division_code
    demand(title, words, where, scope)
    moment = now or timezone.now()
    with EVERYTHING.applied():
        _lock(household, source_kind, source_key)
        known = (
            Source.objects.within(EVERYTHING).filter(kind=source_kind, key=source_key).select_related("order").first()
        )
        if known is not None:
            return known.order
        current = _current(household, report, origin, kind)
        if current is not None:
            return join(
                order=current, needs=needs, source=(source_kind, source_key), title=title, actor=actor, now=moment
            )
        order = _create(
            Order(
                household=household, report=report, division_code=where, origin=origin, kind=kind,
                title=title.strip()[:80], words=words.strip(), urgent=urgent, opened_at=moment,
                person_name=person_name or (report.name if report else ""), phone=phone, place=place.strip(),
                opened_by_id=actor.user_id, opened_name=actor.name[:60],
            ),
            needs, (source_kind, source_key), actor, scope,
        )  # fmt: skip
        if report is not None:
            _report_referred(report, actor, scope, moment)
    return order


def process_of(kind: str, *, urgent: bool) -> str:
    """走哪个流程。"""
    if kind == Order.Kind.CHECK:
        return "order_check"
    return "order_urgent" if urgent else "order"


def _create(order: Order, needs: Sequence[Need], source: tuple[str, str], actor: Actor, scope: Scope) -> Order:
    code = process_of(order.kind, urgent=order.urgent)
    definition = Definition.objects.filter(code=code).order_by("-published_at", "-id").first()
    if definition is None:
        raise ServiceError("派单的流程还没有发布，请系统管理员先发布。", code="no_definition", status=409)
    seats = Seats(scope)
    first, role = seats.first(order.origin, order.division_code)
    subject_kind, subject_key = subject_of(order)
    order.instance = instance_open(
        code=code,
        subject_kind=subject_kind,
        subject_key=subject_key or f"{source[1]}"[:60],
        subject_label=label_of(order),
        division_code=order.division_code,
        actor=actor,
        scope=EVERYTHING,
        data=seats.drawn(order.division_code, ":".join(source)),
        first_organisation_id=first,
        first_role=role,
        now=order.opened_at,
    )
    order.save()
    if not subject_key:
        order.instance.subject_key = str(order.pk)
        order.instance.save(update_fields=["subject_key"])
    Source.objects.create(
        order=order, division_code=order.division_code, kind=source[0], key=source[1], at=order.opened_at
    )
    after = {"origin": order.origin, "kind": order.kind, "urgent": order.urgent, "parts": len(needs)}
    record(actor=actor, action="orders.order_open", subject=order_subject(order), after=after)
    note(order, Event.Kind.ORDERED, f"点单：{order.title}", actor, order.opened_at, f"{order.pk}:opened")
    if needs:
        _dispatch(order, [branch_for(order, need) for need in needs], actor, order.opened_at)
    return order


def branch_for(order: Order, need: Need) -> Branch:
    """列入一个单位，备好派给它的分支。"""
    part = part_set(order, need, order.instance.process.node("take"))
    return Branch(part.organisation_id, Limit(need.days, "wd") if need.days else None)


def _dispatch(order: Order, branches: Sequence[Branch], actor: Actor, now: datetime) -> None:
    """开单时就知道派给谁的，直接派出。"""
    send = Task.objects.within(EVERYTHING).get(instance=order.instance, node="send", done_at=None)
    task_complete(
        task_id=send.pk,
        outcome="sent",
        branches=tuple({branch.organisation_id: branch for branch in branches}.values()),
        actor=actor,
        scope=EVERYTHING,
        now=now,
    )


def bind(order: Order, branches: Sequence[Part]) -> None:
    """派出的分支与拟派的一份对上；没有列过的（从流程页加送的），补一份。"""
    for branch in branches:
        assert branch.organisation_id is not None
        part = (
            OrderPart.objects.within(EVERYTHING)
            .filter(order=order, organisation_id=branch.organisation_id, branch=None)
            .first()
        )
        if part is None:
            part = OrderPart(
                order=order, organisation_id=branch.organisation_id, division_code=order.division_code,
                ask=branch.label or order.title, at=branch.opened_at,
            )  # fmt: skip
        part.branch, part.at = branch, branch.opened_at
        part.save()


def _lock(household: Household | None, source_kind: str, source_key: str) -> None:
    """同一户、同一来由一次只开一张：两个人（或两个后台进程）同时来，后到的等前一个开完。"""
    with connection.cursor() as cursor:
        if household is not None:
            cursor.execute(LOCK, [f"orders:{household.household_id}"])
        cursor.execute(LOCK, [f"orders:{source_kind}:{source_key}"])


def _current(household: Household | None, report: Report | None, origin: str, kind: str) -> Order | None:
    """这一户（或这次上报）同类来源、同种类、还在办的单。"""
    if household is None and report is None:
        return None
    rows = in_hand(origin, kind)
    rows = rows.filter(household=household) if household else rows.filter(report=report)
    return rows.select_related("instance__definition", "household__head", "report").order_by("pk").first()


def in_hand(origin: str, kind: str) -> QuerySet[Order]:
    """同类来源、同种类、还在办的单。"""
    group = [code for code, name in GROUPS.items() if name == GROUPS[origin]]
    return Order.objects.within(EVERYTHING).filter(instance__ended_at=None, kind=kind, origin__in=group)


def _report_referred(report: Report, actor: Actor, scope: Scope, now: datetime) -> None:
    """由上报转来的：上报那边等窗口“登记转介”的一步，就此办结。"""
    waiting = Task.objects.within(scope).filter(
        instance__subject_kind="registry.report", instance__subject_key=str(report.pk), node="to_referral", done_at=None
    )
    for task in waiting.filter(organisation_id=scope.organisation_id, role=scope.role):
        task_complete(task_id=task.pk, outcome="registered", actor=actor, scope=scope, now=now)


def demand(title: str, words: str, where: str, scope: Scope) -> None:
    """缺的、不归他管的、写了号码的，不能开。"""
    if not title.strip() or not where:
        raise ServiceError("缺事由或所在地，单没有开成。", code="incomplete")
    if not scope.covers(where):
        raise NotAllowed("这个地方不归您当前的岗位管，单没有开成。", code="outside_area")
    demand_no_numbers(title, words)
