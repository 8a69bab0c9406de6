"""批量核对：发起、进度、名单、导出、成批出报告。"""

from typing import Any
from urllib.parse import quote, urlencode

from django.contrib.auth.decorators import permission_required
from django.db.models import Count
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from jiuzhu.web.access.request import StaffRequest, who
from jiuzhu.web.divisions.codes import Level
from jiuzhu.web.divisions.selectors import area_choices, name_of, short_path_of
from jiuzhu.web.documents.sheets import CONTENT_TYPE
from jiuzhu.web.ground.errors import ServiceError
from jiuzhu.web.ground.masking import mask_name
from jiuzhu.web.ground.paging import LazyRows, paged
from jiuzhu.web.registry.selectors import class_choices, class_title
from jiuzhu.web.verification import selectors, services
from jiuzhu.web.verification.forms import BatchForm
from jiuzhu.web.verification.models import BatchCheck, BatchRow, Check

from .common import Guard

batcher: Guard = permission_required("verification.export_check", raise_exception=True)
TABS = [(str(code), str(label)) for code, label in sorted(Check.Conclusion.choices, key=lambda one: one[0] != "over")]
TONES = {"fits": "done", "over": "bad", "unfit": "wait", "undecided": "wait"}


@require_http_methods(["GET", "HEAD", "POST"])
@batcher
def batch_list(request: StaffRequest) -> HttpResponse:
    """以往各次；发起一次。"""
    area = request.scope.areas[0][:6]
    county = area.ljust(12, "0")
    form = BatchForm(
        *((request.POST, request.FILES) if request.method == "POST" else ()),
        areas=[
            (area, f"{name_of(county)}（全县）"),
            *area_choices(area, Level.TOWNSHIP),
        ],
        classes=class_choices(),
        programmes=selectors.programme_choices(county),
    )
    problem, status = "", 200
    if request.method == "POST":
        status = 400
        if form.is_valid():
            try:
                made = services.batch_start(**_given(form), **who(request))
            except ServiceError as error:
                problem, status = error.message, error.status
            else:
                return redirect("verification:batch", made.pk)
    rows = [(row, _where(row), _listed(row)) for row in BatchCheck.objects.within(request.scope).defer("picked")[:50]]
    return render(request, "verification/batches.html", {"form": form, "rows": rows, "problem": problem}, status=status)


def _given(form: BatchForm) -> dict[str, Any]:
    given = form.cleaned_data
    file = given.pop("file")
    return {**given, "file": services.ListFile(file.name, file.read()) if file else None}


@require_safe
@batcher
def batch_page(request: StaffRequest, pk: int) -> HttpResponse:
    """一次批量核对：几户符合、几户超标，到户的名单。没做完的每两秒看一次。"""
    return _shown(request, _or_404(request, pk))


@require_POST
@batcher
def batch_reports(request: StaffRequest, pk: int) -> HttpResponse:
    """给一栏里的户出报告，后台去做。"""
    batch, chosen = _or_404(request, pk), request.POST.get("conclusion", "")
    try:
        services.batch_reports_start(batch=batch, chosen=chosen, **who(request))
    except ServiceError as error:
        return _shown(request, batch, problem=error.message, status=error.status)
    return redirect(f"{reverse('verification:batch', args=[pk])}?{urlencode({'conclusion': chosen})}")


@require_safe
@batcher
def batch_export(request: StaffRequest, pk: int) -> HttpResponse:
    """这一栏的 XLSX。"""
    chosen = request.GET.get("conclusion", "")
    sheet = services.batch_export(batch=_or_404(request, pk), chosen=chosen, spoken=_spoken(chosen), **who(request))
    return HttpResponse(sheet, content_type=CONTENT_TYPE, headers=_named("批量核对.xlsx"))


@require_safe
@batcher
def batch_papers(request: StaffRequest, pk: int) -> StreamingHttpResponse:
    """这一栏已出的报告，一个压缩包。"""
    chosen = request.GET.get("conclusion", "")
    pieces = services.papers_zip(batch=_or_404(request, pk), chosen=chosen, **who(request))
    return StreamingHttpResponse(pieces, content_type="application/zip", headers=_named("核对报告.zip"))


def _named(name: str) -> dict[str, str]:
    return {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}"}


def _or_404(request: StaffRequest, pk: int) -> BatchCheck:
    batch = BatchCheck.objects.within(request.scope).defer("picked").filter(pk=pk).first()
    if batch is None:
        raise Http404("没有这次批量核对")
    return batch


def _shown(request: StaffRequest, batch: BatchCheck, *, problem: str = "", status: int = 200) -> HttpResponse:
    rows = BatchRow.objects.within(request.scope).filter(batch=batch)
    counts = dict(rows.filter(authorised=True).order_by().values_list("conclusion").annotate(Count("pk")))
    chosen = request.POST.get("conclusion") or request.GET.get("conclusion", "")
    shown = services.rows_chosen(batch, chosen, request.scope).select_related("household__head", "check_run")
    page = paged(
        LazyRows(count=shown.order_by().count(), fetch=lambda at, size: list(shown[at : at + size])),
        request.GET.get("page"),
    )
    titles = dict(selectors.programme_choices(batch.division_code))
    page.object_list = [_dressed(row, titles) for row in page.object_list]
    tabs = [(code, label, counts.get(code, 0)) for code, label in TABS]
    reported = shown.order_by().filter(check_run__paper__isnull=False).count()
    context = {
        "batch": batch, "where": _where(batch), "listed": _listed(batch), "page": page, "chosen": chosen,
        "tabs": [("", "全部", batch.total), *tabs, ("none", "没有有效授权", batch.unauthorised)],
        "programmes": [titles.get(code, code) for code in batch.programmes], "problem": problem,
        "reported": reported, "to_report": shown.order_by().filter(authorised=True, check_run=None).count(),
        "busy": not batch.done_at or batch.papers_running,
    }  # fmt: skip
    partial = request.headers.get("HX-Target") == "batch"
    name = "verification/batch.html#batch" if partial else "verification/batch.html"
    return render(request, name, context, status=status)


def _spoken(chosen: str) -> str:
    return {"": "全部", "none": "没有有效授权"}.get(chosen) or dict(TABS).get(chosen, "全部")


def _listed(batch: BatchCheck) -> str:
    return f"导入的名单 {batch.file_name}" if batch.file_name else class_title(batch.listed)


def _where(batch: BatchCheck) -> str:
    return name_of(batch.area.ljust(12, "0"))


def _dressed(row: BatchRow, titles: dict[str, str]) -> dict[str, object]:
    head = row.household.head
    told = [
        (titles.get(code, code), str(Check.Conclusion(one["conclusion"]).label), TONES[one["conclusion"]], one["over"])
        for code, one in row.conclusions.items()
    ]
    return {
        "row": row, "who": f"{mask_name(head.name)}家" if head else "户主不详", "place": short_path_of(row.division_code),
        "told": told,
    }  # fmt: skip
