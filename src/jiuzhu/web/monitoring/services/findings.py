"""一个发现核实下来怎样：停发、降档、追回、更正、纳入，或不属实；连同每月省下、补给的钱。"""

from datetime import datetime
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.utils import timezone

from jiuzhu.web.access.scope import Scope
from jiuzhu.web.audit.actor import Actor
from jiuzhu.web.audit.services import Subject, record
from jiuzhu.web.ground.errors import Conflict, ServiceError
from jiuzhu.web.monitoring.models import Finding, FindingOutcome, Run
from jiuzhu.web.registry.models import Event, Household
from jiuzhu.web.registry.services import event_add

Outcome = FindingOutcome.Outcome
UNAIDED = (Outcome.ADMITTED, Outcome.DECLINED, Outcome.UNTRUE)
OVERPAID = (Outcome.STOPPED, Outcome.LOWERED, Outcome.RECOVERED, Outcome.CORRECTED, Outcome.UNTRUE)
PER_MONTH = (Outcome.STOPPED, Outcome.LOWERED, Outcome.ADMITTED)


def outcomes_for(kind: str) -> tuple[FindingOutcome.Outcome, ...]:
    """这一种发现可能的结果：该享未享的是纳入与否，其余是停、降、追、更正。"""
    return UNAIDED if kind == Finding.Kind.ENTITLED_UNAIDED else OVERPAID


@transaction.atomic
def finding_record(
    *,
    finding: Finding,
    outcome: str,
    words: str,
    per_month: Decimal | None = None,
    once: Decimal | None = None,
    actor: Actor,
    scope: Scope,
    now: datetime | None = None,
) -> FindingOutcome:
    """登记核实结果。停发、降档、纳入要写每月金额，追回要写追回金额；别的结果不记钱。

    Raises:
        Finding.DoesNotExist: 不归当前岗位管。
        ServiceError: 结果不对（bad_outcome），没有写情况（words_missing），没有写金额（money_missing）。
        Conflict: 已经登记过（outcome_recorded）。
    """
    row = Finding.objects.within(scope).select_related("run").get(pk=finding.pk, run__status=Run.Status.DONE)
    if outcome not in outcomes_for(row.kind):
        raise ServiceError("请选一个核实结果。", code="bad_outcome")
    if not words.strip():
        raise ServiceError("请写明怎么核实的、怎么处理的。", code="words_missing")
    kept = FindingOutcome(
        division_code=row.division_code,
        household_id=row.household_id,
        person_id=row.person_id,
        kind=row.kind,
        run=row.run,
        outcome=outcome,
        per_month=_money(per_month, outcome in PER_MONTH, "每月金额"),
        once=_money(once, outcome == Outcome.RECOVERED, "追回金额"),
        words=words.strip(),
        by_id=actor.user_id,
        by_name=actor.name,
        organisation=actor.organisation,
        at=now or timezone.now(),
    )
    try:
        with transaction.atomic():
            kept.save(force_insert=True)
    except IntegrityError as error:
        raise Conflict("这个发现已经登记过核实结果，没有再记。要改请先撤回。", code="outcome_recorded") from error
    _chain(kept, Event.Kind.DECIDED, f"{row.get_kind_display()}：{kept.get_outcome_display()}", actor, kept.at)
    record(
        actor=actor,
        action="monitoring.finding_record",
        subject=_subject(kept),
        after={"kind": row.get_kind_display(), "outcome": kept.get_outcome_display(), "per_month": kept.per_month},
    )
    return kept


@transaction.atomic
def finding_undo(
    *, outcome: FindingOutcome, reason: str, actor: Actor, scope: Scope, now: datetime | None = None
) -> FindingOutcome:
    """撤回核实结果，发现回到待核实。

    Raises:
        ServiceError: 没有写原因（reason_missing）。
        Conflict: 已经撤回过（outcome_undone）。
    """
    if not reason.strip():
        raise ServiceError("请写明为什么撤回。", code="reason_missing")
    locked = FindingOutcome.objects.within(scope).select_for_update(of=("self",)).get(pk=outcome.pk)
    if locked.undone_at is not None:
        raise Conflict("这次登记已经撤回了。", code="outcome_undone")
    locked.undone_at, locked.undone_by = now or timezone.now(), actor.name
    locked.undone_reason = reason.strip()[:200]
    locked.save(update_fields=["undone_at", "undone_by", "undone_reason"])
    _chain(locked, Event.Kind.UNDONE, f"撤回“{locked.get_outcome_display()}”的登记", actor, locked.undone_at)
    record(
        actor=actor,
        action="monitoring.finding_undo",
        subject=_subject(locked),
        before={"outcome": locked.get_outcome_display(), "per_month": locked.per_month},
        reason=reason,
    )
    return locked


def _money(given: Decimal | None, needed: bool, title: str) -> Decimal:
    if not needed:
        return Decimal(0)
    if given is None or given <= 0:
        raise ServiceError(f"请写{title}，是多少元。", code="money_missing")
    return given


def _chain(kept: FindingOutcome, kind: str, title: str, actor: Actor, at: datetime) -> None:
    household = Household.objects.within(Scope.everything()).filter(household_id=kept.household_id).first()
    if household is not None:
        event_add(
            household=household,
            kind=kind,
            title=title,
            actor=actor,
            source_kind="monitoring.finding",
            source_key=str(kept.pk),
            at=at,
        )


def _subject(kept: FindingOutcome) -> Subject:
    return Subject("registry.household", kept.household_id, f"户 {kept.household_id[-6:]}")
