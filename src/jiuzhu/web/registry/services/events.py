"""救助链：别的部分办了与一户有关的事，来这里记一环。"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from jiuzhu.web.access.scope import Scope
from jiuzhu.web.audit.actor import Actor
from jiuzhu.web.registry.models import Event, Household, Person


@transaction.atomic
def event_add(
    *,
    household: Household,
    kind: str,
    title: str,
    actor: Actor,
    source_kind: str = "",
    source_key: str = "",
    person: Person | None = None,
    detail: Mapping[str, Any] | None = None,
    at: datetime | None = None,
) -> Event:
    """记一环；同一来源同一种事只记一次，再记返回原来那条。

    ``title``、``detail`` 不放未遮挡的姓名、号码。审计由调用的一方连同它的业务一起记。
    """
    moment = at or timezone.now()
    known = Event.objects.within(Scope.everything())
    if source_key:
        same = known.filter(household=household, source_kind=source_kind, source_key=source_key, kind=kind).first()
        if same is not None:
            return same
    event = Event.objects.create(
        household=household,
        division_code=household.division_code,
        person=person,
        at=moment,
        kind=Event.Kind(kind),
        title=title,
        detail=dict(detail or {}),
        source_kind=source_kind,
        source_key=source_key,
        actor_name=actor.name,
        organisation=actor.organisation,
    )
    touch(household, moment)
    return event


def events_add(*, events: Sequence[Event], moment: datetime) -> None:
    """成批记：来由都是新的（编号刚取的），不必一环一环地查记过没有。写法同 ``event_add``。"""
    Event.objects.bulk_create(events)
    touched = {event.household_id for event in events}
    Household.objects.within(Scope.everything()).filter(pk__in=touched).update(changed_at=moment)


def touch(household: Household, moment: datetime) -> None:
    """这一户有变化。"""
    household.changed_at = moment
    Household.objects.within(Scope.everything()).filter(pk=household.pk).update(changed_at=moment)
