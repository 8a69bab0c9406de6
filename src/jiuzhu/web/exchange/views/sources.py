"""来源时效：一览、一个来源、约定、收文件夹。"""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from jiuzhu.web.access.request import StaffRequest
from jiuzhu.web.exchange import services
from jiuzhu.web.exchange.errors import ExchangeError
from jiuzhu.web.exchange.folders import county_folder
from jiuzhu.web.exchange.forms import SettingForm
from jiuzhu.web.exchange.selectors.board import SourceLine, connection_of, source_line, source_lines

from .common import county_of, named, setter, viewer


@require_safe
@viewer
def board(request: StaffRequest) -> HttpResponse:
    """哪个来源迟了、多旧、耽误什么。"""
    county = county_of(request)
    lines = source_lines(request.scope, county)
    folder = None
    if request.user.has_perm("exchange.change_source"):
        try:
            folder = county_folder(county)
        except ExchangeError as error:
            messages.error(request, error.message)
    context = {
        "lines": lines,
        "late": sum(line.expected.is_late for line in lines),
        "never": sum(not line.history for line in lines),
        "folder": folder,
    }
    return render(request, "exchange/board.html", context)


@require_safe
@viewer
def source_page(request: StaffRequest, source: str) -> HttpResponse:
    """一个来源：约定、在用的批次、缺了它耽误什么。"""
    return _page(request, _line_or_404(request, source))


@require_POST
@setter
def source_set(request: StaffRequest, source: str) -> HttpResponse:
    """改约定。"""
    line = _line_or_404(request, source)
    form = SettingForm(request.POST)
    if not form.is_valid():
        return _page(request, line, form=form, status=400)
    services.source_set(
        division_code=county_of(request), source=source, actor=request.actor, scope=request.scope, **form.cleaned_data
    )
    messages.success(request, "约定已改好。")
    return redirect("exchange:source", source)


@require_POST
@setter
def folder_scan(request: StaffRequest) -> HttpResponse:
    """现在就看一遍数据文件夹。"""
    scan = services.folder_scan(division_code=county_of(request), actor=request.actor)
    if scan.busy:
        messages.success(request, "后台正在收文件夹，稍后刷新再看。")
        return redirect("exchange:batches")
    text = f"新收 {len(scan.received)} 个文件，{scan.unchanged} 个以前收过。"
    if scan.renamed:
        text += f"{scan.renamed} 个只是改了名字，仍是原来那一批。"
    if scan.waiting:
        text += f"{len(scan.waiting)} 个还在写入，过一会儿自动再收。"
    messages.success(request, text)
    for problem in scan.problems[:10]:
        messages.error(request, problem)
    return redirect("exchange:batches")


def _page(
    request: StaffRequest, line: SourceLine, *, form: SettingForm | None = None, status: int = 200
) -> HttpResponse:
    agreed = line.agreed
    initial = {name: getattr(agreed, name) for name in ("rhythm", "every_days", "month_day")}
    context = {
        "line": line,
        "form": form or SettingForm(initial=initial),
        "history": [named(batch) for batch in reversed(line.history[-20:])],
        "used": {batch.pk for batch in line.current},
        "connection": connection_of(request.scope, county_of(request), line.source.key),
    }
    return render(request, "exchange/source.html", context, status=status)


def _line_or_404(request: StaffRequest, source: str) -> SourceLine:
    line = source_line(request.scope, county_of(request), source)
    if line is None:
        raise Http404("没有这个来源")
    return line
