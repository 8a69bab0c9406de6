"""核对的读取。每一个都要范围。"""

from datetime import date, datetime

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from jiuzhu.web.access.scope import Scope
from jiuzhu.web.policies.selectors import rulebook_folder
from jiuzhu.web.registry.models import Household, Person

from .models import Authorisation, Check, Enquiry, Finding, Objection, ObligorConsent


def checks(scope: Scope, having: str = "") -> QuerySet[Check]:
    """名单，新的在前，连同各程度的发现数；``having`` 只要有这种程度发现的（``over``、``suspect``）。

    数用子查询：只为取出的一页数，不为整张表分组。
    """
    rows = Check.objects.within(scope).select_related("household__head", "organisation").defer("sources")
    if having:
        rows = rows.filter(Exists(Finding.objects.within(scope).filter(check_run=OuterRef("pk"), severity=having)))
    return rows.annotate(over=_counted(scope, Finding.Severity.OVER), suspect=_counted(scope, Finding.Severity.SUSPECT))


def _counted(scope: Scope, severity: str) -> Coalesce:
    found = Finding.objects.within(scope).filter(check_run=OuterRef("pk"), severity=severity).order_by()
    return Coalesce(Subquery(found.values("check_run").annotate(n=Count("pk")).values("n")), 0)


def check(scope: Scope, pk: int) -> Check | None:
    """一次核对；范围之外的当作没有。"""
    rows = Check.objects.within(scope).select_related(
        "household__head", "organisation", "authorisation", "paper__proof", "previous"
    )
    return rows.filter(pk=pk).first()


def checks_of(scope: Scope, household: Household) -> QuerySet[Check]:
    """一户的各次核对，新的在前。"""
    return Check.objects.within(scope).filter(household=household)


def findings(scope: Scope, check: Check) -> QuerySet[Finding]:
    """一次核对的发现，重的在前。"""
    return Finding.objects.within(scope).filter(check_run=check).order_by("position")


def authorisations(scope: Scope, household: Household, on: date | None = None) -> list[Authorisation]:
    """一户现在有效的授权书，新的在前。"""
    day = on or timezone.localdate()
    rows = Authorisation.objects.within(scope).filter(household=household)
    return [row for row in rows if row.is_valid(day)]


def unsigned(scope: Scope, household: Household, letters: list[Authorisation]) -> dict[int, list[Person]]:
    """各份授权书还差谁签：只算在世的成员。"""
    people = Person.objects.within(scope).filter(household=household, alive=True, merged_into=None).order_by("pk")
    living = list(people.only("person_id", "name"))
    return {row.pk: [person for person in living if person.person_id not in row.signed_ids] for row in letters}


def consents(scope: Scope, household: Household) -> QuerySet[ObligorConsent]:
    """一户的义务人同意书，没有撤回的。"""
    return ObligorConsent.objects.within(scope).filter(household=household, withdrawn_at=None)


def objections(scope: Scope, check: Check) -> QuerySet[Objection]:
    """对一次核对的异议，新的在前。"""
    rows = Objection.objects.within(scope).filter(check_run=check)
    return rows.select_related("instance", "finding", "recheck")


def programme_choices(division_code: str) -> list[tuple[str, str]]:
    """现行手册里的项目。"""
    from jiuzhu.engine.verification import programme_titles  # noqa: PLC0415 引擎载入较慢

    return list(programme_titles(rulebook_folder(division_code)).items())


def again(scope: Scope, check: Check) -> QuerySet[Check]:
    """对一次核对的复核。"""
    return Check.objects.within(scope).filter(previous=check)


def objection(scope: Scope, pk: int) -> Objection | None:
    """一件异议；范围之外的当作没有。"""
    rows = Objection.objects.within(scope).select_related(
        "instance__definition", "check_run__household__head", "check_run__authorisation", "household__head", "finding",
        "recheck",
    )  # fmt: skip
    return rows.filter(pk=pk).first()


def objection_of(scope: Scope, instance_id: int) -> Objection | None:
    """一件流程事项的异议。"""
    return Objection.objects.within(scope).filter(instance_id=instance_id).first()


def enquiry_counts(scope: Scope, since: datetime) -> dict[int, dict[str, int]]:
    """各平台从那时起问了几次、答了几次（其中迟到的）、超时的、还在等的。"""
    answered, late = Q(answered_at__isnull=False), Q(timed_out_at__isnull=False)
    rows = Enquiry.objects.within(scope).filter(asked_at__gte=since).order_by().values("connector")
    counted = rows.annotate(
        asked=Count("pk"), answered=Count("pk", filter=answered), late=Count("pk", filter=answered & late),
        timed_out=Count("pk", filter=~answered & late), waiting=Count("pk", filter=~answered & ~late),
    )  # fmt: skip
    return {row.pop("connector"): row for row in counted}
