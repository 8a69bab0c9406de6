"""要紧的事件告诉相关的人：由人发出的催办、督办，指派到名下，改派到本单位。

新到的任务不发通知：待办里自会看到。与事件同一个事务，一条事件至多一则通知。自动的催办、督办、通报不在这里说，
一人一天汇成一则（``services.urging_tell``）。
"""

from collections.abc import Sequence
from datetime import datetime

from django.urls import reverse

from jiuzhu.web.access.roles import ROLES
from jiuzhu.web.audit.actor import Actor
from jiuzhu.web.notices.audience import Audience
from jiuzhu.web.notices.models import Notice
from jiuzhu.web.notices.services import notice_send

from .models import Event, Instance, Task

TOLD = {
    Event.Kind.URGED: Notice.Kind.URGING,
    Event.Kind.DELEGATED: Notice.Kind.TASK,
    Event.Kind.TRANSFERRED: Notice.Kind.TASK,
}


def tell(instance: Instance, events: Sequence[Event], *, actor: Actor, now: datetime) -> None:
    """给这些事件里要紧的发通知。"""
    wanted = [event for event in events if event.kind in TOLD and event.task_id and not _is_gathered(event)]
    if not wanted:
        return
    rows = Task._base_manager.select_related("organisation").in_bulk([event.task_id for event in wanted])
    for event in wanted:
        task = rows[event.task_id]
        notice_send(
            title=f"{_word(event)}：{task.title}",
            body=_body(instance, event),
            kind=TOLD[Event.Kind(event.kind)],
            to=_audience(event, task),
            link=reverse("process:task", args=[task.pk]),
            key=f"process.event:{instance.pk}:{event.seq}",
            actor=actor,
            now=now,
        )


def _is_gathered(event: Event) -> bool:
    return event.kind == Event.Kind.URGED and not event.data.get("by_hand")


def _word(event: Event) -> str:
    if event.kind == Event.Kind.URGED:
        return str(event.data["level_title"])
    return "指派给您" if event.kind == Event.Kind.DELEGATED else "改派到本单位"


def _body(instance: Instance, event: Event) -> str:
    said = event.data.get("note") or event.data.get("reason") or ""
    return f"{instance.definition.title}：{instance.subject_label}。{said}".strip()


def _audience(event: Event, task: Task) -> Audience:
    """承办的人；没人认领的，告诉那个岗位上的人。催办的再加上定好的负责人。"""
    seat = Audience.holders(task.role, organisation_id=task.organisation_id)
    to = Audience.people([task.assignee_id]) if task.assignee_id else seat
    for role in event.data.get("concerns", []) if event.kind == Event.Kind.URGED else []:
        width = 9 if "township" in ROLES[role].levels else 6
        to |= Audience.holders(role, area=task.division_code[:width])
    return to
