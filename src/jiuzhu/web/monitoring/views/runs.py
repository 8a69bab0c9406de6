"""监测记录:发起、看进度、看结果。"""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from jiuzhu.web.ground.errors import ServiceError
from jiuzhu.web.ground.paging import paged
from jiuzhu.web.monitoring import selectors
from jiuzhu.web.monitoring.forms import StartForm
from jiuzhu.web.monitoring.services import run_start

from .common import reader, signed_in


@require_safe
@reader
def run_list(request: HttpRequest) -> HttpResponse:
    """历次监测,新的在前。"""
    context = {
        "page": paged(selectors.runs(), request.GET.get("page")),
        "last": selectors.last_run(),
        "form": StartForm(),
    }
    return render(request, "monitoring/runs.html", context)


@require_POST
@reader
def run_new(request: HttpRequest) -> HttpResponse:
    """发起一次监测。"""
    form = StartForm(request.POST)
    if not form.is_valid():
        raise ServiceError(str(form.errors["as_of"][0]))
    run_start(actor=signed_in(request), as_of=form.cleaned_data["as_of"])
    return redirect("monitoring:runs")


@require_safe
@reader
def run_progress(request: HttpRequest, number: int) -> HttpResponse:
    """进度条,页面每秒来取一次;监测一结束,让浏览器整页刷新。"""
    run = selectors.runs().filter(number=number).first()
    if run is None:
        raise Http404("没有这次监测")
    if not run.is_active:
        return HttpResponse(status=204, headers={"HX-Refresh": "true"})
    return render(request, "monitoring/progress.html", {"last": run})
