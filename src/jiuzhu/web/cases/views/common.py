"""各页共用：权限、找不到、办事人。"""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpResponse

from jiuzhu.web.access.request import StaffRequest
from jiuzhu.web.cases import selectors
from jiuzhu.web.cases.models import Application
from jiuzhu.web.registry.models import Household
from jiuzhu.web.registry.selectors import household as household_of

Guard = Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]

reader: Guard = permission_required("cases.view_application", raise_exception=True)
starter: Guard = permission_required("cases.start_application", raise_exception=True)
opener: Guard = permission_required("cases.open_application", raise_exception=True)
adviser: Guard = permission_required("cases.consult_programmes", raise_exception=True)


def who(request: StaffRequest) -> dict[str, Any]:
    """各服务都要的办事人与范围。"""
    return {"actor": request.actor, "scope": request.scope}


def household_or_404(request: StaffRequest, household_id: str) -> Household:
    """看得到的一户。"""
    found = household_of(request.scope, household_id) if request.scope.areas else None
    if found is None:
        raise Http404("没有这一户")
    return found


def application_or_404(request: StaffRequest, pk: int) -> Application:
    """看得到的一件申请。"""
    found = selectors.application(request.scope, pk)
    if found is None:
        raise Http404("没有这件申请")
    return found
