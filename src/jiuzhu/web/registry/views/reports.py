"""主动发现：上报、我报的、办到哪里。"""

import uuid
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from jiuzhu.web.access.request import StaffRequest
from jiuzhu.web.divisions.selectors import short_path_of
from jiuzhu.web.documents.services import UploadedContent, upload_store
from jiuzhu.web.ground.errors import ServiceError
from jiuzhu.web.ground.masking import mask_id_number, mask_phone
from jiuzhu.web.ground.paging import paged
from jiuzhu.web.process.models import Instance, Task
from jiuzhu.web.process.selectors import events_of, instances_of, tasks_of
from jiuzhu.web.process.timeline import lines_of
from jiuzhu.web.registry import selectors, services
from jiuzhu.web.registry.forms import ReportForm
from jiuzhu.web.registry.models import Report
from jiuzhu.web.registry.presentation import need_titles
from jiuzhu.web.registry.services.reports import SUBJECT

from .common import done, reporter

MOST_PHOTOS = 6


@require_safe
@reporter
def report_list(request: StaffRequest) -> HttpResponse:
    """我报的；切到“本片区”看所辖之内全部的。"""
    everyone = request.GET.get("tab") == "area"
    user_id = None if everyone else request.actor.user_id
    page = paged(selectors.reports(request.scope, user_id=user_id), request.GET.get("page"))
    page.object_list = _dressed(request, list(page.object_list))
    return render(request, "registry/reports.html", {"page": page, "everyone": everyone})


@require_http_methods(["GET", "POST"])
@reporter
def report_new(request: StaffRequest) -> HttpResponse:
    """一屏三步：谁、在哪、什么困难。"""
    form = ReportForm(request.POST or None, scope=request.scope, initial={"form_key": uuid.uuid4()})
    problem, status = "", 200
    if request.method == "POST":
        status = 400
        if form.is_valid():
            try:
                report = services.report_submit(**form.cleaned_data, actor=request.actor, scope=request.scope)
            except ServiceError as error:
                problem, status = error.message, error.status
            else:
                return done(request, _told(request, report), "registry:report", report.pk)
    context = {"form": form, "problem": problem, "most": MOST_PHOTOS}
    return render(request, "registry/report_new.html", context, status=status)


@require_safe
@reporter
def report_page(request: StaffRequest, pk: int) -> HttpResponse:
    """一次上报：内容、办到哪里、照片。"""
    report = _report_or_404(request, pk)
    case = instances_of(request.scope, subject_kind=SUBJECT, subject_key=str(pk)).first()
    context = {
        "report": report,
        "where": short_path_of(report.division_code),
        "needs": need_titles(report.needs),
        "id_number": mask_id_number(str(report.id_number or "")),
        "phone": mask_phone(str(report.phone or "")),
        "case": case,
        "orders": bool(case) and request.user.has_perm("orders.open_order"),
        "state": state_words(request, case),
        "lines": lines_of(events_of(request.scope, case)) if case else [],
        "subject_kind": SUBJECT,
        "subject_key": str(pk),
        "division_code": report.division_code,
    }
    return render(request, "registry/report.html", context)


@require_POST
@reporter
def report_open(request: StaffRequest, pk: int) -> HttpResponse:
    """流程发布之前报的，现在交办。"""
    report = _report_or_404(request, pk)
    if instances_of(request.scope, subject_kind=SUBJECT, subject_key=str(pk)).exists():
        return done(request, "早已交办，不用再交。", "registry:report", pk)
    if services.report_open(report=report, actor=request.actor, scope=request.scope):
        return done(request, "已交镇里上门核实。", "registry:report", pk)
    raise ServiceError("“主动发现处理”的流程还没有发布，请联系系统管理员。", code="no_definition", status=409)


def state_words(request: StaffRequest, case: Instance | None) -> str:
    """办到哪里：由流程得出。"""
    if case is None:
        return "已收下，待交办"
    if case.ended_at:
        node = case.process.node(case.outcome)
        return node.title if node else "已办完"
    steps = [task for task in tasks_of(request.scope, case) if task.is_open and task.kind == Task.Kind.HUMAN]
    return "；".join(f"{task.title}（{task.assignee or task.organisation}）" for task in steps) or "办理中"


def _dressed(request: StaffRequest, rows: list[Report]) -> list[dict[str, Any]]:
    keys = [str(row.pk) for row in rows]
    cases = Instance.objects.within(request.scope).select_related("definition")
    found = {case.subject_key: case for case in cases.filter(subject_kind=SUBJECT, subject_key__in=keys)}
    return [
        {
            "report": row,
            "needs": need_titles(row.needs),
            "where": short_path_of(row.division_code),
            "state": state_words(request, found.get(str(row.pk))),
            "ended": bool((case := found.get(str(row.pk))) and case.ended_at),
        }
        for row in rows
    ]


def _told(request: StaffRequest, report: Report) -> str:
    """报上去之后的话，连同照片收没收下。"""
    problems, kept = [], 0
    for photo in request.FILES.getlist("photos")[:MOST_PHOTOS]:
        try:
            upload_store(
                file=UploadedContent(photo.name or "", photo.read()),
                kind="photo",
                subject=(SUBJECT, str(report.pk)),
                division_code=report.division_code,
                actor=request.actor,
                scope=request.scope,
            )
            kept += 1
        except ServiceError as error:
            if error.status >= 500:
                raise
            problems.append(f"{photo.name}：{error.message}")
    parts = ["已报上去，镇里会上门核实。"]
    if kept:
        parts.append(f"照片收下 {kept} 张。")
    return "".join([*parts, *problems])


def _report_or_404(request: StaffRequest, pk: int) -> Report:
    report = selectors.reports(request.scope).filter(pk=pk).first()
    if report is None:
        raise Http404("没有这次上报")
    return report
