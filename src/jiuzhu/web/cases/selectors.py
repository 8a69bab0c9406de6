"""申请的读取。每一个都要范围。"""

from django.db.models import Prefetch, QuerySet

from jiuzhu.web.access.scope import Scope
from jiuzhu.web.ground.crypto import blind_index
from jiuzhu.web.ground.masking import mask_name
from jiuzhu.web.registry.models import Household, Person

from .models import Application, Applied, Signature

TABS = {"open": "在办的", "draft": "草稿", "closed": "办完的"}


def person_by_number(scope: Scope, number: str) -> Person | None:
    """按十八位证件号找一个在档的人。"""
    rows = Person.objects.within(scope).select_related("household__head")
    return rows.filter(id_number_index=blind_index(number), merged_into=None).order_by("-pk").first()


def living(scope: Scope, household: Household) -> list[Person]:
    """在世的成员，户主在前，年长的在前。"""
    rows = Person.objects.within(scope).filter(household=household, alive=True, merged_into=None)
    return sorted(rows, key=lambda row: (row.pk != household.head_id, row.birth_date is None, row.birth_date, row.pk))


def briefly(scope: Scope, household_id: str) -> Household | None:
    """一户，只取编号与地方：算能享什么用得着的。"""
    rows = Household.objects.within(scope).only("household_id", "division_code")
    return rows.filter(household_id=household_id).first() if scope.areas else None


def names_of(scope: Scope, household: Household) -> dict[str, str]:
    """在世成员：人编号 → 遮挡的姓名；不取号码，不必解密。"""
    rows = Person.objects.within(scope).filter(household=household, alive=True, merged_into=None).order_by("pk")
    return {key: mask_name(name) for key, name in rows.values_list("person_id", "name")}


def masked_names(people: list[Person]) -> dict[str, str]:
    """人编号 → 遮挡的姓名。"""
    return {row.person_id: mask_name(row.name) for row in people}


def applications(scope: Scope, tab: str = "") -> QuerySet[Application]:
    """申请，新的在前，连同项目。"""
    rows = Application.objects.within(scope).select_related(
        "applicant", "household__head", "organisation", "instance__definition"
    )
    rows = rows.prefetch_related(Prefetch("programmes", Applied.objects.within(scope)))
    if tab == "draft":
        rows = rows.filter(instance=None, closed_at=None)
    elif tab == "open":
        rows = rows.filter(instance__isnull=False, closed_at=None)
    elif tab == "closed":
        rows = rows.filter(closed_at__isnull=False)
    return rows


def application(scope: Scope, pk: int) -> Application | None:
    """一件申请；范围之外的当作没有。"""
    rows = applications(scope).select_related("authorisation", "check_run", "household__head")
    return rows.filter(pk=pk).first()


def application_of(scope: Scope, instance_id: int) -> Application | None:
    """一件流程事项的申请。"""
    return Application.objects.within(scope).filter(instance_id=instance_id).first()


def open_applications(scope: Scope, household: Household) -> list[Application]:
    """这一户还没了结的申请。"""
    return list(applications(scope).filter(household=household, closed_at=None))


def past_applications(scope: Scope, household: Household) -> list[Application]:
    """这一户的各件申请，新的在前。"""
    return list(applications(scope).filter(household=household)[:20])


def signatures(scope: Scope, application: Application) -> dict[str, Signature]:
    """人编号 → 没有作废的签名。"""
    rows = Signature.objects.within(scope).filter(application=application, voided_at=None)
    return {row.person_id: row for row in rows}
