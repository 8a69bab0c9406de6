"""由预警派单：选几户派，或监测一完成就照五个一自动派。

同一户已有在办的预警单的并进去，不另开；所以自动派单停了再接着派，不会派重。
"""

import logging
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import batched
from pathlib import Path

from django.db import transaction
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from jiuzhu.web.access.scope import Scope
from jiuzhu.web.audit.actor import Actor
from jiuzhu.web.audit.services import Subject, record
from jiuzhu.web.ground.errors import ServiceError
from jiuzhu.web.ground.jobs import defer
from jiuzhu.web.monitoring.models import Dispatch, HouseholdWarning, Plan, Run
from jiuzhu.web.monitoring.selectors import (
    SOURCE,
    State,
    concluded,
    latest_run,
    plans_in_force,
    with_state,
)
from jiuzhu.web.orders.models import Source
from jiuzhu.web.orders.services import Made, Opening, Wanted, orders_tell
from jiuzhu.web.registry.models import Household

from .needs import Told, told_of

logger = logging.getLogger(__name__)
QUEUE = "monitoring"
MOST = 50
CHUNK = 500  # 一次写好几户的单子
BATCH = 50  # 一个事务开几张
PROGRESS_SECONDS = 0.5
LIVE_JOBS = ("todo", "doing", "aborting")
SYSTEM = "自动派单"
UNEXPECTED = "派单途中出现意外错误，已派的不受影响，详情在后台日志。没有派的可以在预警名单里由人派。"


@dataclass
class Opened:
    """派了几单、并入几单、没有派的户与原因。"""

    opened: int = 0
    joined: int = 0
    problems: list[str] = field(default_factory=list)

    def take(self, results: Sequence[Made]) -> None:
        """记一批。"""
        for each in results:
            if each.order is None:
                self.problems.append(f"户 {each.wanted.household.household_id[-6:]}：{each.problem}")
            elif each.is_new:
                self.opened += 1
            else:
                self.joined += 1

    @property
    def skipped(self) -> int:
        """没有派的户数。"""
        return len(self.problems)


def warnings_order(
    *,
    warnings: Sequence[HouseholdWarning],
    actor: Actor,
    scope: Scope,
    urgent: bool = False,
    now: datetime | None = None,
) -> Opened:
    """给选定的几户派单，一户一单，至多五十户。已排除、已办结的不派。

    Raises:
        ServiceError: 没有选（nothing_chosen），选得太多（too_many），不是最近一次监测的（old_run）。
    """
    if not warnings:
        raise ServiceError("没有选要派单的户。请先勾选。", code="nothing_chosen")
    if len(warnings) > MOST:
        raise ServiceError(f"一次至多派 {MOST} 户，请分几次派。", code="too_many")
    keys = [row.pk for row in warnings]
    run = warnings[0].run
    newest = latest_run(scope)
    if newest is None or run.pk != newest.pk or any(row.run_id != run.pk for row in warnings):
        raise ServiceError("只能由最近一次监测的预警派单，请到最近一次的名单里派。", code="old_run", status=409)
    rows = with_state(HouseholdWarning.objects.within(scope).filter(pk__in=keys, run=run), run, scope)
    wanted = [row for row in rows.select_related("run") if row.state in (State.OPEN, State.IN_HAND)]
    made = Opened()
    made.problems += [f"户 {row.household_id[-6:]} 已排除或已办结" for row in rows if row not in wanted]
    opening = Opening(origin="warning", source_kind=SOURCE, actor=actor, scope=scope, now=now)
    _open_some(opening, list(_told(run, wanted)), made, urgent=urgent)
    return made


def warnings_opened(*, run: Run) -> Dispatch | None:
    """一次监测入库之后：有类别设了自动派单的，交后台去派。与入库同一个事务，一起成一起不成。"""
    plans = plans_in_force(Scope.everything(), run.division_code)
    if not any(plan.auto_bands for plan in plans.values()):
        return None
    dispatch, made = Dispatch.objects.within(Scope.everything()).get_or_create(run=run)
    if made:
        _defer(dispatch)
    return dispatch


def dispatch_execute(*, dispatch_id: int, now: datetime | None = None) -> Dispatch | None:
    """自动派单。无论停在哪里，再来一次接着派：在办的并入，不会另开。"""
    everything = Scope.everything()
    dispatch = (
        Dispatch.objects.within(everything).select_related("run").filter(pk=dispatch_id, finished_at=None).first()
    )
    if dispatch is None:
        return None
    try:
        _dispatch(dispatch, now or timezone.now())
    except Exception:  # 后台任务的最外层:什么错都要落到状态上
        logger.exception("自动派单 %s 出错", dispatch_id)
        dispatch.error_text = UNEXPECTED
    dispatch.finished_at = timezone.now()
    dispatch.save()
    return dispatch


def dispatches_rescue() -> int:
    """后台任务不在了、又没有派完的，重新交给后台接着派。返回接上的次数。"""
    live = ProcrastinateJob.objects.filter(status__in=LIVE_JOBS).values("id")
    lost = list(Dispatch.objects.within(Scope.everything()).filter(finished_at=None).exclude(job_id__in=live))
    for dispatch in lost:
        _defer(dispatch)
    return len(lost)


def _defer(dispatch: Dispatch) -> None:
    with transaction.atomic():
        dispatch.job_id = defer("monitoring_dispatch", queue=QUEUE, dispatch_id=dispatch.pk)
        dispatch.save(update_fields=["job_id"])


def _dispatch(dispatch: Dispatch, now: datetime) -> None:
    run, everything = dispatch.run, Scope.everything()
    chosen = candidates(run, plans_in_force(everything, run.division_code), now)
    dispatch.total, dispatch.done = len(chosen), 0
    dispatch.opened = dispatch.joined = dispatch.skipped = 0
    dispatch.save()
    made, written = Opened(), time.monotonic()
    actor = Actor.system(SYSTEM, division_code=run.division_code)
    opening = Opening(origin="warning", source_kind=SOURCE, actor=actor, scope=everything, now=now)
    for part in batched(_told(run, chosen), BATCH, strict=False):
        _open_some(opening, part, made, urgent=False)
        dispatch.done += len(part)
        if time.monotonic() - written > PROGRESS_SECONDS:
            written = time.monotonic()
            _note(dispatch, made)
    dispatch.done = len(chosen)
    _note(dispatch, made)
    _tell(dispatch, chosen, actor, now)
    with transaction.atomic():
        record(
            actor=actor,
            action="monitoring.orders_open",
            subject=Subject("monitoring.run", str(run.pk), str(run)),
            after={"opened": made.opened, "joined": made.joined, "skipped": made.skipped},
        )


def _told(run: Run, rows: Sequence[HouseholdWarning]) -> Iterator[tuple[HouseholdWarning, Told]]:
    for start in range(0, len(rows), CHUNK):
        yield from told_of(Path(run.out_dir), rows[start : start + CHUNK], run.division_code)


def _tell(dispatch: Dispatch, rows: Sequence[HouseholdWarning], actor: Actor, now: datetime) -> None:
    """派完告诉各单位，一家一则；停过、接着派完的，连停之前派的一起数。"""
    bands = {row.warning_id: row.band for row in rows}
    sources = Source.objects.within(Scope.everything()).filter(kind=SOURCE, key__in=list(bands))
    orders = dict(sources.values_list("order_id", "key"))
    orders_tell(
        orders=orders,
        since=dispatch.created_at,
        weighty=[order for order, key in orders.items() if bands[key] == HouseholdWarning.Band.RED],
        weighty_title="红色",
        what=str(dispatch.run),
        key=f"monitoring.dispatch:{dispatch.pk}",
        actor=actor,
        now=now,
    )


def _note(dispatch: Dispatch, made: Opened) -> None:
    dispatch.opened, dispatch.joined, dispatch.skipped = made.opened, made.joined, made.skipped
    dispatch.save(update_fields=["done", "opened", "joined", "skipped"])


def candidates(run: Run, plans: dict[str, Plan], now: datetime) -> list[HouseholdWarning]:
    """要自动派的：首要类别设了自动派这一级的，加上已有单在办的（并入）；刚有过结论、又没有新原因的不派。"""
    everything = Scope.everything()
    rows = with_state(
        HouseholdWarning.objects.within(everything).filter(run=run).select_related("run"), run, everything
    )
    known = [row for row in rows if row.state in (State.OPEN, State.IN_HAND)]
    before = concluded([row.household_id for row in known], plans, now)
    return [row for row in known if row.state == State.IN_HAND or _is_auto(row, plans, before, now)]


def _is_auto(
    row: HouseholdWarning, plans: dict[str, Plan], before: dict[str, tuple[datetime, frozenset[str]]], now: datetime
) -> bool:
    plan = plans.get(row.categories[0]) if row.categories else None
    if plan is None or row.band not in plan.auto_bands:
        return False
    at, indicators = before.get(row.household_id, (None, frozenset()))
    recent = at is not None and at >= now - timedelta(days=plan.quiet_days)
    return not (recent and set(row.indicators) <= indicators)


def _open_some(opening: Opening, told: Sequence[tuple[HouseholdWarning, Told]], made: Opened, *, urgent: bool) -> None:
    """开这几户的，一个事务。"""
    rows = Household.objects.within(opening.scope).select_related("head")
    households = {row.household_id: row for row in rows.filter(household_id__in=[row.household_id for row, _ in told])}
    made.problems += [
        f"户 {row.household_id[-6:]} 不在对象库里" for row, _ in told if row.household_id not in households
    ]
    made.take(
        opening.open(
            [
                Wanted(households[row.household_id], row.warning_id, each.title, each.words, each.needs, urgent)
                for row, each in told
                if row.household_id in households
            ]
        )
    )
