"""派单里的一步：派单、接单、改派、办理、回访、核对，各有各的表单，都在单的页上办。"""

from collections.abc import Callable, Mapping
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from jiuzhu.web.access.request import StaffRequest, who
from jiuzhu.web.divisions.models import Organisation
from jiuzhu.web.ground.errors import ServiceError
from jiuzhu.web.orders import selectors, services
from jiuzhu.web.orders.forms import AskForm, MeasureForm, ReceiversForm
from jiuzhu.web.orders.models import Measure, Order, OrderPart
from jiuzhu.web.orders.presentation import part_card
from jiuzhu.web.orders.suggestions import Suggestion, suggested_for
from jiuzhu.web.process import selectors as process
from jiuzhu.web.process.models import Task
from jiuzhu.web.process.people import standing_of
from jiuzhu.web.process.presentation import dressed
from jiuzhu.web.process.services import task_complete
from jiuzhu.web.process.timeline import step_told
from jiuzhu.web.process.views.common import other_seat

from .common import done, reader
from .order import rendered


@require_safe
@reader
def task_page(request: StaffRequest, pk: int) -> HttpResponse:
    """一步的页。办完了的转到单的页。"""
    task, order = task_or_404(request, pk)
    return page(request, task, order) if task.is_open else redirect("orders:order", order.pk)


def task_or_404(request: StaffRequest, pk: int) -> tuple[Task, Order]:
    """看得到的一步和它的单。"""
    task = process.task(request.scope, pk)
    order = (
        selectors.orders(request.scope).select_related("report").filter(instance=task.instance_id).first()
        if task
        else None
    )
    if task is None or order is None:
        raise Http404("没有这项任务")
    return task, order


def page(
    request: StaffRequest, task: Task, order: Order, *, problem: str = "", status: int = 200, **more: Any
) -> HttpResponse:
    """单的页，上面是这一步的表单。"""
    dressed([task])
    acts = standing_of(request.scope).may_act(task) and task.is_open
    context: dict[str, Any] = {
        "task": task,
        "node": task.definition,
        "acts": acts,
        "seat": None if acts else other_seat(request, task),
    }
    part = selectors.part_of(request.scope, task)
    if part is not None:
        tasks = dressed(process.tasks_of(request.scope, order.instance))
        measures = [row for row in selectors.measures(request.scope, order) if row.part_id == part.pk]
        context["card"] = part_card(part, tasks, measures, directs=False)
    if acts:
        context |= FORMS.get(kind_of(task), _said)(request, task, order)
    return rendered(request, order, problem=problem, status=status, **(context | more))


def kind_of(task: Task) -> str:
    """用哪一种表单。"""
    return "ask" if task.node.startswith("ask_") else task.node


def _send_form(request: StaffRequest, task: Task, order: Order) -> dict[str, Any]:
    planned = {
        part.organisation_id: part for part in OrderPart.objects.within(request.scope).filter(order=order, branch=None)
    }
    found = suggested_for(order, request.scope)
    never = not OrderPart.objects.within(request.scope).filter(order=order).exists()
    proposed = {key: row.ask for key, row in (found if never else planned).items()}
    bound = request.POST if request.method == "POST" else None
    offices = list(selectors.receivers(order.division_code) | Organisation.objects.filter(pk__in=planned))
    form = ReceiversForm(bound, offices=sorted(offices, key=lambda row: row.pk not in proposed), proposed=proposed)
    given = {**found, **planned}
    return {
        "receivers": form,
        "suggested": found,
        "proposes": never and bool(found),
        "offices": [(office, box, ask, given.get(office.pk)) for office, box, ask in form.rows()],
    }


def _reassign_form(request: StaffRequest, task: Task, order: Order) -> dict[str, Any]:
    back = task.scope.organisation_id
    return {"others": selectors.receivers(order.division_code).exclude(pk=back or 0), "said": request.POST}


def _handle_form(request: StaffRequest, task: Task, order: Order) -> dict[str, Any]:
    return {"measure_form": MeasureForm(order_kind=order.kind), "said": request.POST}


def _ask_form(request: StaffRequest, task: Task, order: Order) -> dict[str, Any]:
    return {"ask_form": AskForm(request.POST if request.method == "POST" else None)}


def _said(request: StaffRequest, task: Task, order: Order) -> dict[str, Any]:
    return {"said": request.POST}


FORMS: Mapping[str, Callable[[StaffRequest, Task, Order], dict[str, Any]]] = {
    "send": _send_form,
    "reassign": _reassign_form,
    "handle": _handle_form,
    "ask": _ask_form,
}


@require_POST
@reader
def act(request: StaffRequest, pk: int) -> HttpResponse:
    """办这一步。填得不对或办不成，留在原页说明，填的都在。"""
    task, order = task_or_404(request, pk)
    try:
        text = ACTS.get(kind_of(task), _outcome)(request, task, order)
    except ServiceError as error:
        return page(request, task, order, problem=error.message, status=error.status)
    if process.task(request.scope, pk) is None or selectors.order(request.scope, order.pk) is None:
        return done(request, text, "orders:list")
    return done(request, text, "orders:order", order.pk)


def _outcome(request: StaffRequest, task: Task, order: Order) -> str:
    """选一个结果、写情况的一步：接单、退回、反馈、核对、一事一议。"""
    chosen, note = request.POST.get("outcome", ""), request.POST.get("note", "").strip()[:2000]
    finished = task_complete(task_id=task.pk, outcome=chosen, note=note, **who(request))
    return f"已办结{step_told(finished.title, finished.outcome_title)}。"


def _send(request: StaffRequest, task: Task, order: Order) -> str:
    made = _send_form(request, task, order)
    form: ReceiversForm = made["receivers"]
    found: dict[int, Suggestion] = made["suggested"]
    if not form.is_valid():
        raise ServiceError("要办的事写得太长，至多 300 个字。", code="too_long")
    needs = [
        found[key].need(ask or order.title) if key in found else services.Need(key, ask=ask or order.title)
        for key, ask in form.asks().items()
    ]
    services.order_send(task_id=task.pk, needs=needs, note=request.POST.get("note", "")[:300], **who(request))
    return f"已派给 {len(needs)} 个单位。"


def _reassign(request: StaffRequest, task: Task, order: Order) -> str:
    choice, note = request.POST.get("outcome", ""), request.POST.get("note", "").strip()[:300]
    if choice == "insist":
        services.part_insist(task_id=task.pk, note=note, **who(request))
        return "已说明理由，请它接单。"
    if choice == "dropped":
        services.part_reassign(task_id=task.pk, need=None, note=note, **who(request))
        return "这一份不再派。"
    office = request.POST.get("organisation", "")
    if choice != "elsewhere" or not office.isdecimal():
        raise ServiceError("请选怎么办；改派的，选改派给哪个单位。", code="incomplete")
    before = selectors.part_of(request.scope, task)
    ask = request.POST.get("ask", "").strip()[:300] or (before.ask if before else order.title)
    indicators, facts = (tuple(before.indicators), tuple(before.facts)) if before else ((), ())
    need = services.Need(int(office), indicators=indicators, facts=facts, ask=ask)  # 事还是那件事，要用的情况跟着走
    services.part_reassign(task_id=task.pk, need=need, note=note, **who(request))
    return "已改派。"


def _ask(request: StaffRequest, task: Task, order: Order) -> str:
    form = AskForm(request.POST)
    if not form.is_valid():
        raise ServiceError("还有没填好的，请看标出的地方。", code="incomplete")
    services.household_ask(task_id=task.pk, **form.values(), **who(request))
    return "回访已登记。"


ACTS: Mapping[str, Callable[[StaffRequest, Task, Order], str]] = {
    "send": _send,
    "reassign": _reassign,
    "ask": _ask,
}


@require_POST
@reader
def measure_new(request: StaffRequest, pk: int) -> HttpResponse:
    """登记一项措施。"""
    task, order = task_or_404(request, pk)
    form = MeasureForm(request.POST, order_kind=order.kind)
    if not form.is_valid():
        return page(request, task, order, status=400, measure_form=form)
    try:
        services.measure_add(task_id=pk, **form.cleaned_data, **who(request))
    except ServiceError as error:
        return page(request, task, order, problem=error.message, status=error.status, measure_form=form)
    return done(request, "已登记；还有别的措施接着登，都登完了再反馈。", "orders:task", pk)


@require_POST
@reader
def measure_withdraw(request: StaffRequest, pk: int) -> HttpResponse:
    """撤下登错的措施。"""
    measure = Measure.objects.within(request.scope).filter(pk=pk, withdrawn_at=None).first()
    if measure is None:
        raise Http404("没有这项措施")
    services.measure_withdraw(measure=measure, reason=request.POST.get("reason", ""), **who(request))
    return done(request, "已撤下。", "orders:order", measure.order_id)
