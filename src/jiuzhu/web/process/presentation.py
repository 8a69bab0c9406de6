"""任务给人看的样子：还有几个工作日到期、在哪里、归谁。"""

from collections.abc import Callable, Iterable
from datetime import datetime

from django.utils import timezone

from jiuzhu.web.divisions.selectors import short_path_of
from jiuzhu.web.ground.hrefs import href

from .clocks import calendar_of
from .models import Task
from .selectors import due_warning
from .workdays import BEIJING, Calendar, beijing_day


class Kept[V](dict[str, V]):
    """算过的留着：一页里同一个县、同一个村、同一个期限只算一次。"""

    def __init__(self, make: Callable[[str], V]) -> None:
        super().__init__()
        self.make = make

    def __missing__(self, key: str) -> V:
        self[key] = self.make(key)
        return self[key]


def dressed(tasks: Iterable[Task], now: datetime | None = None) -> list[Task]:
    """给每项任务放上 ``due_words``、``tone``、``place``、``owner``、``warning``、``href``；日历一个县只读一次。"""
    moment = now or timezone.now()
    calendars, places = Kept(calendar_of), Kept(short_path_of)
    words: dict[tuple[object, ...], tuple[str, str]] = {}
    rows = list(tasks)
    for task in rows:
        county = task.division_code[:6]
        key = (county, task.due_at, task.paused_at, task.done_at, task.kind, task.is_cancelled)
        if key not in words:
            words[key] = due_words(task, moment, calendars[county])
        task.due_words, task.tone = words[key]  # type: ignore[attr-defined]
        task.place = places[task.division_code]  # type: ignore[attr-defined]
        task.owner = _owner(task)  # type: ignore[attr-defined]
        task.warning = due_warning(task)  # type: ignore[attr-defined]
        task.href = href("process:task", task.pk)  # type: ignore[attr-defined]
    return rows


def _owner(task: Task) -> str:
    """归谁：名单上的行已带着名字，不另查。"""
    if hasattr(task, "shown_organisation"):
        person, office = getattr(task, "shown_assignee", None), task.shown_organisation
    else:
        person, office = task.assignee, task.organisation
    return str(person or f"{office or ''} {task.role_title}".strip())


def due_words(task: Task, now: datetime, calendar: Calendar) -> tuple[str, str]:
    """“3个工作日后到期（11月5日）”与它的轻重：late soon paused done wait。"""
    if task.done_at is not None:
        late = task.due_at is not None and task.done_at > task.due_at and task.kind == Task.Kind.HUMAN
        return (f"{_day(task.done_at)}{'逾期' if late else ''}{'不再办理' if task.is_cancelled else '办结'}", "done")
    if task.paused_at is not None:
        return f"停计中（自{_day(task.paused_at)}）", "paused"
    if task.due_at is None:
        return "不限期", "wait"
    if task.kind == Task.Kind.TIMER:
        return f"{_day(task.due_at)}满期", "wait"
    return moment_words(task.due_at, now, calendar)


def moment_words(due: datetime, now: datetime, calendar: Calendar) -> tuple[str, str]:
    """一个期限离现在还有几个工作日。"""
    today, last = beijing_day(now), beijing_day(due)
    if due < now:
        days = calendar.between(last, today)
        return (f"已逾期{days}个工作日（{_day(due)}）" if days else f"刚刚逾期（{_day(due)}）"), "late"
    if today == last:
        return "今天到期", "soon"
    days = calendar.between(today, last)
    return f"{days}个工作日后到期（{_day(due)}）", "soon" if days <= 1 else "wait"


def _day(moment: datetime) -> str:
    local = moment.astimezone(BEIJING)
    year = "" if local.year == timezone.localdate().year else f"{local.year}年"
    return f"{year}{local.month}月{local.day}日"
