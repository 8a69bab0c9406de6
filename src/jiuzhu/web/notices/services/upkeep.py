"""清理过期已久的通知。"""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from jiuzhu.web.access.scope import Scope
from jiuzhu.web.audit.actor import Actor
from jiuzhu.web.audit.services import Subject, record
from jiuzhu.web.notices.models import Notice

KEEP = timedelta(days=180)


@transaction.atomic
def notices_clean(*, now: datetime | None = None) -> int:
    """删去过期满 180 天的通知，连同收件记录；返回条数。发过什么在审计里仍查得到。"""
    before = (now or timezone.now()) - KEEP
    removed, _ = Notice.objects.within(Scope.everything()).filter(expires_at__lt=before).delete()
    if removed:
        record(
            actor=Actor.system("清理通知"),
            action="notices.notices_clean",
            subject=Subject("notices.notice", before.date().isoformat(), f"{before:%Y年%m月%d日}以前到期的"),
            after={"rows": removed},
        )
    return removed
