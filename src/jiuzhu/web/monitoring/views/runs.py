"""监测记录:发起、看进度、看结果。"""

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from jiuzhu.web.access.models import Post
from jiuzhu.web.access.request import StaffRequest
from jiuzhu.web.ground.errors import NotAllowed
from jiuzhu.web.ground.paging import paged
from jiuzhu.web.monitoring import selectors
from jiuzhu.web.monitoring.forms import StartForm
from jiuzhu.web.monitoring.services import run_start

from .common import run_reader, starter


@require_safe
@run_reader
def run_list(request: StaffRequest) -> HttpResponse:
    """历次监测,新的在前。"""
    return _listed(request, StartForm())


@require_POST
@starter
def run_new(request: StaffRequest) -> HttpResponse:
    """发起一次监测;日期写错的回到原处改。"""
    form = StartForm(request.POST)
    if not form.is_valid():
        return _listed(request, form, status=400)
    run_start(actor=request.actor, division_code=county_of(request.post), as_of=form.cleaned_data["as_of"])
    return redirect("monitoring:runs")


def _listed(request: StaffRequest, form: StartForm, *, status: int = 200) -> HttpResponse:
    context = {
        "page": paged(selectors.runs(request.scope), request.GET.get("page")),
        "last": selectors.last_run(request.scope),
        "form": form,
    }
    return render(request, "monitoring/runs.html", context, status=status)


def county_of(post: Post | None) -> str:
    """岗位所在的县，十二位代码。"""
    if post is None:
        raise NotAllowed("您现在没有岗位，不能发起监测。")
    return post.division_code[:6].ljust(12, "0")


@require_safe
@run_reader
def run_progress(request: StaffRequest, number: int) -> HttpResponse:
    """进度条,页面每秒来取一次;监测一结束,让浏览器整页刷新。"""
    run = selectors.runs(request.scope).filter(number=number).first()
    if run is None:
        raise Http404("没有这次监测")
    if not run.is_active:
        return HttpResponse(status=204, headers={"HX-Refresh": "true"})
    return render(request, "monitoring/progress.html", {"last": run})
