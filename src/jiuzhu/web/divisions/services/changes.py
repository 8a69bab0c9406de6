"""区划变更：更名、合并、拆分、新设、撤销、代码变更。关旧行、开新行、留下文号，旧代码由此推得到今天的代码。"""

from collections.abc import Mapping, Sequence
from datetime import date

from django.db import transaction

from jiuzhu.web.audit.actor import Actor
from jiuzhu.web.audit.services import Subject, record
from jiuzhu.web.divisions.models import Division, DivisionChange, Organisation

from .change_plan import Kind, NewPlace, Plan, plan_change, reopened
from .writing import lock


def division_change_preview(
    *,
    area: str,
    kind: str,
    on: date,
    from_codes: Sequence[str] = (),
    to: Sequence[NewPlace] = (),
    moves: Mapping[str, str] | None = None,
    **rest: str,
) -> Plan:
    """此刻办理会做什么；不写库。抛的错误同 ``division_change_apply``。"""
    return plan_change(area=area, kind=kind, on=on, old=list(dict.fromkeys(from_codes)), to=to, moves=moves or {})


@transaction.atomic
def division_change_apply(
    *,
    actor: Actor,
    area: str,
    kind: str,
    on: date,
    from_codes: Sequence[str] = (),
    to: Sequence[NewPlace] = (),
    document: str = "",
    note: str = "",
    moves: Mapping[str, str] | None = None,
) -> DivisionChange:
    """办理一次区划变更，``on`` 当天起生效。

    停用的一处若还有下级：只有一个去处时下级随之换到新代码之下（末几位不变），撞号的、有几个去处的，
    要在 ``moves``（下级旧代码 → 新代码）里写明。设在旧址的机构随之改到唯一的新址。

    Raises:
        NotAllowed: 有一个原代码、新代码或下级的新代码不在 ``area`` 之内。
        ChangeRefused: 原代码不在用、新代码已在用、级别不一、下级没有去处等；消息里写明是哪一个。
        Conflict: 有机构设在将要消失、又没有唯一去处的地方。
    """
    lock()
    from_codes = list(dict.fromkeys(from_codes))
    plan = plan_change(area=area, kind=kind, on=on, old=from_codes, to=to, moves=moves or {})
    apply_plan(plan, on)
    change = DivisionChange.objects.create(
        date=on, kind=kind, from_codes=from_codes, to_codes=[place.code for place in to], document=document, note=note
    )
    record_moves(plan, on, document)
    record(
        actor=actor,
        action="divisions.division_change",
        subject=Subject(kind="divisions.divisionchange", key=str(change.pk), label=str(change)),
        before={"places": [f"{row.code} {row.name}" for row in plan.rows.values()]},
        after={
            "kind": kind,
            "date": on.isoformat(),
            "places": [f"{place.code} {place.name}" for place in to],
            "moved": len(plan.moves),
            "offices": len(plan.offices),
            "document": document,
        },
        reason=note,
    )
    return change


def apply_plan(plan: Plan, on: date) -> None:
    """先关后开，免得同一代码同时有两行在用。"""
    for row in (*plan.closing, *(child for child, _ in plan.moves)):
        row.valid_to = on
    Division.objects.bulk_update((*plan.closing, *(child for child, _ in plan.moves)), ["valid_to"])
    moved = [reopened(target, child.name, on, child) for child, target in plan.moves]
    Division.objects.bulk_create([*plan.opening, *moved])
    for office, target in plan.offices:
        office.division_code = target
    Organisation.objects.bulk_update([office for office, _ in plan.offices], ["division_code"])


def record_moves(plan: Plan, on: date, document: str) -> None:
    """下级换代码也各留一条变更，旧代码才推得到新代码。"""
    DivisionChange.objects.bulk_create(
        DivisionChange(
            date=on,
            kind=Kind.CODE_CHANGE,
            from_codes=[child.code],
            to_codes=[target],
            document=document,
            note="随上级变更",
        )
        for child, target in plan.moves
    )
