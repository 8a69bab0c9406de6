"""本人的通知：看、打开、标为看过。"""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from jiuzhu.web.access.request import StaffRequest
from jiuzhu.web.ground.paging import paged
from jiuzhu.web.notices import selectors
from jiuzhu.web.notices.services import receipts_read, receipts_read_all

View = Callable[..., HttpResponse]
reader: Callable[[View], View] = permission_required("notices.view_notice", raise_exception=True)


@require_safe
@reader
def notice_list(request: StaffRequest) -> HttpResponse:
    """没看的在前。"""
    page = paged(selectors.received(request.scope), request.GET.get("page"))
    return render(request, "notices/list.html", {"page": page})


@require_POST
@reader
def notice_open(request: StaffRequest, pk: UUID) -> HttpResponse:
    """去通知所说的那一页，同时标为看过。"""
    receipt = selectors.received_one(request.scope, pk)
    if receipt is None:
        raise Http404("没有这则通知")
    receipts_read(notice_id=pk, scope=request.scope)
    return redirect(receipt.notice.link or "notices:list")


@require_POST
@reader
def notice_read(request: StaffRequest, pk: UUID) -> HttpResponse:
    """只标为看过，留在这一页。"""
    if selectors.received_one(request.scope, pk) is None:
        raise Http404("没有这则通知")
    receipts_read(notice_id=pk, scope=request.scope)
    return redirect("notices:list")


@require_POST
@reader
def read_all(request: StaffRequest) -> HttpResponse:
    """全部标为看过。"""
    count = receipts_read_all(scope=request.scope)
    messages.success(request, f"已把 {count} 条标为看过。" if count else "没有未看的通知。")
    return redirect("notices:list")
