"""政策找人：按项目、乡镇的数，到户的名单；一户能享什么。"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from jiuzhu.web.access.request import StaffRequest
from jiuzhu.web.ground.errors import ServiceError
from jiuzhu.web.ground.paging import paged
from jiuzhu.web.monitoring import entitled, selectors
from jiuzhu.web.monitoring.entitled import STATES, Choice
from jiuzhu.web.monitoring.forms_entitled import EntitledFilter
from jiuzhu.web.monitoring.services import entitled_order, household_read

from .common import chosen_run, dispatcher, nothing_yet, reader
from .warnings import SHOWN_PROBLEMS, back_to, told

if TYPE_CHECKING:
    from jiuzhu.engine.entitled import ProgrammeTold


@require_safe
@reader
def entitled_page(request: StaffRequest) -> HttpResponse:
    """上面是各项目的数，点数看下面的名单。"""
    run = chosen_run(request)
    if run is None or not entitled.has_entitlements(run):
        return nothing_yet(request)
    form = EntitledFilter(
        request.GET,
        programmes=list(entitled.programme_titles(run).items()),
        townships=entitled.townships(request.scope, run),
    )
    chosen = form.cleaned_data if form.is_valid() else {}
    choice = Choice(chosen.get("state", ""), chosen.get("programme", ""), chosen.get("township", ""))
    page = paged(entitled.entitled_rows(request.scope, run, choice), request.GET.get("page"))
    page.object_list = list(page)
    found = entitled.orders_of_rows(request.scope, page.object_list)
    for row in page.object_list:
        row["order"] = found.get(row["key"])
    context = {
        "run": run,
        "form": form,
        "choice": choice,
        "headings": STATES.values(),
        "counts": entitled.programme_counts(request.scope, run, choice.township),
        "towns": entitled.township_counts(request.scope, run, choice.programme),
        "page": page,
        "may_open": selectors.is_latest(request.scope, run) and request.user.has_perm("orders.dispatch_order"),
        "is_filtered": bool(choice.state or choice.programme or choice.township),
    }
    return render(request, "monitoring/entitled.html", context)


@require_POST
@dispatcher
def entitled_open(request: StaffRequest) -> HttpResponse:
    """给勾选的派单；同一户的并成一单。"""
    run = selectors.latest_run(request.scope)
    if run is None or not entitled.has_entitlements(run):
        raise Http404("还没有可派的名单")
    keys = set(request.POST.getlist("row"))
    try:
        made = entitled_order(run=run, keys=keys, actor=request.actor, scope=request.scope)
    except ServiceError as error:
        if error.status >= 500:
            raise
        messages.error(request, error.message)
    else:
        messages.success(request, told(made))
        for text in made.problems[:SHOWN_PROBLEMS]:
            messages.error(request, f"没有派：{text}")
    return redirect(back_to(request, reverse("monitoring:entitled")))


@require_safe
@reader
def household_entitled(request: StaffRequest, household_id: str) -> HttpResponse:
    """一户的全部项目：能享的、要问的、不能享的差在哪里；收入怎么算。"""
    run = chosen_run(request)
    if run is None or not entitled.has_entitlements(run):
        return nothing_yet(request)
    if not selectors.household_seen(request.scope, run, household_id):
        raise Http404(f"第 {run.number} 次监测里没有这一户")
    household_read(household_id=household_id, actor=request.actor)
    found = entitled.household_programmes(run, household_id)
    asked: dict[str, tuple[object, list[str]]] = {}
    for item in found.of("unknown"):
        for lacking in item.lacking:
            asked.setdefault(lacking.name, (lacking, []))[1].append(item.programme.title)
    context = {
        "run": run,
        "found": found,
        "has_yes": bool(found.of("yes")),
        "near": grouped([item for item in found.of("no") if is_near(item)]),
        "far": grouped([item for item in found.of("no") if not is_near(item)]),
        "questions": [(lacking, list(dict.fromkeys(titles))) for lacking, titles in asked.values()],
    }
    return render(request, "monitoring/household_entitled.html", context)


def is_near(item: "ProgrammeTold") -> bool:
    """值得说的“不符合”：名单上有的；只差一条、差的是钱，量得出差多少的。其余的收在后面。"""
    unmet = [row for row in item.conditions if row.outcome == "unmet"]
    return bool(item.held) or (len(unmet) == 1 and "元" in unmet[0].gap)


def grouped(items: "Sequence[ProgrammeTold]") -> "list[tuple[ProgrammeTold, str, str]]":
    """同一个项目、差在同一处的几个人并成一行：项目、谁、差在哪里。"""
    rows: dict[tuple[str, str, bool], tuple[ProgrammeTold, list[str]]] = {}
    for item in items:
        rows.setdefault((item.programme.code, item.nearest, bool(item.held)), (item, []))[1].append(item.who)
    return [(item, "、".join(people), item.nearest) for item, people in rows.values()]
