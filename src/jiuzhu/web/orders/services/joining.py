"""并单：同一户又来了同类的事，添进在办的单。"""

from collections.abc import Sequence
from datetime import datetime

from jiuzhu.web.audit.actor import Actor
from jiuzhu.web.audit.services import record
from jiuzhu.web.orders.chain import note
from jiuzhu.web.orders.models import Order, OrderPart, Source
from jiuzhu.web.orders.subjects import order_subject
from jiuzhu.web.process.models import Scope as Part
from jiuzhu.web.process.movement import EVERYTHING, Branch
from jiuzhu.web.process.services import scope_add
from jiuzhu.web.registry.models import Event

from .needs import Need, contents, part_set, receiver


def join(
    *, order: Order, needs: Sequence[Need], source: tuple[str, str], title: str, actor: Actor, now: datetime
) -> Order:
    """在办的单位添上新的情况；新的单位，还没汇总就加送，已经汇总的列为拟派，核对时再派。"""
    Source.objects.create(order=order, division_code=order.division_code, kind=source[0], key=source[1], at=now)
    node = order.instance.process.node("take")
    gathering = (
        Part.objects.within(EVERYTHING).filter(instance=order.instance, state=Part.State.OPEN, node="send").exists()
    )
    changed = [_add(order, need, receiver(need.organisation_id, node).pk, gathering, actor, now) for need in needs]
    record(
        actor=actor,
        action="orders.order_join",
        subject=order_subject(order),
        after={"parts": sum(changed)},
        reason=title,
    )
    note(
        order,
        Event.Kind.ORDERED,
        f"又有同类情况，并入在办的派单：{title}",
        actor,
        now,
        f"{order.pk}:{':'.join(source)}",
    )
    return order


def _add(order: Order, need: Need, organisation_id: int, gathering: bool, actor: Actor, now: datetime) -> bool:
    parts = OrderPart.objects.within(EVERYTHING).filter(order=order, organisation_id=organisation_id)
    current = parts.filter(branch__state=Part.State.OPEN).first()
    if current is not None:
        changed = current.merged(*contents(need))
        current.save(update_fields=["indicators", "facts"])
        return changed
    before = parts.filter(branch__isnull=False).order_by("-pk").first()
    if before is not None and not before.merged(*contents(need)):
        return False  # 办过了，又没有新的情况
    part_set(order, need, order.instance.process.node("take"))
    if gathering:
        scope_add(instance_id=order.instance_id, branch=Branch(organisation_id), actor=actor, scope=EVERYTHING, now=now)
    return True
