"""异议：登记、复核、答复。复核另立一次核对，前后两次都留着。"""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from jiuzhu.web.access.scope import Scope
from jiuzhu.web.audit.actor import Actor
from jiuzhu.web.audit.services import record
from jiuzhu.web.ground.errors import Conflict
from jiuzhu.web.process.models import Task
from jiuzhu.web.process.people import demand
from jiuzhu.web.process.services import instance_open, task_complete
from jiuzhu.web.registry.sharing import SUBJECT
from jiuzhu.web.registry.subjects import household_label
from jiuzhu.web.verification.errors import VerificationError
from jiuzhu.web.verification.models import Authorisation, Check, Finding, Objection
from jiuzhu.web.verification.subjects import objection_subject

from .checks import check_start

PROCESS = "verification_objection"
EVERYTHING = Scope.everything()


@transaction.atomic
def objection_open(
    *,
    check: Check,
    words: str,
    actor: Actor,
    scope: Scope,
    finding: Finding | None = None,
    now: datetime | None = None,
) -> Objection:
    """登记一次异议，交核对中心复核。一次核对同时只办一件异议（objection_open）。"""
    if not words.strip():
        raise VerificationError("请写明哪里不对、实际情况怎样。", code="incomplete")
    if finding is not None and finding.check_run_id != check.pk:
        raise VerificationError("这一项不是这次核对的。", code="not_of_check")
    Check.objects.within(scope).select_for_update(of=("self",)).get(pk=check.pk)
    if Objection.objects.within(EVERYTHING).filter(check_run=check, instance__ended_at=None).exists():
        raise Conflict("这次核对已有一件异议在办，新的情况和证据请加在那一件上。", code="objection_open")
    moment = now or timezone.now()
    instance = instance_open(
        code=PROCESS,
        subject_kind=SUBJECT,
        subject_key=check.household.household_id,
        subject_label=f"{household_label(check.household)}：对核对 {check.number} 的异议"[:120],
        division_code=check.division_code,
        actor=actor,
        scope=scope,
        now=moment,
    )
    made = Objection.objects.create(
        instance=instance, check_run=check, finding=finding, household=check.household,
        division_code=check.division_code, words=words.strip(), raised_at=moment, raised_name=actor.name[:60],
    )  # fmt: skip
    record(actor=actor, action="verification.objection_open", subject=objection_subject(made))
    return made


def objection_answer(
    *,
    objection: Objection,
    outcome: str,
    note: str,
    actor: Actor,
    scope: Scope,
    authorisation: Authorisation | None = None,
    now: datetime | None = None,
) -> Objection:
    """复核：``outcome`` ∈ ``upheld``（维持）``changed``（更正）。都重新比对一次，写明理由，交窗口告知本户。

    授权书默认用原来那份。
    """
    task = Task.objects.within(scope).filter(instance=objection.instance, node="review", done_at=None).first()
    if task is None or objection.recheck_id is not None:
        raise Conflict("这件异议已经复核过，或不在您这里办。", code="objection_answered")
    demand(task, scope)
    with transaction.atomic():
        locked = Objection.objects.within(scope).select_for_update(of=("self",)).get(pk=objection.pk)
        locked.recheck = check_start(
            household=objection.household,
            programmes=objection.check_run.programmes,
            authorisation=authorisation or objection.check_run.authorisation,
            previous=objection.check_run,
            actor=actor,
            scope=scope,
            now=now,
        )
        locked.save(update_fields=["recheck"])
        task_complete(task_id=task.pk, outcome=outcome, note=note, actor=actor, scope=scope, now=now)
    return locked


def objection_told(
    *, objection: Objection, actor: Actor, scope: Scope, note: str = "", now: datetime | None = None
) -> None:
    """窗口已把复核结果告知本户，办结。"""
    task = Task.objects.within(scope).filter(instance=objection.instance, node="tell", done_at=None).first()
    if task is None:
        raise Conflict("这件异议还没有复核好，或已经告知过，或不在您这里办。", code="objection_told")
    task_complete(task_id=task.pk, outcome="told", note=note.strip()[:200], actor=actor, scope=scope, now=now)
