"""一起核对：几个文件一次传上来的，一页看完，没有要看的一起确认。每一批仍各成一个任务、各记一笔。"""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from jiuzhu.web.access.request import StaffRequest
from jiuzhu.web.exchange import lots, selectors, services
from jiuzhu.web.exchange.errors import ExchangeError
from jiuzhu.web.exchange.models import Batch
from jiuzhu.web.exchange.models.batch import Mode, State
from jiuzhu.web.ground.errors import NotAllowed, ServiceError

from .common import drafts, named, sender, source_keys

MOST = 40


@require_safe
@sender
def checks(request: StaffRequest) -> HttpResponse:
    """自己报的、没有人认领的（文件夹、数据库来的认不出的）还没确认的各批。"""
    return _page(request)


@require_POST
@sender
def checks_confirm(request: StaffRequest) -> HttpResponse:
    """勾了的各批逐一确认；一批不成不影响别的。"""
    keys = {int(text) for text in request.POST.getlist("batch") if text.isdecimal() and len(text) < 18}
    own, done, problems = source_keys(request), 0, []
    chosen = list(drafts(request).filter(pk__in=keys))
    if len(chosen) < len(keys):
        problems.append("勾选的有些已不在待确认里，可能已经确认或放弃。请看下面现在的名单。")
    for batch in chosen:
        try:
            _confirm(request, batch, own)
            done += 1
        except ServiceError as error:
            problems.append(f"{batch.file_name}：{error.message}")
    if not keys:
        problems.append("还没有勾选要确认的。")
    if done:
        messages.success(request, f"已确认 {done} 批，正在接收。")
    if problems:
        return _page(request, problems=problems, status=200 if done else 400)
    return redirect("exchange:checks" if drafts(request).exists() else "exchange:batches")


def _confirm(request: StaffRequest, batch: Batch, own: list[str]) -> None:
    if batch.source and batch.source not in own:
        raise NotAllowed("这不是贵单位报的来源，没有办理。请核对文件，或联系县监测员。", code="not_own_source")
    mode = request.POST.get(f"mode-{batch.pk}", "")
    if mode not in (Mode.FULL, Mode.SUPPLEMENT):
        raise ExchangeError("请选这一批怎样用。没有接收。", code="mode_needed")
    services.batch_confirm(batch=batch, choice=services.Choice(Mode(mode)), actor=request.actor, scope=request.scope)


def _page(request: StaffRequest, *, problems: list[str] | None = None, status: int = 200) -> HttpResponse:
    files = selectors.received_files(request.scope).filter(by_id=request.actor.user_id, inspected_at=None)
    waiting = [file for file in files[:MOST] if file.is_waiting]
    rows = drafts(request)
    found = list(rows[:MOST])
    for batch in found:
        named(batch)
    lines = lots.lot_lines(found, own=source_keys(request), today=timezone.localdate()) if not waiting else []
    others = Batch.objects.within(request.scope).filter(Batch.state_filter(State.DRAFT)).count() - rows.count()
    context = {
        "waiting": waiting,
        "refused": [file for file in files[:MOST] if file.error_code],
        "looked": found if waiting else [],
        "lines": lines,
        "clean": sum(line.is_clean for line in lines),
        "able": sum(not line.blocks for line in lines),
        "left": max(0, rows.count() - MOST),
        "others": others,
        "problems": problems or [],
    }
    partial = request.headers.get("HX-Target") == "lot"
    return render(request, "exchange/checks.html#lot" if partial else "exchange/checks.html", context, status=status)
