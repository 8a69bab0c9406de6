"""通知的读取：只有本人的。"""

from datetime import datetime
from uuid import UUID

from django.db.models import Prefetch, QuerySet
from django.utils import timezone

from jiuzhu.web.access.scope import Scope
from jiuzhu.web.divisions.selectors import area_prefix, children, name_of

from .models import UNREAD_FIRST, Notice, Receipt


def unread_count(scope: Scope, now: datetime | None = None) -> int:
    """本人没看的有几条；过期的、撤回的不算。一次查询，走 ``receipt_unread`` 索引。"""
    if scope.user_id is None:
        return 0
    mine = Receipt.objects.within(scope).filter(user_id=scope.user_id, read_at=None)
    return mine.filter(notice__withdrawn_at=None, notice__expires_at__gt=now or timezone.now()).count()


def received(scope: Scope) -> QuerySet[Receipt]:
    """本人收到的，连同通知；没看的在前，新的在前。撤回的也在，页面上只说已撤回。"""
    rows = Receipt.objects.within(scope).filter(user_id=scope.user_id or 0)
    return rows.order_by(UNREAD_FIRST, "-sent_at").prefetch_related(Prefetch("notice", Notice.objects.within(scope)))


def received_one(scope: Scope, notice_id: UUID) -> Receipt | None:
    """本人收到的一则；没有、撤回了则为空。"""
    return received(scope).filter(notice_id=notice_id, notice__withdrawn_at=None).first()


def published(scope: Scope) -> QuerySet[Notice]:
    """本人发过的公告，新的在前。"""
    mine = Notice.objects.within(scope).filter(kind=Notice.Kind.ANNOUNCEMENT, sender_id=scope.user_id or 0)
    return mine.order_by("-created_at", "id")


def audience_areas(division_code: str) -> list[tuple[str, str]]:
    """发公告时可选的地方：自己的片区，和下一级各处。"""
    own = area_prefix(division_code)
    below = [(area_prefix(place.code), f"只发{place.name}") for place in children(division_code)]
    return [(own, f"{name_of(own)}（全部）"), *below]
