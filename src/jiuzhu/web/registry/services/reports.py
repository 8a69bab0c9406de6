"""主动发现：一线上报困难群众，按流程上门核实。"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from jiuzhu.web.access.limits import limit
from jiuzhu.web.access.scope import Scope
from jiuzhu.web.audit.actor import Actor
from jiuzhu.web.audit.services import Subject, record
from jiuzhu.web.ground.crypto import blind_index
from jiuzhu.web.ground.errors import NotAllowed, ServiceError
from jiuzhu.web.ground.masking import mask_name
from jiuzhu.web.process.services import instance_open
from jiuzhu.web.registry.models import Event, Household, Person, Report

from .events import event_add
from .people import number

PROCESS, URGENT = "field_report", "field_report_urgent"
SUBJECT = "registry.report"


@transaction.atomic
def report_submit(
    *,
    form_key: UUID,
    name: str,
    division_code: str,
    needs: Sequence[str],
    words: str,
    actor: Actor,
    scope: Scope,
    id_number: str = "",
    phone: str = "",
    place: str = "",
    urgent: bool = False,
    now: datetime | None = None,
) -> Report:
    """上报一名有困难的人，并交镇里上门核实。``form_key`` 是表单号：信号不好连按两次只算一次。

    证件号与对象库里的人对上时自动挂到那一户。抛 ``NotAllowed``：地方不归当前岗位；``ServiceError``：缺内容、号码不对、太频繁。
    """
    known = Report.objects.within(Scope.everything()).filter(form_key=form_key).first()
    if known is not None:
        return known
    if not scope.covers(division_code):
        raise NotAllowed("这个地方不归您当前的岗位管，没有上报。", code="outside_area")
    _demand(name, needs, words)
    limit(f"user:{actor.user_id}", "report")
    sealed, called = number("id_number", id_number), number("phone", phone)
    report = Report.objects.create(
        form_key=form_key,
        name=name.strip(),
        id_number=sealed,
        id_number_index=blind_index(sealed) if sealed else None,
        phone=called,
        phone_index=blind_index(called) if called else None,
        division_code=division_code,
        place=place.strip(),
        needs=list(needs),
        words=words.strip(),
        urgent=urgent,
        household=matching_household(scope, sealed),
        reported_by_id=actor.user_id,
        reporter_name=actor.name,
        organisation=actor.organisation,
        at=now or timezone.now(),
    )
    record(
        actor=actor,
        action="registry.report_submit",
        subject=report_subject(report),
        after={"division_code": division_code, "needs": list(needs), "urgent": urgent},
    )
    _chain(report, actor)
    report_open(report=report, actor=actor, scope=scope, now=now)
    return report


def report_open(*, report: Report, actor: Actor, scope: Scope, now: datetime | None = None) -> bool:
    """交给流程；流程还没有发布时先存着，返回假，发布后可以再交。"""
    try:
        with transaction.atomic():
            instance_open(
                code=URGENT if report.urgent else PROCESS,
                subject_kind=SUBJECT,
                subject_key=str(report.pk),
                subject_label=report_subject(report).label,
                division_code=report.division_code,
                actor=actor,
                scope=scope,
                data={"紧急": report.urgent},
                now=now,
            )
    except ServiceError as error:
        if error.code != "no_definition":
            raise
        return False
    return True


def matching_household(scope: Scope, id_number: str) -> Household | None:
    """证件号对得上的户；范围之外的不透露。"""
    if not id_number:
        return None
    people = Person.objects.within(scope).select_related("household")
    found = people.filter(id_number_index=blind_index(id_number), merged_into=None).first()
    return found.household if found else None


def report_subject(report: Report) -> Subject:
    """审计与流程里的叫法，姓名遮挡。"""
    first = Report.Need(report.needs[0]).label
    label = (
        f"{mask_name(report.name)} {first}{'等' if len(report.needs) > 1 else ''}{'（紧急）' if report.urgent else ''}"
    )
    return Subject(SUBJECT, str(report.pk), label)


def _demand(name: str, needs: Sequence[str], words: str) -> None:
    missing = [
        title for title, given in (("姓名", name.strip()), ("有什么困难", needs), ("情况", words.strip())) if not given
    ]
    if missing:
        raise ServiceError(f"还缺：{'、'.join(missing)}。没有上报，写好的内容还在。", code="incomplete")
    unknown = set(needs) - set(Report.Need.values)
    if unknown:
        raise ServiceError("困难的种类不对，请重新选。", code="bad_need")


def _chain(report: Report, actor: Actor) -> None:
    if report.household is not None:
        event_add(
            household=report.household,
            kind=Event.Kind.REPORTED,
            title="一线上报有困难",
            actor=actor,
            detail={"needs": report.needs, "urgent": report.urgent},
            source_kind=SUBJECT,
            source_key=str(report.pk),
            at=report.at,
        )
