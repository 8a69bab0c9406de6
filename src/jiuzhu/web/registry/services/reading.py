"""查看一户一档、查找：看了什么也要记。"""

from django.core.cache import cache
from django.db import transaction

from jiuzhu.web.access.limits import limit
from jiuzhu.web.access.scope import Scope
from jiuzhu.web.audit.actor import Actor
from jiuzhu.web.audit.services import Subject, record
from jiuzhu.web.registry.models import Household
from jiuzhu.web.registry.selectors import Answer
from jiuzhu.web.registry.selectors import search as find
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


def search(*, text: str, actor: Actor, scope: Scope) -> Answer:
    """找人并记审计：只记按什么找、找到几户，不记所查的内容。太频繁抛 ``TooMany``。"""
    limit(f"user:{actor.user_id}", "search")
    answer = find(scope, text)
    with transaction.atomic():
        record(
            actor=actor,
            action="registry.search",
            subject=Subject("registry.query", answer.by, answer.by),
            after={"by": answer.by, "found": len(answer.rows)},
        )
    return answer
