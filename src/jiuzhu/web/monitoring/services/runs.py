"""一次监测的始末。同一时刻只有一次监测在排队或进行,由数据库的唯一约束保证。"""

import hashlib
import logging
import time
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, cast

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from jiuzhu.engine.errors import EngineError
from jiuzhu.errors import JiuzhuError
from jiuzhu.keys import read_identity_key
from jiuzhu.web.access.scope import Scope
from jiuzhu.web.audit.actor import Actor
from jiuzhu.web.audit.services import Subject, record
from jiuzhu.web.divisions.services import divisions_ensure_from_places
from jiuzhu.web.ground.errors import Conflict, ServiceError
from jiuzhu.web.monitoring.models import Run
from jiuzhu.web.monitoring.places import read_places
from jiuzhu.web.monitoring.selectors import every_run
from jiuzhu.web.registry.services import households_load

from .load import run_load

if TYPE_CHECKING:
    from jiuzhu.engine.roster import Roster
    from jiuzhu.engine.warehouse import Engine

logger = logging.getLogger(__name__)

QUEUE = "monitoring"
PROGRESS_SECONDS = 0.5
UNEXPECTED = "计算途中出现意外错误，详情已写入后台日志。上一次监测的结果没有改动，可以重新监测。"
SYSTEM = "监测"
LIVE_JOBS = ("todo", "doing", "aborting")


def run_start(*, actor: Actor, division_code: str, as_of: date | None = None, engine: "Engine" = "duckdb") -> Run:
    """登记一次监测并交给后台。``division_code`` 是哪个县;``as_of`` 为空由引擎按数据定。

    Raises:
        Conflict: 已有一次监测在排队或进行。
        ServiceError: 数据文件夹不存在或为空(code=no_files)。
    """
    folder = data_folder(division_code)
    if not any(path.is_file() for path in folder.rglob("*")):
        raise ServiceError(
            f"没有可读的部门文件。请把各部门文件放进 {folder}，再发起监测。", code="no_files", status=409
        )
    try:
        return _create(actor=actor, division_code=division_code, folder=folder, as_of=as_of, engine=engine)
    except IntegrityError as error:
        raise Conflict("已有一次监测在进行，请等它结束。此次没有发起新的监测。", code="run_active") from error


@transaction.atomic
def _create(*, actor: Actor, division_code: str, folder: Path, as_of: date | None, engine: "Engine") -> Run:
    number = next_number()
    digest = folder_digest(folder)
    run = Run.objects.create(
        number=number,
        division_code=division_code,
        as_of=as_of,
        folder=str(folder),
        data_digest=digest,
        out_dir=str(settings.RUNS_DIR / f"{number:06d}"),
        engine=engine,
        is_demo=settings.DEMO,
        previous=_baseline(division_code, digest, as_of),
        started_by_id=actor.user_id,
    )
    run.job_id = app.configure_task("monitoring_run", queue=QUEUE).defer(run_id=run.pk)
    run.save(update_fields=["job_id"])
    record(
        actor=actor,
        action="monitoring.run_start",
        subject=Subject(kind="monitoring.run", key=str(run.pk), label=str(run)),
        after={"as_of": as_of.isoformat() if as_of else "", "engine": engine, "data_digest": digest},
    )
    return run


def data_folder(division_code: str) -> Path:
    """这个县的部门文件放在哪里：数据文件夹里以六位县代码为名的子文件夹；没有子文件夹就用数据文件夹本身。

    数据文件夹已是别的县在用的，不能拿来算：别县的人会被算进这个县。
    """
    own = settings.DATA_DIR / division_code[:6]
    if own.is_dir():
        return own
    with Scope.everything().applied():
        others = every_run().filter(folder=str(settings.DATA_DIR)).exclude(division_code=division_code)
        if others.exists():
            raise ServiceError(
                f"数据文件夹 {settings.DATA_DIR} 里是别的县的文件。请把本县各部门文件放进 {own}，再发起监测。",
                code="other_county",
                status=409,
            )
    return settings.DATA_DIR


def next_number() -> int:
    """下一个监测编号：不分县，从 1 连着编。"""
    with Scope.everything().applied():
        return int(every_run().aggregate(last=Max("number"))["last"] or 0) + 1


def _baseline(division_code: str, digest: str, as_of: date | None) -> Run | None:
    """对照的上期:最近一次用别的数据、评估日更早的监测。同一批数据重算,对照不变,预警才不会变没。"""
    done = every_run().filter(status=Run.Status.DONE, division_code=division_code).exclude(data_digest=digest)
    return (done.filter(as_of__lt=as_of) if as_of else done).order_by("-number").first()


def folder_digest(folder: Path) -> str:
    """由文件夹里各文件的相对路径、大小、修改时间得出的摘要;不读内容。"""
    lines = [
        f"{path.relative_to(folder)}\t{state.st_size}\t{state.st_mtime_ns}"
        for path in sorted(folder.rglob("*"))
        if path.is_file() and (state := path.stat())
    ]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def run_execute(*, run_id: int) -> None:
    """后台执行一次监测:引擎算完即入库。无论成败都留下状态和说明;已有的结果不动。"""
    claimed = (
        every_run()
        .filter(pk=run_id, status=Run.Status.QUEUED)
        .update(status=Run.Status.RUNNING, started_at=timezone.now(), step="准备")
    )
    if not claimed:
        logger.warning("监测 %s 不在排队，略过", run_id)
        return
    run = every_run().select_related("previous").get(pk=run_id)
    try:
        _keep(run, _compute(run))
    except (EngineError, JiuzhuError) as error:
        _fail(run_id, error.code, error.message)
    except Exception as error:  # 后台任务的最外层:什么错都要落到状态上
        logger.exception("监测 %s 出错", run_id)
        _fail(run_id, type(error).__name__, UNEXPECTED)


def run_interrupt(*, run_id: int) -> bool:
    """把后台中途停掉的监测标为已中断;它没有写下任何结果,可以重新发起。"""
    changed = (
        every_run()
        .filter(pk=run_id, status__in=Run.ACTIVE)
        .update(
            status=Run.Status.INTERRUPTED,
            finished_at=timezone.now(),
            error_code="interrupted",
            error_text="后台在计算途中停止（断电、重启或内存不足）。上一次监测的结果没有改动，可以重新监测。",
        )
    )
    return bool(changed)


def runs_rescue() -> int:
    """找出任务已不在的监测,标为已中断。返回处理的次数。"""
    live = ProcrastinateJob.objects.filter(status__in=LIVE_JOBS).values("id")
    orphans = every_run().filter(status__in=Run.ACTIVE).exclude(job_id__in=live).values_list("pk", flat=True)
    return sum(run_interrupt(run_id=run_id) for run_id in orphans)


@transaction.atomic
def _keep(run: Run, roster: "Roster") -> None:
    """结果与对象库一起装入,要么都成要么都不成。"""
    progress = ProgressRecorder(run.pk)
    if run_load(run=run, progress=progress):
        actor, out = Actor.system(SYSTEM, division_code=run.division_code), Path(run.out_dir)
        households_load(run_number=run.number, roster=roster, out=out, actor=actor, progress=progress)
        divisions_ensure_from_places(read_places(out).to_dicts(), actor=actor)


def _compute(run: Run) -> "Roster":
    """调用引擎,结果写进这次监测自己的文件夹;名册带姓名与号码,只留在内存里。"""
    from jiuzhu.engine import pipeline  # noqa: PLC0415 引擎只在后台进程里载入,网页进程不背它

    rosters: list[Roster] = []
    pipeline.monitor(
        Path(run.folder),
        Path(run.out_dir),
        as_of=run.as_of,
        rulebook="default",
        engine=cast("Engine", run.engine),
        key=read_identity_key(settings.KEY_FILE),
        previous=Path(run.previous.out_dir) if run.previous else None,
        progress=ProgressRecorder(run.pk),
        on_people=rosters.append,
    )
    return rosters[0]


@transaction.atomic
def _fail(run_id: int, code: str, message: str) -> None:
    place = every_run().values_list("division_code", flat=True).get(pk=run_id)
    record(
        actor=Actor.system(SYSTEM, division_code=place),
        action="monitoring.run_fail",
        subject=Subject(kind="monitoring.run", key=str(run_id)),
        after={"error_code": code},
    )
    every_run().filter(pk=run_id, status__in=Run.ACTIVE).update(
        status=Run.Status.FAILED, finished_at=timezone.now(), error_code=code, error_text=message
    )


class ProgressRecorder:
    """把进度写进数据库,每半秒至多一次;换步骤时立即写。"""

    def __init__(self, run_id: int) -> None:
        self.run_id = run_id
        self.step = ""
        self.written = 0.0

    def __call__(self, step: str, done: int, total: int) -> None:
        now = time.monotonic()
        if step == self.step and done < total and now - self.written < PROGRESS_SECONDS:
            return
        self.step, self.written = step, now
        every_run().filter(pk=self.run_id).update(step=step, step_done=done, step_total=total)
