"""各页共用：权限、找不到、办成之后回到哪里。"""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect

from jiuzhu.web.access.request import StaffRequest
from jiuzhu.web.registry import selectors
from jiuzhu.web.registry.models import Person

View = Callable[..., HttpResponse]
Guard = Callable[[View], View]

reader: Guard = permission_required("registry.view_household", raise_exception=True)
printer: Guard = permission_required("registry.print_file", raise_exception=True)
exporter: Guard = permission_required("registry.export", raise_exception=True)
visitor: Guard = permission_required("registry.add_visit", raise_exception=True)
keeper: Guard = permission_required("registry.change_household", raise_exception=True)
unmasker: Guard = permission_required("registry.unmask", raise_exception=True)
merger: Guard = permission_required("registry.merge_person", raise_exception=True)
reporter: Guard = permission_required("registry.report", raise_exception=True)


def person_or_404(request: StaffRequest, person_id: str) -> Person:
    """看得到的一人；看不到与没有一样。"""
    found = selectors.person(request.scope, person_id)
    if found is None:
        raise Http404("没有这个人")
    return found


def done(request: StaffRequest, text: str, *to: Any) -> HttpResponse:
    """办成了：说一句，回到某页。"""
    messages.success(request, text)
    return redirect(*to)
