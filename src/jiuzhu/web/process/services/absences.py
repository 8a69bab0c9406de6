"""不在岗与代办。"""

from datetime import date

from django.db import transaction
from django.utils import timezone

from jiuzhu.web.access.models import Post, User
from jiuzhu.web.access.roles import ROLES, conflicts
from jiuzhu.web.access.selectors import today
from jiuzhu.web.audit.actor import Actor
from jiuzhu.web.audit.services import Subject, record
from jiuzhu.web.ground.errors import Conflict, NotAllowed, ServiceError
from jiuzhu.web.process.models import Absence


@transaction.atomic
def absence_set(
    *, user_id: int, deputy_id: int, from_date: date, to_date: date, actor: Actor, note: str = ""
) -> Absence:
    """登记某人某段时间不在岗，由同单位的代办人代办；两日都算在内。

    Raises:
        NotAllowed: 替别人登记；代办人的岗位与之相冲突（hands_conflict）。
        ServiceError: 代办人不是同单位的人（not_colleague），日期不对（bad_dates）。
        Conflict: 与已登记的时段重叠（absence_overlaps）。
    """
    if actor.user_id is not None and actor.user_id != user_id:
        raise NotAllowed("只能登记自己的不在岗。", code="not_self")
    if to_date < from_date or to_date < timezone.localdate():
        raise ServiceError("截止日期不能早于开始日期，也不能早于今天。", code="bad_dates")
    _demand_colleague(user_id, deputy_id)
    overlap = Absence.objects.filter(user_id=user_id, cancelled_at=None, from_date__lte=to_date, to_date__gte=from_date)
    if overlap.exists():
        raise Conflict("这段时间已经登记过代办，请先取消原来的。", code="absence_overlaps")
    absence = Absence.objects.create(
        user_id=user_id, deputy_id=deputy_id, from_date=from_date, to_date=to_date, note=note
    )
    record(
        actor=actor,
        action="process.absence_set",
        subject=_subject(absence),
        after={"from_date": from_date, "to_date": to_date, "deputy": str(absence.deputy)},
    )
    return absence


@transaction.atomic
def absence_cancel(*, absence_id: int, actor: Actor) -> Absence:
    """取消代办（提前回来）。本人或代办人可以。"""
    absence = Absence.objects.select_for_update().get(pk=absence_id, cancelled_at=None)
    if actor.user_id not in {None, absence.user_id, absence.deputy_id}:
        raise NotAllowed("只有本人或代办人可以取消。", code="not_self")
    absence.cancelled_at = timezone.now()
    absence.save(update_fields=["cancelled_at"])
    record(actor=actor, action="process.absence_cancel", subject=_subject(absence))
    return absence


def _demand_colleague(user_id: int, deputy_id: int) -> None:
    posts = Post.objects.filter(today())
    mine = list(posts.filter(user_id=user_id).values_list("organisation_id", "role"))
    theirs = list(posts.filter(user_id=deputy_id, user__is_active=True).values_list("organisation_id", "role"))
    offices = {organisation for organisation, _ in mine}
    if user_id == deputy_id or not offices & {organisation for organisation, _ in theirs}:
        raise ServiceError("代办人须是同单位今天在岗的另一人，请重新选。", code="not_colleague")
    held = {role for _, role in theirs}
    for _, role in mine:
        if other := conflicts(held, role):
            raise NotAllowed(
                f"代办人担任{ROLES[other].title}，不能代办{ROLES[role].title}的事（审核、确认、发放须分开）。",
                code="hands_conflict",
            )


def _subject(absence: Absence) -> Subject:
    user: User = absence.user
    return Subject("process.absence", str(absence.pk), f"{user}不在岗")
