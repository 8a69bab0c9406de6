"""隔离台：就地改一行、撤销。批次封存后不动，改动另记；改好的行只重收这几行，行数仍对得上。"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from jiuzhu.engine.batches import BatchIntake
from jiuzhu.engine.catalog import load_catalog
from jiuzhu.engine.corrections import Cells, corrected, fate, retake_rows
from jiuzhu.web.access.limits import limit
from jiuzhu.web.access.scope import Scope
from jiuzhu.web.audit.actor import Actor
from jiuzhu.web.audit.services import Subject, record
from jiuzhu.web.exchange.models import Batch, RowFix
from jiuzhu.web.exchange.selectors.faults import Fault, by_reason
from jiuzhu.web.ground.crypto import blind_index
from jiuzhu.web.ground.errors import Conflict, ServiceError

LEAST_REASON = 4
LONGEST_CELL = 500
EVERYTHING = Scope.everything()


@dataclass(frozen=True)
class Trial:
    """这样改，这一行会怎样。"""

    fate: str
    left: tuple[Fault, ...]

    @property
    def is_clean(self) -> bool:
        """收下了，而且没有剩下问题。"""
        return self.fate == RowFix.Fate.ACCEPTED and not self.left


def fixes_applied(intake: BatchIntake, fixes: Iterable[RowFix]) -> BatchIntake:
    """把有效的改动叠到封存的一批上。"""
    return corrected(intake, {fix.row: fix.values for fix in fixes}, load_catalog())


def standing_fixes(batch: Batch) -> list[RowFix]:
    """一批现行有效的改动。"""
    return list(RowFix.objects.within(EVERYTHING).filter(batch=batch, undone_at=None).order_by("row"))


def row_try(*, intake: BatchIntake, row: int, cells: Cells) -> Trial:
    """不留下什么，只看这样改行不行；与接收用的是同一套检查。"""
    return row_trials(intake, {row: cells})[row]


def row_trials(intake: BatchIntake, rows: Mapping[int, Cells]) -> dict[int, Trial]:
    """几行一起看。"""
    result = retake_rows(intake, rows, load_catalog())
    out = {}
    for row in rows:
        end, left = fate(result, row)
        out[row] = Trial(end, tuple(Fault(column or "", code, reason) for column, code, reason in left))
    return out


@transaction.atomic
def row_fix(
    *,
    batch: Batch,
    intake: BatchIntake,
    row: int,
    cells: Cells,
    reason: str,
    actor: Actor,
    via: str = RowFix.Via.DESK,
    now: datetime | None = None,
) -> RowFix:
    """改一行，当即重收这一行。``intake`` 是封存的原件（不带改动）。

    抛 ``ServiceError``：没有这一行（no_row）、没有改动（nothing_changed）、没写依据（no_reason）、
    没改好（still_faulty）；``Conflict``：批次已撤回（withdrawn）。
    """
    fixes = rows_fix(batch=batch, intake=intake, rows={row: cells}, reason=reason, actor=actor, via=via, now=now)
    if not fixes:
        raise ServiceError("内容与原来一样，没有改动。", code="nothing_changed")
    return fixes[0]


@transaction.atomic
def rows_fix(
    *,
    batch: Batch,
    intake: BatchIntake,
    rows: Mapping[int, Cells],
    reason: str,
    actor: Actor,
    via: str = RowFix.Via.LIST,
    now: datetime | None = None,
) -> list[RowFix]:
    """几行一起改；与现在一样的略过。抛错同 ``row_fix``。"""
    _demand(reason)
    locked = _locked(batch)
    before = {fix.row: fix for fix in standing_fixes(locked)}
    original = dict(intake.faulty.iter_rows())
    tidy = {row: _tidy(cells) for row, cells in rows.items()}
    if missing := [row for row in tidy if row not in original]:
        raise ServiceError(f"第 {missing[0]} 行不在可以改的行里，没有改。", code="no_row")
    now_cells = {row: before[row].values if row in before else original[row] for row in tidy}
    changed = {row: cells for row, cells in tidy.items() if _tidy(now_cells[row]) != cells}
    if not changed:
        return []
    trials = row_trials(intake, changed)
    whole = set(intake.quarantine.filter(intake.quarantine["column"].is_null())["row"].to_list())
    made = []
    for row, cells in changed.items():
        was = before[row].now if row in before else _first_fate(row, whole)
        if row in before:
            _close(before[row], actor, now or timezone.now(), "又改了一次")
        made.append(_fix(locked, row, now_cells[row], cells, was, trials[row], intake.layout["header"]))
    for fix in made:
        fix.via, fix.reason, fix.by_id, fix.by_name = via, reason.strip()[:200], actor.user_id, actor.name
        fix.at = now or timezone.now()
    RowFix.objects.bulk_create(made)
    _recount(locked, intake, [(fix.was, fix.now) for fix in made])
    after = {"rows": len(made), "accepted": sum(fix.now == RowFix.Fate.ACCEPTED for fix in made)}
    record(actor=actor, action="exchange.row_fix", subject=batch_subject(locked), after=after, reason=reason)
    return made


@transaction.atomic
def fix_undo(*, fix: RowFix, intake: BatchIntake, reason: str, actor: Actor, now: datetime | None = None) -> RowFix:
    """撤销一次改动：这一行回到送来时的样子。抛 ``Conflict``：已经撤销，或批次已撤回。"""
    _demand(reason)
    batch = _locked(fix.batch)
    locked = RowFix.objects.within(EVERYTHING).select_for_update(of=("self",)).get(pk=fix.pk)
    if locked.undone_at is not None:
        raise Conflict("这一次改动已经撤销。请刷新页面。", code="already_undone")
    whole = set(intake.quarantine.filter(intake.quarantine["column"].is_null())["row"].to_list())
    _close(locked, actor, now or timezone.now(), reason)
    _recount(batch, intake, [(locked.now, _first_fate(locked.row, whole))])
    after = {"row": locked.row}
    record(actor=actor, action="exchange.row_unfix", subject=batch_subject(batch), after=after, reason=reason)
    return locked


@transaction.atomic
def row_reveal(*, batch: Batch, row: int, reason: str, actor: Actor) -> None:
    """看一行的全部原文：写明理由，记审计，限次数。"""
    _demand(reason)
    limit(f"user:{actor.user_id}", "unmask")
    record(actor=actor, action="exchange.row_reveal", subject=batch_subject(batch), after={"row": row}, reason=reason)


def batch_subject(batch: Batch) -> Subject:
    """审计里的叫法。"""
    return Subject("exchange.batch", str(batch.pk), f"第 {batch.number} 批 {batch.file_name}"[:120])


def _demand(reason: str) -> None:
    if len(reason.strip()) < LEAST_REASON:
        raise ServiceError(f"请写明依据（至少 {LEAST_REASON} 个字），如“电话问过社保所”；没有改动。", code="no_reason")


def _locked(batch: Batch) -> Batch:
    locked = Batch.objects.within(EVERYTHING).select_for_update(of=("self",)).get(pk=batch.pk)
    if locked.withdrawn_at is not None or locked.taken_at is None:
        raise Conflict("这一批已撤回或还没有收好，不能改行。", code="withdrawn")
    return locked


def _tidy(cells: Iterable[str | None]) -> list[str | None]:
    """首尾空白不算；末尾的空格不算；过长的截断。"""
    out = [(cell.strip()[:LONGEST_CELL] or None) if cell else None for cell in cells]
    while out and out[-1] is None:
        out.pop()
    return out


def _first_fate(row: int, whole: set[int]) -> str:
    return RowFix.Fate.QUARANTINED if row in whole else RowFix.Fate.ACCEPTED


def _fix(
    batch: Batch, row: int, before: Cells, after: list[str | None], was: str, trial: Trial, header: Sequence[str]
) -> RowFix:
    old = _tidy(before)
    size = max(len(old), len(after), len(header))
    pairs = zip(old + [None] * (size - len(old)), after + [None] * (size - len(after)), strict=True)
    titles = [header[at] if at < len(header) else f"第 {at + 1} 格" for at in range(size)]
    return RowFix(
        batch=batch,
        division_code=batch.division_code,
        organisation_id=batch.organisation_id,
        row=row,
        cells=json.dumps(after, ensure_ascii=False),
        columns=[title for title, (one, other) in zip(titles, pairs, strict=True) if one != other],
        before_digest=_digest(old),
        after_digest=_digest(after),
        was=was,
        now=trial.fate,
        left=[{"column": left.column, "code": left.code} for left in trial.left],
    )


def _digest(cells: Iterable[str | None]) -> bytes:
    """内容的带密钥摘要：能核对，推不回原文。"""
    return blind_index(hashlib.sha256(json.dumps(list(cells), ensure_ascii=False).encode()).hexdigest())


def _close(fix: RowFix, actor: Actor, moment: datetime, reason: str) -> None:
    fix.undone_at, fix.undone_name, fix.undo_reason = moment, actor.name, reason.strip()[:200]
    fix.save(update_fields=["undone_at", "undone_name", "undo_reason"])


def _recount(batch: Batch, intake: BatchIntake, moves: Iterable[tuple[str, str]]) -> None:
    """行数随着去向移，总数不变；按原因的计数重数。"""
    counts: dict[str, Any] = dict(batch.counts)
    for was, now in moves:
        counts[f"rows_{was}"] -= 1
        counts[f"rows_{now}"] += 1
    batch.counts = counts
    batch.faults = by_reason(fixes_applied(intake, standing_fixes(batch)).quarantine)
    batch.save(update_fields=["counts", "faults"])
