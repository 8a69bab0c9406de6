"""五个一：每类预警谁牵头、谁参加、怎么办、多久调度、几天办结、哪几级自动派单。"""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from jiuzhu.web.access.request import StaffRequest
from jiuzhu.web.access.scope import Scope
from jiuzhu.web.divisions.codes import WIDTHS, Level
from jiuzhu.web.divisions.models import Organisation
from jiuzhu.web.divisions.selectors import area_choices, full_code, name_of
from jiuzhu.web.ground.errors import ServiceError
from jiuzhu.web.monitoring import selectors, services
from jiuzhu.web.monitoring.labels import CATEGORIES
from jiuzhu.web.monitoring.models import COUNTY_WIDTH, HouseholdWarning, Plan
from jiuzhu.web.monitoring.plan_forms import plan_forms
from jiuzhu.web.monitoring.services.plans import SUBJECT
from jiuzhu.web.orders.selectors import order as order_of

from .common import plan_keeper, plan_reader

BANDS = dict(HouseholdWarning.Band.choices)


@require_safe
@plan_reader
def plan_list(request: StaffRequest) -> HttpResponse:
    """各类的五个一，没有立的也列出来。"""
    county = county_or_404(request)
    found = selectors.plans_in_force(request.scope, county)
    context = {
        "rows": [(category, found.get(category)) for category in CATEGORIES],
        "county": county,
        "where": name_of(full_code(county)),
        "counties": counties_of(request.scope),
        "may_edit": request.user.has_perm("monitoring.change_plan"),
    }
    return render(request, "monitoring/plans.html", context)


@require_safe
@plan_reader
def plan_page(request: StaffRequest, category: str) -> HttpResponse:
    """一类的五个一与历次修改。"""
    county = county_or_404(request)
    known_or_404(category)
    history = list(selectors.plan_history(request.scope, county, category))
    shown = version_of(history, request.GET.get("version", ""))
    context = {
        "category": category,
        "county": county,
        "where": name_of(full_code(county)),
        "plan": shown,
        "bands": [BANDS[code] for code in shown.auto_bands] if shown else [],
        "history": history,
        "is_current": bool(history) and shown == history[0],
        "may_edit": request.user.has_perm("monitoring.change_plan"),
        "subject_kind": SUBJECT,
        "subject_key": f"{county}:{category}",
        "division_code": full_code(county),
    }
    return render(request, "monitoring/plan.html", context)


@require_http_methods(["GET", "POST"])
@plan_keeper
def plan_edit(request: StaffRequest, category: str) -> HttpResponse:
    """改一类的五个一。"""
    county = county_or_404(request)
    known_or_404(category)
    plan = selectors.plan_of(request.scope, county, category)
    form, members = plan_forms(request.POST if request.method == "POST" else None, plan=plan, county=county)
    problem, status = "", 200
    if request.method == "POST":
        status = 400
        if form.is_valid() and members.is_valid():
            try:
                services.plan_save(
                    division_code=full_code(county),
                    category=category,
                    version=form.cleaned_data["version"],
                    leader_id=form.cleaned_data["leader"],
                    members=members.members(),
                    content=form.content(),
                    actor=request.actor,
                    scope=request.scope,
                )
            except ServiceError as error:
                problem, status = error.message, error.status
            else:
                messages.success(request, f"“{category}”类的五个一已存好。")
                return redirect(f"{reverse('monitoring:plan', args=[category])}?county={county}")
    context = {
        "category": category,
        "county": county,
        "plan": plan,
        "form": form,
        "members": members,
        "problem": problem,
        "where": name_of(full_code(county)),
    }
    return render(request, "monitoring/plan_edit.html", context, status=status)


@require_safe
@plan_reader
def plan_card(request: StaffRequest) -> HttpResponse:
    """一张小卡：派单页、预警页上说明这一类谁牵头、几天办结。

    由 ``order`` 指明一张看得到的单，或由 ``category`` 指明类别；不写或没有立，回空。
    """
    number = request.GET.get("order", "")
    if number:
        order = order_of(request.scope, int(number)) if number.isdecimal() and len(number) < 19 else None
        if order is None:
            raise Http404("没有这张单")
        plan = selectors.plan_of_order(request.scope, order)
        return render(
            request, "monitoring/plan_card.html", {"plan": plan, "county": order.division_code[:COUNTY_WIDTH]}
        )
    county, category = county_or_404(request), request.GET.get("category", "")
    plan = selectors.plan_of(request.scope, county, category) if category in CATEGORIES else None
    return render(request, "monitoring/plan_card.html", {"plan": plan, "county": county})


def counties_of(scope: Scope) -> list[tuple[str, str]]:
    """市、省的岗位所辖各县，供切换；县及以下为空。"""
    wide = [area for area in scope.areas if len(area) < WIDTHS[Level.COUNTY]]
    return [choice for area in wide for choice in area_choices(area, Level.COUNTY)]


def county_or_404(request: StaffRequest) -> str:
    """看哪个县：县、乡、村的岗位是自己的县，部门是单位所在的县，市、省的由 ``county`` 指明（不写取第一个）。"""
    scope = request.scope
    own = own_county(scope)
    asked = request.GET.get("county", "") or own or next((code for code, _ in counties_of(scope)), "")
    allowed = asked == own or scope.covers(asked)
    if len(asked) != COUNTY_WIDTH or not asked.isdecimal() or not allowed:
        raise Http404("没有这个县，或不归当前岗位管")
    return asked


def own_county(scope: Scope) -> str:
    """岗位自己所在的县；市、省的岗位为空。"""
    if scope.areas:
        return scope.areas[0][:COUNTY_WIDTH] if len(scope.areas[0]) >= COUNTY_WIDTH else ""
    office = Organisation.objects.filter(pk=scope.organisation_id or 0).first()
    return office.division_code[:COUNTY_WIDTH] if office else ""


def known_or_404(category: str) -> None:
    """字典里有的类别。"""
    if category not in CATEGORIES:
        raise Http404("没有这一类预警")


def version_of(history: list[Plan], text: str) -> Plan | None:
    """网址里 ``version=`` 指的那一版；没写取现行的，写了而没有则 404。"""
    if not text:
        return history[0] if history else None
    for plan in history:
        if str(plan.version) == text:
            return plan
    raise Http404("没有这一版")
