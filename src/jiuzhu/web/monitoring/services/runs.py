"""发起一次监测。同一时刻只有一次监测在排队或进行,由数据库的唯一约束保证。"""

from datetime import date
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone

from jiuzhu.web.access.scope import Scope
from jiuzhu.web.audit.actor import Actor
from jiuzhu.web.audit.services import Subject, record
from jiuzhu.web.exchange.folders import county_folder
from jiuzhu.web.ground.errors import Conflict, ServiceError
from jiuzhu.web.ground.jobs import defer
from jiuzhu.web.monitoring.models import COUNTY_WIDTH, Run
from jiuzhu.web.monitoring.selectors import every_run

from .receiving import anything_to_read
from .running import QUEUE, TASK

if TYPE_CHECKING:
    from jiuzhu.engine.warehouse import Engine

NO_FILES = "没有可用的数据。请在“数据交换”里上传各部门的文件，或把文件放进 {folder}，再发起监测。"


def run_start(
    *,
    actor: Actor,
    division_code: str,
    as_of: date | None = None,
    engine: "Engine" = "duckdb",
    trigger: str = Run.Trigger.MANUAL,
) -> Run:
    """登记一次监测并交给后台。``division_code`` 是哪个县;``as_of`` 为空由引擎按数据定。

    指定过去某天的,用那天施行的规则手册;其余用监测当天的。早于已完成的监测的,是重演:不派单,不动对象库。

    Raises:
        Conflict: 已有一次监测在排队或进行。
        ServiceError: 一批数据也没有,数据文件夹也是空的(code=no_files)。
    """
    past = as_of if as_of and as_of < timezone.localdate() else None
    run = Run(division_code=division_code, as_of=as_of, rulebook_on=past, engine=engine, trigger=trigger)
    return _start(run, actor)


def run_refresh(*, actor: Actor, division_code: str, trigger: str = Run.Trigger.MANUAL) -> Run:
    """补算:仍按最近一次完成的评估日,有变动的户才重算;手册也照它,评估过去某天的仍用那天施行的。

    还没有完成过一次时抛 ``ServiceError``。
    """
    last = _last_done(division_code)
    if last is None or last.as_of is None:
        raise ServiceError("还没有完成过一次监测，没有可以接着补算的。请先监测一次。", code="no_run", status=409)
    run = Run(division_code=division_code, as_of=last.as_of, rulebook_on=last.rulebook_on, trigger=trigger)
    return _start(run, actor)


def _last_done(division_code: str) -> Run | None:
    county = Scope(role="system", areas=(division_code[:COUNTY_WIDTH],))
    with county.applied():
        done = Run.objects.within(county).filter(status=Run.Status.DONE, division_code=division_code, is_replay=False)
        return done.order_by("-number").first()


def _start(run: Run, actor: Actor) -> Run:
    """有数据可读、没有别的监测在做，就登记并交给后台。"""
    county = Scope(role="system", areas=(run.division_code[:COUNTY_WIDTH],))
    with county.applied():
        if not anything_to_read(run.division_code):
            told = NO_FILES.format(folder=county_folder(run.division_code))
            raise ServiceError(told, code="no_files", status=409)
    try:
        return _create(run, actor)
    except IntegrityError as error:
        raise Conflict("已有一次监测在进行，请等它结束。此次没有发起新的监测。", code="run_active") from error


def _is_replay(run: Run) -> bool:
    """评估日早于已完成的监测。"""
    if run.as_of is None:
        return False
    return every_run().filter(status=Run.Status.DONE, division_code=run.division_code, as_of__gt=run.as_of).exists()


@transaction.atomic
def _create(run: Run, actor: Actor) -> Run:
    run.number = next_number()
    run.folder, run.out_dir = str(county_folder(run.division_code)), str(settings.RUNS_DIR / f"{run.number:06d}")
    run.is_demo, run.started_by_id = settings.DEMO, actor.user_id
    run.is_replay = _is_replay(run)
    run.save(force_insert=True)
    run.job_id = defer(TASK, queue=QUEUE, run_id=run.pk)
    run.save(update_fields=["job_id"])
    record(
        actor=actor,
        action="monitoring.run_start",
        subject=Subject(kind="monitoring.run", key=str(run.pk), label=str(run)),
        after={
            "as_of": run.as_of.isoformat() if run.as_of else "",
            "engine": run.engine,
            "trigger": run.trigger,
            "rulebook_on": run.rulebook_on.isoformat() if run.rulebook_on else "",
            "is_replay": run.is_replay,
        },
    )
    return run


def next_number() -> int:
    """下一个监测编号：不分县，从 1 连着编。"""
    with Scope.everything().applied():
        return int(every_run().aggregate(last=Max("number"))["last"] or 0) + 1
