"""发通知。"""

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from jiuzhu.web.audit.actor import Actor
from jiuzhu.web.audit.services import Subject, record
from jiuzhu.web.audit.values import masked
from jiuzhu.web.notices.audience import Audience
from jiuzhu.web.notices.links import inner_path
from jiuzhu.web.notices.models import Notice, Receipt

VALID_FOR = timedelta(days=30)
BATCH = 2000


@transaction.atomic
def notice_send(
    *,
    title: str,
    kind: str,
    to: Audience,
    actor: Actor,
    body: str = "",
    link: str = "",
    key: str = "",
    expires_at: datetime | None = None,
    now: datetime | None = None,
) -> Notice | None:
    """发一则通知，默认 30 天有效。标题、正文里的证件号、电话、账号先遮住再存。

    此刻没有一个收件人，或 ``key`` 相同的已经发过，就不发，返回空。``key`` 如 ``process.task:123:reminded``。

    Raises:
        ServiceError: 链接不是本站的一页（link_refused）。
    """
    at = now or timezone.now()
    users = to.user_ids()
    if not users:
        return None
    notice = Notice(
        kind=Notice.Kind(kind),
        title=masked(title)[:80],
        body=masked(body)[:2000],
        link=inner_path(link),
        audience=to.title[:120],
        recipients=len(users),
        key=key or None,
        sender_id=actor.user_id,
        sender_name=actor.name,
        sender_post=f"{actor.organisation} {actor.post}".strip(),
        created_at=at,
        expires_at=expires_at or at + VALID_FOR,
    )
    if not _kept(notice):
        return None
    Receipt.objects.bulk_create([Receipt(notice=notice, user_id=user, sent_at=at) for user in users], batch_size=BATCH)
    _recorded(notice, actor)
    return notice


def _kept(notice: Notice) -> bool:
    """写入；同一个键已有人写过就不写。两个进程同时来，后到的等先到的写完再判断。"""
    if notice.key is None:
        notice.save(force_insert=True)
        return True
    try:
        with transaction.atomic():
            notice.save(force_insert=True)
    except IntegrityError as error:
        if "notices_notice_key" not in str(error):
            raise
        return False
    return True


def _recorded(notice: Notice, actor: Actor) -> None:
    published = notice.kind == Notice.Kind.ANNOUNCEMENT
    record(
        actor=actor,
        action="notices.announcement_publish" if published else "notices.notice_send",
        subject=Subject("notices.notice", notice.pk.hex, notice.title),
        after={"kind": notice.kind, "audience": notice.audience, "recipients": notice.recipients},
    )
