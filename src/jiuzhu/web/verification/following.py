"""异议的流程走了一步：没有重新比对的，不能复核办结；救助链记一环。"""

from collections.abc import Sequence
from datetime import datetime

from jiuzhu.web.audit.actor import Actor
from jiuzhu.web.ground.errors import Conflict
from jiuzhu.web.process.models import Event as Step
from jiuzhu.web.process.models import Instance, Task
from jiuzhu.web.process.movement import EVERYTHING
from jiuzhu.web.registry.models import Event
from jiuzhu.web.registry.services import event_add

from .models import Objection


def follow(instance: Instance, events: Sequence[Step], *, actor: Actor, now: datetime) -> None:
    """与流程的那一步同一个事务。"""
    row = (
        Objection.objects.within(EVERYTHING).select_related("household", "check_run").filter(instance=instance).first()
    )
    if row is None:
        return
    for event in events:
        if event.kind == "completed" and event.task_id:
            _completed(row, Task.objects.within(EVERYTHING).get(pk=event.task_id), actor, now)


def _completed(row: Objection, task: Task, actor: Actor, now: datetime) -> None:
    if task.node == "review" and row.recheck_id is None:
        raise Conflict("还没有重新比对，没有办结。请在异议的页上复核。", code="not_rechecked")
    if task.node == "tell":
        event_add(
            household=row.household, kind=Event.Kind.DONE, title=f"核对 {row.check_run.number} 的异议已复核并告知",
            actor=actor, source_kind="verification.objection", source_key=str(row.pk), at=now,
        )  # fmt: skip
