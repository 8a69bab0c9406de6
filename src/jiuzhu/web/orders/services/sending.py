"""派单、加派、撤回、退回之后改派：都由首问单位办。"""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from jiuzhu.web.access.scope import Scope
from jiuzhu.web.audit.actor import Actor
from jiuzhu.web.audit.services import record
from jiuzhu.web.ground.errors import Conflict, ServiceError
from jiuzhu.web.orders.models import Order, OrderPart
from jiuzhu.web.orders.subjects import order_subject
from jiuzhu.web.process.models import Task
from jiuzhu.web.process.movement import EVERYTHING
from jiuzhu.web.process.services import scope_add, scope_withdraw, task_complete

from .needs import Need
from .opening import branch_for

SENT = "sent"


@transaction.atomic
def order_send(
    *, task_id: int, needs: Sequence[Need], actor: Actor, scope: Scope, note: str = "", now: datetime | None = None
) -> Order:
    """把等着派的单派出去；拟派而没有选上的，就此去掉。

    Raises:
        ServiceError: 一个单位也没有选（no_branches）。
    """
    task, order = waiting(task_id, scope)
    with EVERYTHING.applied():
        branches = [branch_for(order, need) for need in needs]
        kept = [branch.organisation_id for branch in branches]
        OrderPart.objects.within(EVERYTHING).filter(order=order, branch=None).exclude(organisation_id__in=kept).delete()
        _recorded(order, needs, actor)
    task_complete(task_id=task.pk, outcome=SENT, note=note, branches=tuple(branches), actor=actor, scope=scope, now=now)
    return order


@transaction.atomic
def part_add(*, order: Order, need: Need, actor: Actor, scope: Scope, now: datetime | None = None) -> OrderPart:
    """中途加派一个单位。

    Raises:
        Conflict: 已经汇总（nothing_to_join），或它正在办（already_sent）。
    """
    with EVERYTHING.applied():
        branch = branch_for(order, need)
        _recorded(order, [need], actor)
    added = scope_add(instance_id=order.instance_id, branch=branch, actor=actor, scope=scope, now=now)
    return OrderPart.objects.within(EVERYTHING).get(branch=added)


def part_withdraw(*, part: OrderPart, reason: str, actor: Actor, scope: Scope, now: datetime | None = None) -> None:
    """撤回派给一个单位的一份，要写理由。"""
    if part.branch_id is None:
        raise Conflict("这一份还没有派出，不用撤回。", code="not_sent")
    scope_withdraw(scope_id=part.branch_id, reason=reason, actor=actor, scope=scope, now=now)


@transaction.atomic
def part_reassign(
    *, task_id: int, need: Need | None, actor: Actor, scope: Scope, note: str = "", now: datetime | None = None
) -> Order:
    """退回的一份：改派 ``need`` 里的单位；``need`` 空着是不再派，要写理由。"""
    task, order = waiting(task_id, scope)
    if need is None:
        task_complete(task_id=task.pk, outcome="dropped", note=note, actor=actor, scope=scope, now=now)
        return order
    if need.organisation_id == task.scope.organisation_id:
        raise ServiceError("这个单位刚退回来，请改派别的单位；确属它的职责，请选“请它接单”。", code="same_receiver")
    part_add(order=order, need=need, actor=actor, scope=scope, now=now)
    task_complete(task_id=task.pk, outcome="elsewhere", note=note, actor=actor, scope=scope, now=now)
    return order


def part_insist(*, task_id: int, note: str, actor: Actor, scope: Scope, now: datetime | None = None) -> Task:
    """确属它的职责：写明理由，请它接单。"""
    return task_complete(task_id=task_id, outcome="insist", note=note, actor=actor, scope=scope, now=now)


def waiting(task_id: int, scope: Scope) -> tuple[Task, Order]:
    """一项任务和它的单；看不到即不存在。"""
    task = Task.objects.within(scope).select_related("scope", "instance__definition").get(pk=task_id)
    with EVERYTHING.applied():
        order = (
            Order.objects.within(EVERYTHING).select_related("household__head", "report").get(instance=task.instance_id)
        )
    order.instance = task.instance
    return task, order


def _recorded(order: Order, needs: Sequence[Need], actor: Actor) -> None:
    record(actor=actor, action="orders.part_set", subject=order_subject(order), after={"parts": len(needs)})
