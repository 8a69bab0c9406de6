"""自动的催办、督办、通报：一人一天一则，列出各项，不一项一则。

任务上记着告诉到了哪一级（``urge_told``），与通知同一个事务，所以不漏、不重。
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.urls import reverse
from django.utils import timezone

from jiuzhu.web.access.roles import ROLES
from jiuzhu.web.audit.actor import Actor
from jiuzhu.web.ground.templatetags.ground import cn_date
from jiuzhu.web.notices.audience import Audience
from jiuzhu.web.notices.models import Notice
from jiuzhu.web.notices.services import notice_send
from jiuzhu.web.process.models import Task
from jiuzhu.web.process.movement import EVERYTHING

from .urging import CONCERNS

Urge = Task.Urge
ACTOR = Actor.system("流程定时")
LISTED = 20
TOWNSHIP, COUNTY = 9, 6


@transaction.atomic
def urging_tell(*, now: datetime | None = None) -> int:
    """把自动升了级、还没有告诉的任务，按人汇成通知。到点的还没有办完就等下一回。返回发了几则。"""
    moment = now or timezone.now()
    with EVERYTHING.applied():
        open_tasks = Task.objects.within(EVERYTHING).filter(done_at=None)
        if open_tasks.filter(kind=Task.Kind.HUMAN, fire_at__lte=moment, paused_at=None).exists():
            return 0
        rows = open_tasks.filter(urge__gt=F("urge_told")).order_by("-urge", "due_at", "id")
        tasks = list(rows.select_for_update(of=("self",)).select_related("instance__definition"))
        if not tasks:
            return 0
        sent = sum(_send(user, found, moment) for user, found in sorted(_by_user(tasks).items()))
        open_tasks.filter(pk__in=[task.pk for task in tasks]).update(urge_told=F("urge"))
    return sent


def _by_user(tasks: Iterable[Task]) -> dict[int, list[Task]]:
    """各人该知道的任务：承办的人（没人认领的，那个岗位上的人）与这一级定好的负责人。"""
    holders: dict[tuple[str, int | None, str], list[int]] = {}
    found: dict[int, list[Task]] = defaultdict(list)
    for task in tasks:
        users = [task.assignee_id] if task.assignee_id else []
        seats = [] if users else [(task.role, task.organisation_id, "")]
        seats += [(role, None, _area(role, task)) for role in CONCERNS[task.urge]]
        for seat in seats:
            if seat not in holders:
                role, office, area = seat
                holders[seat] = Audience.holders(role, organisation_id=office, area=area).user_ids()
            users += holders[seat]
        for user in dict.fromkeys(users):
            found[user].append(task)
    return found


def _area(role: str, task: Task) -> str:
    return task.division_code[: TOWNSHIP if "township" in ROLES[role].levels else COUNTY]


def _send(user: int, tasks: list[Task], now: datetime) -> bool:
    """一人一则。只有一项的，直接说是哪一项。"""
    alone = tasks[0] if len(tasks) == 1 else None
    notice = notice_send(
        title=f"{_word(alone)}：{alone.title}" if alone else f"{len(tasks):,} 项任务要抓紧：{_counted(tasks)}",
        body=_line(alone) if alone else _listed(tasks),
        kind=Notice.Kind.URGING,
        to=Audience.people([user]),
        link=reverse("process:task", args=[alone.pk]) if alone else reverse("process:overdue"),
        actor=ACTOR.at(tasks[0].division_code),
        now=now,
    )
    return notice is not None


def _word(task: Task) -> str:
    return str(Urge(task.urge).label).removeprefix("已")


def _counted(tasks: list[Task]) -> str:
    levels = [(level, sum(task.urge == level for task in tasks)) for level in sorted(CONCERNS, reverse=True)]
    return "、".join(f"{Urge(level).label.removeprefix('已')} {count:,} 项" for level, count in levels if count)


def _listed(tasks: list[Task]) -> str:
    lines = [f"{_word(task)}　{task.title}　{_line(task)}" for task in tasks[:LISTED]]
    if len(tasks) > LISTED:
        lines.append(f"另有 {len(tasks) - LISTED:,} 项，点开看全部。")
    return "\n".join(lines)


def _line(task: Task) -> str:
    due = f"，期限 {cn_date(task.due_at)}" if task.due_at else ""
    return f"{task.instance.definition.title}：{task.instance.subject_label}{due}"
