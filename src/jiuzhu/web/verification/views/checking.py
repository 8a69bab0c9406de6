"""核对的名单、找一户、当场核对、结果。"""

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from jiuzhu.web.access.limits import limit
from jiuzhu.web.access.request import StaffRequest, who
from jiuzhu.web.divisions.selectors import short_path_of
from jiuzhu.web.ground.errors import ServiceError
from jiuzhu.web.ground.masking import mask_name
from jiuzhu.web.ground.paging import LazyRows, paged
from jiuzhu.web.registry.models import Household
from jiuzhu.web.registry.presentation import household_row
from jiuzhu.web.registry.requests import governed_household_or_404
from jiuzhu.web.registry.selectors import members, search
from jiuzhu.web.verification import selectors, services
from jiuzhu.web.verification.forms import StartForm
from jiuzhu.web.verification.models import Authorisation, Check
from jiuzhu.web.verification.presentation import row_of, told_by

from .common import check_or_404, reader, starter
from .watching import checked_context, watched

MOST = 10
TABS = {"all": "全部", "over": "有超标", "suspect": "有疑点"}


@require_safe
@reader
def check_list(request: StaffRequest) -> HttpResponse:
    """名单；可只看有超标、疑点的。"""
    tab = request.GET.get("tab", "all")
    tab = tab if tab in TABS else "all"
    rows = selectors.checks(request.scope, having="" if tab == "all" else tab)
    page = paged(
        LazyRows(count=rows.order_by().count(), fetch=lambda at, size: list(rows[at : at + size])),
        request.GET.get("page"),
    )
    page.object_list = [row_of(row) for row in page.object_list]
    return render(request, "verification/list.html", {"page": page, "tab": tab, "tabs": TABS.items()})


@require_POST
@starter
def find(request: StaffRequest) -> HttpResponse:
    """按姓名、证件号找要核对的户。用 POST：姓名与号码不进网址。"""
    limit(request, "search")
    text = request.POST.get("q", "").strip()[:60]
    answer = search(request.scope, text, MOST) if text else None
    rows = [household_row(found.household) for found in answer.rows] if answer else []
    context = {"asked": bool(text), "rows": rows, "more": bool(answer and answer.more)}
    return render(request, "verification/find.html", context)


@require_safe
@reader
def household_page(request: StaffRequest, household_id: str) -> HttpResponse:
    """一户的核对：有效的授权书、义务人的同意书、以往各次；从这里开始核对。"""
    return rendered(request, governed_household_or_404(request, household_id))


@require_http_methods(["POST"])
@starter
def start(request: StaffRequest, household_id: str) -> HttpResponseBase:
    """当场核对，比对完一个来源显示一个。办不成留在原页说明。"""
    household = governed_household_or_404(request, household_id)
    form = start_form(request, household)
    if not form.is_valid():
        return rendered(request, household, form=form, status=400)
    chosen = {str(row.pk): row for row in selectors.authorisations(request.scope, household)}
    try:
        return watched(
            request,
            household,
            services.check_watch(
                household=household,
                programmes=form.cleaned_data["programmes"],
                authorisation=chosen[form.cleaned_data["authorisation"]],
                **who(request),
            ),
        )
    except ServiceError as error:
        return rendered(request, household, form=form, problem=error.message, status=error.status)


@require_safe
@reader
def check_page(request: StaffRequest, pk: int) -> HttpResponse:
    """一次核对的结果。看过要记。"""
    check = check_or_404(request, pk)
    services.check_read(check=check, actor=request.actor)
    return checked(request, check)


@require_safe
@reader
def platforms(request: StaffRequest, pk: int) -> HttpResponse:
    """省、市平台答到哪里；还在等的，页面每几秒来看一次。"""
    check = check_or_404(request, pk)
    enquiries = told_by(request.scope, check)
    waiting = any(one["is_waiting"] for one in enquiries)
    context = {"check": check, "enquiries": enquiries, "waiting": waiting}
    return render(request, "verification/platforms.html", context)


@require_POST
@starter
def report(request: StaffRequest, pk: int) -> HttpResponse:
    """出具核对报告。"""
    check = check_or_404(request, pk)
    try:
        paper = services.report_issue(check=check, **who(request))
    except ServiceError as error:
        return checked(request, check, problem=error.message, status=error.status)
    messages.success(request, f"已出具核对报告 {paper.number}，在“文书”栏打开。")
    return redirect("verification:check", pk)


@require_POST
@reader
def replay(request: StaffRequest, pk: int) -> HttpResponse:
    """照当时的手册与数据再算一遍，说同不同。"""
    check = check_or_404(request, pk)
    try:
        found = services.check_replay(check=check, **who(request))
    except ServiceError as error:
        return checked(request, check, problem=error.message, status=error.status)
    if found.equal:
        told = f"照当时的手册、当时的数据重算，{found.conclusions} 个结论、{found.findings} 项发现逐分相同。"
        messages.success(request, told)
    else:
        messages.error(request, f"重算与存下的不同：{'、'.join(found.differences)}。请告诉管理员。")
    return redirect("verification:check", pk)


def start_form(request: StaffRequest, household: Household, letters: list[Authorisation] | None = None) -> StartForm:
    """核对的表单。"""
    return StartForm(
        request.POST if request.method == "POST" else None,
        authorisations=selectors.authorisations(request.scope, household) if letters is None else letters,
        programmes=selectors.programme_choices(household.division_code),
    )


def rendered(
    request: StaffRequest,
    household: Household,
    *,
    form: StartForm | None = None,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    """一户的核对页。"""
    consents = list(selectors.consents(request.scope, household))
    letters = selectors.authorisations(request.scope, household)
    absent = selectors.unsigned(request.scope, household, letters)
    whole = [row for row in letters if not absent[row.pk]]
    context = {
        "household": household,
        "row": household_row(household),
        "place": short_path_of(household.division_code),
        "members": members(request.scope, household),
        "letters": [(row, [mask_name(person.name) for person in absent[row.pk]]) for row in letters],
        "whole": whole,
        "consents": consents,
        "checks": [row_of(row) for row in selectors.checks(request.scope).filter(household=household)[:MOST]],
        "form": form or start_form(request, household, whole),
        "problem": problem,
    }
    return render(request, "verification/household.html", context, status=status)


def checked(request: StaffRequest, check: Check, *, problem: str = "", status: int = 200) -> HttpResponse:
    """核对结果的页。"""
    context = checked_context(request, check) | {"problem": problem}
    return render(request, "verification/check.html", context, status=status)
