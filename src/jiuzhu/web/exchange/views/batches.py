"""批次：名单、一批、进度、下载原件、重新接收、撤回。"""

from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from jiuzhu.web.access.limits import limit
from jiuzhu.web.access.request import StaffRequest
from jiuzhu.web.exchange import lots, selectors, services
from jiuzhu.web.exchange.forms import BatchFilter
from jiuzhu.web.exchange.models import Batch
from jiuzhu.web.exchange.models.batch import State
from jiuzhu.web.exchange.selectors.board import source_line
from jiuzhu.web.exchange.services.originals import original_open
from jiuzhu.web.exchange.sources import source_of
from jiuzhu.web.exchange.uses import uses_of
from jiuzhu.web.ground.errors import NotAllowed, ServiceError
from jiuzhu.web.ground.paging import paged

from .common import batch_or_404, county_of, drafts, named, sender, source_keys, viewer, withdrawer

SANDBOX = "default-src 'none'; sandbox"


@require_safe
@viewer
def batch_list(request: StaffRequest) -> HttpResponse:
    """范围内的批次，新的在前；报得了的人在上面拖文件进来。"""
    return listed(request)


def listed(request: StaffRequest, *, status: int = 200, **extra: object) -> HttpResponse:
    """名单页；``extra`` 是刚才上传的结果。"""
    form = BatchFilter(request.GET, sources=source_keys(request))
    page = paged(form.apply(selectors.batches(request.scope)), request.GET.get("page"))
    counties = {batch.division_code for batch in page.object_list}
    current = {batch.pk for code in counties for batch in selectors.current_batches(code)}
    for batch in page.object_list:
        named(batch).is_current = batch.pk in current
    context = {
        "form": form,
        "problems": form.problems(),
        "page": page,
        "filtered": any(request.GET.get(name) for name in form.fields),
        "waiting": waiting_files(request),
        "drafts": drafts(request).count() if request.user.has_perm("exchange.add_batch") else 0,
        **extra,
    }
    partial = request.headers.get("HX-Target") == "list"
    template = "exchange/batches.html#list" if partial else "exchange/batches.html"
    return render(request, template, context, status=status)


def waiting_files(request: StaffRequest) -> list[object]:
    """收到了、还没有走完的文件：正在看的、看不了的。"""
    rows = selectors.received_files(request.scope).filter(inspected_at=None)
    return list(rows.exclude(Q(error_code="same_file"))[:20])


@require_safe
@viewer
def batch_page(request: StaffRequest, pk: int) -> HttpResponse:
    """一批：行数对平、问题、用的列、被哪些监测用过。待确认的转到确认页。"""
    batch = batch_or_404(request, pk)
    if batch.state == State.DRAFT and request.user.has_perm("exchange.add_batch"):
        return redirect("exchange:check", pk)
    source = source_of(batch.source)
    fields = {key: item.title for key, item in source.field_map.items()} if source else {}
    current = selectors.current_of_source(batch.division_code, batch.source) if batch.source else []
    batch.is_current = any(item.pk == batch.pk for item in current)
    context = {
        "batch": batch,
        "columns": [{**column, "title": fields.get(column["field"], "")} for column in batch.columns],
        "current": current,
        "doubled": lots.may_double(batch, current),
        "uses": uses_of(request.scope, batch),
        "can_read": can_read(request, batch),
        "can_withdraw": batch.confirmed_at is not None and batch.withdrawn_at is None,
    }
    return render(request, "exchange/batch.html", context)


@require_safe
@viewer
def batch_progress(request: StaffRequest, pk: int) -> HttpResponse:
    """进度条，页面每秒来取一次；一结束，让浏览器整页刷新。"""
    batch = batch_or_404(request, pk)
    if not batch.is_moving:
        return HttpResponse(status=204, headers={"HX-Refresh": "true"})
    return render(request, "exchange/batch_progress.html", {"batch": batch})


@require_safe
@viewer
def batch_file(request: StaffRequest, pk: int) -> HttpResponse | StreamingHttpResponse:
    """下载原件，记一笔；只给报送单位与县监测员。"""
    batch = batch_or_404(request, pk)
    if not can_read(request, batch):
        raise NotAllowed("原件里有全部明文，只有报送单位和县监测员可以下载。")
    limit(request, "export")
    response = StreamingHttpResponse(
        original_open(batch=batch, actor=request.actor), content_type="application/octet-stream"
    )
    name = batch.received.file_name.rpartition("/")[2]
    response.headers["Content-Length"] = str(batch.received.size)
    response.headers["Content-Security-Policy"] = SANDBOX
    response.headers["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return response


@require_POST
@sender
def batch_retry(request: StaffRequest, pk: int) -> HttpResponse:
    """没能收成的再收一遍。"""
    services.batch_retry(batch=batch_or_404(request, pk), actor=request.actor, scope=request.scope)
    return redirect("exchange:batch", pk)


@require_http_methods(["GET", "POST"])
@withdrawer
def batch_withdraw(request: StaffRequest, pk: int) -> HttpResponse:
    """撤回之前先看清：撤回后用哪些批、缺了它耽误什么；写原因。"""
    batch = batch_or_404(request, pk)
    problem, status = "", 200
    if request.method == "POST":
        try:
            services.batch_withdraw(
                batch=batch, reason=request.POST.get("reason", ""), actor=request.actor, scope=request.scope
            )
        except ServiceError as error:
            problem, status = error.message, error.status
        else:
            messages.success(request, f"{batch}已撤回。下一次监测不再读它。")
            return redirect("exchange:batch", pk)
    context = {
        "batch": batch,
        "after": services.left_after(batch),
        "line": source_line(request.scope, county_of(request), batch.source),
        "problem": problem,
        "reason": request.POST.get("reason", ""),
    }
    return render(request, "exchange/withdraw.html", context, status=status)


def can_read(request: StaffRequest, batch: Batch) -> bool:
    """能不能下载原件：报送单位的经办、县监测员。"""
    if not request.user.has_perm("exchange.add_batch"):
        return False
    return request.scope.covers(batch.division_code) or batch.organisation_id == request.scope.organisation_id
