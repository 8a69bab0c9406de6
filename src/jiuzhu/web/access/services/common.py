"""几处共用的小事。"""

from jiuzhu.web.access.models import User
from jiuzhu.web.audit.services import Subject
from jiuzhu.web.ground.errors import ServiceError


def subject_of(user: User) -> Subject:
    """审计里的账号。"""
    return Subject(kind="access.user", key=str(user.pk), label=str(user))


def need_reason(reason: str) -> str:
    """事由必填。"""
    text = reason.strip()
    if len(text) < 2:
        raise ServiceError("请写明事由，这一步没有办。", code="reason_missing")
    return text
