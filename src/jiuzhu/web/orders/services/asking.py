"""回访本户：解决没有，满不满意。"""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from jiuzhu.web.access.scope import Scope
from jiuzhu.web.audit.actor import Actor
from jiuzhu.web.audit.services import record
from jiuzhu.web.ground.errors import ServiceError
from jiuzhu.web.orders.models import Asked
from jiuzhu.web.orders.subjects import order_subject
from jiuzhu.web.process.movement import EVERYTHING
from jiuzhu.web.process.services import task_complete

from .needs import demand_no_numbers
from .sending import waiting


@transaction.atomic
def household_ask(
    *,
    task_id: int,
    solved: str,
    how: str,
    actor: Actor,
    scope: Scope,
    satisfaction: int | None = None,
    words: str = "",
    now: datetime | None = None,
) -> Asked | None:
    """登记回访；``solved`` 空着是联系不上，``words`` 要写明怎么联系的，没有回访记录。"""
    moment = now or timezone.now()
    task, order = waiting(task_id, scope)
    if not task.node.startswith("ask_"):
        raise ServiceError("这不是回访的任务。", code="not_asking")
    demand_no_numbers(words)
    if not solved:
        task_complete(task_id=task_id, outcome="unreachable", note=words, actor=actor, scope=scope, now=moment)
        return None
    with EVERYTHING.applied():
        asked = Asked(
            order=order, division_code=order.division_code, task_id=task.pk, how=how, solved=solved,
            satisfaction=satisfaction, words=words.strip(), by_id=actor.user_id, by_name=actor.name[:60], at=moment,
        )  # fmt: skip
        if not Asked.objects.within(EVERYTHING).filter(task_id=task.pk).exists():  # 已经回访过的，下一步会说明
            asked.save()
        record(
            actor=actor, action="orders.household_ask", subject=order_subject(order),
            after={"solved": solved, "satisfaction": satisfaction},
        )  # fmt: skip
    task_complete(task_id=task_id, outcome="asked", note=words, actor=actor, scope=scope, now=moment)
    return asked
