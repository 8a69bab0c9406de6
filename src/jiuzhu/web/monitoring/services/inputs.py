"""一次监测读什么：县里现在用着的各批，从批次库解封；照抄谁、与谁对照。"""

import hashlib
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from django.db.models import QuerySet

from jiuzhu.engine.catalog import load_catalog
from jiuzhu.web.access.scope import Scope
from jiuzhu.web.exchange.models import Batch, RowFix
from jiuzhu.web.exchange.selectors import current_batches, linkage_decisions
from jiuzhu.web.exchange.services import batch_intake
from jiuzhu.web.monitoring.models import COUNTY_WIDTH, Run, RunFile
from jiuzhu.web.monitoring.selectors import every_run

if TYPE_CHECKING:
    from collections.abc import Callable

    import polars as pl

    from jiuzhu.engine.intake import Intake

EVERYTHING = Scope.everything()
REGISTER = "hukou"
STATE = "state.json"
RECENT = 3


def intake_of(batches: Sequence[Batch], progress: "Callable[[str, int, int], None]") -> "Intake":
    """解封各批，叠上改好的行，合成一次运行的输入。"""
    from jiuzhu.engine.batches import gather  # noqa: PLC0415 引擎只在后台进程里载入

    taken = []
    for done, batch in enumerate(batches):
        progress("读取文件", done, len(batches))
        taken.append(batch_intake(batch))
    return gather(taken, load_catalog())


def data_digest(division_code: str, batches: Sequence[Batch]) -> str:
    """县里现在的数据：所用各批、改好的行、认人的决定。有一样变了，摘要就变。"""
    fixes = RowFix.objects.within(EVERYTHING).filter(batch__in=batches, undone_at=None)
    lines = [f"批 {batch.pk} {batch.content_digest}" for batch in batches]
    lines += [f"改 {pk}" for pk in fixes.values_list("pk", flat=True)]
    told = "\n".join([*sorted(lines), linkage_decisions(division_code).digest])
    return hashlib.sha256(told.encode()).hexdigest()


def baseline(run: Run, day: date) -> Run | None:
    """预警对照的上期：最近一次评估日更早的监测。同一评估日补算、重算，对照不变，预警才不会变没。"""
    return _done(run).filter(as_of__lt=day, is_replay=False).order_by("-as_of", "-number").first()


def base_of(run: Run) -> Run | None:
    """可以照抄的上一次：最近完成的、结果文件夹还在的。能不能照抄由引擎再查。"""
    recent = _done(run).order_by("-number")[:RECENT]
    return next((done for done in recent if (Path(done.out_dir) / STATE).is_file()), None)


def register_of(run: Run) -> "pl.DataFrame":
    """一次监测所用的户籍规范表；给按证件号调入一户用，只在这个县之内读。

    抛 ``EngineError``：那些批已经不在了。
    """
    from jiuzhu.engine.batches import gather  # noqa: PLC0415 用到时才载入
    from jiuzhu.engine.roster import RosterError, register_rows  # noqa: PLC0415 同上

    county = Scope(role="system", areas=(run.division_code[:COUNTY_WIDTH],))
    with county.applied():
        files = RunFile.objects.within(county).filter(run=run, source=REGISTER, batch__isnull=False)
        used = [file.batch for file in files.select_related("batch") if file.batch is not None]
        tables = gather([batch_intake(batch) for batch in used], load_catalog()).tables
    if not used:
        return register_rows(Path(run.folder), Path(run.out_dir))
    if REGISTER not in tables:
        raise RosterError("这次监测用的户籍批次里没有行；请先重新监测。", code="register_missing")
    return tables[REGISTER]


def used_batches(division_code: str) -> list[Batch]:
    """县里现在用着的各批。"""
    return current_batches(division_code)


def _done(run: Run) -> QuerySet[Run]:
    done = every_run().filter(status=Run.Status.DONE, division_code=run.division_code)
    return done.exclude(pk=run.pk)
