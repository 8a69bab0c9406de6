"""一张单：现在在哪里、谁该做什么；各单位的一份；加派、撤回。"""

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from jiuzhu.web.access.request import StaffRequest, who
from jiuzhu.web.ground.errors import ServiceError
from jiuzhu.web.orders import selectors, services
from jiuzhu.web.orders.models import Order, OrderPart
from jiuzhu.web.orders.presentation import order_context
from jiuzhu.web.orders.suggestions import suggested_for
from jiuzhu.web.process.services import instance_withdraw

from .common import done, order_or_404, reader, sender

Act = Callable[[StaffRequest, Order], str]


@require_safe
@reader
def order_page(request: StaffRequest, pk: int) -> HttpResponse:
    """单的页。"""
    return rendered(request, order_or_404(request, pk))


def rendered(request: StaffRequest, order: Order, *, problem: str = "", status: int = 200, **more: Any) -> HttpResponse:
    """单的页，连同没办成的话。"""
    context = order_context(request, order, timezone.now()) | {"problem": problem} | more
    return render(request, "orders/order.html", context, status=status)


def _action(act: Act) -> Callable[..., HttpResponse]:
    """首问单位的一个按钮：做完回到单的页，做不成就在那里说明。"""

    @require_POST
    @sender
    def view(request: StaffRequest, pk: int) -> HttpResponse:
        order = order_or_404(request, pk)
        try:
            text = act(request, order)
        except ServiceError as error:
            return rendered(request, order_or_404(request, pk), problem=error.message, status=error.status)
        return done(request, text, "orders:order", pk)

    return view


def _add(request: StaffRequest, order: Order) -> str:
    office, ask = request.POST.get("organisation", ""), request.POST.get("ask", "").strip()
    if not office.isdecimal() or not ask:
        raise ServiceError("请选单位，并写明要它办什么。", code="incomplete")
    if not selectors.receivers(order.division_code).filter(pk=int(office)).exists():
        raise ServiceError("这个单位不能派，请重新选。", code="no_receiver")
    found = suggested_for(order, request.scope).get(int(office))
    need = found.need(ask[:300]) if found else services.Need(int(office), ask=ask[:300])
    part = services.part_add(order=order, need=need, **who(request))
    return f"已加派{part.organisation}。"


def _withdraw(request: StaffRequest, order: Order) -> str:
    instance_withdraw(instance_id=order.instance_id, reason=request.POST.get("reason", ""), **who(request))
    return "已撤回，各单位不再办理。"


part_add = _action(_add)
withdraw = _action(_withdraw)


@require_POST
@sender
def part_withdraw(request: StaffRequest, pk: int) -> HttpResponse:
    """撤回派给一个单位的一份。"""
    part = OrderPart.objects.within(request.scope).select_related("organisation").filter(pk=pk).first()
    if part is None:
        raise Http404("没有这一份")
    order = order_or_404(request, part.order_id)
    try:
        services.part_withdraw(part=part, reason=request.POST.get("reason", ""), **who(request))
    except ServiceError as error:
        return rendered(request, order, problem=error.message, status=error.status)
    return done(request, f"已撤回派给{part.organisation}的一份。", "orders:order", order.pk)
