"""发起与撤回一件事。"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from jiuzhu.web.access.scope import Scope as AccessScope
from jiuzhu.web.audit.actor import Actor
from jiuzhu.web.audit.values import LONG_NUMBER
from jiuzhu.web.ground.errors import Conflict, NotAllowed, ServiceError
from jiuzhu.web.process.definition import Process
from jiuzhu.web.process.models import Definition, Instance, Scope
from jiuzhu.web.process.movement import EVERYTHING, Branch, Kind, Movement, moving

KINDS: Mapping[str, tuple[type, ...]] = {"number": (int, float), "bool": (bool,), "text": (str,), "date": (date, str)}
TITLES = {"number": "数", "bool": "是或否", "text": "文字", "date": "日期"}
LONGEST = 60


def instance_open(
    *,
    code: str,
    subject_kind: str,
    subject_key: str,
    subject_label: str,
    division_code: str,
    actor: Actor,
    scope: AccessScope,
    data: Mapping[str, Any] | None = None,
    branches: tuple[Branch, ...] = (),
    first_organisation_id: int | None = None,
    first_role: str = "",
    now: datetime | None = None,
) -> Instance:
    """按现行版本发起一件事。``subject_label`` 须已遮挡；``branches`` 用于第一步就分送部门的流程。

    首问单位与角色取自当前岗位；后台发起（``Scope.everything()``）时由参数给出。

    Raises:
        NotAllowed: 所在区划不归当前岗位管。
        ServiceError: 没有这个流程（no_definition），数据没有声明或种类不对（bad_data）。
    """
    definition = Definition.objects.filter(code=code).order_by("-published_at", "-id").first()
    if definition is None:
        raise ServiceError(f"还没有发布流程“{code}”，请系统管理员先发布。", code="no_definition", status=409)
    if not scope.covers(division_code):
        raise NotAllowed("这个地方不归您当前的岗位管，不能发起。", code="outside_area")
    moment = now or timezone.now()
    with transaction.atomic(), EVERYTHING.applied():
        first = scope.organisation_id or first_organisation_id
        instance = Instance.objects.create(
            definition=definition,
            subject_kind=subject_kind,
            subject_key=subject_key,
            subject_label=subject_label,
            division_code=division_code,
            data=checked(definition.process, data or {}),
            first_organisation_id=first,
            organisations=[first] if first else [],
            first_role=first_role if scope == EVERYTHING else scope.role,
            opened_by_id=actor.user_id,
            opened_at=moment,
            changed_at=moment,
        )
        movement = Movement(instance, actor=actor, now=moment)
        start(movement, branches)
        movement.save()
    return instance


def start(movement: Movement, branches: tuple[Branch, ...] = ()) -> None:
    """走到第一步。"""
    instance, process = movement.instance, movement.process
    root = Scope(instance=instance, opened_at=movement.now)
    movement.put(root)
    movement.event(Kind.OPENED, None, title=process.title, version=process.version, digest=instance.definition.digest)
    if process.limit and not process.limit_from:
        movement.whole_limit_starts()
    movement.enter(root, process.start)
    if branches:
        task = movement.tasks(done_at=None)[0]
        if process.node(task.node).kind != "multi":
            raise ServiceError(f"“{process.title}”不是从分送部门开始的，不能指定部门。", code="no_branches")
        task.instance = instance
        task.outcome, task.done_by_id = "sent", movement.actor.user_id
        movement.task_close(task, Kind.COMPLETED, outcome="sent", outcome_title="分送")
        movement.send(task, branches)
    movement.audit(
        "process.instance_open",
        after={"code": process.code, "version": process.version, "division_code": instance.division_code},
    )


def instance_withdraw(
    *, instance_id: int, reason: str, actor: Actor, scope: AccessScope, now: datetime | None = None
) -> None:
    """撤回一件事：还没办的不再办理。只有首问单位可以。

    Raises:
        ServiceError: 没有写明理由（reason_missing）。
        Conflict: 已经办完（instance_ended）。
    """
    demand_reason(reason, "撤回")
    demand_first(instance_id, scope, "撤回这件事")
    with moving(instance_id, actor=actor, now=now or timezone.now()) as movement:
        demand_open(movement.instance)
        movement.cancel_open(movement.tasks(done_at=None))
        movement.instance.ended_at, movement.instance.paused_at = movement.now, None
        movement.instance.outcome = "instance_withdrawn"
        Scope.objects.within(EVERYTHING).filter(instance=movement.instance, state=Scope.State.OPEN).update(
            state=Scope.State.WITHDRAWN, ended_at=movement.now
        )
        movement.event(Kind.WITHDRAWN, None, reason=reason)
        movement.audit("process.instance_withdraw", reason=reason)


def demand_first(instance_id: int, scope: AccessScope, what: str) -> None:
    """只有首问单位（与后台）可以。看不到即不存在（``Instance.DoesNotExist``）。"""
    visible = Instance.objects.within(scope).get(pk=instance_id)
    if scope != EVERYTHING and visible.first_organisation_id != scope.organisation_id:
        raise NotAllowed(f"只有首问单位可以{what}；请与首问单位联系。", code="not_first_organisation")


def demand_open(instance: Instance) -> None:
    """已经办完的不能再动。"""
    if instance.ended_at is not None:
        raise Conflict("这件事已经办完，不能再改。", code="instance_ended")


def demand_reason(reason: str, what: str) -> None:
    """必须写明理由。"""
    if not reason.strip():
        raise ServiceError(f"请写明{what}的理由。", code="reason_missing")


def checked(process: Process, data: Mapping[str, Any]) -> dict[str, Any]:
    """数据须在流程里声明过，种类相符，文字在规定的取值之内；长数字一律不收（可能是证件号）。"""
    items = {item.name: item for item in process.data}
    for name, value in data.items():
        item = items.get(name)
        if item is None:
            raise ServiceError(f"流程“{process.title}”没有声明数据“{name}”。", code="bad_data")
        right = value is None or (
            isinstance(value, KINDS[item.type]) and isinstance(value, bool) == (item.type == "bool")
        )
        if not right or (item.values and value is not None and value not in item.values):
            raise ServiceError(f"数据“{name}”应为{'、'.join(item.values) or TITLES[item.type]}。", code="bad_data")
        if isinstance(value, str) and (LONG_NUMBER.search(value) or len(value) > LONGEST):
            raise ServiceError(f"数据“{name}”太长，或像是证件号、电话；流程数据里不放个人信息。", code="bad_data")
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in data.items()}
