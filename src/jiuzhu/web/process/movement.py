"""一件事往前走：锁住事项，改任务与分支，记事件，最后一并写下。各服务都经这里。

先锁事项，再动它的任务，所以同一件事上的人与定时不会互相踩。办事人的范围在进来之前已经查过；
往前走会建别的单位的任务，所以这一段以全部范围写数据库。
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from django.db import transaction

from jiuzhu.web.access.scope import Scope as AccessScope
from jiuzhu.web.audit.actor import Actor
from jiuzhu.web.audit.services import Subject, record
from jiuzhu.web.audit.values import LONG_NUMBER
from jiuzhu.web.ground.errors import Conflict, ServiceError

from .chain import make_event
from .clocks import calendar_of, instance_due, task_times
from .definition import Limit, Node, next_of
from .following import follow
from .models import Event, Instance, Pause, Scope, Task
from .places import Places, role_title
from .telling import tell
from .workdays import Calendar, end_of

EVERYTHING = AccessScope.everything()
Kind = Event.Kind
WRITTEN = ("note", "reason", "label")  # 事件里人写的话


@dataclass(frozen=True)
class Branch:
    """分送一个部门：哪个单位，另定的期限（可无），要它办什么。"""

    organisation_id: int
    limit: Limit | None = None
    label: str = ""


def _demand_no_numbers(*texts: str) -> None:
    if any(LONG_NUMBER.search(text) for text in texts):
        raise ServiceError(
            "写的内容里像是有身份证号、手机号或银行账号，没有办。经过会给各承办单位看到，请删去再交。",
            code="long_number",
        )


@contextmanager
def moving(instance_id: int, *, actor: Actor, now: datetime) -> Iterator["Movement"]:
    """锁住一件事，走完一并写下；中途出错则什么都没有发生。"""
    with transaction.atomic(), EVERYTHING.applied():
        rows = Instance.objects.within(EVERYTHING).select_related("definition", "first_organisation")
        movement = Movement(rows.select_for_update(of=("self",)).get(pk=instance_id), actor=actor, now=now)
        yield movement
        movement.save()


class Movement:
    """走一步所需的一切。``instance`` 已锁。"""

    def __init__(self, instance: Instance, *, actor: Actor, now: datetime) -> None:
        self.instance = instance
        self.process = instance.process
        self.actor = actor
        self.now = now
        self.events: list[Event] = []
        self.places = Places()

    @cached_property
    def calendar(self) -> Calendar:
        """所在县的日历。"""
        return calendar_of(self.instance.division_code)

    @cached_property
    def pauses(self) -> list[Pause]:
        """这件事的全部停计时段。"""
        return list(Pause.objects.within(EVERYTHING).filter(instance=self.instance))

    def tasks(self, **filters: Any) -> list[Task]:
        """这件事的任务。"""
        rows = Task.objects.within(EVERYTHING).filter(instance=self.instance, **filters).order_by("id")
        return list(rows.select_related("scope__parent", "organisation", "assignee"))

    def open_task(self, task_id: int) -> Task:
        """还没办结的一项；已办结则报错。"""
        found = self.tasks(pk=task_id)
        if found and found[0].done_at is None:
            task = found[0]
            task.instance = self.instance
            return task
        raise Conflict("这项任务已经办结或不再需要办理，请刷新页面看现在到了哪一步。", code="task_closed")

    def event(self, kind: str, task: Task | None = None, **data: Any) -> None:
        """记一条事件。经过人人可见、不能改，所以人写的话里不收证件号、手机号、账号。"""
        if self.actor.user_id is not None:
            _demand_no_numbers(*(str(data.get(name, "")) for name in WRITTEN))
        task_id = task.pk if task else None
        if task is not None:
            data = {"node": task.node, "title": task.title, **data}
        self.events.append(
            make_event(self.instance, kind=kind, actor=self.actor, now=self.now, task_id=task_id, data=data)
        )

    def audit(
        self,
        action: str,
        task: Task | None = None,
        *,
        before: Mapping[str, Any] | None = None,
        after: Mapping[str, Any] | None = None,
        reason: str = "",
    ) -> None:
        """记一笔审计。"""
        record(actor=self.actor, action=action, subject=self.subject(task), before=before, after=after, reason=reason)

    def subject(self, task: Task | None = None) -> Subject:
        """审计里的叫法：这件事，或其中一项任务。"""
        title = self.instance.definition.title
        if task is not None:
            return Subject("process.task", str(task.pk), f"{title} {task.title}")
        return Subject("process.instance", str(self.instance.pk), f"{title} {self.instance.subject_label}")

    def save(self) -> None:
        """写下事项与事件，要紧的告诉相关的人。"""
        self.instance.changed_at = self.now
        self.instance.save()
        Event._base_manager.bulk_create(self.events)
        tell(self.instance, self.events, actor=self.actor, now=self.now)
        events, self.events = self.events, []
        follow(self.instance, events, actor=self.actor, now=self.now)

    def put(self, row: Task | Scope) -> None:
        """写下一行。成批发起的先攒着（``batch``）。"""
        row.save()

    # —— 走法 ——

    def enter(self, scope: Scope, code: str) -> None:
        """走到一步。"""
        node = self.process.node(code)
        match node.kind:
            case "task" | "multi" | "wait":
                self.task_open(scope, node)
            case "fork":
                for branch in node.branches:
                    child = self.scope_open(scope, node, label=self.process.node(branch).title)
                    self.enter(child, branch)
            case "join":
                self.scope_close(scope)
            case "end":
                self.end(node.code, node.title)

    def task_open(self, scope: Scope, node: Node) -> Task:
        """开一项任务或定时。"""
        organisation, role = self.places.seat_for(self.instance, scope, node)
        limit = (Limit.parse(scope.limit) if node.limit_by_branch else None) or node.limit
        task = Task(
            instance=self.instance,
            scope=scope,
            node=node.code,
            title=node.title,
            kind=Task.Kind.TIMER if node.kind == "wait" else Task.Kind.HUMAN,
            role=role,
            organisation=organisation,
            division_code=self.instance.division_code,
            opened_at=self.now,
            limit=str(limit or ""),
            paused_at=self.instance.paused_at,
        )
        task_times(task, self.process, self.pauses, self.calendar)
        self.put(task)
        self.involve(task.organisation_id)
        self.event(
            Kind.TASK_OPENED, task, organisation=str(organisation or ""), role=role_title(role), due=_iso(task.due_at)
        )
        return task

    def involve(self, organisation_id: int | None) -> None:
        """这个单位经手了，从此看得到这件事。"""
        if organisation_id is not None and organisation_id not in self.instance.organisations:
            self.instance.organisations.append(organisation_id)

    def task_close(self, task: Task, kind: str, **data: Any) -> None:
        """办结、到时或不再办理。"""
        task.done_at, task.fire_at, task.paused_at = self.now, None, None
        task.is_cancelled = kind == Kind.CANCELLED
        self.put(task)
        self.event(kind, task, **data)
        if task.node == self.process.limit_from and self.instance.limit_from_at is None and not task.is_cancelled:
            self.whole_limit_starts()

    def whole_limit_starts(self) -> None:
        """全程期限从此刻起算。"""
        self.instance.limit_from_at = self.now
        self.instance.due_at = instance_due(self.instance, self.pauses, self.calendar)

    def advance(self, task: Task) -> None:
        """按办理结果（没有则按到时）往下走。"""
        node = self.process.node(task.node)
        outcome = node.outcome(task.outcome)
        self.enter(task.scope, next_of(self.process, outcome.routes if outcome else node.routes, self.instance.data))

    def scope_open(
        self, parent: Scope, node: Node, *, label: str, organisation_id: int | None = None, limit: str = ""
    ) -> Scope:
        """分出一支。"""
        child = Scope(
            instance=self.instance,
            parent=parent,
            node=node.code,
            organisation_id=organisation_id,
            label=label,
            limit=limit,
            opened_at=self.now,
        )
        self.put(child)
        organisation = str(child.organisation or "")
        self.event(
            Kind.SCOPE_OPENED,
            None,
            node=node.code,
            title=node.title,
            scope=child.pk,
            label=label,
            organisation=organisation,
        )
        return child

    def send(self, task: Task, branches: tuple[Branch, ...]) -> None:
        """分送各部门，各开一支。"""
        node = self.process.node(task.node)
        for branch in branches:
            self.send_one(task.scope, node, branch)

    def send_one(self, parent: Scope, node: Node, branch: Branch) -> Scope:
        """送一个部门。"""
        child = self.scope_open(
            parent,
            node,
            label=branch.label,
            organisation_id=branch.organisation_id,
            limit=str(branch.limit or ""),
        )
        self.enter(child, node.enter)
        return child

    def scope_close(self, scope: Scope) -> None:
        """一支走到汇合；同处分出的都办完了，上级接着走。"""
        last = Task.objects.within(EVERYTHING).filter(scope=scope, done_at__isnull=False).order_by("-id").first()
        scope.state, scope.ended_at, scope.outcome = Scope.State.DONE, self.now, last.outcome if last else ""
        scope.save()
        self.event(Kind.SCOPE_CLOSED, None, node=scope.node, scope=scope.pk, label=scope.label, outcome=scope.outcome)
        self.gather(scope)

    def gather(self, scope: Scope) -> None:
        """同处分出的各支都不在办了，就汇合往下走。"""
        assert scope.parent is not None
        siblings = Scope.objects.within(EVERYTHING).filter(parent=scope.parent, node=scope.node)
        if siblings.filter(state=Scope.State.OPEN).exists():
            return
        join = self.process.join_of(scope.node)
        self.enter(scope.parent, next_of(self.process, join.routes, self.instance.data))

    def cancel_open(self, tasks: list[Task]) -> None:
        """这些还没办的任务不再办理。"""
        for task in tasks:
            self.task_close(task, Kind.CANCELLED)

    def end(self, outcome: str, title: str) -> None:
        """整件事结束。"""
        self.instance.ended_at, self.instance.outcome, self.instance.paused_at = self.now, outcome, None
        self.cancel_open(self.tasks(done_at=None))
        Scope.objects.within(EVERYTHING).filter(instance=self.instance, state=Scope.State.OPEN).update(
            state=Scope.State.DONE, ended_at=self.now
        )
        self.event(Kind.ENDED, None, outcome=outcome, title=title)

    def retime(self) -> None:
        """停计或日历变了：还没办的任务与全程重算期限，变了的记一条。"""
        for task in self.tasks(done_at=None):
            before, fires = task.due_at, task.fire_at
            task_times(task, self.process, self.pauses, self.calendar)
            if (task.due_at, task.fire_at) != (before, fires):
                task.save(update_fields=["due_at", "fire_at"])
            if task.due_at != before:
                self.event(Kind.DUE_MOVED, task, before=_iso(before), after=_iso(task.due_at))
        before = self.instance.due_at
        self.instance.due_at = instance_due(self.instance, self.pauses, self.calendar)
        if self.instance.due_at != before:
            self.event(Kind.DUE_MOVED, None, title="全程", before=_iso(before), after=_iso(self.instance.due_at))


def _iso(moment: datetime | None) -> str:
    return moment.isoformat() if moment else ""


__all__ = ["EVERYTHING", "Branch", "Kind", "Movement", "end_of", "moving"]
