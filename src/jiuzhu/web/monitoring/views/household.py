"""一户一档:这次监测里这一户的全部事实。"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from jiuzhu.web.monitoring import selectors
from jiuzhu.web.monitoring.explained import explained_household

from .common import chosen_run, nothing_yet, reader


@require_safe
@reader
def household_page(request: HttpRequest, household_id: str) -> HttpResponse:
    """成员、按类别的事实、类别身份、发现、指标。"""
    run = chosen_run(request)
    if run is None:
        return nothing_yet(request)
    context = {
        "run": run,
        "household": explained_household(run, household_id),
        "warning": selectors.household_warning(run, household_id),
        "tab": "file",
    }
    return render(request, "monitoring/household.html", context)
