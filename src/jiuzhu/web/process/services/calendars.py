"""本地日历与期限重算。"""

import logging
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from jiuzhu.web.audit.actor import Actor
from jiuzhu.web.audit.services import Subject, record
from jiuzhu.web.ground.jobs import defer
from jiuzhu.web.process.models import CalendarDay, Instance
from jiuzhu.web.process.movement import EVERYTHING, moving

logger = logging.getLogger(__name__)


@transaction.atomic
def calendar_day_set(
    *, day: date, is_working: bool, note: str, source: str, actor: Actor, county_code: str = ""
) -> CalendarDay:
    """另定一天上班或放假。改完要 ``calendar_recalculate``，在办的期限才跟着变。"""
    found, _ = CalendarDay.objects.update_or_create(
        county_code=county_code[:6],
        date=day,
        defaults={"is_working": is_working, "note": note, "source": source},
    )
    record(
        actor=actor,
        action="process.calendar_set",
        subject=Subject("process.calendarday", str(found.pk), str(found)),
        after={"date": day, "is_working": is_working, "note": note, "source": source},
    )
    return found


@transaction.atomic
def calendar_day_remove(*, day_id: int, actor: Actor) -> None:
    """取消另定的一天，回到国家的安排。"""
    found = CalendarDay.objects.get(pk=day_id)
    record(
        actor=actor,
        action="process.calendar_remove",
        subject=Subject("process.calendarday", str(found.pk), str(found)),
        before={"date": found.date, "is_working": found.is_working, "note": found.note},
    )
    found.delete()


def calendar_recalculate_later(*, actor: Actor, county_code: str) -> None:
    """交给后台重算。与审计同在一个事务。"""
    with transaction.atomic():
        record(
            actor=actor, action="process.calendar_recalculate", subject=Subject("process.calendarday", "", "期限重算")
        )
        defer("process_recalculate_county", queue="process", county_code=county_code[:6])


def calendar_recalculate(*, actor: Actor, county_code: str = "", now: datetime | None = None) -> int:
    """日历变了之后，把在办事项的期限全部重算；期限变了的各记一条事件。返回变了的件数。

    一件一个事务：中途停下，再跑一遍即可。
    """
    moment = now or timezone.now()
    with EVERYTHING.applied():
        rows = Instance.objects.within(EVERYTHING).filter(ended_at=None, division_code__startswith=county_code[:6])
        places = dict(rows.order_by("id").values_list("pk", "division_code"))
    moved = 0
    for number, place in places.items():
        with moving(number, actor=actor.at(place), now=moment) as movement:
            movement.retime()
            if movement.events:
                moved += 1
                movement.audit("process.due_move", after={"changes": len(movement.events)})
    return moved
