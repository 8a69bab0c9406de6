"""数据发现:从各部门数据里看出的问题。"""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from jiuzhu.web.access.request import StaffRequest
from jiuzhu.web.ground.paging import paged
from jiuzhu.web.monitoring import selectors
from jiuzhu.web.monitoring.explained import finding_words
from jiuzhu.web.monitoring.forms import FindingFilter
from jiuzhu.web.monitoring.models import Finding

from .common import chosen_run, nothing_yet, reader


@require_safe
@reader
def finding_list(request: StaffRequest) -> HttpResponse:
    """按种类分的发现。"""
    run = chosen_run(request)
    if run is None:
        return nothing_yet(request)
    form = FindingFilter(request.GET, run=run)
    page = paged(form.apply(selectors.findings(request.scope, run)), request.GET.get("page"))
    for row, words in zip(page, finding_words(run, list(page)), strict=True):
        row.words = words
    counts = run.shown["findings"]
    context = {
        "run": run,
        "form": form,
        "problems": form.problems(),
        "page": page,
        "kinds": [(kind.value, kind.label, counts.get(kind.value, 0)) for kind in Finding.Kind],
        "chosen": form.chosen(),
        "total": sum(counts.values()),
    }
    partial = request.headers.get("HX-Target") == "list"
    return render(request, "monitoring/findings.html#list" if partial else "monitoring/findings.html", context)
