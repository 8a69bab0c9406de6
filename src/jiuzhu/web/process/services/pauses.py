"""停计与恢复期限。停计要有定义里写明的事由；恢复后到期日顺延停计的工作日（或日历日）。"""

from datetime import datetime

from django.db.models import QuerySet
from django.utils import timezone

from jiuzhu.web.access.scope import Scope as AccessScope
from jiuzhu.web.audit.actor import Actor
from jiuzhu.web.ground.errors import Conflict, ServiceError
from jiuzhu.web.process.models import Instance, Pause, Task
from jiuzhu.web.process.movement import EVERYTHING, Kind, Movement, moving
from jiuzhu.web.process.people import demand

from .instances import demand_first, demand_open, demand_reason
from .tasks import visible_task


def task_pause(
    *, task_id: int, rule: str, actor: Actor, scope: AccessScope, note: str = "", now: datetime | None = None
) -> Pause:
    """一项任务停计期限。``rule`` 是定义里这一步的停计事由。

    Raises:
        ServiceError: 定义里没有这个事由（no_pause_rule）。
        Conflict: 已在停计（already_paused）。
    """
    visible = visible_task(task_id, scope)
    demand(visible, scope)
    with moving(visible.instance_id, actor=actor, now=now or timezone.now()) as movement:
        task = movement.open_task(task_id)
        found = next((item for item in movement.process.node(task.node).pauses if item.code == rule), None)
        if found is None:
            raise ServiceError(f"“{task.title}”不能因这个事由停计期限。", code="no_pause_rule")
        if task.paused_at is not None:
            raise Conflict("这项任务已在停计，不必重复。", code="already_paused")
        task.paused_at = movement.now
        task.save(update_fields=["paused_at"])
        pause = _pause(movement, task, reason=rule, title=found.title, note=note, whole=found.whole)
        movement.audit("process.task_pause", task, reason=found.title)
    return pause


def task_resume(*, task_id: int, actor: Actor, scope: AccessScope, now: datetime | None = None) -> Task:
    """恢复计时，到期日顺延。

    Raises:
        Conflict: 没有在停计（not_paused）。
    """
    visible = visible_task(task_id, scope)
    demand(visible, scope)
    with moving(visible.instance_id, actor=actor, now=now or timezone.now()) as movement:
        task = movement.open_task(task_id)
        if task.paused_at is None or movement.instance.paused_at is not None:
            raise Conflict("这项任务没有单独停计，不用恢复。", code="not_paused")
        before = task.due_at
        _resume(movement, [item for item in movement.pauses if item.task_id == task.pk], task)
        task.refresh_from_db()
        movement.audit("process.task_resume", task, before={"due_at": before}, after={"due_at": task.due_at})
    return task


def instance_pause(
    *, instance_id: int, reason: str, actor: Actor, scope: AccessScope, now: datetime | None = None
) -> Pause:
    """整件事停计（如当事人申请中止）。只有首问单位可以，须写明理由。

    Raises:
        Conflict: 已在停计（already_paused）或已办完（instance_ended）。
    """
    demand_reason(reason, "停计")
    demand_first(instance_id, scope, "停计或恢复整件事")
    with moving(instance_id, actor=actor, now=now or timezone.now()) as movement:
        demand_open(movement.instance)
        if movement.instance.paused_at is not None:
            raise Conflict("这件事已在停计，不必重复。", code="already_paused")
        movement.instance.paused_at = movement.now
        _tasks(movement).filter(paused_at=None).update(paused_at=movement.now)
        pause = _pause(movement, None, reason="instance", title="整件事停计", note=reason, whole=True)
        movement.audit("process.instance_pause", reason=reason)
    return pause


def instance_resume(*, instance_id: int, actor: Actor, scope: AccessScope, now: datetime | None = None) -> Instance:
    """整件事恢复计时；单独停计着的任务仍停。

    Raises:
        Conflict: 没有在停计（not_paused）。
    """
    demand_first(instance_id, scope, "停计或恢复整件事")
    with moving(instance_id, actor=actor, now=now or timezone.now()) as movement:
        if movement.instance.paused_at is None:
            raise Conflict("这件事没有停计，不用恢复。", code="not_paused")
        movement.instance.paused_at = None
        _resume(movement, [item for item in movement.pauses if item.task_id is None], None)
        movement.audit("process.instance_resume")
    return movement.instance


def _pause(movement: Movement, task: Task | None, *, reason: str, title: str, note: str, whole: bool) -> Pause:
    pause = Pause.objects.create(
        instance=movement.instance,
        task=task,
        whole=whole,
        reason=reason,
        title=title,
        note=note,
        from_at=movement.now,
    )
    movement.pauses.append(pause)
    movement.event(Kind.PAUSED, task, rule=title, note=note)
    return pause


def _resume(movement: Movement, pauses: list[Pause], task: Task | None) -> None:
    for pause in pauses:
        if pause.to_at is None:
            pause.to_at = movement.now
            pause.save(update_fields=["to_at"])
    still = [item.task_id for item in movement.pauses if item.to_at is None]
    if None not in still:
        _tasks(movement).exclude(pk__in=[number for number in still if number]).update(paused_at=None)
    movement.event(Kind.RESUMED, task)
    movement.retime()


def _tasks(movement: Movement) -> QuerySet[Task]:
    return Task.objects.within(EVERYTHING).filter(instance=movement.instance, done_at=None)
