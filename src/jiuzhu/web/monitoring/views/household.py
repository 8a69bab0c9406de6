"""一户一档:这次监测里这一户的全部事实。"""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from jiuzhu.web.access.request import StaffRequest
from jiuzhu.web.monitoring import selectors
from jiuzhu.web.monitoring.explained import explained_household
from jiuzhu.web.monitoring.services import household_read

from .common import chosen_run, nothing_yet, reader


@require_safe
@reader
def household_page(request: StaffRequest, household_id: str) -> HttpResponse:
    """成员、按类别的事实、类别身份、发现、指标。"""
    run = chosen_run(request)
    if run is None:
        return nothing_yet(request)
    if not selectors.household_seen(request.scope, run, household_id):
        raise Http404(f"第 {run.number} 次监测里没有这一户")
    household_read(household_id=household_id, actor=request.actor)
    context = {
        "run": run,
        "household": explained_household(run, household_id),
        "warning": selectors.household_warning(request.scope, run, household_id),
        "tab": "file",
    }
    return render(request, "monitoring/household.html", context)
