"""一次监测怎么执行、怎么善后。

后台在任一处被杀，都没有写下半截结果：入库是一个事务；善后把它放回队列，换一个结果文件夹从头再做，计数相同。
``attempts`` 是第几遍：慢一步的旧一遍即使又活过来，也认得出自己已被顶替，什么都不写。
"""

import logging
import shutil
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, cast

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from jiuzhu.engine.errors import EngineError
from jiuzhu.errors import JiuzhuError
from jiuzhu.keys import read_identity_key
from jiuzhu.web.access.scope import Scope
from jiuzhu.web.audit.actor import Actor
from jiuzhu.web.audit.services import Subject, record
from jiuzhu.web.divisions.services import divisions_ensure_from_places
from jiuzhu.web.exchange.models import Batch
from jiuzhu.web.exchange.selectors import linkage_decisions
from jiuzhu.web.exchange.services import matches_refresh
from jiuzhu.web.ground.errors import ServiceError
from jiuzhu.web.ground.jobs import defer
from jiuzhu.web.monitoring.models import Run, RunFile
from jiuzhu.web.monitoring.places import read_places
from jiuzhu.web.monitoring.selectors import every_run
from jiuzhu.web.policies.selectors import in_force_version, rulebook_folder
from jiuzhu.web.registry.services import households_load

from . import inputs
from .load import run_load
from .opening import warnings_opened
from .progress import ProgressRecorder
from .receiving import receive

if TYPE_CHECKING:
    from jiuzhu.engine.roster import Roster
    from jiuzhu.engine.warehouse import Engine

logger = logging.getLogger(__name__)

QUEUE = "monitoring"
TASK = "monitoring_run"
MATCHES = "monitoring_matches"
MOST_ATTEMPTS = 3
SYSTEM = "监测"
LIVE_JOBS = ("todo", "doing", "aborting")
UNEXPECTED = "计算途中出现意外错误，详情已写入后台日志。上一次监测的结果没有改动，可以重新监测。"
STOPPED = "后台在计算途中一再停止（断电、重启或内存不足），已不再自动重做。上一次监测的结果没有改动，可以重新监测。"


@dataclass(frozen=True)
class Computed:
    """算好了还没有入库的一次：用了哪些批、名册（带姓名与号码，只在内存里）。"""

    batches: list[Batch]
    roster: "Roster"


def run_execute(*, run_id: int) -> None:
    """后台执行一次监测：引擎算完即入库。无论成败都留下状态和说明；已有的结果不动。"""
    claimed = (
        every_run()
        .filter(pk=run_id, status=Run.Status.QUEUED)
        .update(
            status=Run.Status.RUNNING,
            started_at=timezone.now(),
            step="准备",
            step_done=0,
            step_total=0,
            attempts=F("attempts") + 1,
        )
    )
    if not claimed:
        logger.warning("监测 %s 不在排队，略过", run_id)
        return
    run = every_run().get(pk=run_id)
    try:
        _keep(run, _compute(run))
    except (EngineError, JiuzhuError, ServiceError) as error:
        _fail(run, error.code, error.message)
    except Exception as error:  # 后台任务的最外层：什么错都要落到状态上
        logger.exception("监测 %s 出错", run_id)
        _fail(run, type(error).__name__, UNEXPECTED)


def _compute(run: Run) -> Computed:
    """定下读哪些批、照抄谁，调用引擎；结果写进这一遍自己的文件夹。"""
    from jiuzhu.engine import pipeline  # noqa: PLC0415 引擎只在后台进程里载入，网页进程不背它

    progress = ProgressRecorder(run.pk)
    receive(run, progress)
    batches = inputs.used_batches(run.division_code)
    run.base = inputs.base_of(run)
    run.data_digest = inputs.data_digest(run.division_code, batches)
    run.out_dir = str(_folder(run))
    version = in_force_version(run.division_code, run.rulebook_on)
    run.rulebook_since = version.in_force if version else None
    run.save(update_fields=["base", "data_digest", "out_dir", "rulebook_since"])
    rosters: list[Roster] = []
    pipeline.monitor_batches(
        lambda: inputs.intake_of(batches, progress),
        Path(run.out_dir),
        as_of=run.as_of,
        rulebook=rulebook_folder(run.division_code, run.rulebook_on),
        engine=cast("Engine", run.engine),
        key=read_identity_key(settings.KEY_FILE),
        previous=lambda day: _compared_with(run, day),
        previous_state=Path(run.base.out_dir) if run.base else None,
        decisions=linkage_decisions(run.division_code),
        progress=progress,
        on_people=rosters.append,
    )
    return Computed(batches, rosters[0])


def _folder(run: Run) -> Path:
    """这一遍的结果文件夹；前一遍留下的半截清掉。"""
    name = f"{run.number:06d}"
    for attempt in range(1, run.attempts):
        shutil.rmtree(settings.RUNS_DIR / _named(name, attempt), ignore_errors=True)
        shutil.rmtree(settings.RUNS_DIR / f".{_named(name, attempt)}.writing", ignore_errors=True)
    return Path(settings.RUNS_DIR / _named(name, run.attempts))


def _named(name: str, attempt: int) -> str:
    return name if attempt <= 1 else f"{name}-{attempt}"


def _compared_with(run: Run, day: date) -> Path | None:
    """评估日定了才知道与哪一次对照。"""
    run.previous = inputs.baseline(run, day)
    run.save(update_fields=["previous"])
    return Path(run.previous.out_dir) if run.previous else None


@transaction.atomic
def _keep(run: Run, computed: Computed) -> None:
    """结果与对象库一起装入，要么都成要么都不成；认人台随后另做。重演的只装结果。"""
    progress = ProgressRecorder(run.pk)
    labels = {batch.file_name: batch.pk for batch in computed.batches}
    if run_load(run=run, progress=progress, batches=labels) and not run.is_replay:
        actor, out = Actor.system(SYSTEM, division_code=run.division_code), Path(run.out_dir)
        households_load(run_number=run.number, roster=computed.roster, out=out, actor=actor, progress=progress)
        divisions_ensure_from_places(read_places(out).to_dicts(), actor=actor)
        warnings_opened(run=run)
        defer(MATCHES, queue=QUEUE, run_id=run.pk)


def run_matches(*, run_id: int) -> int:
    """监测完成之后，把拿不准的行装进认人台；返回有几问。已有更新的一次完成，就不再装旧的。"""
    run = every_run().filter(pk=run_id, status=Run.Status.DONE).first()
    if run is None or every_run().filter(
        status=Run.Status.DONE, division_code=run.division_code, number__gt=run.number, is_replay=False
    ).exists():  # fmt: skip
        return 0
    files = RunFile.objects.within(Scope.everything()).filter(run=run, batch__isnull=False).select_related("batch")
    batches = [file.batch for file in files if file.batch is not None]
    return matches_refresh(
        out=Path(run.out_dir),
        division_code=run.division_code,
        run_number=run.number,
        batches=batches,
        actor=Actor.system(SYSTEM, division_code=run.division_code),
    )


@transaction.atomic
def _fail(run: Run, code: str, message: str) -> None:
    record(
        actor=Actor.system(SYSTEM, division_code=run.division_code),
        action="monitoring.run_fail",
        subject=Subject(kind="monitoring.run", key=str(run.pk), label=str(run)),
        after={"error_code": code},
    )
    every_run().filter(pk=run.pk, status__in=Run.ACTIVE, attempts=run.attempts).update(
        status=Run.Status.FAILED, finished_at=timezone.now(), error_code=code, error_text=message
    )


def runs_rescue() -> int:
    """找出任务已不在的监测：放回队列从头再做；一再停止的标为已中断。返回处理的次数。"""
    live = ProcrastinateJob.objects.filter(status__in=LIVE_JOBS).values("id")
    orphans = every_run().filter(status__in=Run.ACTIVE).exclude(job_id__in=live).values_list("pk", "attempts")
    return sum(_resume(pk) if attempts < MOST_ATTEMPTS else run_interrupt(run_id=pk) for pk, attempts in orphans)


@transaction.atomic
def _resume(run_id: int) -> bool:
    """放回队列。新任务的登记与状态同一个事务。"""
    run = every_run().select_for_update(of=("self",)).filter(pk=run_id, status__in=Run.ACTIVE).first()
    if run is None:
        return False
    run.status, run.step, run.step_done, run.step_total = Run.Status.QUEUED, "", 0, 0
    run.job_id = defer(TASK, queue=QUEUE, run_id=run.pk)
    run.save(update_fields=["status", "step", "step_done", "step_total", "job_id"])
    record(
        actor=Actor.system(SYSTEM, division_code=run.division_code),
        action="monitoring.run_resume",
        subject=Subject(kind="monitoring.run", key=str(run.pk), label=str(run)),
        after={"attempts": run.attempts},
    )
    return True


def run_interrupt(*, run_id: int) -> bool:
    """把后台中途停掉的监测标为已中断；它没有写下任何结果，可以重新发起。"""
    changed = (
        every_run()
        .filter(pk=run_id, status__in=Run.ACTIVE)
        .update(
            status=Run.Status.INTERRUPTED,
            finished_at=timezone.now(),
            error_code="interrupted",
            error_text=STOPPED,
        )
    )
    return bool(changed)
