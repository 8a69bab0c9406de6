"""发公告、撤回公告。"""

from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from jiuzhu.web.access.models import Post
from jiuzhu.web.access.scope import Scope
from jiuzhu.web.audit.actor import Actor
from jiuzhu.web.audit.services import Subject, record
from jiuzhu.web.ground.errors import Conflict, NotAllowed, ServiceError
from jiuzhu.web.notices.audience import Audience
from jiuzhu.web.notices.models import Notice

from .send import notice_send

LONGEST = 180


@transaction.atomic
def announcement_publish(
    *,
    title: str,
    body: str,
    area: str,
    valid_to: date,
    post: Post,
    actor: Actor,
    role: str = "",
    now: datetime | None = None,
) -> Notice:
    """向 ``area`` 之内的在岗人员（可限角色）发公告，有效到 ``valid_to`` 当天结束。只能发给自己岗位的片区之内。

    Raises:
        NotAllowed: 超出自己的片区（outside_own_area）。
        ServiceError: 有效期不在今天到 180 天之内（valid_to_out_of_range）；没有一个收件人（nobody_there）。
    """
    at = now or timezone.now()
    if not area.startswith(post.area):
        raise NotAllowed("只能给自己片区之内的人发公告。", code="outside_own_area")
    today = timezone.localdate(at)
    if not today <= valid_to <= today + timedelta(days=LONGEST):
        raise ServiceError(f"有效期要在今天到 {LONGEST} 天之内。公告没有发出。", code="valid_to_out_of_range")
    notice = notice_send(
        title=title,
        body=body,
        kind=Notice.Kind.ANNOUNCEMENT,
        to=Audience.within(area, role=role),
        actor=actor,
        expires_at=timezone.localtime(at).replace(hour=0, minute=0, second=0, microsecond=0)
        + timedelta(days=(valid_to - today).days + 1),
        now=at,
    )
    if notice is None:
        raise ServiceError("那里没有在岗的这类人员，公告没有发出。请换一个地方或岗位。", code="nobody_there")
    return notice


@transaction.atomic
def announcement_withdraw(
    *, notice_id: UUID, reason: str, scope: Scope, actor: Actor, now: datetime | None = None
) -> Notice:
    """撤回自己发的公告，须写原因。撤回后谁的通知里都不再显示。

    Raises:
        NotAllowed: 不是自己发的公告（not_own_announcement）。
        ServiceError: 没写原因（reason_missing）。
        Conflict: 已经撤回（already_withdrawn）。
    """
    mine = Notice.objects.within(scope).filter(kind=Notice.Kind.ANNOUNCEMENT, sender_id=scope.user_id)
    notice = mine.select_for_update().filter(pk=notice_id).first()
    if notice is None:
        raise NotAllowed("只能撤回自己发的公告。", code="not_own_announcement")
    if not reason.strip():
        raise ServiceError("请写明为什么撤回。公告还在。", code="reason_missing")
    if notice.is_withdrawn:
        raise Conflict("这则公告已经撤回了。", code="already_withdrawn")
    notice.withdrawn_at = now or timezone.now()
    notice.withdrawn_by = actor.name
    notice.withdrawn_reason = reason.strip()[:200]
    Notice.objects.within(scope).filter(pk=notice.pk).update(
        withdrawn_at=notice.withdrawn_at, withdrawn_by=notice.withdrawn_by, withdrawn_reason=notice.withdrawn_reason
    )
    record(
        actor=actor,
        action="notices.announcement_withdraw",
        subject=Subject("notices.notice", notice.pk.hex, notice.title),
        after={"withdrawn_at": notice.withdrawn_at},
        reason=notice.withdrawn_reason,
    )
    return notice
