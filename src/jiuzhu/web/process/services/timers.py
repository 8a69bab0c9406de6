"""到点的定时与催办。

一次一项，各在自己的事务里：连同事项一起锁住、办完、提交。别的工作进程正锁着的跳过（SKIP LOCKED），
所以不会办两次；进程被杀，事务没有提交，那一项还在，由别的进程接着办，所以不会漏。
"""

import logging
import time
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from jiuzhu.web.audit.actor import Actor
from jiuzhu.web.ground.errors import ServiceError
from jiuzhu.web.process.models import Task
from jiuzhu.web.process.movement import EVERYTHING, Kind, Movement

from .urging import urge_up

logger = logging.getLogger(__name__)

ACTOR = Actor.system("流程定时")
RECALCULATION = Actor.system("期限重算")
LATER = timedelta(minutes=10)
UNEXPECTED = "程序出了意外，详情已写入后台日志，请告诉系统管理员。"


def timers_fire(*, now: datetime | None = None, seconds: float | None = None) -> int:
    """把到点的办完，返回办了几项。``seconds`` 是至多干多久。

    走不成的（缺承办单位，或程序出了意外）记一条事件，十分钟后再试，不挡别的。
    """
    moment = now or timezone.now()
    stop = time.monotonic() + seconds if seconds is not None else None
    fired = 0
    while stop is None or time.monotonic() < stop:
        task_id = None
        try:
            with transaction.atomic(), EVERYTHING.applied():
                task = _take(moment)
                if task is None:
                    return fired
                task_id = task.pk
                _fire(task, moment)
        except Exception as error:  # 后台任务的最外层：一项出了意外，不能让后面的都停着
            if task_id is None:
                raise
            _postpone(task_id, moment, error)
        fired += 1
    return fired


def _take(now: datetime) -> Task | None:
    """最早到点、没人锁着的一项，连同它的事项一起锁住。"""
    rows = Task.objects.within(EVERYTHING).filter(fire_at__lte=now, done_at=None, paused_at=None)
    rows = rows.select_related("instance__definition", "scope__parent", "organisation", "assignee")
    return rows.order_by("fire_at").select_for_update(of=("self", "instance"), skip_locked=True).first()


def _fire(task: Task, now: datetime) -> None:
    movement = Movement(task.instance, actor=ACTOR.at(task.instance.division_code), now=now)
    if task.kind == Task.Kind.HUMAN:
        urge_up(movement, task)
    else:
        movement.task_close(task, Kind.FIRED)
        movement.advance(task)
        movement.audit("process.timer_fire", task)
    movement.save()


def _postpone(task_id: int, now: datetime, error: Exception) -> None:
    """这一项走不成：说明缘由，过一会儿再试。意外的错误只写进日志，不给人看细节。"""
    known = isinstance(error, ServiceError)
    reason = error.message if isinstance(error, ServiceError) else UNEXPECTED
    logger.error("定时没有走成 task=%s error=%s", task_id, type(error).__name__, exc_info=None if known else error)
    with transaction.atomic(), EVERYTHING.applied():
        Task.objects.within(EVERYTHING).filter(pk=task_id, done_at=None).update(fire_at=now + LATER)
    try:
        _tell(task_id, now, reason)
    except Exception:  # 连缘由也记不下（事件链被动过）：写进日志，下一项照办
        logger.exception("定时没有走成，缘由也没有记下 task=%s", task_id)


def _tell(task_id: int, now: datetime, reason: str) -> None:
    with transaction.atomic(), EVERYTHING.applied():
        rows = Task.objects.within(EVERYTHING).select_related("instance__definition")
        task = rows.select_for_update(of=("self", "instance")).get(pk=task_id)
        movement = Movement(task.instance, actor=ACTOR.at(task.instance.division_code), now=now)
        movement.event(Kind.STUCK, task, reason=reason)
        movement.audit("process.timer_stuck", task, reason=reason)
        movement.save()
