"""填一件申请：事由、代办人、近亲属、回答、说明、材料；提交之后、受理之前还可以补。"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction

from jiuzhu.web.access.scope import Scope
from jiuzhu.web.audit.actor import Actor
from jiuzhu.web.audit.services import record
from jiuzhu.web.cases import questions
from jiuzhu.web.cases.errors import CaseError
from jiuzhu.web.cases.materials import STATES
from jiuzhu.web.cases.models import Application, Applied
from jiuzhu.web.cases.subjects import application_subject
from jiuzhu.web.ground.errors import Conflict
from jiuzhu.web.process.models import Task

from .opening import EVERYTHING, locked, materials_refresh, programme_book

ACCEPT = "accept"


def accept_task(application: Application) -> Task | None:
    """还没办的受理。"""
    if application.instance_id is None:
        return None
    rows = Task.objects.within(EVERYTHING).filter(instance_id=application.instance_id, node=ACCEPT)
    return rows.filter(done_at=None, is_cancelled=False).first()


def demand_editable(application: Application) -> None:
    """草稿，或还没受理的，才能改（already_accepted）。"""
    if application.is_draft or (application.is_open and accept_task(application) is not None):
        return
    raise Conflict(
        "这件申请已经受理或了结，申请的内容不能再改；情况有变化的，写进调查或另行申请。", code="already_accepted"
    )


@transaction.atomic
def application_describe(
    *,
    application: Application,
    channel: str,
    words: str,
    behalf_name: str,
    behalf_relation: str,
    relatives: Sequence[Mapping[str, str]] | None,
    actor: Actor,
    scope: Scope,
) -> Application:
    """怎么申请的、为什么、谁代办、有没有近亲属在经办机构工作（``None`` 是还没问）。"""
    row = locked(application, scope)
    demand_editable(row)
    if behalf_name.strip() and not behalf_relation.strip():
        raise CaseError("有代办人的，请写明代办人是申请人的什么人。", code="behalf_relation")
    row.channel = Application.Channel(channel)
    row.words, row.behalf_name = words.strip()[:1000], behalf_name.strip()[:60]
    row.behalf_relation = behalf_relation.strip()[:20]
    if relatives is not None:
        row.has_relatives = bool(relatives)
        row.relatives_text = _text(list(relatives))
    row.save()
    after = {"channel": row.get_channel_display(), "relatives": row.has_relatives}
    record(actor=actor, action="cases.application_change", subject=application_subject(row), after=after)
    return row


@transaction.atomic
def application_answer(
    *, application: Application, given: Mapping[str, str], actor: Actor, scope: Scope
) -> Application:
    """记下回答。``given`` 的键见 ``questions.Asked.field``，空的当作没有答。"""
    row = locked(application, scope)
    demand_editable(row)
    answers = questions.read(programme_book(row.division_code), given, row.answers)
    if answers != row.answers:
        row.answers_text = _text(answers)
        row.save(update_fields=["answers_text"])
        after = {"answers": questions.count(answers)}
        record(actor=actor, action="cases.application_change", subject=application_subject(row), after=after)
    return row


@transaction.atomic
def application_state(
    *, application: Application, name: str, known: str, said: str, reason: str, actor: Actor, scope: Scope
) -> Application:
    """申请人对一项数据的说明：放在数据旁边，不盖掉数据。同一项以最后说的为准；``said`` 空是撤下。"""
    row = locked(application, scope)
    demand_editable(row)
    if said.strip() and not reason.strip():
        raise CaseError("请写明为什么与数据不一样，如“车去年已报废”。", code="reason_missing")
    kept = [one for one in row.statements if one["name"] != name]
    if said.strip():
        kept.append({"name": name, "known": known, "said": said.strip()[:100], "reason": reason.strip()[:200]})
    row.statements_text = _text(kept)
    row.save(update_fields=["statements_text"])
    after = {"statements": len(kept)}
    record(actor=actor, action="cases.application_change", subject=application_subject(row), after=after)
    return row


@transaction.atomic
def materials_set(*, application: Application, states: Mapping[str, str], actor: Actor, scope: Scope) -> Application:
    """各样材料收了没有：``states`` 是材料名 → received missing waived 或空。"""
    row = locked(application, scope)
    demand_editable(row)
    row.materials = [
        one | {"state": states.get(one["name"], one["state"]) if states.get(one["name"], "") in ("", *STATES) else ""}
        for one in row.materials
    ]
    row.save(update_fields=["materials"])
    after = {"missing": [one["name"] for one in row.materials if one["state"] == "missing"]}
    record(actor=actor, action="cases.application_change", subject=application_subject(row), after=after)
    return row


@transaction.atomic
def programme_remove(*, application: Application, pk: int, actor: Actor, scope: Scope) -> Application:
    """去掉一个项目；至少留一个，都不要的撤下整件。只有草稿能去。"""
    row = locked(application, scope)
    if not row.is_draft:
        raise Conflict("已经提交，不能再去掉项目；本人不要的，在受理那一步写明。", code="not_draft")
    chosen = list(Applied.objects.within(EVERYTHING).filter(application=row))
    gone = next((one for one in chosen if one.pk == pk), None)
    if gone is None:
        raise CaseError("这一项已经不在申请里。", code="no_programme")
    if len(chosen) == 1:
        raise CaseError("只剩这一项了。都不申请的，请撤下整件。", code="last_programme")
    gone.delete()
    materials_refresh(row)
    record(
        actor=actor,
        action="cases.application_change",
        subject=application_subject(row),
        after={"programmes": f"去掉{gone.title}"},
    )
    return row


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False) if value else ""
