"""催办、督办、通报：到时自动逐级升，也可以由人发出。"""

from datetime import datetime

from django.utils import timezone

from jiuzhu.web.access.scope import Scope as AccessScope
from jiuzhu.web.audit.actor import Actor
from jiuzhu.web.process.clocks import urge_time
from jiuzhu.web.process.models import Task
from jiuzhu.web.process.movement import Kind, Movement, moving

from .instances import demand_reason
from .tasks import visible_task

Urge = Task.Urge
# 各级告诉谁：承办的人与岗位之外，再加这些角色
CONCERNS: dict[int, tuple[str, ...]] = {
    Urge.REMINDED: ("town_reviewer",),
    Urge.SUPERVISED: ("town_reviewer", "county_officer", "supervisor"),
    Urge.NOTIFIED: ("town_reviewer", "county_officer", "supervisor", "leader"),
}


def urge_up(movement: Movement, task: Task) -> None:
    """自动升一级，定下再升一级的时刻。事项已由调用者锁住。"""
    raise_to(movement, task, task.urge + 1, note="")


def raise_to(movement: Movement, task: Task, level: int, *, note: str, by_hand: bool = False) -> None:
    """升到某级（不降），记事件与审计。由人发出的当即告诉相关的人；自动的攒着，一天一则（``urging_tell``）。"""
    before = task.urge
    task.urge = max(task.urge, level)
    task.fire_at = urge_time(task, movement.process.node(task.node).urging, movement.calendar)
    if by_hand:
        task.urge_told = task.urge
    task.save(update_fields=["urge", "urge_told", "fire_at"])
    movement.event(
        Kind.URGED,
        task,
        level=level,
        level_title=Urge(level).label.removeprefix("已"),
        assignee=task.assignee_id,
        organisation=task.organisation_id,
        role=task.role,
        concerns=list(CONCERNS[level]),
        note=note,
        by_hand=by_hand,
    )
    movement.audit("process.task_urge", task, before={"urge": before}, after={"urge": level}, reason=note)


def task_urge(*, task_id: int, actor: Actor, scope: AccessScope, note: str = "", now: datetime | None = None) -> Task:
    """人工催办。"""
    return _by_hand(task_id, Urge.REMINDED, note, actor, scope, now)


def task_supervise(*, task_id: int, actor: Actor, scope: AccessScope, note: str, now: datetime | None = None) -> Task:
    """人工督办，须写明要求。

    Raises:
        ServiceError: 没写要求（reason_missing）。
    """
    demand_reason(note, "督办")
    return _by_hand(task_id, Urge.SUPERVISED, note, actor, scope, now)


def _by_hand(task_id: int, level: int, note: str, actor: Actor, scope: AccessScope, now: datetime | None) -> Task:
    instance_id = visible_task(task_id, scope).instance_id
    with moving(instance_id, actor=actor, now=now or timezone.now()) as movement:
        task = movement.open_task(task_id)
        raise_to(movement, task, level, note=note, by_hand=True)
    return task
