"""各页共用：权限、找不到、姓名遮挡。"""

from collections.abc import Callable, Iterable

from django.contrib.auth.decorators import permission_required
from django.http import Http404
from django.http.response import HttpResponseBase

from jiuzhu.web.access.request import StaffRequest
from jiuzhu.web.ground.masking import mask_name
from jiuzhu.web.registry.models import Person
from jiuzhu.web.verification import selectors
from jiuzhu.web.verification.models import Check, Objection

Guard = Callable[[Callable[..., HttpResponseBase]], Callable[..., HttpResponseBase]]

reader: Guard = permission_required("verification.view_check", raise_exception=True)
starter: Guard = permission_required("verification.start_check", raise_exception=True)
reviewer: Guard = permission_required("verification.answer_objection", raise_exception=True)


def check_or_404(request: StaffRequest, pk: int) -> Check:
    """看得到的一次核对。"""
    found = selectors.check(request.scope, pk)
    if found is None:
        raise Http404("没有这次核对")
    return found


def objection_or_404(request: StaffRequest, pk: int) -> Objection:
    """看得到的一件异议。"""
    found = selectors.objection(request.scope, pk)
    if found is None:
        raise Http404("没有这件异议")
    return found


def names_of(request: StaffRequest, ids: Iterable[str]) -> dict[str, str]:
    """人编号 → 遮挡的姓名；看不到的人不给。"""
    people = Person.objects.within(request.scope).filter(person_id__in=set(ids))
    return {key: mask_name(name) for key, name in people.values_list("person_id", "name")}
