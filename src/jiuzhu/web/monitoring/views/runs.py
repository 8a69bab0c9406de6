"""监测记录:发起、看进度、看结果。"""

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from jiuzhu.web.access.models import Post
from jiuzhu.web.access.request import StaffRequest
from jiuzhu.web.ground.errors import NotAllowed
from jiuzhu.web.ground.paging import paged
from jiuzhu.web.monitoring import selectors, services
from jiuzhu.web.monitoring.figures import band_cards
from jiuzhu.web.monitoring.forms import ScheduleForm, StartForm
from jiuzhu.web.monitoring.labels import source_titles

from .common import run_reader, starter

# 引擎报的各步，按先后；库里的 JSON 不留次序
STEPS = ("读取文件", "认人", "算事实", "打分", "预警与发现", "政策找人", "写出")


@require_safe
@run_reader
def run_list(request: StaffRequest) -> HttpResponse:
    """历次监测,新的在前。"""
    return _listed(request)


@require_safe
@run_reader
def run_page(request: StaffRequest, number: int) -> HttpResponse:
    """一次监测的记录:用了哪些批、哪版手册、怎样算的、各数是多少。"""
    run = selectors.done_run(request.scope, number)
    if run is None:
        raise Http404("没有这次监测")
    titles = source_titles()
    files = list(selectors.files(request.scope, run).select_related("batch"))
    for file in files:
        file.department, file.title = titles.get(file.source, ("", ""))
    context = {
        "run": run,
        "files": files,
        "sources": [titles.get(source, ("", source))[1] for source in run.work.get("sources", ())],
        "bands": band_cards(run, selectors.previous_done(request.scope, run)),
        "steps": [(title, run.seconds[title]) for title in STEPS if title in run.seconds],
    }
    return render(request, "monitoring/run.html", context)


@require_POST
@starter
def run_new(request: StaffRequest) -> HttpResponse:
    """发起一次监测;日期写错的回到原处改。"""
    form = StartForm(request.POST)
    if not form.is_valid():
        return _listed(request, form=form, status=400)
    services.run_start(actor=request.actor, division_code=county_of(request.post), as_of=form.cleaned_data["as_of"])
    return redirect("monitoring:runs")


@require_POST
@starter
def run_refresh(request: StaffRequest) -> HttpResponse:
    """补算:仍按最近一次的评估日,有变动的户才重算。"""
    services.run_refresh(actor=request.actor, division_code=county_of(request.post))
    return redirect("monitoring:runs")


@require_POST
@starter
def schedule(request: StaffRequest) -> HttpResponse:
    """改自动监测的约定;写错的回到原处改。"""
    form = ScheduleForm(request.POST)
    if not form.is_valid():
        return _listed(request, schedule_form=form, status=400)
    services.schedule_save(
        division_code=county_of(request.post),
        day=form.cleaned_data["day"],
        after_batch=form.cleaned_data["after_batch"],
        actor=request.actor,
        scope=request.scope,
    )
    return redirect("monitoring:runs")


def _listed(
    request: StaffRequest,
    *,
    form: StartForm | None = None,
    schedule_form: ScheduleForm | None = None,
    status: int = 200,
) -> HttpResponse:
    agreed = selectors.schedule(request.scope)
    given = {"day": agreed.day, "after_batch": agreed.after_batch} if agreed else {}
    context = {
        "page": paged(selectors.runs(request.scope), request.GET.get("page")),
        "last": selectors.last_run(request.scope),
        "latest": selectors.latest_run(request.scope),
        "form": form or StartForm(),
        "schedule": agreed,
        "schedule_form": schedule_form or ScheduleForm(initial=given),
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
