"""期限与催办的时刻：由开始时间、期限、停计时段、日历算出，随时可以重算。"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from .definition import Limit, Process, Urging
from .models import CalendarDay, Instance, Pause, Task
from .workdays import BEIJING, DAY, Calendar, Span, beijing_day, due_at, fires_at, morning_of

URGED = len(Task.Urge) - 1


def calendar_of(county: str) -> Calendar:
    """一个县的日历；本县另定的盖过各县通用的。"""
    rows = CalendarDay.objects.filter(county_code__in=["", county[:6]]).order_by("county_code")
    return Calendar(dict(rows.values_list("date", "is_working")))


def spans_of(pauses: Iterable[Pause]) -> list[Span]:
    """停计时段，按天：自停计当日起，到恢复的前一日。"""
    return [(beijing_day(item.from_at), beijing_day(item.to_at) if item.to_at else None) for item in pauses]


def task_times(task: Task, process: Process, pauses: Iterable[Pause], calendar: Calendar) -> None:
    """填上任务的到期时刻与系统下次理会的时刻。停计中的（时段没有终点）不动。"""
    limit = Limit.parse(task.limit) if task.limit else None
    spans = spans_of(item for item in pauses if item.task_id in {None, task.pk})
    if limit is None or any(last is None for _, last in spans):
        return
    if task.kind == Task.Kind.TIMER:
        task.fire_at = fires_at(task.opened_at, limit, calendar, spans)
        task.due_at = task.fire_at - timedelta(seconds=1)
        return
    task.due_at = due_at(task.opened_at, limit, calendar, spans)
    task.fire_at = urge_time(task, process.node(task.node).urging, calendar)


def instance_due(instance: Instance, pauses: Iterable[Pause], calendar: Calendar) -> datetime | None:
    """整件事的到期时刻；全程不限期或还没有起算为空。"""
    if instance.process.limit is None or instance.limit_from_at is None:
        return None
    spans = spans_of(item for item in pauses if item.task_id is None or item.whole)
    if any(last is None for _, last in spans):
        return instance.due_at
    return due_at(instance.limit_from_at, instance.process.limit, calendar, spans)


def urge_time(task: Task, urging: Urging, calendar: Calendar) -> datetime | None:
    """下一级催办的时刻：到期前催办，逾期满几个工作日督办、通报；都在上班时。"""
    if task.due_at is None or task.urge >= URGED:
        return None
    last = task.due_at.astimezone(BEIJING).date()
    if task.urge == Task.Urge.NONE:
        early = morning_of(calendar.shift(last, -urging.remind))
        if early <= task.opened_at:  # 期限本来就短：到期当天上班时催
            early = morning_of(last)
        return early if early > task.opened_at else morning_of(last + DAY)
    days = urging.supervise if task.urge == Task.Urge.REMINDED else urging.notify
    return morning_of(calendar.shift(last, days))
