"""人看过之后：改来源与列的对应、确认接收、放弃、重新接收、撤回。"""

import json
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import transaction

from jiuzhu.engine.offers import Preview, preview
from jiuzhu.web.access.scope import Scope
from jiuzhu.web.audit.actor import Actor
from jiuzhu.web.audit.services import record
from jiuzhu.web.exchange.claims import PLACE, wait_turn
from jiuzhu.web.exchange.current import effective
from jiuzhu.web.exchange.errors import ExchangeError
from jiuzhu.web.exchange.models import Batch, ColumnMapping
from jiuzhu.web.exchange.models.batch import Mode, State
from jiuzhu.web.exchange.selectors.batches import taken_batches
from jiuzhu.web.exchange.sources import catalog, organisation_for
from jiuzhu.web.ground.errors import Conflict

from .common import TAKE_TASK, batch_subject, defer, moment
from .inspecting import columns_kept, header_digest
from .placing import coming, confirm_now

LEAST_REASON = 4
EVERYTHING = Scope.everything()


@dataclass(frozen=True)
class Choice:
    """确认时的选择。``replaces`` 是更正哪一批的主键，只在更正时有。"""

    mode: Mode
    data_date: date | None = None
    replaces: int | None = None
    mapping: dict[str, str] = field(default_factory=dict)


def batch_preview(batch: Batch, *, source: str = "", mapping: dict[str, str] | None = None) -> Preview:
    """样本按这个来源、这样的列收成什么样；不写任何东西。

    抛 ``Conflict``：已经确认过，没有样本了（already_confirmed）。
    """
    wanted = source or batch.source
    if not batch.sample:
        raise Conflict("这一批已经确认过了，请到批次页看。", code="already_confirmed")
    sample = json.loads(str(batch.sample))
    return preview(sample, catalog(), source=wanted, mapping=batch.mapping if mapping is None else mapping)


@transaction.atomic
def batch_remap(*, batch: Batch, source: str, mapping: dict[str, str], actor: Actor, scope: Scope) -> Batch:
    """改来源、改列的对应；只留下与程序所认不同的那些列。换了来源，原来改的列不再算数。

    抛 ``Conflict``：已经确认（already_confirmed）；``ExchangeError``：没有这个来源（unknown_source）。
    """
    if source not in catalog().sources:
        raise ExchangeError("没有这个来源，没有改动。请重新选一个。", code="unknown_source")
    locked = _draft(batch, scope)
    kept = {} if source != locked.source else {header: key for header, key in mapping.items() if _known(source, key)}
    found = batch_preview(locked, source=source, mapping=kept)
    before = {"source": locked.source, "columns": len(locked.mapping)}
    locked.source, locked.mapping = source, kept
    locked.columns = columns_kept(found.columns)
    if locked.by_id is None or locked.organisation_id is None:
        locked.organisation = organisation_for(source, locked.division_code) or locked.organisation
    locked.save(update_fields=["source", "mapping", "columns", "organisation"])
    record(
        actor=actor,
        action="exchange.batch_remap",
        subject=batch_subject(locked),
        before=before,
        after={"source": source, "columns": len(kept)},
    )
    return locked


@transaction.atomic
def batch_confirm(*, batch: Batch, choice: Choice, actor: Actor, scope: Scope, now: datetime | None = None) -> Batch:
    """确认接收，交给后台；记住这样一行表头是怎样对的。

    抛 ``Conflict``：已经确认；``ExchangeError``：没有选来源（no_source）、这样的列收不了（cannot_take）、
    没有可补充的（nothing_to_supplement）、没有选更正哪一批（nothing_to_correct）、数据日期在以后（future_date）。
    """
    locked = _draft(batch, scope)
    if not locked.source:
        raise ExchangeError("还没有选定是哪个来源，没有接收。请先选来源。", code="no_source")
    found = batch_preview(locked)
    if found.error:
        raise ExchangeError(f"按现在的列收不了：{found.error}", code="cannot_take")
    today = moment(now).date()
    if choice.data_date and choice.data_date > today:
        raise ExchangeError("数据日期在今天以后，没有接收。请核对后再确认。", code="future_date")
    wait_turn(PLACE, f"{locked.division_code} {locked.source}")
    locked.mode, locked.data_date = choice.mode, choice.data_date
    locked.replaces = _replaced(locked, choice)
    confirm_now(locked)
    _remember(locked, actor, moment(now))
    record(
        actor=actor,
        action="exchange.batch_confirm",
        subject=batch_subject(locked),
        after={"mode": locked.mode, "source": locked.source, "data_date": str(locked.data_date or "")},
    )
    return locked


@transaction.atomic
def batch_retry(*, batch: Batch, actor: Actor, scope: Scope) -> None:
    """没能收成的再收一遍。

    抛 ``Conflict``：不是没能收成的（not_failed）。
    """
    locked = _locked(batch, scope)
    if locked.state != State.FAILED or locked.confirmed_at is None:
        raise Conflict("这一批不是没能接收的，不用重来。", code="not_failed")
    locked.error_code = locked.error_text = ""
    locked.attempts, locked.started_at = 0, None
    locked.job_id = defer(TAKE_TASK, batch_id=locked.pk)
    locked.save(update_fields=["error_code", "error_text", "attempts", "started_at", "job_id"])
    record(actor=actor, action="exchange.batch_retry", subject=batch_subject(locked))


@transaction.atomic
def batch_withdraw(*, batch: Batch, reason: str, actor: Actor, scope: Scope, now: datetime | None = None) -> None:
    """撤回一批，须写原因：从此监测不再读它，它替换过的那些重新用起来。原件与审计都留着。

    抛 ``ExchangeError``：原因太短（reason_needed）；``Conflict``：已撤回、还没有确认（not_withdrawable）。
    """
    if len(reason.strip()) < LEAST_REASON:
        raise ExchangeError(f"撤回要写明原因，至少 {LEAST_REASON} 个字。没有撤回。", code="reason_needed")
    locked = _locked(batch, scope)
    if locked.withdrawn_at is not None or locked.confirmed_at is None:
        raise Conflict("这一批已经撤回，或还没有确认接收，不能撤回。", code="not_withdrawable")
    locked.withdrawn_at, locked.withdrawn_by = moment(now), actor.name[:60]
    locked.withdrawn_reason = reason.strip()[:200]
    locked.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_reason"])
    record(actor=actor, action="exchange.batch_withdraw", subject=batch_subject(locked), reason=reason.strip())


def _locked(batch: Batch, scope: Scope) -> Batch:
    rows = Batch.objects.within(scope).select_for_update(of=("self",)).select_related("received")
    return rows.get(pk=batch.pk)


def _draft(batch: Batch, scope: Scope) -> Batch:
    locked = _locked(batch, scope)
    if locked.state != State.DRAFT:
        raise Conflict("这一批已经确认或放弃，不能再改。请刷新页面看它现在的状态。", code="already_confirmed")
    return locked


def _known(source: str, key: str) -> bool:
    return not key or key in catalog()[source].field_map


def _replaced(batch: Batch, choice: Choice) -> Batch | None:
    used = coming(batch.division_code, batch.source)
    if choice.mode == Mode.SUPPLEMENT and not used:
        raise ExchangeError(
            "这个来源还没有在用的数据，没有可补充的。请选“全量替换”。没有接收。", code="nothing_to_supplement"
        )
    if choice.mode != Mode.CORRECTION:
        return None
    found = next((item for item in used if item.pk == choice.replaces), None)
    if found is None:
        raise ExchangeError("请选要更正的是哪一批。没有接收。", code="nothing_to_correct")
    return found


def _remember(batch: Batch, actor: Actor, now: datetime) -> None:
    """记住这样一行表头：下次同一单位报同样的表，不必再对。"""
    mapping = {item["header"]: item["field"] for item in batch.columns if item["how"] != "exact" or not item["field"]}
    ColumnMapping.objects.within(EVERYTHING).update_or_create(
        division_code=batch.division_code,
        organisation=batch.received.organisation,
        header_digest=header_digest([item["header"] for item in batch.columns]),
        defaults={
            "source": batch.source,
            "mapping": {**mapping, **batch.mapping},
            "by_name": actor.name[:60],
            "updated_at": now,
        },
    )


def left_after(batch: Batch) -> list[Batch]:
    """撤回这一批之后，这个来源用哪些批。"""
    rows = taken_batches(batch.division_code, source=batch.source).exclude(pk=batch.pk)
    return effective(rows)
