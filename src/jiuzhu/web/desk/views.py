"""工作台、搜索、县与乡镇的看板。"""

from functools import partial
from pathlib import Path

from django.contrib.auth.decorators import login_required, permission_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from jiuzhu.web.access.limits import limit
from jiuzhu.web.access.request import StaffRequest
from jiuzhu.web.ground.errors import Conflict
from jiuzhu.web.monitoring.selectors import latest_run
from jiuzhu.web.monitoring.services import register_of
from jiuzhu.web.registry.services import household_fetch

from . import dashboard, panels, searching
from .forms import SearchForm


@require_safe
@login_required
def home(request: StaffRequest) -> HttpResponse:
    """今天要做什么：按岗位的各块。没有岗位的人看到该找谁。"""
    context = {"today": timezone.localdate(), "panels": panels.shown(request, later=False)}
    return render(request, "desk/home.html", context)


@require_safe
@login_required
def more(request: StaffRequest) -> HttpResponse:
    """工作台靠后的各块，页面出来之后由浏览器来取。"""
    return render(request, "desk/home.html#panels", {"panels": panels.shown(request, later=True)})


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("registry.search", raise_exception=True)
def search(request: StaffRequest) -> HttpResponse:
    """一个框：姓名、证件号、电话、住址、户编号、事项编号。只找到一户就直接打开。

    用 POST 提交：姓名与号码不进网址，也就不进浏览记录和日志。
    """
    form = SearchForm(request.POST or None)
    answer = None
    if form.is_bound and form.is_valid():
        limit(request, "search")
        answer = searching.search(request.scope, form.cleaned_data["q"], actor=request.actor)
        if answer.only is not None:
            return redirect("registry:household", answer.only)
    return render(request, "desk/search.html", {"form": form, "answer": answer})


@require_POST
@permission_required("registry.change_household", raise_exception=True)
def fetch(request: StaffRequest) -> HttpResponse:
    """对象库里没有的一户：按证件号从最近一次监测的户籍数据里调进来，打开一户一档。"""
    number = request.POST.get("q", "").strip()
    run = latest_run(request.scope)
    if run is None or run.as_of is None:
        raise Conflict("还没有完成过一次监测，没有户籍数据可找。请县监测员先发起监测。", code="no_run")
    household = household_fetch(
        register=partial(register_of, run),
        run_number=run.number,
        as_of=run.as_of,
        actor=request.actor,
        scope=request.scope,
        id_number=number,
        out=Path(run.out_dir),
    )
    return redirect("registry:household", household.household_id)


@require_safe
@permission_required("desk.view_dashboard", raise_exception=True)
def board(request: StaffRequest) -> HttpResponse:
    """县或乡镇的情况：在册、预警、办理，一眼看完；每个数点得开。"""
    place = request.GET.get("place", "")
    found = dashboard.board(request.scope, place)
    if found is None:
        raise Http404("没有这个地方，或不归当前岗位管")
    return render(request, "desk/board.html", {"board": found})
