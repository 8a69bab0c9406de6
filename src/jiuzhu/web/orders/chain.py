"""把派单的一步记到这一户的救助链上。还没有户的不记：单上自有经过。"""

from datetime import datetime

from jiuzhu.web.audit.actor import Actor
from jiuzhu.web.registry.models import Event
from jiuzhu.web.registry.services import event_add

from .models import Order

SOURCE = "orders.order"


def note(order: Order, kind: str, title: str, actor: Actor, at: datetime, key: str) -> None:
    """记一环；同一步只记一次。调用者已放开范围（``EVERYTHING.applied()``）。"""
    if order.household is None:
        return
    event_add(
        household=order.household,
        kind=Event.Kind(kind),
        title=title[:200],
        actor=actor,
        source_kind=SOURCE,
        source_key=key[:120],
        detail={"order": order.pk},
        at=at,
    )


def link(order: Order, kind: str, title: str, actor: Actor, at: datetime, key: str) -> Event:
    """同样的一环，还没有写下：成批点单时一并写（``events_add``）。"""
    return Event(
        household=order.household,
        division_code=order.household.division_code if order.household else "",
        at=at,
        kind=Event.Kind(kind),
        title=title[:200],
        detail={"order": order.pk},
        source_kind=SOURCE,
        source_key=key[:120],
        actor_name=actor.name,
        organisation=actor.organisation,
    )
