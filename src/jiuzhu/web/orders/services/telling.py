"""成批派出之后告诉承办单位：一批一则，写明几张、其中要紧的几张，不一张一则。"""

from collections import Counter
from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.urls import reverse

from jiuzhu.web.audit.actor import Actor
from jiuzhu.web.notices.audience import Audience
from jiuzhu.web.notices.models import Notice
from jiuzhu.web.notices.services import notice_send
from jiuzhu.web.process.models import Task
from jiuzhu.web.process.movement import EVERYTHING


def orders_tell(
    *,
    orders: Collection[int],
    since: datetime,
    what: str,
    key: str,
    actor: Actor,
    weighty: Collection[int] = (),
    weighty_title: str = "紧急",
    now: datetime | None = None,
) -> int:
    """``since`` 以来派给各单位、等接单的，每个岗位告诉一次。``key`` 相同的不再告诉。返回发了几则。"""
    chosen, heavy = set(orders), set(weighty)
    counts: Counter[tuple[int, str]] = Counter()
    heavies: Counter[tuple[int, str]] = Counter()
    with transaction.atomic(), EVERYTHING.applied():
        waiting = Task.objects.within(EVERYTHING).filter(
            instance__order__in=chosen, node="take", done_at=None, opened_at__gte=since
        )
        for organisation, role, order in waiting.values_list("organisation_id", "role", "instance__order"):
            if organisation is not None:
                counts[organisation, role] += 1
                heavies[organisation, role] += order in heavy
        sent = 0
        for (organisation, role), count in sorted(counts.items()):
            most = heavies[organisation, role]
            told = f"{what}派来 {count:,} 张单{f'，其中{weighty_title} {most:,} 张' if most else ''}"
            notice = notice_send(
                title=told,
                body=f"{told}，等您接单。要紧的先看；不属本单位职责的写明理由退回。",
                kind=Notice.Kind.TASK,
                to=Audience.holders(role, organisation_id=organisation),
                link=f"{reverse('orders:list')}?tab=mine",
                key=f"{key}:{organisation}:{role}"[:120],
                actor=actor,
                now=now,
            )
            sent += notice is not None
    return sent
