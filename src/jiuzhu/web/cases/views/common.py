"""各页共用：权限、找不到。"""

from collections.abc import Callable

from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpResponse

from jiuzhu.web.access.request import StaffRequest
from jiuzhu.web.cases import selectors
from jiuzhu.web.cases.models import Application

Guard = Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]

reader: Guard = permission_required("cases.view_application", raise_exception=True)
starter: Guard = permission_required("cases.start_application", raise_exception=True)
opener: Guard = permission_required("cases.open_application", raise_exception=True)
adviser: Guard = permission_required("cases.consult_programmes", raise_exception=True)


def application_or_404(request: StaffRequest, pk: int) -> Application:
    """看得到的一件申请。"""
    found = selectors.application(request.scope, pk)
    if found is None:
        raise Http404("没有这件申请")
    return found
