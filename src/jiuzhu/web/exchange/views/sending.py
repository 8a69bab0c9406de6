"""报送：收文件、看过之后核对列、确认。"""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from jiuzhu.web.access.limits import limit
from jiuzhu.web.access.request import StaffRequest
from jiuzhu.web.documents import vault
from jiuzhu.web.exchange import lots, offering, selectors, services
from jiuzhu.web.exchange.errors import ExchangeError
from jiuzhu.web.exchange.forms import ConfirmForm
from jiuzhu.web.exchange.handlers import SealedUpload, sealed_files, seals_files
from jiuzhu.web.exchange.models import Batch, ReceivedFile
from jiuzhu.web.exchange.models.batch import Channel, Mode, State
from jiuzhu.web.exchange.sources import source_choices
from jiuzhu.web.ground.errors import NotAllowed, ServiceError

from .batches import listed
from .common import batch_or_404, county_of, named, sender, sender_of, source_keys


@require_POST
@sender
@seals_files
def upload(request: StaffRequest) -> HttpResponse:
    """收下一个或几个文件；没收下的逐个说明。只有一个的，直接去看它；几个的，到“一起核对”。"""
    county_of(request)
    files, stopped = sealed_files(request, "files")
    problems = [f"{name}：{error.message}" for name, error in stopped]
    kept: list[ReceivedFile] = []
    for file in files:
        try:
            kept.append(_receive(request, file))
        except ServiceError as error:
            if error.status >= 500:
                raise
            problems.append(f"{file.name}：{error.message}")
    if not files and not stopped:
        problems.append("没有选文件。请点“选文件”，或把文件拖进来。")
    if kept and not problems:
        one = reverse("exchange:received", args=[kept[0].pk])
        return _go(request, one if len(kept) == 1 else reverse("exchange:checks"))
    if request.headers.get("HX-Request") == "true":
        return render(request, "exchange/uploaded.html", {"uploaded": kept, "upload_problems": problems})
    return listed(request, uploaded=kept, upload_problems=problems, status=400 if not kept else 200)


def _receive(request: StaffRequest, file: SealedUpload) -> ReceivedFile:
    try:
        limit(request, "upload")
    except ServiceError:
        vault.remove(file.stored.name)
        raise
    arrival = services.Arrival(county_of(request), Channel.UPLOAD, file.name or "", sender_of(request))
    return services.file_receive(stored=file.stored, arrival=arrival, actor=request.actor)


@require_safe
@sender
def received(request: StaffRequest, pk: int) -> HttpResponse:
    """一个收到的文件：正在看的等着；看好了去核对；看不了的说明原因。"""
    file = _file_or_404(request, pk)
    batches = [named(batch) for batch in selectors.batches(request.scope).filter(received=file).order_by("number")]
    if file.inspected_at and len(batches) == 1:
        return _go(request, reverse("exchange:batch", args=[batches[0].pk]))
    corrected = selectors.batches(request.scope).filter(pk__in=file.returned.get("batches", [])).order_by("number")
    context = {"file": file, "batches": batches, "corrected": corrected}
    partial = request.headers.get("HX-Request") == "true"
    return render(request, "exchange/received.html#state" if partial else "exchange/received.html", context)


@require_POST
@sender
def drop(request: StaffRequest, pk: int) -> HttpResponse:
    """不报了。"""
    services.file_drop(received=_file_or_404(request, pk), actor=request.actor, scope=request.scope)
    messages.success(request, "已放弃这个文件，没有接收。")
    return redirect("exchange:batches")


@require_safe
@sender
def check(request: StaffRequest, pk: int) -> HttpResponse:
    """核对来源与列，看样子，确认。"""
    batch = batch_or_404(request, pk)
    if batch.state != State.DRAFT:
        return redirect("exchange:batch", pk)
    return _check(request, batch)


@require_POST
@sender
def remap(request: StaffRequest, pk: int) -> HttpResponse:
    """改来源或列的对应，页面就地换成新的样子。"""
    batch = batch_or_404(request, pk)
    source = request.POST.get("source", "")
    try:
        _own(request, source)
        mapping = _mapping(request, batch, source) if source == batch.source else {}
        services.batch_remap(batch=batch, source=source, mapping=mapping, actor=request.actor, scope=request.scope)
    except ServiceError as error:
        return _check(request, batch_or_404(request, pk), problem=error.message, status=error.status)
    if request.headers.get("HX-Request") == "true":
        return _check(request, batch_or_404(request, pk))
    return redirect("exchange:check", pk)


@require_POST
@sender
def confirm(request: StaffRequest, pk: int) -> HttpResponse:
    """确认接收，交给后台。"""
    batch = batch_or_404(request, pk)
    form = _form(batch, request.POST)
    if not form.is_valid():
        return _check(request, batch, form=form, status=400)
    chosen = form.cleaned_data
    try:
        _own(request, batch.source)
        choice = services.Choice(
            Mode(chosen["mode"]), chosen["data_date"], int(chosen["replaces"]) if chosen["replaces"] else None
        )
        services.batch_confirm(batch=batch, choice=choice, actor=request.actor, scope=request.scope)
    except ServiceError as error:
        if batch.state != State.DRAFT or error.code == "already_confirmed":
            raise
        return _check(request, batch, form=form, problem=error.message, status=error.status)
    messages.success(request, f"{batch}已确认，正在接收。")
    return redirect("exchange:batch", pk)


def _check(
    request: StaffRequest, batch: Batch, *, form: ConfirmForm | None = None, problem: str = "", status: int = 200
) -> HttpResponse:
    context: dict[str, Any] = {
        "batch": batch,
        "sources": source_choices(source_keys(request)),
        "not_own": bool(batch.source) and batch.source not in source_keys(request),
        "others": [guess for guess in batch.guesses if guess["source"] != batch.source and guess["columns"]],
        "problem": problem,
        "form": form or _form(batch),
        "current": services.coming(batch.division_code, batch.source) if batch.source else [],
    }
    if batch.source:
        found = services.batch_preview(batch)
        titles, rows = offering.preview_rows(batch, found)
        context |= {
            "error": found.error,
            "matched": sum(bool(column.field) for column in found.columns),
            "columns": offering.column_lines(batch, found),
            "fields": offering.field_choices(batch.source),
            "titles": titles,
            "rows": rows,
            "faults": offering.preview_faults(found),
            "counts": offering.preview_counts(found),
            "missing": offering.missing_titles(batch, found),
            "proposed": (proposed := offering.proposed_date(batch, found, timezone.localdate())),
            "advice": list(lots.against_current(batch, context["current"], proposed)),
        }
    if request.headers.get("HX-Request") == "true":
        return render(request, "exchange/check.html#check", context)
    return render(request, "exchange/check.html", context, status=status)


def _form(batch: Batch, data: Any = None) -> ConfirmForm:
    current = services.coming(batch.division_code, batch.source) if batch.source else []
    return ConfirmForm(data, current=current, initial={"mode": batch.mode, "replaces": batch.replaces_id})


def _mapping(request: StaffRequest, batch: Batch, source: str) -> dict[str, str]:
    """与程序自己认的不同的那些列。"""
    automatic = services.batch_preview(batch, source=source, mapping={}).columns
    chosen = {}
    for at, column in enumerate(automatic):
        typed = request.POST.get(f"column-{at}")
        if typed is not None and typed != column.field:
            chosen[column.header] = typed
    return chosen


def _own(request: StaffRequest, source: str) -> None:
    """部门只能报自己的来源。"""
    if source and source not in source_keys(request):
        raise NotAllowed("这不是贵单位报的来源，没有办理。请核对文件，或联系县监测员。", code="not_own_source")
    if not source:
        raise ExchangeError("还没有选来源。", code="no_source")


def _file_or_404(request: StaffRequest, pk: int) -> ReceivedFile:
    file = selectors.received_file(request.scope, pk)
    if file is None:
        raise Http404("没有这个文件")
    return file


def _go(request: StaffRequest, url: str) -> HttpResponse:
    """转到另一页：局部刷新的，让浏览器整页过去。"""
    if request.headers.get("HX-Request") == "true":
        return HttpResponse(status=204, headers={"HX-Redirect": url})
    return redirect(url)
