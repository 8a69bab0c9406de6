"""收一批：读成规范表，封进批次库，行数对平才算收好。

在任一处被杀都可以重来：封存是换名，一步到位；行数、收好时间、审计在同一个事务里。两个进程同时来收同一批，
后到的占不到就走开；即便都收了，也只有一个写得下结果。
"""

import logging
import time
from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from jiuzhu.engine.batches import BatchIntake
from jiuzhu.engine.errors import EngineError
from jiuzhu.engine.intake.raw import RawTable
from jiuzhu.engine.offers import newest_date, open_offer, take
from jiuzhu.web.access.scope import Scope
from jiuzhu.web.audit.actor import Actor
from jiuzhu.web.audit.services import record
from jiuzhu.web.documents import vault
from jiuzhu.web.exchange.claims import TAKE, claimed
from jiuzhu.web.exchange.errors import ExchangeError
from jiuzhu.web.exchange.limits import check_unpacked
from jiuzhu.web.exchange.models import Batch
from jiuzhu.web.exchange.models.batch import State
from jiuzhu.web.exchange.selectors.batches import every_batch, every_file, pending_batches
from jiuzhu.web.exchange.selectors.faults import by_reason
from jiuzhu.web.exchange.sources import catalog
from jiuzhu.web.exchange.store import batch_store
from jiuzhu.web.ground.errors import ServiceError

from .common import MOST_ATTEMPTS, SYSTEM, batch_subject

logger = logging.getLogger(__name__)
UNEXPECTED = "接收途中出现意外错误，详情已写入后台日志。文件还在，可以在批次页重新接收；仍不行请告诉管理员。"
STOPPED = "接收途中后台一再停止（多半是内存不足），已不再自动重做。请分成几个小一些的文件再报。"
COUNTS = ("rows_read", "rows_accepted", "rows_quarantined", "rows_ignored")
STEPS = ("打开文件", "逐行接收", "加密封存", "登记行数")
EVERYTHING = Scope.everything()
WAIT_SECONDS, PAUSE = 900.0, 0.2
Progress = Callable[[str, int, int], None]


def batch_take(*, batch_id: int) -> bool:
    """收一批；别的进程正在收、收好了、撤回了的略过。无论成败都留下说明。"""
    return _taken(batch_id, _opened)


def batch_take_table(*, batch_id: int, table: RawTable) -> bool:
    """收一批，表已经打开在手里，不必再读一遍。"""
    return _taken(batch_id, lambda batch: table)


def _taken(batch_id: int, open_table: Callable[[Batch], RawTable]) -> bool:
    with claimed(TAKE, batch_id) as mine:
        moving = Batch.state_filter(State.QUEUED) | Batch.state_filter(State.TAKING)
        batch = every_batch().filter(moving, pk=batch_id).select_related("received").first()
        if not mine or batch is None:
            return False
        if batch.attempts >= MOST_ATTEMPTS:
            batch_fail(batch, "stopped", STOPPED)
            return False
        every_batch().filter(pk=batch_id).update(attempts=F("attempts") + 1, started_at=timezone.now())
        try:
            _take(batch, open_table)
        except (EngineError, ServiceError) as error:
            batch_fail(batch, error.code, error.message)
        except Exception as error:  # 后台任务的最外层：什么错都要落到状态上
            logger.exception("接收第 %s 号批次出错", batch_id)
            batch_fail(batch, type(error).__name__, UNEXPECTED)
        return True


def _take(batch: Batch, open_table: Callable[[Batch], RawTable]) -> None:
    _step(batch, 0)
    table = open_table(batch)
    _step(batch, 1)
    intake = take(table, catalog(), label=batch.file_name, source=batch.source, mapping=batch.mapping)
    _step(batch, 2)
    batch_store().write(batch.key, intake)
    _step(batch, 3)
    _kept(batch, intake)


def _opened(batch: Batch) -> RawTable:
    data = vault.read_all(batch.received.name)
    check_unpacked(data)
    tables = open_offer(data, batch.received.file_name, catalog()).tables
    found = next((table for table in tables if (table.sheet or "")[:120] == batch.table), None)
    if found is None:
        raise ExchangeError(f"文件里找不到工作表“{batch.table}”，没有收下。请重新报送这个文件。", code="table_missing")
    return found


def _step(batch: Batch, number: int) -> None:
    every_batch().filter(pk=batch.pk).update(step=STEPS[number], step_done=number, step_total=len(STEPS))


@transaction.atomic
def _kept(batch: Batch, intake: BatchIntake) -> None:
    """行数、收好时间、审计同一个事务；已收好的、途中撤回的不再写。"""
    locked = Batch.objects.within(EVERYTHING).select_for_update(of=("self",)).get(pk=batch.pk)
    if locked.taken_at is not None or locked.withdrawn_at is not None:
        return
    counts: dict[str, Any] = {name: int(intake.report[name]) for name in COUNTS}
    if counts["rows_read"] != sum(counts[name] for name in COUNTS[1:]):
        raise ExchangeError("接收的行数对不平，没有收下。请告诉管理员。", code="not_balanced")
    notices = [text for code, text in _notices(intake) if code != "no_rows"]
    counts["notices"] = [*locked.counts.get("notices", []), *notices]
    now = timezone.now()
    newest = newest_date(intake.rows, catalog()[locked.source], today=timezone.localdate(locked.received_at))
    locked.counts, locked.faults = counts, by_reason(intake.quarantine)
    locked.unknown_columns = list(intake.report.get("unknown_columns") or [])
    locked.encoding = str(intake.report.get("encoding") or "")
    locked.data_date = locked.data_date or newest
    locked.taken_at, locked.step, locked.sample = now, "", None
    locked.save()
    record(
        actor=Actor.system(SYSTEM, division_code=locked.division_code),
        action="exchange.batch_take",
        subject=batch_subject(locked),
        after={name: counts[name] for name in COUNTS} | {"source": locked.source},
    )


def _notices(intake: BatchIntake) -> list[tuple[str, str]]:
    """文件级的说明：缺必需的列、有字节解不了码……"""
    rows = intake.quarantine.filter(intake.quarantine["row"] == 0)
    return [(str(code), str(reason)) for code, reason in rows.select("code", "reason").iter_rows()]


@transaction.atomic
def batch_fail(batch: Batch, code: str, message: str) -> None:
    """记下收不成的原因；已收好的不动。"""
    rows = every_batch().filter(pk=batch.pk, taken_at=None, error_code="")
    if rows.update(error_code=code[:60], error_text=message, step=""):
        record(
            actor=Actor.system(SYSTEM, division_code=batch.division_code),
            action="exchange.batch_fail",
            subject=batch_subject(batch),
            after={"error_code": code},
        )


def intake_finish(*, division_code: str, progress: Progress | None = None) -> None:
    """监测之前：把这个县收到了还没看的、确认了还没收的，就地收完；别的进程正在收的等它。"""
    from .inspecting import file_inspect  # noqa: PLC0415 看文件的途中会收，收的途中不看

    deadline = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < deadline:
        waiting = every_file().filter(division_code=division_code, inspected_at=None, dropped_at=None, error_code="")
        files = list(waiting.exclude(channel="upload").order_by("pk").values_list("pk", flat=True))
        batches = list(pending_batches(division_code).values_list("pk", flat=True))
        total = len(files) + len(batches)
        if not total:
            return
        if progress is not None:
            progress("接收文件", 0, total)
        worked = [file_inspect(received_id=pk) for pk in files] + [batch_take(batch_id=pk) for pk in batches]
        if not any(worked):
            time.sleep(PAUSE)
