"""标为看过。只是各人自己的记号，不办成任何事，所以不进审计。"""

from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from jiuzhu.web.access.scope import Scope
from jiuzhu.web.notices.models import Receipt


def receipts_read(*, notice_id: UUID, scope: Scope, now: datetime | None = None) -> int:
    """把一则标为本人看过；返回新标了几条（0 或 1）。"""
    return _unread(scope).filter(notice_id=notice_id).update(read_at=now or timezone.now())


def receipts_read_all(*, scope: Scope, now: datetime | None = None) -> int:
    """把本人的全部标为看过；返回条数。"""
    return _unread(scope).update(read_at=now or timezone.now())


def _unread(scope: Scope) -> QuerySet[Receipt]:
    return Receipt.objects.within(scope).filter(user_id=scope.user_id or 0, read_at=None)
