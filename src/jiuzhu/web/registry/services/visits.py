"""走访。"""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from jiuzhu.web.audit.actor import Actor
from jiuzhu.web.audit.services import record
from jiuzhu.web.ground.errors import ServiceError
from jiuzhu.web.registry.models import Event, Household, Visit
from jiuzhu.web.registry.subjects import household_subject

from .events import event_add


@transaction.atomic
def visit_add(
    *,
    household: Household,
    text: str,
    actor: Actor,
    place: str = "",
    at: datetime | None = None,
    now: datetime | None = None,
) -> Visit:
    """登记一次走访。抛 ``ServiceError``：情况空着，或时间在将来。"""
    moment = now or timezone.now()
    visited = at or moment
    if not text.strip():
        raise ServiceError("请写下走访看到的情况；没有登记。", code="no_text")
    if visited > moment:
        raise ServiceError("走访时间在将来，请改正；没有登记。", code="future")
    visit = Visit.objects.create(
        household=household,
        division_code=household.division_code,
        at=visited,
        by_id=actor.user_id,
        by_name=actor.name,
        organisation=actor.organisation,
        place=place.strip(),
        text=text.strip(),
    )
    event_add(
        household=household,
        kind=Event.Kind.VISITED,
        title="入户走访",
        actor=actor,
        source_kind="registry.visit",
        source_key=str(visit.pk),
        at=visited,
    )
    record(
        actor=actor,
        action="registry.visit_add",
        subject=household_subject(household),
        after={"at": visited, "characters": len(visit.text)},
    )
    return visit
