"""派单：部门看等办的、逾期的、退回或再派的；首问单位看等派、等改派、等核对的。"""

from typing import Any

from django.urls import reverse

from jiuzhu.web.access.request import StaffRequest
from jiuzhu.web.orders import selectors
from jiuzhu.web.orders.models import Order
from jiuzhu.web.orders.views.listing import dressed

FEW = 5
RECEIVER = (("accepting", "等接单"), ("handling", "办理中"), ("late", "已逾期"), ("again", "再次派来"))
SENDER = (("sending", "等派单"), ("returned", "退回待改派"), ("checking", "反馈等核对"), ("late", "已逾期"))


def build(request: StaffRequest) -> dict[str, Any] | None:
    """四个数，点开是名单的那一栏；下面是等本岗位办的几张。一张单也没有就不显示。"""
    scope = request.scope
    found = selectors.order_counts(scope)
    if not found["all"]:
        return None
    receives = not scope.areas
    found["again"] = again(request) if receives else 0
    tabs = RECEIVER if receives else SENDER
    urls = {"again": "accepting"}
    cards = [(code, title, found[code], f"{reverse('orders:list')}?tab={urls.get(code, code)}") for code, title in tabs]
    waiting: list[Order] = list(selectors.mine(selectors.orders(scope), scope)[:FEW])
    return {"cards": cards, "rows": dressed(request, waiting), "receives": receives}


def again(request: StaffRequest) -> int:
    """办过又派来、还在办的：退回后请它接单的，核对后再派的。"""
    rows = selectors.in_state(selectors.orders(request.scope), "open", request.scope)
    return selectors.come_back(rows, request.scope).order_by().count()
