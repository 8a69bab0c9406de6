"""待办：归我办的、本单位的、将到期的、已逾期的、我办过的；和全辖区的逾期名单。"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from jiuzhu.web.ground.paging import paged
from jiuzhu.web.process import selectors
from jiuzhu.web.process.forms import TaskFilter
from jiuzhu.web.process.presentation import dressed
from jiuzhu.web.process.selectors import Rows

from .common import reader, scope_of, waiting_elsewhere

TABS = {"mine": "我的待办", "office": "本单位", "soon": "将到期", "late": "已逾期", "done": "已办"}
EMPTY = {
    "mine": ("没有待办", "派给您或您岗位的事会自动出现在这里，先到期的排在前面。"),
    "office": ("本单位没有待办", "派给本单位的事都在这里，不论由谁办。"),
    "soon": ("没有快到期的", "两个工作日之内到期的事会列在这里。"),
    "late": ("没有逾期的", "归您办而过了期限的事会列在这里。"),
    "done": ("还没有办结的", "您办结的事留在这里，可随时查看。"),
}


@require_safe
@reader
def inbox(request: HttpRequest) -> HttpResponse:
    """我的待办；局部刷新只返回名单。"""
    scope, now = scope_of(request), timezone.now()
    tab = request.GET.get("tab", "mine")
    tab = tab if tab in TABS else "mine"
    form = TaskFilter(request.GET, scope=scope)

    def refine(rows: Rows) -> Rows:
        rows = form.apply(rows)
        return (
            rows.filter(selectors.soon(now))
            if tab == "soon"
            else rows.filter(selectors.late(now))
            if tab == "late"
            else rows
        )

    counts = selectors.counts(scope, now=now)
    if tab in {"mine", "soon", "late"}:
        rows = selectors.inbox(scope, refine=refine, count=None if form.chosen() else counts[tab])
    elif tab == "office":
        rows = selectors.office(scope, refine=form.apply)
    else:
        rows = selectors.done(scope, refine=form.apply)
    page = paged(rows, request.GET.get("page"))
    page.object_list = dressed(page.object_list, now)
    context = {
        "tab": tab,
        "tabs": list(TABS.items()),
        "counts": counts,
        "form": form,
        "problems": form.problems(),
        "page": page,
        "is_filtered": bool(form.chosen()),
        "empty": EMPTY[tab],
        "warnings": selectors.calendar_warnings() if any(row.warning for row in page.object_list) else [],  # type: ignore[attr-defined]
        "elsewhere": waiting_elsewhere(request),
    }
    partial = request.headers.get("HX-Target") == "list"
    return render(request, "process/inbox.html#list" if partial else "process/inbox.html", context)


@require_safe
@reader
def overdue(request: HttpRequest) -> HttpResponse:
    """所辖之内逾期的，拖得久的在前；有权的可以逐项督办。"""
    scope, now = scope_of(request), timezone.now()
    form = TaskFilter(request.GET, scope=scope)
    page = paged(selectors.overdue(scope, now=now, refine=form.apply), request.GET.get("page"))
    page.object_list = dressed(page.object_list, now)
    context = {
        "form": form,
        "problems": form.problems(),
        "page": page,
        "is_filtered": bool(form.chosen()),
        "may_supervise": request.user.has_perm("process.supervise"),
    }
    partial = request.headers.get("HX-Target") == "list"
    return render(request, "process/overdue.html#list" if partial else "process/overdue.html", context)
