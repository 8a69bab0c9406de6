"""预警名单与一条预警：看为什么，派单，排除。"""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from jiuzhu.web.access.request import StaffRequest
from jiuzhu.web.ground.errors import ServiceError
from jiuzhu.web.ground.hrefs import href
from jiuzhu.web.ground.paging import paged
from jiuzhu.web.monitoring import selectors, services
from jiuzhu.web.monitoring.explained import explained_household
from jiuzhu.web.monitoring.forms import WarningFilter
from jiuzhu.web.monitoring.handling_forms import CloseForm, UndoForm
from jiuzhu.web.monitoring.models import Dispatch, HouseholdWarning, Run
from jiuzhu.web.monitoring.services import household_read

from .common import chosen_run, closer, dispatcher, nothing_yet, reader

REASONS = 3
SHOWN_PROBLEMS = 5


@require_safe
@reader
def warning_list(request: StaffRequest) -> HttpResponse:
    """名单:筛选、排序、翻页都在网址里;局部刷新只返回名单部分。"""
    run = chosen_run(request)
    if run is None:
        return nothing_yet(request)
    scope = request.scope
    form = WarningFilter(request.GET, run=run)
    previous = selectors.previous_id(scope, run)
    rows = selectors.warnings(scope, run)
    if "state" in form.chosen():  # 几万户逐户看办到哪里不便宜，不按它筛时只看这一页的
        rows = selectors.with_state(rows, run, scope)
    page = paged(selectors.with_before(form.apply(rows), previous, scope), request.GET.get("page"))
    dress(request, run, list(page))
    is_latest = "run" not in request.GET or selectors.is_latest(scope, run)
    context = {
        "run": run,
        "form": form,
        "problems": form.problems(),
        "page": page,
        "is_filtered": bool({*form.chosen()} - {"sort"}),
        "is_latest": is_latest,
        "previous": previous,
        "may_open": is_latest and request.user.has_perm("orders.dispatch_order"),
        "dispatch": Dispatch.objects.within(scope).filter(run=run).first(),
    }
    partial = request.headers.get("HX-Target") == "list"
    return render(request, "monitoring/warnings.html#list" if partial else "monitoring/warnings.html", context)


def dress(request: StaffRequest, run: Run, rows: list[HouseholdWarning]) -> None:
    """每行补上原因、办到哪里、地址。"""
    found = selectors.handlings(request.scope, run, [row.household_id for row in rows])
    for row in rows:
        row.reasons = reasons(row, run)
        row.handling = found[row.household_id]
        row.url = href("monitoring:warning", row.pk)


@require_safe
@reader
def warning_page(request: StaffRequest, pk: int) -> HttpResponse:
    """一条预警:为什么是这个分。"""
    return _page(request, warning_or_404(request, pk), CloseForm(), UndoForm())


@require_safe
@reader
def dispatch_progress(request: StaffRequest, number: int) -> HttpResponse:
    """自动派单的进度条,页面每两秒来取一次;派完了让浏览器整页刷新。"""
    found = Dispatch.objects.within(request.scope).filter(run__number=number).select_related("run").first()
    if found is None:
        raise Http404("这次监测没有自动派单")
    if found.finished_at is not None:
        return HttpResponse(status=204, headers={"HX-Refresh": "true"})
    return render(request, "monitoring/dispatch.html", {"dispatch": found, "run": found.run})


@require_POST
@dispatcher
def warnings_open(request: StaffRequest) -> HttpResponse:
    """给勾选的户派单，一户一单。"""
    keys = [int(text) for text in request.POST.getlist("warning") if text.isdecimal() and len(text) < 19]
    rows = list(HouseholdWarning.objects.within(request.scope).filter(pk__in=keys).select_related("run"))
    try:
        made = services.warnings_order(
            warnings=rows, urgent=bool(request.POST.get("urgent")), actor=request.actor, scope=request.scope
        )
    except ServiceError as error:
        if error.status >= 500:
            raise
        messages.error(request, error.message)
    else:
        messages.success(request, told(made))
        for text in made.problems[:SHOWN_PROBLEMS]:
            messages.error(request, f"没有派：{text}")
    return redirect(back_to(request, reverse("monitoring:warnings")))


@require_POST
@closer
def warning_close(request: StaffRequest, pk: int) -> HttpResponse:
    """排除一条预警。"""
    warning, form = warning_or_404(request, pk), CloseForm(request.POST)
    if not form.is_valid():
        return _page(request, warning, form, UndoForm(), status=400)
    try:
        services.warning_close(warning=warning, **form.cleaned_data, actor=request.actor, scope=request.scope)
    except ServiceError as error:
        return _page(request, warning, form, UndoForm(), problem=error.message, status=error.status)
    messages.success(request, "已排除。证明材料可以在下面接着传。")
    return redirect("monitoring:warning", pk)


@require_POST
@closer
def warning_reopen(request: StaffRequest, pk: int) -> HttpResponse:
    """撤回排除。"""
    warning, form = warning_or_404(request, pk), UndoForm(request.POST)
    closing = selectors.handlings(request.scope, warning.run, [warning.household_id])[warning.household_id].closing
    if closing is None:
        raise Http404("这条预警没有排除")
    if not form.is_valid():
        return _page(request, warning, CloseForm(), form, status=400)
    try:
        services.warning_reopen(closing=closing, **form.cleaned_data, actor=request.actor, scope=request.scope)
    except ServiceError as error:
        return _page(request, warning, CloseForm(), form, problem=error.message, status=error.status)
    messages.success(request, "已撤回，这条预警回到待处置。")
    return redirect("monitoring:warning", pk)


def warning_or_404(request: StaffRequest, pk: int) -> HouseholdWarning:
    """看得到的一条。"""
    rows = HouseholdWarning.objects.within(request.scope).select_related("run")
    return get_object_or_404(rows, pk=pk, run__status=Run.Status.DONE)


def _page(
    request: StaffRequest,
    warning: HouseholdWarning,
    form: CloseForm,
    undo: UndoForm,
    *,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    household_read(household_id=warning.household_id, actor=request.actor)
    run = warning.run
    is_latest = selectors.is_latest(request.scope, run)
    context: dict[str, Any] = {
        "run": run,
        "warning": warning,
        "household": explained_household(run, warning.household_id),
        "tab": "why",
        "handling": selectors.handlings(request.scope, run, [warning.household_id])[warning.household_id],
        "closings": selectors.closings_of(request.scope, warning.household_id),
        "category": warning.categories[0] if warning.categories else "",
        "form": form,
        "undo": undo,
        "problem": problem,
        "may_open": is_latest and request.user.has_perm("orders.dispatch_order"),
        "may_close": request.user.has_perm("monitoring.close_warning"),
        "subject_kind": selectors.SOURCE,
        "subject_key": warning.household_id,
        "division_code": warning.division_code,
    }
    return render(request, "monitoring/warning.html", context, status=status)


def told(made: services.Opened) -> str:
    """派完之后的话。"""
    parts = [f"新派 {made.opened} 单" if made.opened else "", f"并入在办的 {made.joined} 单" if made.joined else ""]
    return "，".join(part for part in parts if part) + "。" if made.opened or made.joined else "没有派出。"


def back_to(request: StaffRequest, fallback: str) -> str:
    """办完回到原来的名单，条件不丢；只认本站的网址。"""
    url = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(url, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    return url if safe and url.startswith("/") else fallback


def reasons(warning: HouseholdWarning, run: Run) -> list[str]:
    """最重的三个原因,用指标名称说。"""
    titles = run.rulebook.get("indicators", {})
    return [titles.get(code, {}).get("name", code) for code in warning.indicators[:REASONS]]
