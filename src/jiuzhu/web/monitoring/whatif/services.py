"""测算能做的事：发起、后台算、导出记一笔。同一个县同一时刻只算一次，由数据库的唯一约束保证。"""

import logging
import shutil
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from jiuzhu.engine.errors import EngineError
from jiuzhu.errors import JiuzhuError
from jiuzhu.web.access.scope import Scope
from jiuzhu.web.audit.actor import Actor
from jiuzhu.web.audit.services import Subject, record
from jiuzhu.web.ground.errors import Conflict, NotAllowed, ServiceError
from jiuzhu.web.ground.jobs import defer
from jiuzhu.web.monitoring.models import Run
from jiuzhu.web.policies.models import RulebookVersion
from jiuzhu.web.policies.rulebook.folders import digest_of, shipped_files, write_files
from jiuzhu.web.policies.rulebook.lazily import checking

from .models import Costing
from .selectors import every_costing, next_number

if TYPE_CHECKING:
    import polars as pl

logger = logging.getLogger(__name__)

QUEUE, TASK = "monitoring", "whatif_costing"
LIVE_JOBS = ("todo", "doing", "aborting")
SHIPPED = "随程序发布的手册"
UNEXPECTED = "计算途中出现意外错误，详情已写入后台日志。草稿和以前的测算都没有改动，可以再测算一次。"
STOPPED = "后台在计算途中停止（断电或重启），没有算成。草稿和以前的测算都没有改动，可以再测算一次。"


@dataclass(frozen=True)
class Asked:
    """测算什么：``programmes`` 空为全部项目，``standards_on`` 是两边都按哪天的标准。"""

    standards_on: date
    programmes: Sequence[str] = ()
    note: str = ""


def costing_start(
    *, version: RulebookVersion, against: RulebookVersion | None, run: Run, asked: Asked, actor: Actor, scope: Scope
) -> Costing:
    """登记一次测算并交给后台；两部手册此刻的原文留底。

    Raises:
        ServiceError: 手册有错（rulebook_not_ready）；两版一样（nothing_changed）。
        Conflict: 已有一次在算（costing_active）。
    """
    if not scope.covers(version.division_code) or version.division_code != run.division_code:
        raise NotAllowed("只能用本县的手册、本县的监测来测算。")
    before = against.files if against else shipped_files()
    for files, name in ((version.files, str(version)), (before, str(against or SHIPPED))):
        if checking.checked(files).book is None:
            raise ServiceError(f"{name}有错，先改好再测算。", code="rulebook_not_ready", status=409)
    if digest_of(before) == version.digest:
        raise ServiceError("要比的两版完全一样，没有可算的。请先在草稿里改。", code="nothing_changed", status=409)
    try:
        with transaction.atomic():
            made = _created(version, against, run, asked, actor)
            made.save()
            shutil.rmtree(made.folder, ignore_errors=True)
            write_files(made.folder / "before", before)
            write_files(made.folder / "after", version.files)
            made.job_id = defer(TASK, queue=QUEUE, costing_id=made.pk)
            made.save(update_fields=["job_id"])
            facts = {
                "against": made.against_name,
                "programmes": list(made.programmes),
                "standards_on": made.standards_on,
                "digest": made.version_digest,
            }
            record(actor=actor, action="whatif.costing_start", subject=subject_of(made), after=facts)
    except IntegrityError as error:
        raise Conflict("已有一次测算在进行，请等它算完。此次没有发起新的。", code="costing_active") from error
    return made


def _created(
    version: RulebookVersion, against: RulebookVersion | None, run: Run, asked: Asked, actor: Actor
) -> Costing:
    return Costing(
        division_code=version.division_code,
        number=next_number(version.division_code),
        version=version,
        version_digest=version.digest,
        against=against,
        against_name=str(against or SHIPPED),
        against_digest=against.digest if against else digest_of(shipped_files()),
        run=run,
        standards_on=asked.standards_on,
        programmes=list(asked.programmes),
        note=asked.note,
        by_id=actor.user_id,
    )


def costing_execute(*, costing_id: int) -> None:
    """后台算一次；无论成败都留下状态和说明。"""
    rows = every_costing().filter(pk=costing_id)
    if not rows.filter(status=Costing.Status.QUEUED).update(status=Costing.Status.RUNNING, step="准备"):
        logger.warning("测算 %s 不在排队，略过", costing_id)
        return
    costing = rows.select_related("version", "against", "run").get()
    from .computing import computed  # noqa: PLC0415 载入计算库较慢，只在后台用

    started = time.monotonic()
    try:
        frame, figures = computed(costing, lambda step, done, total: _progress(costing, step, done, total))
        _keep(costing, frame, figures, round(time.monotonic() - started, 2))
    except (EngineError, JiuzhuError, ServiceError) as error:
        _fail(costing, error.message)
    except Exception:  # 后台任务的最外层：什么错都要落到状态上
        logger.exception("测算 %s 出错", costing_id)
        _fail(costing, UNEXPECTED)


@transaction.atomic
def _keep(costing: Costing, frame: "pl.DataFrame", figures: dict[str, Any], seconds: float) -> None:
    fresh = costing.folder / ".households.parquet"
    frame.write_parquet(fresh)
    fresh.rename(costing.folder / "households.parquet")
    costing.figures, costing.seconds, costing.status, costing.step = figures, seconds, Costing.Status.DONE, ""
    costing.save(update_fields=["figures", "seconds", "status", "step"])
    totals = figures["totals"]
    facts = {"entered": totals["entered"], "left": totals["left"], "yearly": totals["yearly"][2]}
    actor = Actor.system("政策测算", division_code=costing.division_code)
    record(actor=actor, action="whatif.costing_keep", subject=subject_of(costing), after=facts)


def costings_rescue() -> int:
    """后台停掉时正在算的，标为没有算成；它没有写下任何结果。"""
    live = ProcrastinateJob.objects.filter(status__in=LIVE_JOBS).values("id")
    orphans = every_costing().filter(status__in=Costing.ACTIVE).exclude(job_id__in=live)
    return orphans.update(status=Costing.Status.FAILED, error_text=STOPPED)


@transaction.atomic
def costing_exported(*, costing: Costing, rows: int, actor: Actor) -> None:
    """导出过，记一笔。"""
    record(actor=actor, action="whatif.costing_export", subject=subject_of(costing), after={"rows": rows})


def subject_of(costing: Costing) -> Subject:
    """审计里的对象。"""
    return Subject("whatif.costing", str(costing.pk), str(costing))


def _progress(costing: Costing, step: str, done: int, total: int) -> None:
    every_costing().filter(pk=costing.pk).update(step=step, step_done=done, step_total=total)


def _fail(costing: Costing, words: str) -> None:
    every_costing().filter(pk=costing.pk, status__in=Costing.ACTIVE).update(
        status=Costing.Status.FAILED, error_text=words
    )
