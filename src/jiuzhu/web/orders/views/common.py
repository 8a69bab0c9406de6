"""各页共用：权限、找不到、办成之后回到哪里。"""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect

from jiuzhu.web.access.request import StaffRequest
from jiuzhu.web.orders import selectors
from jiuzhu.web.orders.models import Order

Guard = Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]

reader: Guard = permission_required("orders.view_order", raise_exception=True)
opener: Guard = permission_required("orders.open_order", raise_exception=True)
sender: Guard = permission_required("orders.dispatch_order", raise_exception=True)
keeper: Guard = permission_required("orders.change_setting", raise_exception=True)


def order_or_404(request: StaffRequest, pk: int) -> Order:
    """看得到的一张单；看不到与没有一样。"""
    found = selectors.order(request.scope, pk)
    if found is None:
        raise Http404("没有这张单")
    return found


def done(request: StaffRequest, text: str, *to: Any) -> HttpResponse:
    """办成了：说一句，回到某页。"""
    messages.success(request, text)
    return redirect(*to)
