"""办任务：认领、办结、改派、指派。"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils import timezone

from jiuzhu.web.access.models import Post
from jiuzhu.web.access.scope import Scope as AccessScope
from jiuzhu.web.audit.actor import Actor
from jiuzhu.web.divisions.models import Organisation
from jiuzhu.web.ground.errors import Conflict, ServiceError
from jiuzhu.web.process.definition import Node, Outcome
from jiuzhu.web.process.models import Task
from jiuzhu.web.process.movement import Branch, Kind, Movement, moving
from jiuzhu.web.process.people import colleagues, demand, demand_apart, office_of

from .instances import checked, demand_reason

SENT = "sent"


def visible_task(task_id: int, scope: AccessScope) -> Task:
    """范围之内的一项任务；看不到即不存在（``Task.DoesNotExist``）。"""
    rows = Task.objects.within(scope).select_related("organisation", "assignee", "instance__definition")
    return rows.get(pk=task_id)


def task_claim(*, task_id: int, actor: Actor, scope: AccessScope, now: datetime | None = None) -> Task:
    """认领本单位、本角色的一项任务，别人就不再重复办。

    Raises:
        Conflict: 已被别人认领（task_claimed）或已办结（task_closed）。
    """
    visible = visible_task(task_id, scope)
    demand(visible, scope)
    with moving(visible.instance_id, actor=actor, now=now or timezone.now()) as movement:
        task = movement.open_task(task_id)
        if task.assignee_id is not None:
            raise Conflict(f"这项任务已由{task.assignee}认领。", code="task_claimed")
        task.assignee_id = actor.user_id
        task.save(update_fields=["assignee"])
        movement.event(Kind.CLAIMED, task)
        movement.audit("process.task_claim", task, after={"assignee": actor.name})
    return task


def task_complete(
    *,
    task_id: int,
    outcome: str,
    actor: Actor,
    scope: AccessScope,
    note: str = "",
    data: Mapping[str, Any] | None = None,
    branches: tuple[Branch, ...] = (),
    companions: tuple[int, ...] = (),
    now: datetime | None = None,
) -> Task:
    """办结一项任务，按办理结果往下走。

    ``companions`` 是同办人的账号（两人以上入户时必填）；``branches`` 是分送部门这一步所选的部门。

    Raises:
        NotAllowed: 不归当前岗位办（task_not_mine、task_of_another），与前一步不得同一人（same_person）。
        Conflict: 已办结（task_closed），停计中（task_paused）。
        ServiceError: 没有这个结果（unknown_outcome），缺情况说明（note_missing），人数不够（too_few_people）。
    """
    visible = visible_task(task_id, scope)
    demand(visible, scope)
    with moving(visible.instance_id, actor=actor, now=now or timezone.now()) as movement:
        task = movement.open_task(task_id)
        demand(task, scope)
        node = movement.process.node(task.node)
        chosen = _chosen(node, outcome, note)
        if task.paused_at is not None:
            raise Conflict("这项任务的期限正在停计，请先恢复计时再办结。", code="task_paused")
        _people(movement, task, node, actor, companions)
        movement.instance.data |= checked(movement.process, data or {})
        task.companions = list(companions)
        finish(movement, task, outcome, chosen.title if chosen else "分送", note=note, branches=branches)
    return task


def finish(
    movement: Movement, task: Task, outcome: str, title: str, *, note: str = "", branches: tuple[Branch, ...] = ()
) -> None:
    """查过都可以之后：记下结果，往下走。"""
    task.outcome, task.note, task.done_by_id = outcome, note, movement.actor.user_id
    movement.task_close(task, Kind.COMPLETED, outcome=outcome, outcome_title=title, note=note)
    if movement.process.node(task.node).kind == "multi":
        _send(movement, task, branches)
    else:
        movement.advance(task)
    movement.audit("process.task_complete", task, after={"outcome": task.outcome_title})


def _chosen(node: Node, outcome: str, note: str) -> Outcome | None:
    if node.kind == "multi" and outcome == SENT:
        return None
    found = node.outcome(outcome)
    if found is None:
        titles = "、".join(item.title for item in node.outcomes)
        raise ServiceError(f"“{node.title}”没有这个办理结果，请在这些里选：{titles}。", code="unknown_outcome")
    if found.note and not note.strip():
        raise ServiceError(f"选“{found.title}”时请写明情况或理由。", code="note_missing")
    return found


def _send(movement: Movement, task: Task, branches: tuple[Branch, ...]) -> None:
    if not branches:
        raise ServiceError("请至少选一个部门。", code="no_branches")
    movement.send(task, branches)


def _people(movement: Movement, task: Task, node: Node, actor: Actor, companions: tuple[int, ...]) -> None:
    others = set(companions) - {actor.user_id}
    if 1 + len(others) < node.persons and actor.user_id is not None:
        raise ServiceError(
            f"“{node.title}”须{node.persons}人以上，请选上同办的人。", code="too_few_people", persons=node.persons
        )
    present = set(Post.objects.filter(office_of(task), user_id__in=others).values_list("user_id", flat=True))
    if others - present:
        raise ServiceError("同办人须是本单位今天在岗的人，请重新选。", code="not_colleague")
    people = [person for person in (actor.user_id, *others) if person]
    demand_apart(task, movement.process, people, movement.tasks(done_at__isnull=False, is_cancelled=False))


def task_transfer(
    *, task_id: int, organisation_id: int, reason: str, actor: Actor, scope: AccessScope, now: datetime | None = None
) -> Task:
    """改派到同类的另一个单位（送错了乡镇、部门）。期限不变。

    Raises:
        ServiceError: 没写理由；不是同类单位（other_kind）。
    """
    demand_reason(reason, "改派")
    visible = visible_task(task_id, scope)
    demand(visible, scope)
    with moving(visible.instance_id, actor=actor, now=now or timezone.now()) as movement:
        task = movement.open_task(task_id)
        before = task.organisation
        after = Organisation.objects.filter(pk=organisation_id, is_active=True).first()
        if before is None or after is None or after.kind != before.kind or after == before:
            raise ServiceError("只能改派到另一个同类的在用单位，请重新选。", code="other_kind")
        task.organisation, task.assignee = after, None
        task.save(update_fields=["organisation", "assignee"])
        movement.involve(after.pk)
        if task.scope.organisation_id == before.pk:
            task.scope.organisation = after
            task.scope.save(update_fields=["organisation"])
        movement.event(Kind.TRANSFERRED, task, before=str(before), after=str(after), reason=reason)
        movement.audit(
            "process.task_transfer",
            task,
            before={"organisation": str(before)},
            after={"organisation": str(after)},
            reason=reason,
        )
    return task


def task_delegate(
    *,
    task_id: int,
    user_id: int,
    actor: Actor,
    scope: AccessScope,
    may_direct: bool = False,
    reason: str = "",
    now: datetime | None = None,
) -> Task:
    """指派给本单位同角色的另一人。承办人自己可以转，``may_direct`` 为真的负责人可以指派本单位的任何任务。

    Raises:
        ServiceError: 所选的人不在这个岗位上（not_colleague）。
    """
    visible = visible_task(task_id, scope)
    if not (may_direct and visible.organisation_id == scope.organisation_id):
        demand(visible, scope)
    with moving(visible.instance_id, actor=actor, now=now or timezone.now()) as movement:
        task = movement.open_task(task_id)
        post = Post.objects.filter(colleagues(task), user_id=user_id).select_related("user").first()
        if post is None:
            raise ServiceError("只能指派给同单位、同角色、今天在岗的人，请重新选。", code="not_colleague")
        before = task.assignee
        task.assignee = post.user
        task.save(update_fields=["assignee"])
        names = {"before": str(before or ""), "after": str(post.user)}
        movement.event(Kind.DELEGATED, task, **names, reason=reason)
        movement.audit(
            "process.task_delegate",
            task,
            before={"assignee": names["before"]},
            after={"assignee": names["after"]},
            reason=reason,
        )
    return task
