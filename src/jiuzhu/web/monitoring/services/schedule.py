"""自动监测：每月一次、新到一批就补算。后台每分钟看一眼，照县里的约定办。"""

from datetime import date, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from jiuzhu.web.access.scope import Scope
from jiuzhu.web.audit.actor import Actor
from jiuzhu.web.audit.services import Subject, record
from jiuzhu.web.exchange.selectors import pending_batches
from jiuzhu.web.ground.errors import ServiceError
from jiuzhu.web.monitoring.models import Run, RunSchedule
from jiuzhu.web.monitoring.selectors import every_run

from .inputs import data_digest, used_batches
from .runs import run_refresh, run_start

EVERYTHING = Scope.everything()
SETTLED = timedelta(minutes=2)  # 最后一批收好、改好之后等这么久，免得几批连着到时一批一算


@transaction.atomic
def schedule_save(*, division_code: str, day: int | None, after_batch: bool, actor: Actor, scope: Scope) -> RunSchedule:
    """改一个县的约定；没有变化也不算错。"""
    before = RunSchedule.objects.within(scope).filter(division_code=division_code).first()
    schedule, _ = RunSchedule.objects.within(scope).update_or_create(
        division_code=division_code, defaults={"day": day, "after_batch": after_batch}
    )
    told = {"day": day, "after_batch": after_batch}
    past = {"day": before.day, "after_batch": before.after_batch} if before else {}
    record(
        actor=actor,
        action="monitoring.schedule_save",
        subject=Subject(kind="monitoring.schedule", key=division_code, label="自动监测"),
        before=past,
        after=told,
    )
    return schedule


def runs_due(*, today: date | None = None) -> list[Run]:
    """到了日子的、来了新数据的县，各发起一次；正有监测在做时等下一分钟。"""
    day = today or timezone.localdate()
    if every_run().filter(status__in=Run.ACTIVE).exists():
        return []
    for schedule in RunSchedule.objects.within(EVERYTHING).order_by("pk"):
        actor = Actor.system("自动监测", division_code=schedule.division_code)
        try:
            if _month_due(schedule, day):
                return [run_start(actor=actor, division_code=schedule.division_code, trigger=Run.Trigger.MONTHLY)]
            if _batch_due(schedule):
                return [run_refresh(actor=actor, division_code=schedule.division_code, trigger=Run.Trigger.BATCH)]
        except ServiceError:  # 没有数据可读：这个县下次再看
            continue
    return []


def _month_due(schedule: RunSchedule, day: date) -> bool:
    """这个月到了日子，还没有按月做过。"""
    if schedule.day is None or day.day < schedule.day:
        return False
    done = _runs(schedule).filter(trigger=Run.Trigger.MONTHLY)
    return not done.filter(created_at__date__gte=day.replace(day=1)).exists()


def _batch_due(schedule: RunSchedule) -> bool:
    """现在的数据与最近一次发起时的不同，而且都收好了、静了一会儿。"""
    if not schedule.after_batch or pending_batches(schedule.division_code).exists():
        return False
    last = _runs(schedule).filter(is_replay=False).order_by("-number").first()
    if last is None or last.status != Run.Status.DONE:
        return False
    batches = used_batches(schedule.division_code)
    recent = max((batch.taken_at for batch in batches if batch.taken_at), default=None)
    if recent is not None and timezone.now() - recent < SETTLED:
        return False
    return data_digest(schedule.division_code, batches) != last.data_digest


def _runs(schedule: RunSchedule) -> QuerySet[Run]:
    return every_run().filter(division_code=schedule.division_code)
