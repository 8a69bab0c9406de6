"""派单的流程走了一步：各单位的一份跟着变，救助链记一环；不合规矩的不让走。"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from jiuzhu.web.audit.actor import Actor
from jiuzhu.web.ground.errors import Conflict
from jiuzhu.web.process.models import Event as Step
from jiuzhu.web.process.models import Instance, Task
from jiuzhu.web.process.models import Scope as Branch
from jiuzhu.web.process.movement import EVERYTHING
from jiuzhu.web.registry.models import Event

from .chain import note
from .models import Asked, Measure, Order, OrderPart
from .services.opening import bind

HELPED = {"helped", "stopped", "lowered", "recovered", "included"}
SOLVED = {"carried_out", "included"}
KINDS: Mapping[str, Mapping[str, str]] = {
    "take": {"accepted": Event.Kind.ACCEPTED, "returned": Event.Kind.RETURNED},
    "handle": dict.fromkeys(
        ("helped", "pushed", "not_eligible", "unable", "untrue", "stopped", "lowered", "recovered", "included"),
        Event.Kind.FED_BACK,
    ),
}


def follow(instance: Instance, events: Sequence[Step], *, actor: Actor, now: datetime) -> None:
    """流程的每一步都经这里，与那一步同一个事务。开单的那一步还没有单，由开单自己记。"""
    rows = Order.objects.within(EVERYTHING).select_related("household__head")
    order = rows.filter(instance=instance).first()
    if order is None:
        return
    order.instance = instance
    for event in events:
        act = ACTS.get(event.kind)
        if act is not None:
            act(order, event, actor)


def _sent(order: Order, event: Step, actor: Actor) -> None:
    branch = Branch.objects.within(EVERYTHING).get(pk=event.data["scope"])
    if branch.organisation_id is None:
        return
    bind(order, [branch])
    note(order, Event.Kind.SENT, f"派单给{branch.organisation}", actor, event.at, _key(event))


def _completed(order: Order, event: Step, actor: Actor) -> None:
    task = Task.objects.within(EVERYTHING).select_related("organisation").get(pk=event.task_id)
    _demand(order, task)
    kind = KINDS.get(task.node, {}).get(task.outcome)
    title = str(event.data.get("outcome_title", ""))
    if kind:
        note(
            order,
            kind,
            f"{task.organisation}{'反馈：' if kind == Event.Kind.FED_BACK else ''}{title}",
            actor,
            event.at,
            _key(event),
        )
    elif task.node.startswith("ask_"):
        note(order, Event.Kind.CALLED, title, actor, event.at, _key(event))


def _demand(order: Order, task: Task) -> None:
    """落实了的要登记措施；回访要登记问到什么；回访说没有解决的，不能当作已落实办结。"""
    if task.node == "handle" and task.outcome in HELPED and not _measured(task):
        raise Conflict("还没有登记办了什么，没有反馈出去。请先登记措施，再反馈已落实。", code="no_measure")
    if task.outcome == "asked" and not Asked.objects.within(EVERYTHING).filter(task_id=task.pk).exists():
        raise Conflict("还没有登记回访的情况，请在回访页上填写。", code="not_asked")
    if task.node == "check" and task.outcome in SOLVED:
        last = Asked.objects.within(EVERYTHING).filter(order=order).order_by("-at", "-pk").first()
        if last is not None and last.solved == Asked.Solved.NO:
            raise Conflict(
                "回访时本户说没有解决，不能按已落实办结。请再次派单，或提请一事一议。", code="still_unsolved"
            )


def _measured(task: Task) -> bool:
    rows = Measure.objects.within(EVERYTHING).filter(part__branch_id=task.scope_id, withdrawn_at=None)
    return rows.exists()


def _transferred(order: Order, event: Step, actor: Actor) -> None:
    task = Task.objects.within(EVERYTHING).select_related("organisation").get(pk=event.task_id)
    parts = OrderPart.objects.within(EVERYTHING).filter(order=order, branch_id=task.scope_id)
    if task.organisation_id is not None and parts.exists():
        parts.update(organisation_id=task.organisation_id)
        Measure.objects.within(EVERYTHING).filter(part__in=parts.values("pk")).update(
            organisation_id=task.organisation_id
        )
        note(order, Event.Kind.SENT, f"由{event.data['before']}改派{event.data['after']}", actor, event.at, _key(event))


def _withdrawn(order: Order, event: Step, actor: Actor) -> None:
    note(order, Event.Kind.RETURNED, f"撤回派给{event.data['label']}的一份", actor, event.at, _key(event))


def _ended(order: Order, event: Step, actor: Actor) -> None:
    note(order, Event.Kind.DONE, f"派单办结：{event.data['title']}", actor, event.at, _key(event))


def _dropped(order: Order, event: Step, actor: Actor) -> None:
    note(order, Event.Kind.DONE, "派单撤回，不再办理", actor, event.at, _key(event))


def _key(event: Step) -> str:
    return f"{event.instance_id}:{event.seq}"


ACTS: Mapping[str, Callable[[Order, Step, Actor], None]] = {
    Step.Kind.SCOPE_OPENED: _sent,
    Step.Kind.COMPLETED: _completed,
    Step.Kind.TRANSFERRED: _transferred,
    Step.Kind.SCOPE_WITHDRAWN: _withdrawn,
    Step.Kind.ENDED: _ended,
    Step.Kind.WITHDRAWN: _dropped,
}
