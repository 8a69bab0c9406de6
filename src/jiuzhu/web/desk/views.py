"""工作台与按户编号搜索。"""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from jiuzhu.web.access.request import StaffRequest
from jiuzhu.web.monitoring import selectors
from jiuzhu.web.monitoring.figures import band_cards, flow_steps
from jiuzhu.web.monitoring.models import Finding
from jiuzhu.web.monitoring.views.common import nothing_yet, reader
from jiuzhu.web.monitoring.views.warnings import reasons

from .forms import SearchForm

TOP = 12


@require_safe
@reader
def home(request: StaffRequest) -> HttpResponse:
    """今天先看哪些户。"""
    run = selectors.latest_run(request.scope)
    if run is None:
        return nothing_yet(request)
    top = list(selectors.warnings(request.scope, run)[:TOP])
    for row in top:
        row.reasons = reasons(row, run)
    counts = run.shown["findings"]
    context = {
        "run": run,
        "last": selectors.last_run(request.scope),
        "today": timezone.localdate(),
        "bands": band_cards(run, selectors.previous_done(request.scope, run)),
        "flow": flow_steps(run),
        "top": top,
        "findings": [(kind.value, kind.label, counts[kind.value]) for kind in Finding.Kind if counts.get(kind.value)],
        "townships": run.shown["townships"][:8],
    }
    return render(request, "desk/home.html", context)


@require_safe
@reader
def search(request: StaffRequest) -> HttpResponse:
    """按户编号找户:只找到一户就直接打开。"""
    run = selectors.latest_run(request.scope)
    if run is None:
        return nothing_yet(request)
    form = SearchForm(request.GET)
    rows = selectors.household_search(request.scope, run, form.cleaned_data["q"]).to_dicts() if form.is_valid() else []
    if len(rows) == 1:
        return redirect("monitoring:household", rows[0]["household_id"])
    context = {"run": run, "form": form, "rows": rows, "limit": selectors.SEARCH_LIMIT}
    return render(request, "desk/search.html", context)
