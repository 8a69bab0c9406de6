"""流程的读取：都要给范围，计数与下拉也一样。"""

from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Value
from django.db.models.functions import Coalesce, NullIf
from django.utils import timezone

from jiuzhu.web.access.models import Post, User
from jiuzhu.web.access.scope import Scope as AccessScope
from jiuzhu.web.access.selectors import today
from jiuzhu.web.divisions.models import Organisation
from jiuzhu.web.ground.paging import LazyRows

from .models import Absence, CalendarDay, Definition, Event, Instance, Pause, Task
from .models import Scope as Branch
from .people import Standing, colleagues, office_of, standing_of
from .workdays import Calendar, beijing_day, end_of, is_published, start_of

Rows = QuerySet[Task]
SOON_WORKING_DAYS = 2
SHOWN = (
    "id", "title", "kind", "role", "division_code", "opened_at", "due_at", "paused_at", "urge", "done_at", "is_cancelled",
)  # fmt: skip
JOINED = {
    "shown_subject": F("instance__subject_label"),
    "shown_definition": F("instance__definition_id"),
    "shown_organisation": F("organisation__name"),
    "shown_assignee": Coalesce(NullIf("assignee__display_name", Value("")), "assignee__username"),
}


def tasks(scope: AccessScope) -> Rows:
    """范围之内的全部任务，连同事项。"""
    return Task.objects.within(scope).select_related("instance__definition", "organisation", "assignee", "done_by")


def open_tasks(scope: AccessScope) -> Rows:
    """人办的、还没办结的。"""
    return Task.objects.within(scope).filter(done_at=None, kind=Task.Kind.HUMAN)


def inbox(
    scope: AccessScope, *, refine: Callable[[Rows], Rows] = lambda rows: rows, count: int | None = None
) -> LazyRows:
    """归我办的：指到我名下的、本单位本角色还没人认领的、我代办的；先到期的在前。

    ``refine`` 是另加的筛选，``count`` 是已经数过的件数。各路分别沿索引走、边走边归并（UNION ALL），所以单位再大也快。
    """
    arms = [
        refine(rows).order_by().values_list("pk", "due_at") for rows in _arms(open_tasks(scope), standing_of(scope))
    ]
    merged = arms[0].union(*arms[1:], all=True)

    def fetch(start: int, size: int) -> list[Task]:
        return _rows(scope, [pk for pk, _ in merged.order_by("due_at", "id")[start : start + size]])

    return LazyRows(count=merged.count() if count is None else count, fetch=fetch)


def _arms(rows: Rows, standing: Standing) -> Iterable[Rows]:
    for role, organisation_id in standing.seats:
        seat = rows.filter(role=role, organisation_id=organisation_id)
        yield seat.filter(assignee=None)
        for user in standing.users:
            yield seat.filter(assignee_id=user)


def _listed(scope: AccessScope, rows: Rows, *order: str) -> LazyRows:
    """先沿索引数出这一页的主键，再取这几行；翻到多深都一样快。"""

    def fetch(start: int, size: int) -> list[Task]:
        return _rows(scope, list(rows.order_by(*order).values_list("pk", flat=True)[start : start + size]))

    return LazyRows(count=rows.count(), fetch=fetch)


def _rows(scope: AccessScope, keys: list[int]) -> list[Task]:
    """名单上的几行，只取要显示的列；流程名从进程里取。"""
    found = Task.objects.within(scope).only(*SHOWN).annotate(**JOINED).in_bulk(keys)
    chosen = [found[pk] for pk in keys if pk in found]
    for row in chosen:
        row.shown_flow = Definition.known(row.shown_definition).title
    return chosen


def office(scope: AccessScope, *, refine: Callable[[Rows], Rows] = lambda rows: rows) -> LazyRows:
    """本单位的，不论谁办；先到期的在前。"""
    rows = refine(open_tasks(scope).filter(organisation_id=scope.organisation_id or 0))
    return _listed(scope, rows, "due_at", "id")


def overdue_tasks(scope: AccessScope, *, now: datetime | None = None) -> Rows:
    """所辖之内已逾期的；停计中的不算。"""
    rows = open_tasks(scope).filter(late(now))
    counties = {area[:6] for area in scope.areas if len(area) >= 6}
    return rows.filter(county_code__in=counties) if len(counties) == len(scope.areas) and counties else rows


def overdue(
    scope: AccessScope, *, now: datetime | None = None, refine: Callable[[Rows], Rows] = lambda rows: rows
) -> LazyRows:
    """逾期名单，拖得久的在前。"""
    return _listed(scope, refine(overdue_tasks(scope, now=now)), "due_at", "id")


def done(scope: AccessScope, *, refine: Callable[[Rows], Rows] = lambda rows: rows) -> LazyRows:
    """我办结的，新的在前。"""
    rows = refine(Task.objects.within(scope).filter(done_by_id=scope.user_id or 0, done_at__isnull=False))
    return _listed(scope, rows, "-done_at", "-id")


def soon(now: datetime | None = None) -> Q:
    """将到期：今天起两个工作日之内，还没逾期。"""
    moment = now or timezone.now()
    last = Calendar().shift(beijing_day(moment), SOON_WORKING_DAYS)
    return Q(due_at__gte=moment, due_at__lte=end_of(last), paused_at=None)


def late(now: datetime | None = None) -> Q:
    """已逾期。"""
    return Q(due_at__lt=now or timezone.now(), paused_at=None)


def counts(scope: AccessScope, *, now: datetime | None = None) -> dict[str, int]:
    """归我办的几个数：``mine`` 全部、``today`` 今天到期、``late`` 已逾期、``soon`` 将到期。"""
    moment = now or timezone.now()
    day = beijing_day(moment)
    wanted = {
        "mine": Count("pk"),
        "today": Count("pk", filter=Q(due_at__gte=moment, due_at__lte=end_of(day), paused_at=None)),
        "late": Count("pk", filter=late(moment)),
        "soon": Count("pk", filter=soon(moment)),
    }
    parts = [rows.aggregate(**wanted) for rows in _arms(open_tasks(scope), standing_of(scope))]
    return {name: sum(part[name] for part in parts) for name in wanted}


def changed_today(scope: AccessScope, *, now: datetime | None = None) -> QuerySet[Instance]:
    """今天有变动的事项，新的在前。"""
    since = start_of(beijing_day(now or timezone.now()))
    rows = Instance.objects.within(scope).filter(changed_at__gte=since).select_related("definition")
    return rows.order_by("-changed_at", "-id")


def urgings(scope: AccessScope) -> Rows:
    """被催办、督办、通报而还没办结的，级别高的在前。"""
    rows = tasks(scope).filter(done_at=None, urge__gt=Task.Urge.NONE)
    return rows.order_by("-urge", "due_at", "id")


def task(scope: AccessScope, pk: int) -> Task | None:
    """一项任务；看不到即为空。"""
    return tasks(scope).select_related("instance__first_organisation", "scope__organisation").filter(pk=pk).first()


def instance(scope: AccessScope, pk: int) -> Instance | None:
    """一件事；看不到即为空。"""
    rows = Instance.objects.within(scope).select_related("definition", "first_organisation", "opened_by")
    return rows.filter(pk=pk).first()


def instances_of(scope: AccessScope, *, subject_kind: str, subject_key: str) -> QuerySet[Instance]:
    """某个对象的各件事，新的在前。"""
    rows = Instance.objects.within(scope).select_related("definition", "first_organisation")
    return rows.filter(subject_kind=subject_kind, subject_key=subject_key)


def tasks_of(scope: AccessScope, found: Instance) -> list[Task]:
    """一件事的全部任务，按先后。"""
    rows = list(tasks(scope).select_related("scope__organisation").filter(instance=found).order_by("id"))
    for row in rows:
        row.instance = found
    return rows


def branches_of(scope: AccessScope, found: Instance) -> list[Branch]:
    """一件事送出的各部门。"""
    rows = Branch.objects.within(scope).filter(instance=found, organisation__isnull=False)
    return list(rows.select_related("organisation"))


def events_of(scope: AccessScope, found: Instance) -> list[Event]:
    """一件事的事件，按先后。不按地方看居民的（部门、社会组织），别的单位办的那几步与对它说的话看不到。"""
    rows = Event.objects.within(scope).filter(instance=found).order_by("seq")
    if scope.covers(found.division_code) or found.first_organisation_id == scope.organisation_id:
        return list(rows)
    mine = Task.objects.within(scope).filter(instance=found, organisation_id=scope.organisation_id or 0)
    branches = set(mine.values_list("scope_id", flat=True))
    kept = rows.filter(Q(task_id=None) | Q(task_id__in=mine.values("pk")))
    return [event for event in kept if event.data.get("scope") in {None, *branches}]


def pauses_of(scope: AccessScope, found: Instance) -> list[Pause]:
    """一件事的停计时段。"""
    return list(Pause.objects.within(scope).filter(instance=found))


def definitions() -> list[Definition]:
    """各流程的现行版本。"""
    rows = Definition.objects.order_by("code", "-published_at", "-id").distinct("code")
    return sorted(rows, key=lambda row: row.title)


def definition(pk: int) -> Definition | None:
    """一个版本。"""
    return Definition.objects.filter(pk=pk).first()


def versions(code: str) -> QuerySet[Definition]:
    """一个流程的各版本，新的在前。"""
    return Definition.objects.filter(code=code).order_by("-published_at", "-id")


def receivers(found: Task) -> list[tuple[int, str]]:
    """可以指派给谁：同单位、同角色、今天在岗。"""
    return _people(Post.objects.filter(colleagues(found)))


def office_people(found: Task, *, but: int | None) -> list[tuple[int, str]]:
    """同单位今天在岗的其他人，作同办人。"""
    return _people(Post.objects.filter(office_of(found)).exclude(user_id=but or 0))


def _people(posts: QuerySet[Post]) -> list[tuple[int, str]]:
    rows: Iterable[tuple[int, str, str]] = posts.values_list("user_id", "user__display_name", "user__username")
    return sorted({(pk, name or username) for pk, name, username in rows}, key=lambda item: item[1])


def colleagues_in(organisation_id: int, user: User) -> list[tuple[int, str]]:
    """一个单位今天在岗的其他人。"""
    posts = Post.objects.filter(today(), organisation_id=organisation_id, user__is_active=True)
    return _people(posts.exclude(user=user))


def same_kind(found: Task) -> QuerySet[Organisation]:
    """可以改派到的单位：同县同类，在用的。"""
    if found.organisation is None:
        return Organisation.objects.none()
    rows = Organisation.objects.filter(
        is_active=True, kind=found.organisation.kind, division_code__startswith=found.division_code[:6]
    )
    return rows.exclude(pk=found.organisation.pk).order_by("name")


def departments(county: str) -> QuerySet[Organisation]:
    """一个县可以分送的部门与社会组织。"""
    kinds = [Organisation.Kind.DEPARTMENT, Organisation.Kind.SOCIAL_ORGANISATION]
    rows = Organisation.objects.filter(is_active=True, kind__in=kinds, division_code__startswith=county[:6])
    return rows.order_by("kind", "name")


def absences(user: User) -> QuerySet[Absence]:
    """与我有关的代办：我不在岗的、我替人代办的，还没过去的。"""
    rows = Absence.objects.filter(Q(user=user) | Q(deputy=user), cancelled_at=None, to_date__gte=timezone.localdate())
    return rows.select_related("user", "deputy")


def calendar_days(county: str = "") -> QuerySet[CalendarDay]:
    """另定的日子，新的在前。"""
    return CalendarDay.objects.filter(county_code__in=["", county[:6]]).order_by("-date")


def unpublished_years(first: date, last: date) -> list[int]:
    """两天之间节假日安排尚未公布的年份。"""
    return [year for year in range(first.year, last.year + 1) if not is_published(year)]


def calendar_warnings(on: date | None = None) -> list[str]:
    """日历的提醒：今年、明年的节假日安排还不知道。十月以前不催明年的。"""
    day = on or timezone.localdate()
    last = date(day.year + 1, 1, 1) if day.month >= 10 else day
    return [
        f"{year}年节假日安排尚未公布或程序还不知道，跨到{year}年的期限按周末暂计。安排公布后请升级日历或在“工作日历”里补上，再重算期限。"
        for year in unpublished_years(day, last)
    ]


def due_warning(found: Task | Instance) -> str:
    """这一项的期限跨到了安排尚未公布的年份。"""
    if found.due_at is None:
        return ""
    years = unpublished_years(beijing_day(found.opened_at), beijing_day(found.due_at))
    return f"{'、'.join(map(str, years))}年节假日安排尚未公布，期限按周末暂计。" if years else ""


def as_choices(rows: Iterable[Any]) -> list[tuple[str, str]]:
    """下拉项：主键与名称。"""
    return [(str(row.pk), str(row)) for row in rows]
