"""数据发现：从各部门数据里看出的问题，派去核实，登记核实的结果。"""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from jiuzhu.web.access.request import StaffRequest
from jiuzhu.web.ground.errors import ServiceError
from jiuzhu.web.ground.paging import paged
from jiuzhu.web.monitoring import selectors, services
from jiuzhu.web.monitoring.explained import finding_words
from jiuzhu.web.monitoring.forms import FindingFilter
from jiuzhu.web.monitoring.handling_forms import OutcomeForm, UndoForm
from jiuzhu.web.monitoring.models import Finding, Run
from jiuzhu.web.monitoring.services import household_read

from .common import checker, chosen_run, finding_dispatcher, finding_reader, nothing_yet, reader
from .warnings import SHOWN_PROBLEMS, back_to, told


@require_safe
@reader
def finding_list(request: StaffRequest) -> HttpResponse:
    """按种类分的发现。"""
    run = chosen_run(request)
    if run is None:
        return nothing_yet(request)
    form = FindingFilter(request.GET, run=run)
    rows = selectors.findings(request.scope, run)
    if "state" in form.chosen():
        rows = selectors.findings_with_state(rows, request.scope)
    page = paged(form.apply(rows), request.GET.get("page"))
    dress(request, run, list(page), shortly=True)
    counts = run.shown["findings"]
    context = {
        "run": run,
        "form": form,
        "problems": form.problems(),
        "page": page,
        "kinds": [(kind.value, kind.label, counts.get(kind.value, 0)) for kind in Finding.Kind],
        "chosen": form.chosen(),
        "is_filtered": bool({*form.chosen()} - {"kind"}),
        "total": sum(counts.values()),
        "money": selectors.finding_money(request.scope),
        "may_open": selectors.is_latest(request.scope, run) and request.user.has_perm("orders.dispatch_order"),
    }
    partial = request.headers.get("HX-Target") == "list"
    return render(request, "monitoring/findings.html#list" if partial else "monitoring/findings.html", context)


def dress(request: StaffRequest, run: Run, rows: list[Finding], *, shortly: bool = False) -> None:
    """每行补上根据与办到哪里。"""
    found = selectors.finding_handlings(request.scope, rows)
    for row, words in zip(rows, finding_words(run, rows, shortly=shortly), strict=True):
        row.words = words
        row.handling = found[row.pk]


@require_safe
@finding_reader
def finding_page(request: StaffRequest, pk: int) -> HttpResponse:
    """一个发现：根据、派单、核实结果。"""
    finding = finding_or_404(request, pk)
    order = selectors.finding_handlings(request.scope, [finding])[finding.pk].order
    proposed = selectors.proposed_outcome(request.scope, finding, order)
    return _page(request, finding, OutcomeForm(kind=finding.kind, initial=proposed), UndoForm())


@require_POST
@finding_dispatcher
def findings_open(request: StaffRequest) -> HttpResponse:
    """给勾选的发现派核查单；同一户的并成一单。"""
    keys = [int(text) for text in request.POST.getlist("finding") if text.isdecimal() and len(text) < 19]
    rows = list(Finding.objects.within(request.scope).filter(pk__in=keys).select_related("run"))
    try:
        made = services.findings_order(findings=rows, actor=request.actor, scope=request.scope)
    except ServiceError as error:
        if error.status >= 500:
            raise
        messages.error(request, error.message)
    else:
        messages.success(request, told(made))
        for text in made.problems[:SHOWN_PROBLEMS]:
            messages.error(request, f"没有派：{text}")
    return redirect(back_to(request, reverse("monitoring:findings")))


@require_POST
@checker
def finding_outcome(request: StaffRequest, pk: int) -> HttpResponse:
    """登记核实结果。"""
    finding = finding_or_404(request, pk)
    form = OutcomeForm(request.POST, kind=finding.kind)
    if not form.is_valid():
        return _page(request, finding, form, UndoForm(), status=400)
    try:
        services.finding_record(finding=finding, **form.cleaned_data, actor=request.actor, scope=request.scope)
    except ServiceError as error:
        return _page(request, finding, form, UndoForm(), problem=error.message, status=error.status)
    messages.success(request, "核实结果已登记。")
    return redirect("monitoring:finding", pk)


@require_POST
@checker
def finding_undo(request: StaffRequest, pk: int) -> HttpResponse:
    """撤回登记的核实结果。"""
    finding, form = finding_or_404(request, pk), UndoForm(request.POST)
    outcome = selectors.finding_handlings(request.scope, [finding])[finding.pk].outcome
    if outcome is None:
        raise Http404("这个发现还没有登记核实结果")
    blank = OutcomeForm(kind=finding.kind)
    if not form.is_valid():
        return _page(request, finding, blank, form, status=400)
    try:
        services.finding_undo(outcome=outcome, **form.cleaned_data, actor=request.actor, scope=request.scope)
    except ServiceError as error:
        return _page(request, finding, blank, form, problem=error.message, status=error.status)
    messages.success(request, "已撤回，这个发现回到待核实。")
    return redirect("monitoring:finding", pk)


def finding_or_404(request: StaffRequest, pk: int) -> Finding:
    """看得到的一个。"""
    rows = Finding.objects.within(request.scope).select_related("run")
    return get_object_or_404(rows, pk=pk, run__status=Run.Status.DONE)


def _page(
    request: StaffRequest, finding: Finding, form: OutcomeForm, undo: UndoForm, *, problem: str = "", status: int = 200
) -> HttpResponse:
    if finding.household_id:
        household_read(household_id=finding.household_id, actor=request.actor)
    dress(request, finding.run, [finding])
    context: dict[str, Any] = {
        "finding": finding,
        "run": finding.run,
        "handling": finding.handling,
        "past": selectors.finding_outcomes_of(request.scope, finding),
        "form": form,
        "undo": undo,
        "problem": problem,
        "may_open": selectors.is_latest(request.scope, finding.run) and request.user.has_perm("orders.dispatch_order"),
        "may_check": request.user.has_perm("monitoring.check_finding"),
        "subject_kind": selectors.FINDING,
        "subject_key": f"{finding.kind}:{finding.household_id[-17:]}{finding.person_id[-17:]}",
        "division_code": finding.division_code,
    }
    return render(request, "monitoring/finding.html", context, status=status)
