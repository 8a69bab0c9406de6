"""各页共用:权限、取哪一次监测。"""

from collections.abc import Callable

from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpResponse
from django.shortcuts import render

from jiuzhu.web.access.request import StaffRequest
from jiuzhu.web.monitoring import selectors
from jiuzhu.web.monitoring.models import Run

View = Callable[..., HttpResponse]
reader: Callable[[View], View] = permission_required("monitoring.view_householdwarning", raise_exception=True)
batch_reader: Callable[[View], View] = permission_required("monitoring.view_runfile", raise_exception=True)
run_reader: Callable[[View], View] = permission_required("monitoring.view_run", raise_exception=True)
starter: Callable[[View], View] = permission_required("monitoring.start_run", raise_exception=True)
plan_reader: Callable[[View], View] = permission_required("monitoring.view_plan", raise_exception=True)
plan_keeper: Callable[[View], View] = permission_required("monitoring.change_plan", raise_exception=True)
closer: Callable[[View], View] = permission_required("monitoring.close_warning", raise_exception=True)
dispatcher: Callable[[View], View] = permission_required(
    ("monitoring.view_householdwarning", "orders.dispatch_order"), raise_exception=True
)
checker: Callable[[View], View] = permission_required("monitoring.check_finding", raise_exception=True)
finding_reader: Callable[[View], View] = permission_required("monitoring.view_finding", raise_exception=True)
finding_dispatcher: Callable[[View], View] = permission_required(
    ("monitoring.view_finding", "orders.dispatch_order"), raise_exception=True
)
effect_reader: Callable[[View], View] = permission_required("monitoring.view_effect", raise_exception=True)


def chosen_run(request: StaffRequest) -> Run | None:
    """网址里 ``run=编号`` 指的那次监测;没写取最近一次;写了而没有则 404。"""
    text = request.GET.get("run", "").strip()
    if not text:
        return selectors.latest_run(request.scope)
    run = selectors.done_run(request.scope, int(text)) if text.isdecimal() and len(text) < 9 else None
    if run is None:
        raise Http404(f"没有编号为 {text[:12]} 的监测")
    return run


def nothing_yet(request: StaffRequest) -> HttpResponse:
    """还没有一次完成的监测时的页面。"""
    context = {"last": selectors.last_run(request.scope)}
    return render(request, "monitoring/nothing_yet.html", context)
