"""申请的流程走了一步：救助链记一环；办完的、撤回的，项目放开。"""

from collections.abc import Sequence
from datetime import datetime

from jiuzhu.web.audit.actor import Actor
from jiuzhu.web.process.models import Event as Step
from jiuzhu.web.process.models import Instance, Task
from jiuzhu.web.process.movement import EVERYTHING
from jiuzhu.web.registry.models import Event
from jiuzhu.web.registry.services import event_add

from .models import Application
from .services.opening import close

KINDS = {("accept", "accepted"): Event.Kind.ACCEPTED, ("accept", "not_accepted"): Event.Kind.RETURNED}


def follow(instance: Instance, events: Sequence[Step], *, actor: Actor, now: datetime) -> None:
    """与流程的那一步同一个事务。提交的那一步还没有挂上申请，由提交自己记。"""
    rows = Application.objects.within(EVERYTHING).select_related("household")
    row = rows.filter(instance=instance).first()
    if row is None:
        return
    for event in events:
        if event.kind == "completed" and event.task_id:
            _completed(row, Task.objects.within(EVERYTHING).get(pk=event.task_id), actor, now)
    if instance.ended_at is not None and row.closed_at is None:
        _ended(row, instance, actor, now)


def _completed(row: Application, task: Task, actor: Actor, now: datetime) -> None:
    kind = KINDS.get((task.node, task.outcome))
    if kind is None:
        return
    words = "受理申请" if kind == Event.Kind.ACCEPTED else "不予受理申请"
    event_add(
        household=row.household, kind=kind, title=f"{words}（{row.number}）", actor=actor,
        source_kind="cases.application", source_key=str(row.pk), at=now,
    )  # fmt: skip


def _ended(row: Application, instance: Instance, actor: Actor, now: datetime) -> None:
    title = outcome_title(instance)
    close(row, title, now)
    event_add(
        household=row.household, kind=Event.Kind.DONE, title=f"申请 {row.number}：{title}", actor=actor,
        source_kind="cases.application", source_key=str(row.pk), at=now,
    )  # fmt: skip


def outcome_title(instance: Instance) -> str:
    """怎么结束的。"""
    nodes = {node.code: node.title for node in instance.process.nodes}
    return nodes.get(instance.outcome, "已撤回")
