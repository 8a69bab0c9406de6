"""核对一户：查授权，当场比对，存下结果。"""

import json
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from django.core.cache import cache
from django.db import connection, transaction
from django.utils import timezone

from jiuzhu.web.access.scope import Scope
from jiuzhu.web.audit.actor import Actor
from jiuzhu.web.audit.services import record
from jiuzhu.web.divisions.models import Organisation
from jiuzhu.web.ground.errors import NotAllowed
from jiuzhu.web.ground.jobs import defer
from jiuzhu.web.policies.selectors import rulebook_folder, rulebook_keep
from jiuzhu.web.registry.models import Event, Household, Person
from jiuzhu.web.registry.services import event_add
from jiuzhu.web.verification.compared import conclusion_rows, data_dates, finding_of, last_seen, source_rows
from jiuzhu.web.verification.errors import VerificationError
from jiuzhu.web.verification.models import Authorisation, Check, Finding, ObligorConsent
from jiuzhu.web.verification.results import Results, latest_results
from jiuzhu.web.verification.subjects import check_subject

from .enquiries import enquiries_open

if TYPE_CHECKING:
    from jiuzhu.engine.verification import CheckResult, Given, SourceResult

VALID_DAYS = 180  # 报告有效期
EVERYTHING = Scope.everything()
MINUTES = 10
NEXT = "SELECT nextval('verification_check_number')"


@dataclass(frozen=True)
class Wanted:
    """要做的一次核对：授权、项目、数据都查过了。"""

    household: Household
    programmes: tuple[str, ...]
    authorisation: Authorisation
    results: Results
    rulebook: Path
    obligors: list[str]
    actor: Actor
    organisation: Organisation
    moment: datetime
    previous: Check | None
    answers: "Given"

    @property
    def day(self) -> date:
        """哪一天核对。"""
        return timezone.localtime(self.moment).date()


def check_start(
    *,
    household: Household,
    programmes: Sequence[str],
    authorisation: Authorisation,
    actor: Actor,
    scope: Scope,
    previous: Check | None = None,
    answers: "Given | None" = None,
    now: datetime | None = None,
) -> Check:
    """当场核对一户，约一秒。义务人只核对有同意书的。

    ``answers`` 是申请人对数据里没有的事的回答（同 ``cases.Application.answers``），不给时取前一次核对的；
    结果里写明用了哪几个。

    Raises:
        NotAllowed: 不归当前岗位管（outside_area）。
        VerificationError: 授权书不能用（not_authorised、authorisation_expired、unsigned），
            没有监测过（no_results），这一户不在数据里（no_data），项目不在手册里（unknown_programme）。
    """
    *_, made = check_watch(
        household=household, programmes=programmes, authorisation=authorisation, actor=actor, scope=scope,
        previous=previous, answers=answers, now=now,
    )  # fmt: skip
    assert isinstance(made, Check)
    return made


def check_watch(
    *,
    household: Household,
    programmes: Sequence[str],
    authorisation: Authorisation,
    actor: Actor,
    scope: Scope,
    previous: Check | None = None,
    answers: "Given | None" = None,
    now: datetime | None = None,
) -> "Iterator[SourceResult | Check]":
    """同 ``check_start``，边比对边给：各来源一个一个来，最后是存好的核对。

    不能核对的在返回之前就抛；只有 no_data 在取第一个时抛。中途不取了的，什么也不存。
    """
    moment = now or timezone.now()
    if scope.organisation_id is None or not scope.covers(household.division_code):
        raise NotAllowed("这一户不归您当前的岗位管，没有核对。", code="outside_area")
    chosen, day = tuple(dict.fromkeys(programmes)), timezone.localtime(moment).date()
    demand_authorised(household, chosen, authorisation, day)
    results = latest_results(household.division_code)
    if results is None:
        raise VerificationError(
            "县里还没有做过监测，没有数据可以比对。请先在“监测记录”里做一次。", code="no_results", status=409
        )
    organisation = Organisation.objects.get(pk=scope.organisation_id)
    wanted = Wanted(
        household, chosen, authorisation, results, _rulebook(household, chosen), consented(household, day), actor,
        organisation, moment, previous, _answers(answers, previous),
    )  # fmt: skip
    return _watched(wanted)


def _watched(wanted: Wanted) -> "Iterator[SourceResult | Check]":
    from jiuzhu.engine.errors import EngineError  # noqa: PLC0415 引擎载入较慢
    from jiuzhu.engine.verification import CheckResult, check_steps  # noqa: PLC0415

    started = time.perf_counter()
    try:
        for step in check_steps(
            wanted.results.out,
            wanted.household.household_id,
            wanted.programmes,
            rulebook=wanted.rulebook,
            obligors=wanted.obligors,
            answers=wanted.answers,
        ):
            if isinstance(step, CheckResult):
                spent = round((time.perf_counter() - started) * 1000)
                yield _kept(wanted, step, spent)
            else:
                yield step
    except EngineError as error:
        raise VerificationError(
            "最近一次监测的数据里没有这一户，无法比对。请先补算一次监测。", code="no_data", status=409
        ) from error


def _kept(wanted: Wanted, compared: "CheckResult", spent: int) -> Check:
    """存下来，记一笔，向平台发问。"""
    previous = wanted.previous
    with transaction.atomic():
        made = _made(wanted, compared, spent)
        record(
            actor=wanted.actor,
            action="verification.recheck" if previous else "verification.check_start",
            subject=check_subject(made),
            after=_facts(made, previous),
        )
        enquiries = enquiries_open(check=made, now=wanted.moment)
        event_add(
            household=made.household, kind=Event.Kind.CHANGED, title=f"{'复核' if previous else '核对'} {made.number}",
            actor=wanted.actor, source_kind="verification.check", source_key=str(made.pk), at=wanted.moment,
        )  # fmt: skip
    for enquiry in enquiries:
        defer("verification_ask", queue="upkeep", enquiry_id=enquiry.pk)
    return made


def demand_authorised(household: Household, programmes: Sequence[str], authorisation: Authorisation, day: date) -> None:
    """授权书是这一户的、在有效期、写明这些项目、在世成员都签了；差一样就不核对。"""
    if authorisation.household_id != household.pk:
        raise VerificationError("这份授权书不是这一户的，没有核对。", code="not_authorised")
    if not authorisation.is_valid(day):
        raise VerificationError(
            "授权书已经撤回或不在有效期，没有核对。请请本户重新签授权书。", code="authorisation_expired"
        )
    if not programmes:
        raise VerificationError("请至少选一个要核对的项目。", code="incomplete")
    if set(programmes) - set(authorisation.programmes):
        raise VerificationError("选的项目里有授权书没有写明的，没有核对。", code="not_authorised")
    living = Person.objects.within(EVERYTHING).filter(household=household, alive=True, merged_into=None)
    unsigned = living.exclude(person_id__in=authorisation.signed_ids).count()
    if unsigned:
        raise VerificationError(
            f"还有 {unsigned} 名家庭成员没有签授权书（未成年人和不能表达的由监护人代签），没有核对。", code="unsigned"
        )


def consented(household: Household, day: date) -> list[str]:
    """同意核对的户外义务人：没有撤回、没有过期。"""
    rows = ObligorConsent.objects.within(EVERYTHING).filter(
        household=household, withdrawn_at=None, signed_on__lte=day, valid_until__gte=day
    )
    return list(rows.values_list("person_id", flat=True))


def check_read(*, check: Check, actor: Actor) -> None:
    """记一笔“看了核对结果”；同一人同一次十分钟内只记一次。"""
    if cache.add(f"verification.read:{actor.user_id}:{actor.post_id}:{check.pk}", 1, MINUTES * 60):
        with transaction.atomic():
            record(actor=actor, action="verification.check_read", subject=check_subject(check))


def _answers(given: "Given | None", previous: Check | None) -> "Given":
    """回答过什么；一个也没有答的为空。"""
    told = given if given is not None else previous.said if previous else {}
    return told if any(told.values()) else {}


def _rulebook(household: Household, programmes: Sequence[str]) -> Path:
    """现行的规则手册；选的项目都在里面。"""
    from jiuzhu.engine.verification import known_programmes  # noqa: PLC0415 引擎载入较慢

    folder = rulebook_folder(household.division_code)
    if set(programmes) - set(known_programmes(folder)):
        raise VerificationError("选的项目里有现行规则手册没有的，没有核对。", code="unknown_programme")
    return folder


def _made(wanted: Wanted, compared: "CheckResult", spent: int) -> Check:
    from jiuzhu.engine.edition import rulebook_at  # noqa: PLC0415 引擎载入较慢

    household, day = wanted.household, wanted.day
    digest = rulebook_at(wanted.rulebook).digest
    rulebook_keep(wanted.rulebook, digest)
    dates = data_dates(household.division_code)
    made = Check.objects.create(
        number=next_number(day), household=household, division_code=household.division_code,
        authorisation=wanted.authorisation, programmes=list(wanted.programmes), run_number=wanted.results.number,
        as_of=compared.as_of, rulebook=compared.rulebook[:120], rulebook_digest=digest, conclusions=conclusion_rows(compared),
        sources=source_rows(compared, dates), missing=_missing(compared, household), obligors=wanted.obligors,
        milliseconds=spent, started_at=wanted.moment,
        valid_until=min(day + timedelta(days=VALID_DAYS), wanted.authorisation.valid_until),
        organisation=wanted.organisation, checked_by_id=wanted.actor.user_id, checked_name=wanted.actor.name[:60],
        previous=wanted.previous, said_text=json.dumps(wanted.answers, ensure_ascii=False) if wanted.answers else "",
    )  # fmt: skip
    Finding.objects.bulk_create(finding_of(made, at, seen, dates) for at, seen in enumerate(compared.seen, start=1))
    return made


def _missing(compared: "CheckResult", household: Household) -> list[dict[str, str]]:
    """没有数据的来源：哪个部门的、最后一次是什么时候有的；业务规范里有而没有接入的也写明。"""
    from jiuzhu.engine.assessment.verification import NOT_CONNECTED  # noqa: PLC0415 引擎载入较慢

    absent = [item.source for item in compared.missing]
    since = last_seen(household.division_code, absent)
    rows = [
        {"title": item.title, "department": item.department, "item": item.item,
         "since": since[item.source].isoformat() if item.source in since else ""}
        for item in compared.missing
    ]  # fmt: skip
    outside = [{"title": name, "department": office, "item": name, "since": "", "outside": "1"}
               for name, office in NOT_CONNECTED.items()]  # fmt: skip
    return rows + outside


def next_number(day: date) -> str:
    """``HD20261122-000123``：不分县，从 1 连着编。"""
    with connection.cursor() as cursor:
        cursor.execute(NEXT)
        return f"HD{day:%Y%m%d}-{cursor.fetchone()[0]:06d}"


def _facts(made: Check, previous: Check | None) -> dict[str, object]:
    facts: dict[str, object] = {
        "programmes": made.programmes,
        "conclusions": [f"{row['title']}：{Check.Conclusion(row['conclusion']).label}" for row in made.conclusions],
        "valid_until": made.valid_until.isoformat(),
        "obligors": len(made.obligors),
        "answered": len(made.answered),
    }
    return facts | ({"previous": previous.number} if previous else {})
