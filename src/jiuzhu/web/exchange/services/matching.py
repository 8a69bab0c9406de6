"""认人：拿不准的行装进认人台；认定、复核、撤销。涉及在册对象的，两个人都同意才生效。"""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from jiuzhu.engine.catalog import load_catalog
from jiuzhu.web.access.limits import limit
from jiuzhu.web.access.scope import Scope
from jiuzhu.web.audit.actor import Actor
from jiuzhu.web.audit.services import Subject, record
from jiuzhu.web.exchange.models import MatchDecision, MatchRow
from jiuzhu.web.ground.errors import Conflict, NotAllowed, ServiceError

LEAST_REASON = 4
SLIP = timedelta(minutes=10)  # 自己刚按错的，这么久之内撤销不必写理由
EVERYTHING = Scope.everything()


@transaction.atomic
def match_decide(*, match: MatchRow, person_id: str, actor: Actor, now: datetime | None = None) -> MatchDecision:
    """认定这一行是谁；``person_id`` 为空文本是“都不是”。涉及在册对象的先待另一人复核。

    抛 ``ServiceError``：选的不是候选（no_candidate）；``Conflict``：别人刚认过（already_decided）。
    """
    moment = now or timezone.now()
    locked = MatchRow.objects.within(EVERYTHING).select_for_update(of=("self",)).get(pk=match.pk)
    people = list(locked.candidates.within(EVERYTHING).values_list("person_id", flat=True))
    if person_id and person_id not in people:
        raise ServiceError("选的人不在候选里，没有认定。请刷新页面再看。", code="no_candidate")
    rejected = [] if person_id else people
    before = MatchDecision.objects.within(EVERYTHING).filter(match=locked, undone_at=None).first()
    if before is not None:
        if locked.reopened_at is None or before.at > locked.reopened_at:
            raise Conflict(f"{before.by_name}刚认过这一行，没有再认。请看下一行。", code="already_decided")
        rejected = [*dict.fromkeys([*before.rejected, *rejected])] if not person_id else []
        _close(before, actor, moment, "又有了新候选，重新认定")
    decision = MatchDecision.objects.create(
        match=locked,
        division_code=locked.division_code,
        person_id=person_id,
        rejected=rejected,
        needs_second=locked.on_list,
        by_id=actor.user_id,
        by_name=actor.name,
        at=moment,
    )
    choice = f"第 {people.index(person_id) + 1} 个候选" if person_id else "都不是"
    after = {"choice": choice, "second": locked.on_list}
    record(actor=actor, action="exchange.match_decide", subject=match_subject(locked), after=after)
    return decision


@transaction.atomic
def match_agree(*, decision: MatchDecision, actor: Actor, now: datetime | None = None) -> MatchDecision:
    """另一人同意，即生效。抛 ``NotAllowed``：自己不能复核自己认的；``Conflict``：已办过。"""
    locked = _waiting(decision, actor)
    locked.agreed_by_id, locked.agreed_name, locked.agreed_at = actor.user_id, actor.name, now or timezone.now()
    locked.save(update_fields=["agreed_by", "agreed_name", "agreed_at"])
    record(actor=actor, action="exchange.match_agree", subject=match_subject(locked.match))
    return locked


@transaction.atomic
def match_refuse(*, decision: MatchDecision, reason: str, actor: Actor, now: datetime | None = None) -> MatchDecision:
    """另一人不同意：这次认定作废，这一行回到待认。"""
    locked = _waiting(decision, actor)
    _demand(reason)
    locked.refused = True
    _close(locked, actor, now or timezone.now(), reason)
    _reopen(locked.match)
    record(actor=actor, action="exchange.match_refuse", subject=match_subject(locked.match), reason=reason)
    return locked


@transaction.atomic
def match_undo(*, decision: MatchDecision, reason: str, actor: Actor, now: datetime | None = None) -> MatchDecision:
    """撤销一次认定，留痕；这一行回到待认，下次监测不再照它办。

    自己十分钟之内按错的不必写理由。抛 ``Conflict``：已经撤销。
    """
    moment = now or timezone.now()
    locked = _locked(decision)
    if locked.undone_at is not None:
        raise Conflict("这一次认定已经作废，不用撤销。请刷新页面。", code="already_undone")
    slip = locked.by_id == actor.user_id and locked.agreed_at is None and moment - locked.at <= SLIP
    if slip and not reason.strip():
        reason = "刚刚按错"
    _demand(reason)
    _close(locked, actor, moment, reason)
    _reopen(locked.match)
    record(actor=actor, action="exchange.match_undo", subject=match_subject(locked.match), reason=reason)
    return locked


@transaction.atomic
def match_reveal(*, match: MatchRow, reason: str, actor: Actor) -> None:
    """看两边的全文：写明理由，记审计，限次数。"""
    _demand(reason)
    limit(f"user:{actor.user_id}", "unmask")
    record(actor=actor, action="exchange.match_reveal", subject=match_subject(match), reason=reason)


def match_subject(match: MatchRow) -> Subject:
    """审计里的叫法：来源与行号，没有姓名。"""
    title = load_catalog()[match.source].title
    return Subject("exchange.matchrow", str(match.pk), f"{title} 表头下第 {match.row} 行")


def _demand(reason: str) -> None:
    if len(reason.strip()) < LEAST_REASON:
        raise ServiceError(f"请写明理由（至少 {LEAST_REASON} 个字）；没有办理。", code="no_reason")


def _locked(decision: MatchDecision) -> MatchDecision:
    rows = MatchDecision.objects.within(EVERYTHING).select_for_update(of=("self",))
    return rows.select_related("match").get(pk=decision.pk)


def _waiting(decision: MatchDecision, actor: Actor) -> MatchDecision:
    locked = _locked(decision)
    if locked.state != "waiting":
        raise Conflict("这一件已经办过，没有再办。请刷新页面。", code="already_done")
    if actor.user_id is None or locked.by_id == actor.user_id:
        raise NotAllowed("须由另一人复核；自己认的不能自己复核。", code="same_person")
    return locked


def _close(decision: MatchDecision, actor: Actor, moment: datetime, reason: str) -> None:
    decision.undone_at, decision.undone_name, decision.undo_reason = moment, actor.name, reason.strip()[:200]
    decision.save(update_fields=["undone_at", "undone_name", "undo_reason", "refused"])


def _reopen(match: MatchRow) -> None:
    MatchRow.objects.within(EVERYTHING).filter(pk=match.pk).update(settled_at=None)
