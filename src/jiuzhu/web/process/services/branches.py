"""办理途中加送、撤回一个部门。"""

from datetime import datetime

from django.utils import timezone

from jiuzhu.web.access.scope import Scope as AccessScope
from jiuzhu.web.audit.actor import Actor
from jiuzhu.web.ground.errors import Conflict
from jiuzhu.web.process.models import Scope, Task
from jiuzhu.web.process.movement import EVERYTHING, Branch, Kind, Movement, moving

from .instances import demand_first, demand_open, demand_reason


def scope_add(
    *, instance_id: int, branch: Branch, actor: Actor, scope: AccessScope, now: datetime | None = None
) -> Scope:
    """在还没汇合的分送里加送一个部门。只有首问单位可以。

    Raises:
        Conflict: 已经汇合，没有可加的分送（nothing_to_join）；这个部门已在办（already_sent）。
    """
    demand_first(instance_id, scope, "加送或撤回部门")
    with moving(instance_id, actor=actor, now=now or timezone.now()) as movement:
        demand_open(movement.instance)
        siblings = _open_branches(movement)
        if not siblings:
            raise Conflict("各部门的反馈已经汇总，不能再加送；需要时请在核对时选“再次分送”。", code="nothing_to_join")
        if any(item.organisation_id == branch.organisation_id for item in siblings):
            raise Conflict("这个部门已经在办，不必重复送。", code="already_sent")
        parent = siblings[0].parent
        assert parent is not None
        added = movement.send_one(parent, movement.process.node(siblings[0].node), branch)
        movement.audit("process.scope_add", after={"organisation": str(added.organisation)})
    return added


def scope_withdraw(
    *, scope_id: int, reason: str, actor: Actor, scope: AccessScope, now: datetime | None = None
) -> Scope:
    """撤回一个部门：它手里的任务不再办理；各部门都了结的就汇合。

    Raises:
        Conflict: 已经办完（scope_closed）。
    """
    demand_reason(reason, "撤回")
    visible = Scope.objects.within(scope).get(pk=scope_id)
    demand_first(visible.instance_id, scope, "加送或撤回部门")
    with moving(visible.instance_id, actor=actor, now=now or timezone.now()) as movement:
        rows = Scope.objects.within(EVERYTHING).select_related("parent", "organisation")
        found = rows.get(pk=scope_id)
        if found.state != Scope.State.OPEN or found.organisation is None:
            raise Conflict("这一支已经办完，不能再撤回。", code="scope_closed")
        movement.cancel_open(_under(movement, found))
        found.state, found.ended_at = Scope.State.WITHDRAWN, movement.now
        found.save()
        label = str(found.organisation)
        movement.event(Kind.SCOPE_WITHDRAWN, None, node=found.node, scope=found.pk, label=label, reason=reason)
        movement.gather(found)
        movement.audit("process.scope_withdraw", after={"organisation": label}, reason=reason)
    return found


def _open_branches(movement: Movement) -> list[Scope]:
    rows = Scope.objects.within(EVERYTHING).filter(instance=movement.instance, state=Scope.State.OPEN)
    branches = [item for item in rows.select_related("parent") if item.parent_id]
    return [item for item in branches if movement.process.node(item.node).kind == "multi"]


def _under(movement: Movement, scope: Scope) -> list[Task]:
    """这一支及其下各支还没办的任务。"""
    below = {scope.pk}
    rows = list(Scope.objects.within(EVERYTHING).filter(instance=movement.instance).order_by("id"))
    for item in rows:
        if item.parent_id in below:
            below.add(item.pk)
    return [task for task in movement.tasks(done_at=None) if task.scope_id in below]
