"""看了谁的档也要记。"""

from django.core.cache import cache
from django.db import transaction

from jiuzhu.web.audit.actor import Actor
from jiuzhu.web.audit.services import record
from jiuzhu.web.registry.models import Household
from jiuzhu.web.registry.subjects import household_subject

MINUTES = 10


def file_read(*, household: Household, actor: Actor) -> bool:
    """记一笔“看了这一户的档”；同一人同一户十分钟内只记一次。返回这次记了没有。"""
    key = f"registry.file_read:{actor.user_id}:{actor.post_id}:{household.pk}"
    if not cache.add(key, 1, MINUTES * 60):
        return False
    with transaction.atomic():
        record(actor=actor, action="registry.file_read", subject=household_subject(household))
    return True
