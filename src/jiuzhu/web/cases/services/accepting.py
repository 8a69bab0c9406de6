"""提交、一次性告知、受理：由流程驱动，文书随之出具。"""

import json
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from jiuzhu.web.access.scope import Scope
from jiuzhu.web.audit.actor import Actor
from jiuzhu.web.audit.services import record
from jiuzhu.web.cases.entitling import Fit, Fits, household_fits
from jiuzhu.web.cases.errors import CaseError
from jiuzhu.web.cases.models import Application, Applied
from jiuzhu.web.cases.selectors import living, masked_names
from jiuzhu.web.cases.subjects import application_subject
from jiuzhu.web.divisions.models import Organisation
from jiuzhu.web.documents.models import Paper
from jiuzhu.web.documents.services import paper_render
from jiuzhu.web.ground.errors import Conflict
from jiuzhu.web.policies.selectors import rulebook_folder, rulebook_keep
from jiuzhu.web.process.models import Task
from jiuzhu.web.process.people import demand
from jiuzhu.web.process.services import instance_open, task_complete, task_pause, task_resume
from jiuzhu.web.registry.models import Event
from jiuzhu.web.registry.services import event_add
from jiuzhu.web.registry.sharing import SUBJECT
from jiuzhu.web.registry.subjects import household_label

from .filling import accept_task
from .opening import EVERYTHING, locked, programme_book

ORDINARY, URGENT = "application", "application_urgent"
URGENT_KIND = "急难社会救助"
RETURN_DAYS = 30
PAPERS = "papers"
SOURCE = "cases.application"


@transaction.atomic
def application_submit(
    *, application: Application, actor: Actor, scope: Scope, now: datetime | None = None
) -> Application:
    """提交：记下当天按数据算的结论，进流程。

    Raises:
        Conflict: 不是草稿（not_draft）。
        CaseError: 还没问有没有近亲属在经办机构工作（relatives_unasked）。
    """
    row = locked(application, scope)
    if not row.is_draft:
        raise Conflict("这件申请已经提交或撤下了。", code="not_draft")
    if row.has_relatives is None:
        raise CaseError(
            "还没有问：申请人有没有近亲属在经办机构、村（居）委会工作？请先填写。", code="relatives_unasked"
        )
    moment = now or timezone.now()
    programmes = list(Applied.objects.within(EVERYTHING).filter(application=row))
    snapshot(row, programmes)
    row.instance = instance_open(
        code=URGENT if any(one.kind == URGENT_KIND for one in programmes) else ORDINARY,
        subject_kind=SUBJECT,
        subject_key=row.household.household_id,
        subject_label=f"{household_label(row.household)}：申请{titles(programmes)}"[:120],
        division_code=row.division_code,
        data={"近亲属备案": row.has_relatives},
        actor=actor,
        scope=scope,
        now=moment,
    )
    row.submitted_at = moment
    row.save(update_fields=["instance", "submitted_at"])
    event_add(
        household=row.household, kind=Event.Kind.ASKED, title=f"申请{titles(programmes)}（{row.number}）"[:200],
        actor=actor, source_kind=SOURCE, source_key=str(row.pk), at=moment,
    )  # fmt: skip
    after = {"programmes": [one.title for one in programmes], "relatives": row.has_relatives}
    record(actor=actor, action="cases.application_submit", subject=application_subject(row), after=after)
    return row


def titles(programmes: list[Applied]) -> str:
    """项目名，同一项目几个人的只写一次。"""
    return "、".join(dict.fromkeys(one.title for one in programmes))


def snapshot(application: Application, programmes: list[Applied]) -> None:
    """按提交这天的数据、手册和回答算出的结论，记在各项目上；没有数据的留“可能符合”。"""
    fits = fits_of(application, [one.code for one in programmes])
    if fits is None:
        return
    basis = {"run_number": fits.run_number, "digest": fits.digest, "answers": application.answers}
    application.basis_text = json.dumps(basis, ensure_ascii=False)
    application.save(update_fields=["basis_text"])
    rulebook_keep(rulebook_folder(application.division_code), fits.digest)
    for one in programmes:
        fit = fit_for(fits, one)
        if fit is not None:
            one.answer, one.amount, one.words = fit.state, fit.told.amount, fit.spoken[:400]
            one.save(update_fields=["answer", "amount", "words"])


def fits_of(application: Application, codes: list[str]) -> Fits | None:
    """这件申请各项目按数据的结论；没有数据为空。"""
    names = masked_names(living(EVERYTHING, application.household))
    try:
        return household_fits(application.household, names, answers=application.answers, codes=codes)
    except Conflict:
        return None


def fit_for(fits: Fits | None, applied: Applied) -> Fit | None:
    """一个项目（一个人）的那一行。"""
    if fits is None:
        return None
    for row in fits.rows:
        people = [person for person, _ in row.people] or [""]
        if row.code == applied.code and applied.person_id in people:
            return row
    return None


@transaction.atomic
def application_notice(
    *, application: Application, actor: Actor, scope: Scope, return_by: date | None = None, now: datetime | None = None
) -> Paper:
    """一次性告知全部所缺材料，停计期限等补正。只告知一次：补正没补全的，当面说，不再另出。

    Raises:
        CaseError: 材料还没逐样看过（materials_unseen），没有缺的（nothing_missing），期限不对（bad_return_by）。
        Conflict: 不在受理这一步（not_accepting），已经告知过（already_told）。
    """
    row, task = _accepting(application, scope)
    if row.return_by is not None:
        raise Conflict("所缺材料只告知一次，已经告知过了；没有补全的请当面说清。", code="already_told")
    missing = _seen(row)
    if not missing:
        raise CaseError("没有标“还缺”的材料，材料齐全的请直接受理。", code="nothing_missing")
    moment = now or timezone.now()
    today = timezone.localtime(moment).date()
    limit = return_by or today + timedelta(days=RETURN_DAYS)
    if not today < limit <= today + timedelta(days=90):
        raise CaseError("补交期限请选明天以后、三个月以内的一天。", code="bad_return_by")
    data = _letter(row) | {
        "missing": [{"name": one["name"], "why": one["why"], "how": one["how"]} for one in missing],
        "return_by": limit.isoformat(),
    }
    paper = _issued("supplement", data, row, actor, moment)
    task_pause(task_id=task.pk, rule=PAPERS, actor=actor, scope=scope, note=f"一次性告知 {paper.number}", now=moment)
    row.return_by = limit
    row.save(update_fields=["return_by"])
    after = {"missing": [one["name"] for one in missing], "return_by": limit.isoformat()}
    record(actor=actor, action="cases.application_notice", subject=application_subject(row), after=after)
    return paper


@transaction.atomic
def application_accept(*, application: Application, actor: Actor, scope: Scope, now: datetime | None = None) -> Paper:
    """材料齐全，受理：出受理通知书，核对与入户调查同时启动。

    Raises:
        CaseError: 材料还没逐样看过（materials_unseen），还有缺的（still_missing）。
        Conflict: 不在受理这一步（not_accepting）。
    """
    row, task = _accepting(application, scope)
    if missing := _seen(row):
        names = "、".join(one["name"] for one in missing)
        raise CaseError(f"还缺：{names}。补齐了改成“收了”，确实不用的改成“不用”，再受理。", code="still_missing")
    moment = now or timezone.now()
    if task.paused_at is not None:
        task_resume(task_id=task.pk, actor=actor, scope=scope, now=moment)
    task_complete(task_id=task.pk, outcome="accepted", actor=actor, scope=scope, now=moment)
    data = _letter(row) | {
        "basis": "《中华人民共和国社会救助法》第37条",
        "materials": [one["name"] for one in row.materials if one["state"] == "received"],
        "limit": _limits(row),
    }
    paper = _issued("acceptance", data, row, actor, moment)
    record(
        actor=actor, action="cases.application_accept", subject=application_subject(row), after={"number": paper.number}
    )
    return paper


def _accepting(application: Application, scope: Scope) -> tuple[Application, Task]:
    row = locked(application, scope)
    task = accept_task(row)
    if task is None:
        raise Conflict("这件申请不在受理这一步，没有办。", code="not_accepting")
    demand(task, scope)
    return row, task


def _seen(row: Application) -> list[dict[str, str]]:
    """还缺的；没有逐样看过的报错。"""
    unseen = [one["name"] for one in row.materials if not one["state"]]
    if unseen:
        raise CaseError(f"这些材料还没有标收没收：{'、'.join(unseen)}。", code="materials_unseen")
    return [one for one in row.materials if one["state"] == "missing"]


def _letter(row: Application) -> dict[str, Any]:
    programmes = list(Applied.objects.within(EVERYTHING).filter(application=row))
    submitted = timezone.localtime(row.submitted_at or row.opened_at).date()
    return {
        "applicant": row.applicant.name,
        "programme": titles(programmes),
        "received_on": submitted.isoformat(),
    }


def _limits(row: Application) -> str:
    """各项目的时限，取手册里写的。"""
    book = programme_book(row.division_code)
    programmes = Applied.objects.within(EVERYTHING).filter(application=row)
    told = {one.title: book[one.code].limits for one in programmes if one.code in book.codes}
    return "；".join(f"{title}：{limits.rstrip('。')}" for title, limits in told.items())


def _issued(template: str, data: dict[str, Any], row: Application, actor: Actor, moment: datetime) -> Paper:
    return paper_render(
        template=template,
        data=data,
        actor=actor,
        organisation=Organisation.objects.get(pk=row.organisation_id),
        subject=(SOURCE, str(row.pk)),
        division_code=row.division_code,
        now=moment,
    )
