"""预警名单与一条预警。"""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from jiuzhu.web.access.request import StaffRequest
from jiuzhu.web.ground.paging import paged
from jiuzhu.web.monitoring import selectors
from jiuzhu.web.monitoring.explained import explained_household
from jiuzhu.web.monitoring.forms import WarningFilter
from jiuzhu.web.monitoring.models import HouseholdWarning, Run
from jiuzhu.web.monitoring.services import household_read

from .common import chosen_run, nothing_yet, reader

REASONS = 3


@require_safe
@reader
def warning_list(request: StaffRequest) -> HttpResponse:
    """名单:筛选、排序、翻页都在网址里;局部刷新只返回名单部分。"""
    run = chosen_run(request)
    if run is None:
        return nothing_yet(request)
    form = WarningFilter(request.GET, run=run)
    page = paged(form.apply(selectors.warnings(request.scope, run)), request.GET.get("page"))
    for row in page:
        row.reasons = reasons(row, run)
    context = {
        "run": run,
        "form": form,
        "problems": form.problems(),
        "page": page,
        "is_filtered": bool({*form.chosen()} - {"sort"}),
        "is_latest": run == selectors.latest_run(request.scope),
    }
    partial = request.headers.get("HX-Target") == "list"
    return render(request, "monitoring/warnings.html#list" if partial else "monitoring/warnings.html", context)


@require_safe
@reader
def warning_page(request: StaffRequest, pk: int) -> HttpResponse:
    """一条预警:为什么是这个分。"""
    warning = get_object_or_404(
        HouseholdWarning.objects.within(request.scope).select_related("run"), pk=pk, run__status=Run.Status.DONE
    )
    household_read(household_id=warning.household_id, actor=request.actor)
    household = explained_household(warning.run, warning.household_id)
    context = {"run": warning.run, "warning": warning, "household": household, "tab": "why"}
    return render(request, "monitoring/warning.html", context)


def reasons(warning: HouseholdWarning, run: Run) -> list[str]:
    """最重的三个原因,用指标名称说。"""
    titles = run.rulebook.get("indicators", {})
    return [titles.get(code, {}).get("name", code) for code in warning.indicators[:REASONS]]
