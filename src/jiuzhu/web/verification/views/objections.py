"""异议：登记，看一件，复核，告知。"""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from jiuzhu.web.access.request import StaffRequest, who
from jiuzhu.web.ground.errors import ServiceError
from jiuzhu.web.process.models import Task
from jiuzhu.web.process.people import standing_of
from jiuzhu.web.process.selectors import events_of
from jiuzhu.web.process.timeline import lines_of
from jiuzhu.web.verification import selectors, services
from jiuzhu.web.verification.forms import ObjectionForm, ReviewForm
from jiuzhu.web.verification.models import Objection
from jiuzhu.web.verification.presentation import both_told, evidence_shown, head_of

from .common import check_or_404, names_of, objection_or_404, reader, reviewer, starter


@require_http_methods(["GET", "HEAD", "POST"])
@starter
def objection_new(request: StaffRequest, pk: int) -> HttpResponse:
    """登记一次异议。"""
    check = check_or_404(request, pk)
    rows = list(selectors.findings(request.scope, check))
    initial = {"finding": request.GET.get("finding", "")}
    form = ObjectionForm(request.POST if request.method == "POST" else None, findings=rows, initial=initial)
    problem, status = "", 200
    if request.method == "POST":
        status = 400
        if form.is_valid():
            chosen = {str(row.pk): row for row in rows}.get(form.cleaned_data["finding"])
            try:
                made = services.objection_open(
                    check=check, words=form.cleaned_data["words"], finding=chosen, **who(request)
                )
            except ServiceError as error:
                problem, status = error.message, error.status
            else:
                messages.success(request, "已登记异议，交核对中心复核。证据请传到下面的附件里。")
                return redirect("verification:objection", made.pk)
    context = {"check": check, "head": head_of(check), "form": form, "problem": problem}
    return render(request, "verification/objection_new.html", context, status=status)


@require_safe
@reader
def objection_page(request: StaffRequest, pk: int) -> HttpResponse:
    """一件异议：怎么说的、证据、走到哪里、复核的结果。"""
    return rendered(request, objection_or_404(request, pk))


@require_safe
@reader
def task_page(request: StaffRequest, pk: int) -> HttpResponse:
    """待办里的一项任务：就在它的异议的页上办。"""
    task = Task.objects.within(request.scope).filter(pk=pk).first()
    found = selectors.objection_of(request.scope, task.instance_id) if task else None
    if found is None:
        raise Http404("没有这项任务")
    return rendered(request, objection_or_404(request, found.pk))


@require_POST
@reviewer
def review(request: StaffRequest, pk: int) -> HttpResponse:
    """复核。"""
    objection = objection_or_404(request, pk)
    form = ReviewForm(request.POST)
    if not form.is_valid():
        return rendered(request, objection, form=form, status=400)
    try:
        services.objection_answer(objection=objection, **form.cleaned_data, **who(request))
    except ServiceError as error:
        return rendered(request, objection, form=form, problem=error.message, status=error.status)
    messages.success(request, "已复核，交窗口告知本户。")
    return redirect("verification:objection", pk)


@require_POST
@starter
def told(request: StaffRequest, pk: int) -> HttpResponse:
    """窗口告知了本户，办结。"""
    objection = objection_or_404(request, pk)
    try:
        services.objection_told(objection=objection, note=request.POST.get("note", ""), **who(request))
    except ServiceError as error:
        return rendered(request, objection, problem=error.message, status=error.status)
    messages.success(request, "已告知本户，这件异议办结了。")
    return redirect("verification:objection", pk)


def rendered(
    request: StaffRequest, objection: Objection, *, form: ReviewForm | None = None, problem: str = "", status: int = 200
) -> HttpResponse:
    """异议的页。"""
    task = (
        Task.objects.within(request.scope).filter(instance=objection.instance, done_at=None, is_cancelled=False).first()
    )
    mine = task is not None and standing_of(request.scope).may_act(task)
    evidence = objection.finding.evidence if objection.finding else []
    context = {
        "objection": objection,
        "evidence": evidence_shown(evidence, names_of(request, {row["person_id"] for row in evidence})),
        "both": both_told(objection.check_run, objection.recheck) if objection.recheck else [],
        "check": objection.check_run,
        "head": head_of(objection.check_run),
        "task": task,
        "reviews": mine and task is not None and task.node == "review",
        "tells": mine and task is not None and task.node == "tell",
        "form": form or ReviewForm(),
        "lines": lines_of(events_of(request.scope, objection.instance)),
        "problem": problem,
    }
    return render(request, "verification/objection.html", context, status=status)
