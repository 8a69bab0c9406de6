"""看了哪一户的监测结果也要记：那里有这一户的全部事实。"""

from django.core.cache import cache
from django.db import transaction

from jiuzhu.web.audit.actor import Actor
from jiuzhu.web.audit.services import Subject, record

MINUTES = 10


def household_read(*, household_id: str, actor: Actor) -> bool:
    """记一笔“看了这一户的监测结果”；同一人同一户十分钟内只记一次。返回这次记了没有。"""
    if not cache.add(f"monitoring.read:{actor.user_id}:{actor.post_id}:{household_id}", 1, MINUTES * 60):
        return False
    subject = Subject(kind="registry.household", key=household_id, label=f"户 {household_id[-6:]}")
    with transaction.atomic():
        record(actor=actor, action="monitoring.household_read", subject=subject)
    return True
