"""对象库名单与一户一档。"""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from jiuzhu.web.access.request import StaffRequest
from jiuzhu.web.divisions.selectors import short_path_of
from jiuzhu.web.ground.paging import LazyRows, paged
from jiuzhu.web.process.selectors import instances_of
from jiuzhu.web.registry import selectors
from jiuzhu.web.registry.forms import HouseholdFilter
from jiuzhu.web.registry.models import Event, Household
from jiuzhu.web.registry.presentation import household_row, months
from jiuzhu.web.registry.requests import household_or_404
from jiuzhu.web.registry.services import file_read
from jiuzhu.web.registry.services.people import UNMASKED, masked_value
from jiuzhu.web.registry.sharing import SUBJECT

from .common import reader

TABS = {
    "members": "成员",
    "economy": "经济状况",
    "classes": "类别与历史",
    "chain": "救助链",
    "papers": "材料",
    "visits": "走访",
}
SHARED_TABS = ("members", "papers")  # 不按地方看居民的只看这几栏：要用的情况写在派给它的那一份里
SHOWN = ("id_number", "phone", "account", "address")


@require_safe
@reader
def household_list(request: StaffRequest) -> HttpResponse:
    """名单；局部刷新只返回表格。"""
    form = HouseholdFilter(request.GET, scope=request.scope)
    filters = form.filters()
    rows = selectors.households(request.scope, filters)
    count, more = selectors.capped_count(rows)
    page = paged(
        LazyRows(count=count, fetch=lambda start, size: list(rows[start : start + size])), request.GET.get("page")
    )
    page.object_list = [household_row(row) for row in page.object_list]
    context = {
        "form": form,
        "filters": filters,
        "problems": form.problems(),
        "is_filtered": bool(form.spoken()),
        "page": page,
        "more": more,
        "sees_all": bool(request.scope.areas),
    }
    template = (
        "registry/households.html#list" if request.headers.get("HX-Request") == "true" else "registry/households.html"
    )
    return render(request, template, context)


@require_safe
@reader
def household_page(request: StaffRequest, household_id: str) -> HttpResponse:
    """一户一档：上面是这一户，下面分栏。看过就记审计，十分钟内一次。"""
    household = household_or_404(request, household_id)
    file_read(household=household, actor=request.actor)
    tab = request.GET.get("tab", "members")
    tabs = TABS if request.scope.areas else {name: TABS[name] for name in SHARED_TABS}
    tab = tab if tab in tabs else "members"
    context = {
        "household": household,
        "row": household_row(household),
        "place": short_path_of(household.division_code),
        "needs": selectors.person_needs(household) if request.scope.areas else [],
        "tab": tab,
        "tabs": list(tabs.items()),
        "sees_all": bool(request.scope.areas),
        **BUILD[tab](request, household),
    }
    return render(request, "registry/household.html", context)


def _members(request: StaffRequest, household: Household) -> dict[str, Any]:
    members = selectors.members(request.scope, household)
    return {
        "members": [
            {
                "row": row,
                "numbers": [(field, masked_value(row.person, field)) for field in SHOWN],
                "needs": selectors.person_needs(household, row.person) if request.scope.areas else [],
            }
            for row in members
        ],
        "past": selectors.past_members(request.scope, household),
        "fields": dict(zip(SHOWN, ("证件号", "电话", "银行账号", "住址"), strict=True)),
        "unmasked": UNMASKED,
    }


def _economy(request: StaffRequest, household: Household) -> dict[str, Any]:
    snapshot, groups = selectors.economy(request.scope, household)
    return {"snapshot": snapshot, "groups": list(groups.items())}


def _classes(request: StaffRequest, household: Household) -> dict[str, Any]:
    spans = [(span, selectors.class_title(span.code)) for span in selectors.class_spans(request.scope, household)]
    return {"spans": spans, "corrections": selectors.corrections(request.scope, household)[:50]}


def _chain(request: StaffRequest, household: Household) -> dict[str, Any]:
    kind = request.GET.get("kind", "")
    kind = kind if kind in Event.Kind.values else ""
    page = paged(selectors.events(request.scope, household, kind), request.GET.get("page"))
    found = set(selectors.events(request.scope, household).order_by().values_list("kind", flat=True).distinct())
    kinds = [(code, title) for code, title in Event.Kind.choices if code in found]
    return {
        "page": page,
        "months": months(page.object_list),
        "kind": kind,
        "kinds": kinds,
        "cases": instances_of(request.scope, subject_kind=SUBJECT, subject_key=household.household_id)[:10],
    }


def _papers(request: StaffRequest, household: Household) -> dict[str, Any]:
    return {"subject_kind": SUBJECT, "subject_key": household.household_id, "division_code": household.division_code}


def _visits(request: StaffRequest, household: Household) -> dict[str, Any]:
    return {"visits": selectors.visits(request.scope, household)[:50]}


BUILD = {
    "members": _members,
    "economy": _economy,
    "classes": _classes,
    "chain": _chain,
    "papers": _papers,
    "visits": _visits,
}
