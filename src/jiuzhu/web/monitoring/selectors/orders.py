"""由预警、发现派的单办到哪里：一户取最近的一张。"""

from collections.abc import Collection

from jiuzhu.web.access.scope import Scope
from jiuzhu.web.orders.models import OrderPart, Source
from jiuzhu.web.orders.selectors import OrderState, orders, states_of


def orders_by_household(scope: Scope, kind: str, households: Collection[str]) -> dict[str, OrderState]:
    """户编号 → 由这种来由派的最近一张单。"""
    sources = Source.objects.within(scope).filter(kind=kind, order__household__household_id__in=list(households))
    pairs = dict(sources.order_by("order__opened_at").values_list("order__household__household_id", "order_id"))
    found = states_of(orders(scope).filter(pk__in=set(pairs.values())), scope) if pairs else {}
    return {name: found[pk] for name, pk in pairs.items() if pk in found}


def codes_of(scope: Scope, wanted: Collection[int]) -> dict[int, frozenset[str]]:
    """单上写过的指标：单 → 指标代码。"""
    found: dict[int, set[str]] = {}
    parts = OrderPart.objects.within(scope).filter(order_id__in=list(wanted))
    for pk, indicators in parts.values_list("order_id", "indicators"):
        found.setdefault(pk, set()).update(item["code"] for item in indicators)
    return {pk: frozenset(codes) for pk, codes in found.items()}
