"""批量核对：发起、进度、名单、导出。"""

from django.contrib.auth.decorators import permission_required
from django.db.models import Count, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from jiuzhu.web.access.request import StaffRequest
from jiuzhu.web.divisions.codes import Level
from jiuzhu.web.divisions.selectors import area_choices, name_of, short_path_of
from jiuzhu.web.ground.errors import ServiceError
from jiuzhu.web.ground.masking import mask_name
from jiuzhu.web.ground.paging import LazyRows, paged
from jiuzhu.web.registry.selectors import class_choices, class_title
from jiuzhu.web.verification import selectors, services
from jiuzhu.web.verification.forms import BatchForm
from jiuzhu.web.verification.models import BatchCheck, BatchRow, Check

from .common import Guard, who

batcher: Guard = permission_required("verification.export_check", raise_exception=True)
TONES = {"fits": "done", "over": "bad", "unfit": "wait", "undecided": "wait"}


@require_http_methods(["GET", "HEAD", "POST"])
@batcher
def batch_list(request: StaffRequest) -> HttpResponse:
    """以往各次；发起一次。"""
    area = request.scope.areas[0][:6]
    county = area.ljust(12, "0")
    form = BatchForm(
        request.POST if request.method == "POST" else None,
        areas=[
            (area, f"{name_of(county)}（全县）"),
            *((code[:9], name) for code, name in area_choices(county, Level.TOWNSHIP)),
        ],
        classes=class_choices(),
        programmes=selectors.programme_choices(county),
    )
    problem, status = "", 200
    if request.method == "POST":
        status = 400
        if form.is_valid():
            try:
                made = services.batch_start(**form.cleaned_data, **who(request))
            except ServiceError as error:
                problem, status = error.message, error.status
            else:
                return redirect("verification:batch", made.pk)
    rows = [(row, _where(row), class_title(row.listed)) for row in BatchCheck.objects.within(request.scope)[:50]]
    return render(request, "verification/batches.html", {"form": form, "rows": rows, "problem": problem}, status=status)


@require_safe
@batcher
def batch_page(request: StaffRequest, pk: int) -> HttpResponse:
    """一次批量核对：几户符合、几户超标，到户的名单。没做完的每两秒看一次。"""
    batch = BatchCheck.objects.within(request.scope).filter(pk=pk).first()
    if batch is None:
        raise Http404("没有这次批量核对")
    rows = BatchRow.objects.within(request.scope).filter(batch=batch)
    counts = dict(rows.filter(authorised=True).order_by().values_list("conclusion").annotate(Count("pk")))
    chosen = request.GET.get("conclusion", "")
    shown = _chosen(rows, chosen).select_related("household__head")
    page = paged(
        LazyRows(count=shown.order_by().count(), fetch=lambda at, size: list(shown[at : at + size])),
        request.GET.get("page"),
    )
    titles = dict(selectors.programme_choices(batch.division_code))
    page.object_list = [_dressed(row, titles) for row in page.object_list]
    tabs = [
        ("", "全部", batch.total),
        *((code, str(label), counts.get(code, 0)) for code, label in Check.Conclusion.choices),
    ]
    context = {
        "batch": batch, "where": _where(batch), "listed": class_title(batch.listed), "page": page, "chosen": chosen,
        "tabs": [*tabs, ("none", "没有有效授权", batch.unauthorised)],
        "programmes": [titles.get(code, code) for code in batch.programmes],
    }  # fmt: skip
    partial = request.headers.get("HX-Target") == "batch"
    return render(request, "verification/batch.html#batch" if partial else "verification/batch.html", context)


def _chosen(rows: QuerySet[BatchRow], chosen: str) -> QuerySet[BatchRow]:
    if chosen == "none":
        return rows.filter(authorised=False)
    return rows.filter(authorised=True, conclusion=chosen) if chosen in Check.Conclusion.values else rows


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
