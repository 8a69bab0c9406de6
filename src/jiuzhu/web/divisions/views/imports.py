"""导入：上传 → 看会改什么 → 确认。"""

import csv

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from jiuzhu.web.divisions import listing
from jiuzhu.web.divisions.forms import UploadForm
from jiuzhu.web.divisions.imports import Action, blank_header
from jiuzhu.web.divisions.models import ImportFile
from jiuzhu.web.divisions.services import upload_cancel, upload_confirm, upload_keep, upload_plan
from jiuzhu.web.ground.errors import ServiceError
from jiuzhu.web.ground.paging import paged

from .common import actor_of, area_of, changer


@require_http_methods(["GET", "HEAD", "POST"])
@changer
def imports(request: HttpRequest) -> HttpResponse:
    """上传一个文件；读不了的当场说明。"""
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            upload = upload_keep(
                actor=actor_of(request),
                area=area_of(request),
                kind=form.cleaned_data["kind"],
                name=file.name,
                content=file.read(),
            )
        except ServiceError as error:
            form.add_error("file", error.message)
        else:
            return redirect("divisions:import_preview", upload.pk)
    context = {"form": form, "waiting": listing.waiting_uploads(area_of(request))}
    return render(request, "divisions/imports.html", context, status=422 if form.errors else 200)


@require_safe
@changer
def import_preview(request: HttpRequest, pk: int) -> HttpResponse:
    """会改什么、哪些行有问题。没有变化的行不列。"""
    upload = get_object_or_404(listing.uploads(area_of(request)), pk=pk)
    plan = upload_plan(upload, area_of(request))
    steps = [step for step in plan.steps if step.action is not Action.SAME]
    context = {
        "upload": upload,
        "plan": plan,
        "counts": [(action.label, count) for action, count in plan.counts.items()],
        "page": paged(steps, request.GET.get("page")),
        "problems": plan.problems[:200],
    }
    return render(request, "divisions/import_preview.html", context)


@require_POST
@changer
def import_confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """确认导入。预览之后库里变了、又有了问题的，一行也不导入，回到预览。"""
    area = area_of(request)
    upload = get_object_or_404(listing.uploads(area), pk=pk)
    plan = upload_confirm(actor=actor_of(request), area=area, upload=upload, skip_bad="skip_bad" in request.POST)
    skipped = f"，跳过 {plan.bad_rows} 行" if plan.bad_rows else ""
    messages.success(request, f"已导入“{plan.table.name}”：写入 {plan.writes} 行{skipped}。")
    return redirect("divisions:tree" if plan.table.kind == ImportFile.Kind.DIVISIONS else "divisions:organisations")


@require_POST
@changer
def import_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """放弃。"""
    area = area_of(request)
    upload_cancel(actor=actor_of(request), area=area, upload=get_object_or_404(listing.uploads(area), pk=pk))
    messages.success(request, "已放弃，什么也没有改。")
    return redirect("divisions:imports")


@require_safe
@changer
def import_blank(request: HttpRequest, kind: str) -> HttpResponse:
    """一张空表：表头写好，照着填。"""
    answer = HttpResponse(content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{kind}.csv"'
    answer.write("\ufeff")
    csv.writer(answer).writerow(blank_header(kind))
    return answer
