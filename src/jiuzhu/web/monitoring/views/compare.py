"""两次监测相比：谁新进来、谁退出、谁升、谁降，为什么。"""

from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from jiuzhu.web.access.request import StaffRequest
from jiuzhu.web.documents.sheets import CONTENT_TYPE
from jiuzhu.web.ground.paging import LazyRows, paged
from jiuzhu.web.monitoring import compared, selectors
from jiuzhu.web.monitoring.forms_compare import CompareFilter
from jiuzhu.web.monitoring.models import Run
from jiuzhu.web.monitoring.services import compare_export

from .common import reader


@require_safe
@reader
def compare(request: StaffRequest) -> HttpResponse:
    """比哪两次、看哪一类，都在网址里；局部刷新只返回名单部分。"""
    runs = selectors.comparable(request.scope)
    pair = chosen_pair(request, runs)
    if pair is None:
        return render(request, "monitoring/compare_nothing.html", {"runs": runs})
    before, after = pair
    table = selectors.moves(request.scope, before, after)
    form = CompareFilter(request.GET, runs=runs, table=table)
    rows = compared.chosen_rows(table, form.chosen())
    page = paged(
        LazyRows(
            count=rows.height,
            fetch=lambda start, size: compared.told_rows(rows.slice(start, size), before, after, request.scope),
        ),
        request.GET.get("page"),
    )
    context = {
        "before": before,
        "after": after,
        "form": form,
        "problems": form.problems(),
        "chosen": form.chosen(),
        "kinds": compared.kinds(table),
        "crossing": compared.crossing(table),
        "levels": compared.ORDER,
        "townships": compared.townships(table),
        "inputs": selectors.inputs(request.scope, before, after),
        "page": page,
        "pair": urlencode({"from": before.number, "to": after.number}),
    }
    partial = request.headers.get("HX-Target") == "list"
    return render(request, "monitoring/compare.html#list" if partial else "monitoring/compare.html", context)


@require_safe
@reader
def compare_sheet(request: StaffRequest) -> HttpResponse:
    """当前条件下的名单，XLSX。"""
    runs = selectors.comparable(request.scope)
    pair = chosen_pair(request, runs)
    if pair is None:
        raise Http404("没有两次可以比的监测")
    before, after = pair
    form = CompareFilter(request.GET, runs=runs, table=selectors.moves(request.scope, before, after))
    sheet = compare_export(
        before=before,
        after=after,
        chosen=form.chosen(),
        spoken=form.spoken(),
        actor=request.actor,
        scope=request.scope,
    )
    response = HttpResponse(sheet, content_type=CONTENT_TYPE)
    response["Content-Disposition"] = "attachment; filename*=UTF-8''%E7%9B%91%E6%B5%8B%E5%AF%B9%E6%AF%94.xlsx"
    return response


def chosen_pair(request: StaffRequest, runs: list[Run]) -> tuple[Run, Run] | None:
    """网址里 ``from`` ``to`` 指的两次；没写的取最近一次和它之前的一次；写了而没有则 404。"""
    by_number = {run.number: run for run in runs}
    after = _named(request, "to", by_number) or (runs[0] if runs else None)
    if after is None:
        return None
    earlier = [run for run in runs if run.number < after.number]
    before = _named(request, "from", by_number) or (earlier[0] if earlier else None)
    return (before, after) if before is not None and before != after else None


def _named(request: StaffRequest, name: str, runs: dict[int, Run]) -> Run | None:
    text = request.GET.get(name, "").strip()
    if not text:
        return None
    found = runs.get(int(text)) if text.isdecimal() and len(text) < 9 else None
    if found is None:
        raise Http404(f"没有编号为 {text[:12]} 的监测")
    return found
