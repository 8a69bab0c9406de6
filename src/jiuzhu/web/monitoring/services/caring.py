"""制发给家里的清单：编号、盖查验码，存进一户一档的文书栏。"""

from datetime import datetime
from pathlib import Path

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from jiuzhu.web.access.scope import Scope
from jiuzhu.web.audit.actor import Actor
from jiuzhu.web.divisions.models import Organisation
from jiuzhu.web.documents.models import Paper
from jiuzhu.web.documents.selectors import papers
from jiuzhu.web.documents.services import paper_render
from jiuzhu.web.ground.errors import NotAllowed
from jiuzhu.web.monitoring.care import care_data, family_of, services_data
from jiuzhu.web.monitoring.models import Run
from jiuzhu.web.orders.models import Measure
from jiuzhu.web.registry.models import Household

KINDS = ("care", "services")
SUBJECT = "registry.household"


@transaction.atomic
def care_issue(
    *, household: Household, run: Run, kind: str, actor: Actor, scope: Scope, now: datetime | None = None
) -> Paper:
    """制发一份：``care`` 政策关爱清单，``services`` 困难家庭救助服务清单。由办事人的单位出具。

    同一天、同一单位照同一次监测出过，其后又没有登记新措施的，就用那一份，不另编号。
    """
    from jiuzhu.engine.entitled import entitled  # noqa: PLC0415 引擎载入较慢，用到时才载入

    mine = scope.organisation_id
    organisation = None if mine is None else Organisation.objects.filter(pk=mine).first()
    if organisation is None or kind not in KINDS:
        raise NotAllowed("您现在的岗位没有单位，不能出具清单。")
    if (kept := _today(household, run, kind, organisation, scope, now or timezone.now())) is not None:
        return kept
    found, family = entitled(Path(run.out_dir), household.household_id), family_of(household, scope)
    if kind == "care":
        data = care_data(found, family)
    else:
        rows = Measure.objects.within(scope).filter(order__household=household, withdrawn_at=None)
        data = services_data(found, family, rows.select_related("part__organisation").order_by("on", "pk"))
    return paper_render(
        template=kind,
        data=data,
        actor=actor,
        organisation=organisation,
        subject=(SUBJECT, household.household_id),
        division_code=household.division_code,
        now=now,
    )


def _today(
    household: Household, run: Run, kind: str, organisation: Organisation, scope: Scope, now: datetime
) -> Paper | None:
    """今天出过而仍是新的那一份。"""
    issued = papers(scope, subject_kind=SUBJECT, subject_key=household.household_id).filter(
        template=kind, organisation=organisation, dated=timezone.localdate(now), proof__revoked_at=None
    )
    kept = issued.filter(issued_at__gte=run.finished_at or now).first()
    later = Measure.objects.within(scope).filter(order__household=household)
    if kept is None or later.filter(Q(at__gt=kept.issued_at) | Q(withdrawn_at__gt=kept.issued_at)).exists():
        return None
    return kept
