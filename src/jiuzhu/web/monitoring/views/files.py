"""数据批次:每个文件读得怎么样,哪些行没有用上、为什么。"""

import polars as pl
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from jiuzhu.web.access.request import StaffRequest
from jiuzhu.web.ground.paging import LazyRows, paged
from jiuzhu.web.monitoring import selectors
from jiuzhu.web.monitoring.forms import QuarantineFilter
from jiuzhu.web.monitoring.labels import source_titles

from .common import batch_reader, chosen_run, nothing_yet


@require_safe
@batch_reader
def file_list(request: StaffRequest) -> HttpResponse:
    """各文件的来源、编码与行数;行数当面对平。"""
    run = chosen_run(request)
    if run is None:
        return nothing_yet(request)
    titles = source_titles()
    files = list(selectors.files(request.scope, run))
    for file in files:
        file.department, file.title = titles.get(file.source, ("", ""))
    context = {
        "run": run,
        "files": sorted(files, key=lambda file: (file.source == "", file.department, file.title, file.file)),
        "totals": run.shown["totals"],
        "unread": sum(not file.source for file in files),
        "balanced": all(file.reconciles for file in files),
    }
    return render(request, "monitoring/files.html", context)


@require_safe
@batch_reader
def quarantine_list(request: StaffRequest) -> HttpResponse:
    """隔离(``part=quarantine``)或忽略(``part=ignored``)的行,按原因看。"""
    run = chosen_run(request)
    if run is None:
        return nothing_yet(request)
    part = "ignored" if request.GET.get("part") == "ignored" else "quarantine"
    names = list(selectors.files(request.scope, run).values_list("file", flat=True))
    form = QuarantineFilter(request.GET, run=run, part=part, names=names)
    rows = getattr(selectors, part)(run, **form.chosen())
    context = {
        "run": run,
        "part": part,
        "form": form,
        "problems": form.problems(),
        "chosen": form.chosen(),
        "reasons": run.shown[part],
        "page": paged(lazy_rows(rows), request.GET.get("page")),
    }
    partial = request.headers.get("HX-Target") == "list"
    return render(request, "monitoring/quarantine.html#list" if partial else "monitoring/quarantine.html", context)


def lazy_rows(frame: pl.LazyFrame) -> LazyRows:
    """只读要显示的那一段。"""
    count = int(frame.select(pl.len()).collect().item())
    return LazyRows(count=count, fetch=lambda start, size: frame.slice(start, size).collect().to_dicts())
