"""合并与拆分：一人提出，另一人确认才生效；生效的可以撤销，照原样放回。"""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from jiuzhu.web.access.scope import Scope
from jiuzhu.web.audit.actor import Actor
from jiuzhu.web.audit.services import Subject, record
from jiuzhu.web.ground.errors import Conflict, NotAllowed, ServiceError
from jiuzhu.web.ground.masking import mask_name
from jiuzhu.web.registry.models import ClassSpan, Event, Household, Person, PersonMerge
from jiuzhu.web.registry.selectors.labels import class_title

from .events import event_add
from .moving import join_people, part_people, put_back_join, put_back_part
from .words import summary_refresh, tokens_refresh

LEAST_REASON = 4
EVERYTHING = Scope.everything()


@transaction.atomic
def merge_propose(
    *, kept: Person, absorbed: Person, reason: str, actor: Actor, now: datetime | None = None
) -> PersonMerge:
    """提出把 ``absorbed`` 并入 ``kept``。抛 ``ServiceError``：同一个人、理由太短；``Conflict``：已有人提出。"""
    if kept.pk == absorbed.pk:
        raise ServiceError("选的是同一个人，没有提出。", code="same_person")
    if kept.merged_into_id or absorbed.merged_into_id:
        raise Conflict("其中一人已经并入别人，没有提出。请刷新页面再看。", code="already_merged")
    _demand(reason)
    _refuse_waiting(kept, absorbed)
    merge = PersonMerge.objects.create(
        kind=PersonMerge.Kind.MERGE,
        kept=kept,
        absorbed=absorbed,
        division_code=kept.division_code,
        reason=reason.strip(),
        proposed_by_id=actor.user_id,
        proposed_name=actor.name,
        proposed_at=now or timezone.now(),
    )
    record(actor=actor, action="registry.merge_propose", subject=merge_subject(merge), reason=reason)
    return merge


@transaction.atomic
def person_split(
    *,
    person: Person,
    codes: Sequence[str],
    new_name: str,
    reason: str,
    actor: Actor,
    now: datetime | None = None,
) -> PersonMerge:
    """提出从 ``person`` 拆出一人：``codes`` 各类别认错了人，归拆出的人。

    抛 ``ServiceError``：没选类别、没有这些类别、没写姓名、理由太短；``Conflict``：已有人提出。
    """
    if not codes or not new_name.strip():
        raise ServiceError("请选择认错了人的类别，并写明其实是谁；没有提出。", code="incomplete")
    held = set(ClassSpan.objects.within(EVERYTHING).filter(person=person).values_list("code", flat=True))
    if set(codes) - held:
        raise ServiceError("这个人没有所选的类别，没有提出。请刷新页面再看。", code="no_such_class")
    _demand(reason)
    _refuse_waiting(person)
    split = PersonMerge.objects.create(
        kind=PersonMerge.Kind.SPLIT,
        kept=person,
        division_code=person.division_code,
        codes=sorted(set(codes)),
        new_name=new_name.strip()[:60],
        reason=reason.strip(),
        proposed_by_id=actor.user_id,
        proposed_name=actor.name,
        proposed_at=now or timezone.now(),
    )
    record(
        actor=actor,
        action="registry.merge_propose",
        subject=merge_subject(split),
        after={"codes": [class_title(code) for code in split.codes]},
        reason=reason,
    )
    return split


@transaction.atomic
def merge_confirm(*, merge: PersonMerge, actor: Actor, now: datetime | None = None) -> PersonMerge:
    """另一人确认，当即生效。抛 ``NotAllowed``：提出的人不能自己确认；``Conflict``：已办过。"""
    locked = _locked(merge)
    if locked.state != "proposed":
        raise Conflict("这一件已经办过，没有再办。请刷新页面。", code="already_done")
    if actor.user_id is None or locked.proposed_by_id == actor.user_id:
        raise NotAllowed("须由另一人确认；提出的人不能自己确认。", code="same_person")
    moment = now or timezone.now()
    locked.confirmed_by_id, locked.confirmed_name, locked.confirmed_at = actor.user_id, actor.name, moment
    if locked.kind == PersonMerge.Kind.MERGE:
        locked.snapshot = join_people(locked, timezone.localdate(moment))
    else:
        locked.absorbed, locked.snapshot = part_people(locked, timezone.localdate(moment))
    locked.save()
    _settle(locked, actor, moment, Event.Kind.MERGED if locked.kind == "merge" else Event.Kind.SPLIT)
    record(actor=actor, action="registry.merge_confirm", subject=merge_subject(locked), reason=locked.reason)
    return locked


@transaction.atomic
def merge_drop(*, merge: PersonMerge, actor: Actor, reason: str, now: datetime | None = None) -> PersonMerge:
    """还没确认的不办了。"""
    locked = _locked(merge)
    if locked.state != "proposed":
        raise Conflict("这一件已经办过，不能放弃；要恢复请撤销。", code="already_done")
    _demand(reason)
    locked.undone_at, locked.undone_name, locked.undo_reason = now or timezone.now(), actor.name, reason.strip()
    locked.save()
    record(actor=actor, action="registry.merge_drop", subject=merge_subject(locked), reason=reason)
    return locked


@transaction.atomic
def merge_undo(*, merge: PersonMerge, actor: Actor, reason: str, now: datetime | None = None) -> PersonMerge:
    """撤销已生效的：移过去的照原样放回；其后新发生的留在原处。抛 ``Conflict``：没有生效，或其后又有合并压在上面。"""
    locked = _locked(merge)
    if locked.state != "confirmed":
        raise Conflict("这一件没有生效，不用撤销。", code="not_confirmed")
    _demand(reason)
    _refuse_later(locked)
    moment = now or timezone.now()
    if locked.kind == PersonMerge.Kind.MERGE:
        put_back_join(locked)
    else:
        put_back_part(locked)
    locked.undone_at, locked.undone_name, locked.undo_reason = moment, actor.name, reason.strip()
    locked.save()
    _settle(locked, actor, moment, Event.Kind.UNDONE)
    record(actor=actor, action="registry.merge_undo", subject=merge_subject(locked), reason=reason)
    return locked


def merge_subject(merge: PersonMerge) -> Subject:
    """审计里的叫法，姓名遮挡。"""
    other = mask_name(merge.absorbed.name if merge.absorbed else merge.new_name)
    return Subject(
        "registry.personmerge", str(merge.pk), f"{merge.get_kind_display()} {mask_name(merge.kept.name)} 与 {other}"
    )


def _demand(reason: str) -> None:
    if len(reason.strip()) < LEAST_REASON:
        raise ServiceError(f"请写明理由和凭据（至少 {LEAST_REASON} 个字）；没有办理。", code="no_reason")


def _locked(merge: PersonMerge) -> PersonMerge:
    rows = PersonMerge.objects.within(EVERYTHING).select_for_update(of=("self",))
    return rows.select_related("kept__household__head", "absorbed__household__head").get(pk=merge.pk)


def _refuse_waiting(*people: Person) -> None:
    rows = PersonMerge.objects.within(EVERYTHING).filter(confirmed_at=None, undone_at=None)
    if (rows.filter(kept__in=people) | rows.filter(absorbed__in=people)).exists():
        raise Conflict("其中一人已有待确认的合并或拆分，请先办完那一件。", code="waiting")


def _refuse_later(merge: PersonMerge) -> None:
    people = [merge.kept_id, merge.absorbed_id]
    rows = PersonMerge.objects.within(EVERYTHING).filter(confirmed_at__gt=merge.confirmed_at, undone_at=None)
    if (rows.filter(kept_id__in=people) | rows.filter(absorbed_id__in=people)).exists():
        raise Conflict("这两人其后又有合并或拆分，请先撤销后来的那一件。", code="later_merge")


def _settle(merge: PersonMerge, actor: Actor, moment: datetime, kind: Event.Kind) -> None:
    """两边的户：重算人口、类别、查找词，各记一环。"""
    assert merge.absorbed is not None
    homes = {each.pk: each for each in (merge.kept.household, merge.absorbed.household)}
    title = {"merged": "两份记录合为一人", "split": "从一人里拆出一人", "undone": f"撤销{merge.get_kind_display()}"}[
        kind.value
    ]
    for home in homes.values():
        fresh = Household.objects.within(EVERYTHING).get(pk=home.pk)
        summary_refresh(fresh)
        tokens_refresh(fresh)
        event_add(
            household=fresh,
            kind=kind,
            title=title,
            actor=actor,
            person=merge.kept if fresh.pk == merge.kept.household_id else None,
            source_kind="registry.personmerge",
            source_key=str(merge.pk),
            at=moment,
        )
