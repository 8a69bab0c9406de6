"""转介：一户的事要几个部门出力，由镇窗口分送，部门接单、办理、反馈，窗口汇总后答复群众。"""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from jiuzhu.web.access.scope import Scope
from jiuzhu.web.audit.actor import Actor
from jiuzhu.web.ground.errors import Conflict, NotAllowed
from jiuzhu.web.process.models import Instance
from jiuzhu.web.process.models import Scope as Part
from jiuzhu.web.process.services import Branch, instance_open
from jiuzhu.web.registry.models import Event, Household
from jiuzhu.web.registry.sharing import SUBJECT
from jiuzhu.web.registry.subjects import household_label

from .events import event_add

PROCESS = "referral"
FIRST_ROLE = "town_window"


def refers(scope: Scope) -> bool:
    """当前岗位能不能发起转介：分送与答复都由镇窗口办，别的岗位发起了没有人接。"""
    return scope.role == FIRST_ROLE


@transaction.atomic
def referral_open(
    *,
    household: Household,
    words: str,
    departments: Sequence[int],
    actor: Actor,
    scope: Scope,
    urgent: bool = False,
    now: datetime | None = None,
) -> Instance:
    """转给几个部门，期限按流程。部门从此看得到这一户，办完以后也看得到自己办的。

    Raises:
        NotAllowed: 不是镇窗口（not_window）。
        Conflict: 这一户正由其中一个部门办着（already_referred）；连按两次只转一次。
    """
    if not refers(scope):
        raise NotAllowed("转介由镇窗口发起；有这个岗位的，请在页首切换。", code="not_window")
    Household.objects.within(scope).select_for_update().get(pk=household.pk)
    _demand_fresh(household, departments)
    case = instance_open(
        code=PROCESS,
        subject_kind=SUBJECT,
        subject_key=household.household_id,
        subject_label=f"{household_label(household)}{'（紧急）' if urgent else ''}",
        division_code=household.division_code,
        actor=actor,
        scope=scope,
        data={"紧急程度": "紧急" if urgent else "一般"},
        branches=tuple(Branch(pk, None, words.strip()) for pk in departments),
        now=now,
    )
    event_add(
        household=household,
        kind=Event.Kind.SENT,
        title="转介有关部门",
        actor=actor,
        source_kind="process.instance",
        source_key=str(case.pk),
        at=case.opened_at,
    )
    return case


def _demand_fresh(household: Household, departments: Sequence[int]) -> None:
    everything = Scope.everything()
    with everything.applied():
        cases = Instance.objects.within(everything).filter(
            subject_kind=SUBJECT, subject_key=household.household_id, ended_at=None
        )
        parts = Part.objects.within(everything).filter(
            instance__in=cases, organisation_id__in=departments, state=Part.State.OPEN
        )
        busy = sorted({str(part.organisation) for part in parts.select_related("organisation")})
    if busy:
        raise Conflict(
            f"这一户的事已转{'、'.join(busy)}，还在办，没有重复转。请在“救助链”里看办到哪里。", code="already_referred"
        )
