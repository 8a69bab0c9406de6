"""成批发起：几十件事在内存里走好头几步，一次写下。走法仍是 ``Movement`` 的，所以与一件一件发起的结果相同。

只攒得了“刚发起、直接分送”的走法；走得更远的（汇合、结束、要两人以上办的）抛 ``Unstaged``，由调用者一件一件办。
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import connection

from jiuzhu.web.audit.actor import Actor
from jiuzhu.web.audit.services import Change, record_many
from jiuzhu.web.ground.errors import ServiceError
from jiuzhu.web.process.clocks import calendar_of
from jiuzhu.web.process.models import Definition, Event, Instance, Pause, Scope, Task
from jiuzhu.web.process.movement import Branch, Movement
from jiuzhu.web.process.places import Places
from jiuzhu.web.process.telling import TOLD
from jiuzhu.web.process.workdays import Calendar

from .instances import checked, start
from .tasks import SENT, finish

BLOCK = 200
RESERVE = "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)"


class Unstaged(Exception):
    """这一件不能成批办。"""


def reserve(table: str, count: int) -> list[int]:
    """先取好主键：事件的原文里要写任务的编号，所以写下之前就要知道。"""
    with connection.cursor() as cursor:
        cursor.execute(RESERVE, [table, count])
        return [row[0] for row in cursor.fetchall()]


class Kept:
    """一批之内查过的记着：流程版本、日历、谁坐在哪里。由调用者拿着，一批办完就丢。"""

    def __init__(self) -> None:
        self.places = Places()
        self._definitions: dict[str, Definition | None] = {}
        self._calendars: dict[str, Calendar] = {}
        self._keys: dict[str, list[int]] = {}

    def definition(self, code: str) -> Definition | None:
        """现行版本；没有发布为空。"""
        if code not in self._definitions:
            rows = Definition.objects.filter(code=code).order_by("-published_at", "-id")
            self._definitions[code] = rows.first()
        return self._definitions[code]

    def calendar(self, division_code: str) -> Calendar:
        """所在县的日历。"""
        county = division_code[:6]
        if county not in self._calendars:
            self._calendars[county] = calendar_of(county)
        return self._calendars[county]

    def key(self, table: str) -> int:
        """下一个主键；用完再取一段。"""
        if not self._keys.get(table):
            self._keys[table] = reserve(table, BLOCK)[::-1]
        return self._keys[table].pop()


class Staged(Movement):
    """在内存里走的一件：要写的都攒着。"""

    def __init__(self, instance: Instance, *, kept: Kept, actor: Actor, now: datetime) -> None:
        super().__init__(instance, actor=actor, now=now)
        self.kept, self.places = kept, kept.places
        self.scopes: list[Scope] = []
        self.opened: list[Task] = []
        self.audits: list[tuple[str, Change]] = []

    @property
    def calendar(self) -> Calendar:  # 整批共用，不必各查各的
        """所在县的日历。"""
        return self.kept.calendar(self.instance.division_code)

    @property
    def pauses(self) -> list[Pause]:
        """刚发起的，没有停计。"""
        return []

    def put(self, row: Task | Scope) -> None:
        """攒着；编号先取好。"""
        if row.pk is not None:
            return
        row.pk = self.kept.key(row._meta.db_table)
        if isinstance(row, Task):
            self.opened.append(row)
            return
        self.scopes.append(row)
        known = self.places.organisation(row.organisation_id) if row.organisation_id else None
        if known is not None:
            row.organisation = known

    def audit(
        self,
        action: str,
        task: Task | None = None,
        *,
        before: Mapping[str, Any] | None = None,
        after: Mapping[str, Any] | None = None,
        reason: str = "",
    ) -> None:
        """攒着，成批记。"""
        if reason:
            raise Unstaged
        self.audits.append((action, Change(self.subject(task), before, after)))

    def tasks(self, **filters: Any) -> list[Task]:
        """要查数据库里的任务的，单独办。"""
        raise Unstaged

    def gather(self, scope: Scope) -> None:
        """汇合的，单独办。"""
        raise Unstaged

    def end(self, outcome: str, title: str) -> None:
        """结束的，单独办。"""
        raise Unstaged

    def save(self) -> None:
        """写下由 ``Batch.flush`` 一并做。"""
        raise Unstaged

    def send_first(self, node: str, branches: tuple[Branch, ...]) -> None:
        """第一步就是分送的：分送出去。"""
        task = next((task for task in self.opened if task.node == node and task.done_at is None), None)
        step = self.process.by_code.get(node)
        if task is None or step is None or step.kind != "multi" or step.persons > 1 or step.apart_from:
            raise Unstaged
        finish(self, task, SENT, "分送", branches=branches)


class Batch:
    """一个事务里的一批。调用者已开事务、已放开范围（``EVERYTHING.applied()``）。"""

    def __init__(self, kept: Kept, *, actor: Actor, now: datetime) -> None:
        self.kept, self.actor, self.now = kept, actor, now
        self.staged: list[Staged] = []

    def open(
        self,
        *,
        code: str,
        subject_kind: str,
        subject_key: str,
        subject_label: str,
        division_code: str,
        data: Mapping[str, Any],
        first_organisation_id: int,
        first_role: str,
    ) -> Staged:
        """发起一件，走到第一步；还没有列入，``add`` 之后才写。"""
        definition = self.kept.definition(code)
        if definition is None:
            raise ServiceError(f"还没有发布流程“{code}”，请系统管理员先发布。", code="no_definition", status=409)
        instance = Instance(
            pk=self.kept.key(Instance._meta.db_table),
            definition=definition,
            subject_kind=subject_kind,
            subject_key=subject_key,
            subject_label=subject_label,
            division_code=division_code,
            data=checked(definition.process, data),
            first_organisation_id=first_organisation_id,
            organisations=[first_organisation_id],
            first_role=first_role,
            opened_by_id=self.actor.user_id,
            opened_at=self.now,
            changed_at=self.now,
        )
        if (first := self.kept.places.organisation(first_organisation_id)) is not None:
            instance.first_organisation = first
        staged = Staged(instance, kept=self.kept, actor=self.actor, now=self.now)
        start(staged)
        return staged

    def add(self, staged: Staged) -> None:
        """列入这一批。"""
        if any(event.kind in TOLD for event in staged.events):
            raise Unstaged  # 要告诉人的，单独办
        self.staged.append(staged)

    def flush(self) -> None:
        """一次写下：事项、分支、任务、事件、审计。跟着流程记事的部分由调用者自己记。"""
        Instance._base_manager.bulk_create(each.instance for each in self.staged)
        Scope._base_manager.bulk_create(row for each in self.staged for row in each.scopes)
        Task._base_manager.bulk_create(row for each in self.staged for row in each.opened)
        Event._base_manager.bulk_create(row for each in self.staged for row in each.events)
        by_action: dict[str, list[Change]] = {}
        for each in self.staged:
            for action, change in each.audits:
                by_action.setdefault(action, []).append(change)
        for action, changes in by_action.items():
            record_many(actor=self.actor, action=action, changes=changes)


__all__ = ["Batch", "Kept", "Staged", "Unstaged", "reserve"]
