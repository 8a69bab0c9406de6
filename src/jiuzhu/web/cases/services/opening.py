"""登记一件申请：几个项目一起；还有草稿的并进去，同一项目不重复。"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db import connection, transaction
from django.utils import timezone

from jiuzhu.web.access.scope import Scope
from jiuzhu.web.audit.actor import Actor
from jiuzhu.web.audit.services import record
from jiuzhu.web.cases.errors import CaseError
from jiuzhu.web.cases.materials import wanted
from jiuzhu.web.cases.models import Application, Applied
from jiuzhu.web.cases.subjects import application_subject
from jiuzhu.web.ground.errors import Conflict, NotAllowed
from jiuzhu.web.policies.selectors import rulebook_folder
from jiuzhu.web.registry.models import Household, Person

if TYPE_CHECKING:
    from jiuzhu.engine.assessment.programmes import Programme, ProgrammeBook

NEXT = "SELECT nextval('cases_application_number')"
EVERYTHING = Scope.everything()
Choice = tuple[str, str]  # （项目代码，人编号；全户的为空）


@transaction.atomic
def application_open(
    *,
    household: Household,
    applicant: Person,
    chosen: Sequence[Choice],
    actor: Actor,
    scope: Scope,
    channel: str = Application.Channel.WINDOW,
    now: datetime | None = None,
) -> Application:
    """登记草稿。这一户有草稿的并进去；都已在别的申请里的，返回那一件。

    Raises:
        NotAllowed: 不归当前岗位管（outside_area）。
        CaseError: 没有选项目（no_programme），手册里没有（unknown_programme），申请人、对象不是本户在世的人（not_member），
            按人的项目没有写是谁（no_person）。
    """
    if scope.organisation_id is None or not scope.covers(household.division_code):
        raise NotAllowed("这一户不归您当前的岗位管，没有登记。", code="outside_area")
    Household.objects.within(scope).select_for_update(of=("self",)).get(pk=household.pk)
    keys = _checked(household, applicant, chosen)
    moment = now or timezone.now()
    taken = {(row.code, row.person_id): row.application_id for row in _open_programmes(household)}
    new = [key for key in keys if key not in taken]
    if not new:
        return Application.objects.within(scope).get(pk=taken[keys[0]])
    draft = Application.objects.within(scope).filter(household=household, instance=None, closed_at=None).first()
    made = draft or _created(household, applicant, channel, actor, scope, moment)
    book = programme_book(household.division_code)
    for code, person in new:
        programme = book[code]
        Applied.objects.create(
            application=made, household=household, division_code=household.division_code, code=code,
            title=programme.title, kind=programme.kind, person_id=person, period=programme.period,
        )  # fmt: skip
    materials_refresh(made)
    record(
        actor=actor,
        action="cases.application_change" if draft else "cases.application_open",
        subject=application_subject(made),
        after={"programmes": [book[code].title for code, _ in new], "channel": made.get_channel_display()},
    )
    return made


def programme_book(division_code: str) -> "ProgrammeBook":
    """今天在用的手册里的全部项目。"""
    from jiuzhu.engine.edition import rulebook_at  # noqa: PLC0415 引擎载入较慢

    return rulebook_at(rulebook_folder(division_code)).programmes


def materials_refresh(application: Application) -> None:
    """材料单随项目变；已经收了的照旧。"""
    book = programme_book(application.division_code)
    rows = Applied.objects.within(EVERYTHING).filter(application=application)
    codes = dict.fromkeys(rows.values_list("code", flat=True))
    states = {row["name"]: row["state"] for row in application.materials}
    needed = wanted(_known(book, codes))
    application.materials = [row | {"state": states.get(row["name"], "")} for row in needed]
    application.save(update_fields=["materials"])


def _known(book: "ProgrammeBook", codes: Sequence[str] | dict[str, None]) -> list["Programme"]:
    return [book[code] for code in codes if code in book.codes]


def _checked(household: Household, applicant: Person, chosen: Sequence[Choice]) -> list[Choice]:
    keys = list(dict.fromkeys(chosen))
    if not keys:
        raise CaseError("请至少勾选一个项目。", code="no_programme")
    living = set(
        Person.objects.within(EVERYTHING)
        .filter(household=household, alive=True, merged_into=None)
        .values_list("person_id", flat=True)
    )
    if applicant.person_id not in living:
        raise CaseError("申请人不是这一户在世的成员，没有登记。", code="not_member")
    book = programme_book(household.division_code)
    for code, person in keys:
        if code not in book.codes:
            raise CaseError("选的项目里有现行规则手册没有的，没有登记。请刷新再选。", code="unknown_programme")
        if book[code].level == "person" and not person:
            raise CaseError(f"“{book[code].title}”是按人的，请选是给谁申请。", code="no_person")
        if person and person not in living:
            raise CaseError("选的人里有不是本户在世成员的，没有登记。", code="not_member")
    return [(code, person if book[code].level == "person" else "") for code, person in keys]


def _open_programmes(household: Household) -> list[Applied]:
    return list(Applied.objects.within(EVERYTHING).filter(household=household, closed_at=None))


def _created(
    household: Household, applicant: Person, channel: str, actor: Actor, scope: Scope, moment: datetime
) -> Application:
    return Application.objects.create(
        number=next_number(timezone.localtime(moment).date()), household=household, applicant=applicant,
        division_code=household.division_code, channel=Application.Channel(channel),
        organisation_id=scope.organisation_id, opened_by_id=actor.user_id, opened_name=actor.name[:60],
        opened_at=moment,
    )  # fmt: skip


def next_number(day: date) -> str:
    """``SQ20261122-000123``：不分县，从 1 连着编。"""
    with connection.cursor() as cursor:
        cursor.execute(NEXT)
        return f"SQ{day:%Y%m%d}-{cursor.fetchone()[0]:06d}"


@transaction.atomic
def application_drop(*, application: Application, reason: str, actor: Actor, scope: Scope) -> None:
    """撤下草稿：不删，项目放开，可以重新登记。"""
    if not reason.strip():
        raise CaseError("请写明为什么撤下，如“本人不申请了”。", code="reason_missing")
    row = locked(application, scope)
    if not row.is_draft:
        raise Conflict("已经提交的申请不能当草稿撤下；本人要撤回的，在受理那一步选“申请人撤回”。", code="not_draft")
    close(row, reason.strip(), timezone.now())
    record(actor=actor, action="cases.application_drop", subject=application_subject(row), reason=reason)


def locked(application: Application, scope: Scope) -> Application:
    """锁住这一件，取最新的。"""
    rows = Application.objects.within(scope).select_for_update(of=("self",))
    return rows.select_related("household__head", "applicant", "organisation", "instance").get(pk=application.pk)


def close(application: Application, reason: str, moment: datetime) -> None:
    """了结：各项目放开。"""
    application.closed_at, application.closed_reason = moment, reason[:200]
    application.save(update_fields=["closed_at", "closed_reason"])
    Applied.objects.within(EVERYTHING).filter(application=application, closed_at=None).update(closed_at=moment)
