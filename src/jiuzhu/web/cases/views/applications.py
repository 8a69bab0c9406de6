"""一件申请：从勾选的项目登记、填写、提交、告知、受理。"""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from jiuzhu.web.access.request import StaffRequest, who
from jiuzhu.web.cases import presentation, selectors, services
from jiuzhu.web.cases.economy import known_economy
from jiuzhu.web.cases.forms import DetailsForm
from jiuzhu.web.cases.models import Application
from jiuzhu.web.cases.services.filling import accept_task
from jiuzhu.web.cases.services.opening import Choice
from jiuzhu.web.divisions.selectors import short_path_of
from jiuzhu.web.ground.errors import ServiceError
from jiuzhu.web.ground.paging import LazyRows, paged
from jiuzhu.web.process import selectors as process
from jiuzhu.web.process.people import standing_of
from jiuzhu.web.process.timeline import lines_of
from jiuzhu.web.registry.requests import governed_household_or_404
from jiuzhu.web.registry.selectors import person as person_of
from jiuzhu.web.registry.services import file_read

from .common import application_or_404, opener, reader, starter


@require_safe
@reader
def application_list(request: StaffRequest) -> HttpResponse:
    """名单：在办的、草稿、办完的。"""
    tab = request.GET.get("tab", "open")
    tab = tab if tab in selectors.TABS else "open"
    rows = selectors.applications(request.scope, tab)
    page = paged(
        LazyRows(count=rows.order_by().count(), fetch=lambda at, size: list(rows[at : at + size])),
        request.GET.get("page"),
    )
    found = list(page.object_list)
    waiting = presentation.waiting_of(request.scope, found)
    page.object_list = [presentation.row_of(row, waiting) for row in found]
    return render(request, "cases/list.html", {"page": page, "tab": tab, "tabs": selectors.TABS.items()})


@require_http_methods(["POST"])
@starter
def start(request: StaffRequest, household_id: str) -> HttpResponse:
    """申请勾选的项目；有草稿的并进去。"""
    household = governed_household_or_404(request, household_id)
    applicant = person_of(request.scope, request.POST.get("applicant", ""))
    if applicant is None:
        messages.error(request, "请先选是哪一位来申请。")
        return redirect("cases:household", household_id)
    chosen = [_choice(value) for value in request.POST.getlist("programme")]
    village = request.scope.role == "village_worker"
    channel = Application.Channel.VILLAGE if village else Application.Channel.WINDOW
    try:
        made = services.application_open(
            household=household, applicant=applicant, chosen=chosen, channel=channel, **who(request)
        )
    except ServiceError as error:
        messages.error(request, error.message)
        return redirect("cases:household", household_id)
    if not made.is_draft:
        messages.success(request, f"选的项目已在申请 {made.number} 里办着，没有重复登记。")
    return redirect("cases:application", made.pk)


def _choice(value: str) -> Choice:
    code, _, person = value.partition("|")
    return code, person


@require_safe
@reader
def application_page(request: StaffRequest, pk: int) -> HttpResponse:
    """一件申请的全部。"""
    return rendered(request, application_or_404(request, pk))


@require_safe
@reader
def task_page(request: StaffRequest, pk: int) -> HttpResponse:
    """待办里的一步：受理、核对就在申请的页上办；入户调查等在流程的页上办结。"""
    task = process.task(request.scope, pk)
    found = selectors.application_of(request.scope, task.instance_id) if task else None
    if found is None:
        raise Http404("没有这项任务")
    return rendered(request, application_or_404(request, found.pk))


@require_POST
@starter
def answer(request: StaffRequest, pk: int) -> HttpResponse:
    """记下回答，答一句存一句；局部刷新只回那一块。"""
    application = application_or_404(request, pk)
    given = {name: value for name, value in request.POST.items() if isinstance(value, str)}
    try:
        services.application_answer(application=application, given=given, **who(request))
    except ServiceError as error:
        return rendered(request, application, problem=error.message, status=error.status)
    if request.headers.get("HX-Request") == "true":
        fresh = application_or_404(request, pk)
        people = selectors.living(request.scope, fresh.household)
        context = presentation.live(fresh, people) | {"application": fresh, "editable": True, "saved": timezone.now()}
        return render(request, "cases/live.html", context)
    return redirect("cases:application", pk)


@require_POST
@starter
def describe(request: StaffRequest, pk: int) -> HttpResponse:
    """事由、代办人、近亲属。"""
    application = application_or_404(request, pk)
    form = DetailsForm(request.POST, application=application)
    if not form.is_valid():
        return rendered(request, application, form=form, status=400)
    try:
        services.application_describe(application=application, **form.details(), **who(request))
    except ServiceError as error:
        return rendered(request, application, form=form, problem=error.message, status=error.status)
    return saved(request, pk)


@require_POST
@starter
def state(request: StaffRequest, pk: int) -> HttpResponse:
    """本人说的与数据不一样：写在旁边。"""
    application = application_or_404(request, pk)
    row = known_economy(request.scope, application.household).rows.get(request.POST.get("name", ""))
    if row is None:
        raise Http404("没有这一项")
    known = f"{row.figure.value:,.2f} {row.figure.unit}" if row.figure else "没有数据"
    return attempt(
        request, application, services.application_state, name=row.code, known=known,
        said=request.POST.get("said", ""), reason=request.POST.get("reason", ""),
    )  # fmt: skip


@require_POST
@starter
def materials(request: StaffRequest, pk: int) -> HttpResponse:
    """各样材料收了没有。"""
    application = application_or_404(request, pk)
    states = {
        row["name"]: request.POST.get(f"material-{at}", row["state"])
        for at, row in enumerate(application.materials, start=1)
    }
    return attempt(request, application, services.materials_set, states=states)


@require_POST
@starter
def remove(request: StaffRequest, pk: int) -> HttpResponse:
    """去掉一个项目。"""
    number = request.POST.get("programme", "")
    key = int(number) if number.isdecimal() and len(number) < 18 else 0
    return attempt(request, application_or_404(request, pk), services.programme_remove, pk=key)


@require_POST
@starter
def drop(request: StaffRequest, pk: int) -> HttpResponse:
    """撤下草稿。"""
    reason = request.POST.get("reason", "")
    return attempt(request, application_or_404(request, pk), services.application_drop, reason=reason)


@require_POST
@opener
def submit(request: StaffRequest, pk: int) -> HttpResponse:
    """提交。"""
    return attempt(
        request,
        application_or_404(request, pk),
        services.application_submit,
        told="已提交。看材料齐不齐：齐的当场受理，不齐的一次说清。",
    )


@require_POST
@opener
def notice(request: StaffRequest, pk: int) -> HttpResponse:
    """一次性告知所缺材料。"""
    day = parse_date(request.POST.get("return_by", "")) if request.POST.get("return_by") else None
    application = application_or_404(request, pk)
    return attempt(
        request, application, services.application_notice, return_by=day,
        told="已出具补正材料一次性告知书，在“文书”栏打印给本人；等待补正的日子不计期限。",
    )  # fmt: skip


@require_POST
@opener
def accept(request: StaffRequest, pk: int) -> HttpResponse:
    """受理。"""
    return attempt(
        request, application_or_404(request, pk), services.application_accept,
        told="已受理，受理通知书在“文书”栏。核对与入户调查同时启动。",
    )  # fmt: skip


@require_POST
@opener
def check(request: StaffRequest, pk: int) -> HttpResponse:
    """一键核对，转到核对的结果。"""
    application = application_or_404(request, pk)
    if not request.user.has_perm("verification.start_check"):
        raise PermissionDenied
    try:
        made = services.application_check(application=application, **who(request))
    except ServiceError as error:
        return rendered(request, application_or_404(request, pk), problem=error.message, status=error.status)
    messages.success(request, "已核对。结果如下；入户调查由镇调查办理。")
    return redirect("verification:check", made.pk)


@require_POST
@reader
def replay(request: StaffRequest, pk: int) -> HttpResponse:
    """照提交那天的手册、数据与回答再算一遍，说同不同。"""
    application = application_or_404(request, pk)
    try:
        found = services.application_replay(application=application, **who(request))
    except ServiceError as error:
        return rendered(request, application, problem=error.message, status=error.status)
    if found.differences:
        messages.error(request, f"重算与记下的不同：{'、'.join(found.differences)}。请告诉管理员。")
    else:
        messages.success(request, f"照提交那天的手册、数据与回答重算，{found.total} 个项目的结论与金额逐分相同。")
    return redirect("cases:application", pk)


def attempt(
    request: StaffRequest, application: Application, service: Any, *, told: str = "", **given: Any
) -> HttpResponse:
    """做一件事：办不成留在原页说明，办成了回到申请的页。"""
    try:
        service(application=application, **given, **who(request))
    except ServiceError as error:
        return rendered(
            request, application_or_404(request, application.pk), problem=error.message, status=error.status
        )
    return saved(request, application.pk, told)


def saved(request: StaffRequest, pk: int, told: str = "已保存。") -> HttpResponse:
    """说一句，回到申请的页。"""
    messages.success(request, told or "已保存。")
    return redirect("cases:application", pk)


def rendered(
    request: StaffRequest,
    application: Application,
    *,
    form: DetailsForm | None = None,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    """申请的页。看过要记。"""
    file_read(household=application.household, actor=request.actor)
    context = presentation.application_context(application, request.scope)
    standing = standing_of(request.scope)
    mine = {task.node: task for task in context["tasks"] if standing.may_act(task)}
    accepting = accept_task(application) is not None
    context |= {
        "place": short_path_of(application.division_code),
        "form": form or DetailsForm(application=application),
        "editable": request.user.has_perm("cases.start_application") and (application.is_draft or accepting),
        "mine": mine,
        "accepting": accepting,
        "paused": any(task.node == "accept" and task.paused_at for task in context["tasks"]),
        "lines": lines_of(process.events_of(request.scope, application.instance)) if application.instance else [],
        "problem": problem,
    }
    return render(request, "cases/application.html", context, status=status)
