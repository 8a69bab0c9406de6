"""派单的名单：一栏一个状态，可按来源、单位、地方、级别筛选。"""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from jiuzhu.web.access.request import StaffRequest
from jiuzhu.web.divisions.selectors import short_path_of
from jiuzhu.web.ground.paging import LazyRows, paged
from jiuzhu.web.orders import selectors
from jiuzhu.web.orders.forms import OrderFilter
from jiuzhu.web.orders.models import Order, OrderPart
from jiuzhu.web.process.models import Task

from .common import reader

TABS = {"mine": "等我办的", "open": "在办", "late": "已逾期"} | {
    code: title for code, (title, _) in selectors.STATES.items()
} | {"closed": "已办结", "all": "全部"}  # fmt: skip
MARKS = dict(Task.Urge.choices)


@require_safe
@reader
def order_list(request: StaffRequest) -> HttpResponse:
    """名单；局部刷新只返回表格。"""
    scope = request.scope
    form = OrderFilter(request.GET, scope=scope)
    base = form.apply(selectors.orders(scope))
    tab = request.GET.get("tab", "open")
    tab = tab if tab in TABS else "open"
    rows = tabbed(base, tab, request)
    page = paged(
        LazyRows(count=rows.order_by().count(), fetch=lambda at, size: list(rows[at : at + size])),
        request.GET.get("page"),
    )
    page.object_list = dressed(request, list(page.object_list))
    counts = selectors.order_counts(scope, rows=base)
    counts["mine"] = selectors.mine(base, scope).order_by().count()
    context = {
        "form": form,
        "problems": form.problems(),
        "is_filtered": bool(form.chosen()),
        "tab": tab,
        "tabs": [
            (code, title, counts[code]) for code, title in TABS.items() if counts[code] or code in {tab, "open", "mine"}
        ],
        "page": page,
    }
    partial = request.headers.get("HX-Target") == "list"
    return render(request, "orders/list.html#list" if partial else "orders/list.html", context)


def tabbed(rows: QuerySet[Order], tab: str, request: StaffRequest) -> QuerySet[Order]:
    """一栏的单。"""
    if tab == "mine":
        return selectors.mine(rows, request.scope)
    if tab == "late":
        return selectors.late(rows, request.scope)
    return selectors.in_state(rows, tab, request.scope)


def dressed(request: StaffRequest, rows: list[Order]) -> list[dict[str, Any]]:
    """补上办到哪里、派给了谁、在哪里。"""
    states = selectors.states_of(rows, request.scope)
    offices: dict[int, list[str]] = {}
    about: dict[int, list[str]] = {}
    sent = (
        OrderPart.objects.within(request.scope)
        .filter(order__in=rows, branch__isnull=False)
        .select_related("organisation")
    )
    for part in sent:
        offices.setdefault(part.order_id, []).append(part.organisation.label)
        about.setdefault(part.order_id, []).extend(item["name"] for item in part.indicators)
    return [
        {
            "order": row,
            "state": states[row.pk],
            "mark": MARKS[states[row.pk].urge] if states[row.pk].urge and row.is_open else "",
            "place": short_path_of(row.division_code),
            "about": list(dict.fromkeys(about.get(row.pk, []))),
            "offices": list(dict.fromkeys(offices.get(row.pk, []))),
        }
        for row in rows
    ]
