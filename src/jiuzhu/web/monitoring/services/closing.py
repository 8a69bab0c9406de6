"""排除一条预警：不属实、不需要救助的，写明原因；也可以撤回。排除的原因用来回测规则。"""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone

from jiuzhu.web.access.scope import Scope
from jiuzhu.web.audit.actor import Actor
from jiuzhu.web.audit.services import Subject, record
from jiuzhu.web.ground.errors import Conflict, ServiceError
from jiuzhu.web.monitoring.models import Closing, HouseholdWarning, Run
from jiuzhu.web.monitoring.selectors import order_in_hand
from jiuzhu.web.registry.models import Event, Household
from jiuzhu.web.registry.services import event_add

SUBJECT = "monitoring.warning"
LATER = "这条预警已经排除过了，没有再排除。"


@transaction.atomic
def warning_close(
    *,
    warning: HouseholdWarning,
    reason: str,
    words: str,
    actor: Actor,
    scope: Scope,
    now: datetime | None = None,
) -> Closing:
    """排除一条预警。附件（证明、照片）挂在 ``monitoring.warning``、户编号名下。

    Raises:
        HouseholdWarning.DoesNotExist: 不归当前岗位管。
        ServiceError: 没有写情况（words_missing），原因不在字典里（no_reason）。
        Conflict: 已派单在办（order_in_hand），已经排除过（closed_already）。
    """
    row = HouseholdWarning.objects.within(scope).select_related("run").get(pk=warning.pk, run__status=Run.Status.DONE)
    if reason not in Closing.Reason.values:
        raise ServiceError("请选一个排除的原因。", code="no_reason")
    if not words.strip():
        raise ServiceError("请写明怎么核实的、看到了什么。", code="words_missing")
    if order_in_hand(row):
        raise Conflict("这一户已派单在办，不能在这里排除。不属实的，请在单子里写明核实结果。", code="order_in_hand")
    assert row.run.as_of is not None
    closing = Closing(
        division_code=row.division_code,
        household_id=row.household_id,
        run=row.run,
        as_of=row.run.as_of,
        band=row.band,
        score=row.score,
        indicators=row.indicators,
        categories=row.categories,
        reason=reason,
        words=words.strip(),
        by_id=actor.user_id,
        by_name=actor.name,
        organisation=actor.organisation,
        at=now or timezone.now(),
    )
    try:
        with transaction.atomic():
            closing.save(force_insert=True)
    except IntegrityError as error:
        raise Conflict(LATER, code="closed_already") from error
    _chain(closing, Event.Kind.DONE, f"预警经核实排除：{closing.get_reason_display()}", actor, closing.at)
    record(
        actor=actor,
        action="monitoring.warning_close",
        subject=_subject(closing),
        after={"reason": closing.get_reason_display(), "band": closing.band},
    )
    return closing


@transaction.atomic
def warning_reopen(
    *, closing: Closing, reason: str, actor: Actor, scope: Scope, now: datetime | None = None
) -> Closing:
    """撤回排除，预警回到待处置。

    Raises:
        ServiceError: 没有写原因（reason_missing）。
        Conflict: 已经撤回过（closing_undone）。
    """
    if not reason.strip():
        raise ServiceError("请写明为什么撤回排除。", code="reason_missing")
    locked = Closing.objects.within(scope).select_for_update(of=("self",)).get(pk=closing.pk)
    if locked.undone_at is not None:
        raise Conflict("这次排除已经撤回了。", code="closing_undone")
    locked.undone_at, locked.undone_by = now or timezone.now(), actor.name
    locked.undone_reason = reason.strip()[:200]
    locked.save(update_fields=["undone_at", "undone_by", "undone_reason"])
    _chain(locked, Event.Kind.UNDONE, "撤回预警的排除", actor, locked.undone_at)
    record(
        actor=actor,
        action="monitoring.warning_reopen",
        subject=_subject(locked),
        before={"reason": locked.get_reason_display()},
        reason=reason,
    )
    return locked


def _chain(closing: Closing, kind: str, title: str, actor: Actor, at: datetime) -> None:
    household = Household.objects.within(Scope.everything()).filter(household_id=closing.household_id).first()
    if household is not None:
        event_add(
            household=household,
            kind=kind,
            title=title,
            actor=actor,
            source_kind="monitoring.closing",
            source_key=str(closing.pk),
            at=at,
        )


def _subject(closing: Closing) -> Subject:
    return Subject("registry.household", closing.household_id, f"户 {closing.household_id[-6:]}")
