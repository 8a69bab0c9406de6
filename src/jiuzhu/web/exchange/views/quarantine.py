"""隔离台：哪些行没有收下、为什么；就地改，或退给部门改好传回。"""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from jiuzhu.web.access.request import StaffRequest
from jiuzhu.web.divisions.codes import full_code
from jiuzhu.web.documents.sheets import CONTENT_TYPE
from jiuzhu.web.exchange import selectors, services
from jiuzhu.web.exchange.models import Batch
from jiuzhu.web.exchange.selectors import faults
from jiuzhu.web.exchange.selectors.faults import FaultSheet
from jiuzhu.web.exchange.sources import department_of, title_of
from jiuzhu.web.ground.errors import ServiceError
from jiuzhu.web.ground.paging import LazyRows, paged

View = Callable[..., HttpResponse]
fixer: Callable[[View], View] = permission_required("exchange.fix_row", raise_exception=True)
STATES = {faults.OPEN: "待改", faults.FIXED: "改好的", faults.ALL: "全部"}
KEEP = ""


@require_safe
@fixer
def desk(request: StaffRequest) -> HttpResponse:
    """有问题的各批。"""
    return _desk(request)


@require_safe
@fixer
def batch_page(request: StaffRequest, pk: int) -> HttpResponse:
    """一批里有问题的行，按原因看。"""
    sheet = _sheet_or_404(request, pk)
    state = request.GET.get("state", faults.OPEN)
    state = state if state in STATES else faults.OPEN
    reasons = sheet.reasons()
    code = request.GET.get("code", "")
    numbers = sheet.numbers(code=code, state=state)
    rows = LazyRows(count=len(numbers), fetch=lambda start, size: _rows(sheet, numbers[start : start + size]))
    context = {
        **_about(sheet.batch),
        "sheet": sheet,
        "reasons": reasons,
        "code": code,
        "state": state,
        "states": STATES,
        "page": paged(rows, request.GET.get("page")),
        "sendable": any(number in sheet.cells for number in sheet.numbers(code=code)),
        "fixed": sum(fix.is_clean for fix in sheet.fixes.values()),
    }
    return render(request, "exchange/quarantine_batch.html", context)


@require_http_methods(["GET", "POST"])
@fixer
def row_page(request: StaffRequest, pk: int, row: int) -> HttpResponse:
    """一行：哪一格错了、应怎样填；改好当即重收这一行。"""
    sheet = _row_or_404(request, pk, row)
    if request.method != "POST":
        return _row(request, sheet, row)
    values = _typed(request, sheet, row)
    try:
        fix = services.row_fix(
            batch=sheet.batch,
            intake=sheet.intake,
            row=row,
            cells=values,
            reason=request.POST.get("reason", ""),
            actor=request.actor,
        )
    except ServiceError as error:
        return _row(request, sheet, row, values=values, problem=error.message, status=error.status)
    if not fix.is_clean:
        messages.warning(request, "已记下，但这一行还有问题，请接着改。")
        return redirect("exchange:quarantine_row", pk, row)
    following = next((number for number in sheet.numbers() if number > row and number in sheet.cells), None)
    if following is None:
        messages.success(request, "已收下这一行；这一批没有别的行要改了。")
        return redirect("exchange:quarantine_batch", pk)
    messages.success(request, f"第 {row:,} 行已收下。接着是下一行。")
    return redirect("exchange:quarantine_row", pk, following)


@require_POST
@fixer
def row_check(request: StaffRequest, pk: int, row: int) -> HttpResponse:
    """边改边查：与接收用的是同一套检查，什么也不留下。"""
    sheet = _row_or_404(request, pk, row)
    trial = services.row_try(intake=sheet.intake, row=row, cells=_typed(request, sheet, row))
    return render(request, "exchange/quarantine_row.html#verdict", {"trial": trial})


@require_http_methods(["GET", "POST"])
@fixer
def row_plain(request: StaffRequest, pk: int, row: int) -> HttpResponse:
    """先问为什么，再给看这一行的全部原文。"""
    sheet = _row_or_404(request, pk, row)
    context: dict[str, Any] = {"batch": sheet.batch, "row": row, "reason": request.POST.get("reason", "")}
    status = 200
    if request.method == "POST":
        try:
            services.row_reveal(batch=sheet.batch, row=row, reason=context["reason"], actor=request.actor)
        except ServiceError as error:
            context["problem"], status = error.message, error.status
        else:
            context["cells"] = sheet.cells_of(row, plain=True)
    if request.headers.get("HX-Request") == "true":
        return render(request, "exchange/quarantine_plain.html#form", context)
    return render(request, "exchange/quarantine_plain.html", context, status=status)


@require_POST
@fixer
def row_undo(request: StaffRequest, pk: int, row: int) -> HttpResponse:
    """撤销这一行的改动。"""
    sheet = _row_or_404(request, pk, row)
    fix = sheet.fixes.get(row)
    if fix is None:
        return _row(request, sheet, row, problem="这一行没有改过，不用撤销。", status=409)
    try:
        services.fix_undo(fix=fix, intake=sheet.intake, reason=request.POST.get("reason", ""), actor=request.actor)
    except ServiceError as error:
        return _row(request, sheet, row, problem=error.message, status=error.status)
    messages.success(request, "已撤销，这一行回到送来时的样子。")
    return redirect("exchange:quarantine_row", pk, row)


@require_POST
@fixer
def rows_list(request: StaffRequest, pk: int) -> HttpResponse:
    """退回给部门的清单。"""
    sheet = _sheet_or_404(request, pk)
    content = services.rows_sent(sheet=sheet, code=request.POST.get("code", ""), actor=request.actor)
    response = HttpResponse(content, content_type=CONTENT_TYPE)
    response["Content-Disposition"] = (
        f"attachment; filename*=UTF-8''%E8%AF%B7%E6%9B%B4%E6%AD%A3-{sheet.batch.number}.xlsx"
    )
    return response


@require_POST
@fixer
def rows_return(request: StaffRequest) -> HttpResponse:
    """部门改好的清单传回来。"""
    upload = request.FILES.get("file")
    if upload is None:
        return _desk(request, problem="还没有选清单文件，没有收下。", status=400)
    try:
        done = services.rows_returned(
            data=upload.read(),
            name=upload.name or "清单",
            division_code=_county(request),
            actor=request.actor,
            scope=request.scope,
        )
    except ServiceError as error:
        return _desk(request, problem=error.message, status=error.status)
    return _desk(request, done=done)


def _desk(request: StaffRequest, *, status: int = 200, **extra: Any) -> HttpResponse:
    page = paged(faults.batches_with_faults(request.scope), request.GET.get("page"))
    page.object_list = [_about(batch) for batch in page.object_list]
    swapped = request.headers.get("HX-Request") == "true"  # 局部刷新不换出错的答复
    return render(request, "exchange/quarantine.html", {"page": page, **extra}, status=200 if swapped else status)


def _about(batch: Batch) -> dict[str, Any]:
    return {"batch": batch, "title": title_of(batch.source), "department": department_of(batch.source)}


def _county(request: StaffRequest) -> str:
    """当前岗位在哪个县，十二位。"""
    return full_code(request.post.division_code[:6]) if request.post else ""


def _rows(sheet: FaultSheet, numbers: list[int]) -> list[dict[str, Any]]:
    return [{"row": sheet.row(number), "subject": _subject(sheet, number)} for number in numbers]


def _subject(sheet: FaultSheet, number: int) -> str:
    """遮挡后的当事人，认得出是哪一行。"""
    if number not in sheet.cells:
        return ""
    wanted = [at for at, field in sheet.fields.items() if field.key == "name"]
    cells = sheet.cells_of(number)
    return " ".join(cells[at].shown for at in wanted if at < len(cells))


def _typed(request: StaffRequest, sheet: FaultSheet, row: int) -> list[str | None]:
    """填的各格。敏感的格没有填的，照现在的；要清空就填“无”。"""
    out: list[str | None] = []
    for cell in sheet.cells_of(row):
        typed = request.POST.get(f"cell-{cell.at}")
        keep = typed is None or (cell.sensitive and typed == KEEP)
        out.append(cell.value if keep else typed)
    return out


def _row(
    request: StaffRequest,
    sheet: FaultSheet,
    row: int,
    *,
    values: list[str | None] | None = None,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    typed = values or []
    cells = [
        {
            "cell": cell,
            "typed": (typed[cell.at] or "") if cell.at < len(typed) and typed[cell.at] != cell.value else "",
        }
        for cell in sheet.cells_of(row)
    ]
    numbers = [number for number in sheet.numbers() if number in sheet.cells]
    context = {
        **_about(sheet.batch),
        "row": sheet.row(row),
        "cells": cells,
        "problem": problem,
        "reason": request.POST.get("reason", ""),
        "left": len(numbers),
        "history": faults.fixes(request.scope, sheet.batch).filter(row=row),
        "following": next((number for number in numbers if number > row), None),
    }
    return render(request, "exchange/quarantine_row.html", context, status=status)


def _sheet_or_404(request: StaffRequest, pk: int) -> FaultSheet:
    batch = selectors.batch(request.scope, pk)
    if batch is None or batch.taken_at is None or batch.withdrawn_at is not None:
        raise Http404("没有这一批")
    return faults.sheet(request.scope, batch)


def _row_or_404(request: StaffRequest, pk: int, row: int) -> FaultSheet:
    sheet = _sheet_or_404(request, pk)
    if row not in sheet.cells:
        raise Http404("没有这一行")
    return sheet
