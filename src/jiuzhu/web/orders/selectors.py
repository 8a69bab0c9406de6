"""派单的读取：都要范围。办到哪里由流程得出。"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Sum
from django.utils import timezone

from jiuzhu.web.access.scope import Scope, after
from jiuzhu.web.divisions.departments import department_code
from jiuzhu.web.divisions.models import Organisation
from jiuzhu.web.divisions.selectors import organisation_of_department, organisations, station_of
from jiuzhu.web.documents.models import Upload
from jiuzhu.web.process.models import Task

from .models import Asked, Measure, Order, OrderPart, Source

STATES: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "sending": ("等派单", ("send",)),
    "returned": ("退回待改派", ("reassign",)),
    "accepting": ("等接单", ("take",)),
    "handling": ("办理中", ("handle",)),
    "asking": ("回访中", ("ask_village", "ask_town")),
    "checking": ("等核对", ("check",)),
    "discussing": ("一事一议", ("discuss",)),
}
ANSWERED, ANSWERED_TITLE = "answered", "已反馈，等首问单位"  # 部门看：自己没有要办的了，单还没有办结
STATE_OF = {node: code for code, (_, nodes) in STATES.items() for node in nodes}
OUTCOMES: Mapping[str, str] = {
    "carried_out": "政策已落实",
    "included": "已按类别推送办理",
    "deliberated": "一事一议已解决",
    "ceased": "已核实退出",
    "untrue": "不属实",
    "no_need": "无需救助",
    "unsolved": "现行政策无法解决",
    "instance_withdrawn": "已撤回",
}
TRUE_OUTCOMES = ("carried_out", "included", "deliberated", "ceased", "unsolved")


@dataclass(frozen=True)
class OrderState:
    """一张单眼下的样子。``code`` 是 ``STATES`` 里的一个、``answered`` 或 ``closed``；几处同时在办的取最要紧的一个。"""

    order_id: int
    number: str
    code: str
    title: str
    waiting: tuple[str, ...]
    is_late: bool
    urge: int
    outcome: str
    outcome_title: str
    opened_at: datetime
    ended_at: datetime | None

    @property
    def is_open(self) -> bool:
        """还没办结。"""
        return self.ended_at is None


def orders(scope: Scope) -> QuerySet[Order]:
    """看得到的单，新的在前。"""
    return Order.objects.within(scope).select_related(
        "instance__definition", "instance__first_organisation", "household__head"
    )


def order(scope: Scope, pk: int) -> Order | None:
    """一张单；看不到与没有一样。"""
    return orders(scope).select_related("report").filter(pk=pk).first()


def states_of(rows: Iterable[Order], scope: Scope, *, now: datetime | None = None) -> dict[int, OrderState]:
    """各张单（主键）办到哪里；部门只看得到自己在办的那几步。"""
    found = list(rows)
    open_tasks = Task.objects.within(scope).filter(
        instance__in=[row.instance_id for row in found], done_at=None, kind=Task.Kind.HUMAN
    )
    grouped: dict[int, list[Task]] = {}
    for task in open_tasks.select_related("organisation").order_by("id"):
        grouped.setdefault(task.instance_id, []).append(task)
    moment = now or timezone.now()
    return {row.pk: _state(row, grouped.get(row.instance_id, []), moment) for row in found}


def _state(row: Order, tasks: list[Task], now: datetime) -> OrderState:
    codes = {STATE_OF.get(task.node, "handling") for task in tasks}
    code = next((code for code in STATES if code in codes), ANSWERED)
    if row.instance.ended_at:
        code = "closed"
    outcome = row.instance.outcome
    return OrderState(
        order_id=row.pk,
        number=row.number,
        code=code,
        title=OUTCOMES.get(outcome, "已办结")
        if code == "closed"
        else ANSWERED_TITLE
        if code == ANSWERED
        else STATES[code][0],
        waiting=tuple(dict.fromkeys(f"{task.organisation.label}{task.title}" for task in tasks if task.organisation)),
        is_late=any(task.due_at and task.due_at < now and not task.paused_at for task in tasks),
        urge=max((task.urge for task in tasks), default=0),
        outcome=outcome if row.instance.ended_at else "",
        outcome_title=OUTCOMES.get(outcome, "") if row.instance.ended_at else "",
        opened_at=row.opened_at,
        ended_at=row.instance.ended_at,
    )


def orders_of(source_kind: str, source_keys: Iterable[str], scope: Scope) -> dict[str, OrderState]:
    """这些来由的单办到哪里：来由编号 → 样子；没有开过单的不在里面。"""
    sources = Source.objects.within(scope).filter(kind=source_kind, key__in=list(source_keys))
    pairs = dict(sources.values_list("key", "order_id"))
    found = states_of(orders(scope).filter(pk__in=set(pairs.values())), scope)
    return {key: found[pk] for key, pk in pairs.items() if pk in found}


def order_ids(source_kind: str, scope: Scope) -> QuerySet[Source, Any]:
    """某种来由开过的单：``{key, order_id}``，可作子查询。"""
    return Source.objects.within(scope).filter(kind=source_kind).values("key", "order_id")


def open_order(scope: Scope, household_id: int) -> Order | None:
    """这一户在办的单，最早的一张。"""
    rows = orders(scope).filter(household_id=household_id, instance__ended_at=None)
    return rows.order_by("pk").first()


def order_counts(scope: Scope, *, rows: QuerySet[Order] | None = None, now: datetime | None = None) -> dict[str, int]:
    """各状态几张：``STATES`` 的各项、``open``、``late``、``closed``、``all``。几处同时在办的，各处都算。"""
    wanted = orders(scope) if rows is None else rows
    base = wanted.order_by().select_related(None)
    total = base.aggregate(
        all=Count("pk"), open=Count("pk", filter=Q(instance__ended_at=None)),
        closed=Count("pk", filter=Q(instance__ended_at__isnull=False)),
    )  # fmt: skip
    waiting = _open_tasks(scope).filter(instance__in=base.filter(instance__ended_at=None).values("instance"))
    nodes = dict(waiting.order_by().values_list("node").annotate(count=Count("instance", distinct=True)))
    total |= {code: sum(nodes.get(node, 0) for node in names) for code, (_, names) in STATES.items()}
    late = waiting.filter(due_at__lt=now or timezone.now(), paused_at=None)
    total["late"] = late.order_by().aggregate(count=Count("instance", distinct=True))["count"]
    return total


def in_state(rows: QuerySet[Order], code: str, scope: Scope) -> QuerySet[Order]:
    """只留某个状态的。"""
    if code == "closed":
        return rows.filter(instance__ended_at__isnull=False)
    if code == "open":
        return rows.filter(instance__ended_at=None)
    if code in STATES:
        here = _open_tasks(scope).filter(instance=OuterRef("instance"), node__in=STATES[code][1])
        return rows.filter(Exists(here))
    return rows


def late(rows: QuerySet[Order], scope: Scope, *, now: datetime | None = None) -> QuerySet[Order]:
    """有一步已逾期的。"""
    overdue = _open_tasks(scope).filter(instance=OuterRef("instance"), due_at__lt=now or timezone.now(), paused_at=None)
    return rows.filter(Exists(overdue))


def mine(rows: QuerySet[Order], scope: Scope) -> QuerySet[Order]:
    """等本岗位办的。"""
    here = _open_tasks(scope).filter(
        instance=OuterRef("instance"), organisation_id=scope.organisation_id or 0, role=scope.role
    )
    return rows.filter(Exists(here))


def come_back(rows: QuerySet[Order], scope: Scope) -> QuerySet[Order]:
    """又派到本单位来的：它在这张单上先前办结过一步，现在又等它接单。"""
    own = Task.objects.within(scope).filter(instance=OuterRef("instance"), organisation_id=scope.organisation_id or 0)
    before = own.filter(node="take", done_at__isnull=False, is_cancelled=False)
    return rows.filter(Exists(own.filter(node="take", done_at=None)), Exists(before))


def sent_to(rows: QuerySet[Order], organisation_id: int, scope: Scope) -> QuerySet[Order]:
    """派给某个单位的。"""
    parts = OrderPart.objects.within(scope).filter(order=OuterRef("pk"), organisation_id=organisation_id)
    return rows.filter(Exists(parts.filter(branch__isnull=False)))


def in_area(rows: QuerySet[Order], area: str) -> QuerySet[Order]:
    """某地的。"""
    return rows.filter(division_code__gte=area, division_code__lt=after(area))


def _open_tasks(scope: Scope) -> QuerySet[Task]:
    return Task.objects.within(scope).filter(done_at=None, kind=Task.Kind.HUMAN)


def parts(scope: Scope, found: Order) -> list[OrderPart]:
    """各单位的一份；部门只有自己的。"""
    rows = OrderPart.objects.within(scope).filter(order=found).select_related("organisation", "branch")
    return list(rows)


def part_of(scope: Scope, task: Task) -> OrderPart | None:
    """一项任务的那一份。"""
    rows = OrderPart.objects.within(scope).select_related("organisation", "branch", "order")
    return rows.filter(branch_id=task.scope_id).first()


def measures(scope: Scope, found: Order) -> list[Measure]:
    """登记的措施，没撤下的；部门只有自己的。"""
    rows = Measure.objects.within(scope).filter(order=found, withdrawn_at=None)
    return list(rows.select_related("organisation", "part"))


def asked(scope: Scope, found: Order) -> list[Asked]:
    """回访，新的在前。"""
    return list(Asked.objects.within(scope).filter(order=found))


def totals(scope: Scope, rows: QuerySet[Order]) -> dict[str, Any]:
    """这些单办成了什么：各种措施几项、多少钱，供成效。"""
    found = Measure.objects.within(scope).filter(order__in=rows.order_by().values("pk"), withdrawn_at=None)
    by_kind = found.order_by().values("kind", "period").annotate(count=Count("pk"), amount=Sum("amount"))
    return {"measures": list(by_kind)}


def outcomes(scope: Scope, *, rows: QuerySet[Order] | None = None) -> QuerySet[Order, Any]:
    """办结的单与结果，供成效与回测：户编号、来由、结果、点单与办结的时间。"""
    closed = (orders(scope) if rows is None else rows).filter(instance__ended_at__isnull=False)
    return closed.order_by().values(
        "pk", "kind", "origin", "opened_at", "division_code",
        household_key=F("household__household_id"), outcome=F("instance__outcome"), ended_at=F("instance__ended_at"),
    )  # fmt: skip


def receivers(division_code: str) -> QuerySet[Organisation]:
    """可以派给哪些单位：县里的部门、民政、社会组织，和所在的乡镇。"""
    kinds = [Organisation.Kind.DEPARTMENT, Organisation.Kind.SOCIAL_ORGANISATION]
    rows = organisations(area=division_code[:6])
    chosen = Q(kind__in=kinds) | Q(kind=Organisation.Kind.COUNTY_OFFICE, department="minzheng")
    station = station_of(division_code)
    return rows.filter(chosen | Q(pk=station.pk if station else 0)).order_by("kind", "code")


def organisation_called(name: str, division_code: str) -> Organisation | None:
    """规则手册里的部门名（“医保局”）在本县是哪个单位；没有登记为空。"""
    code = department_code(name)
    return organisation_of_department(code, division_code[:6]) if code else None


def with_papers(scope: Scope, kind: str, keys: Iterable[int]) -> set[int]:
    """这些对象里有附件的（看得到的）。"""
    rows = Upload.objects.within(scope).filter(
        subject_kind=kind, subject_key__in=[str(key) for key in keys], withdrawn_at=None
    )
    return {int(key) for key in rows.values_list("subject_key", flat=True).distinct()}
