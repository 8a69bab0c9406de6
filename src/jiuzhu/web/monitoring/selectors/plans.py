"""五个一的读取：现行的、历次的。"""

from django.db.models import Prefetch, QuerySet

from jiuzhu.web.access.scope import Scope
from jiuzhu.web.monitoring.models import COUNTY_WIDTH, HouseholdWarning, Plan, PlanMember
from jiuzhu.web.orders.models import Order, Source

WARNING = "monitoring.warning"  # 同 handling.SOURCE
MEMBER = ("organisation", "post__user")


def plans_in_force(scope: Scope, county: str) -> dict[str, Plan]:
    """一个县各类现行的五个一：类别 → 最后一版。"""
    rows = plans(scope, county).order_by("category", "-version").distinct("category")
    return {plan.category: plan for plan in rows}


def plan_of(scope: Scope, county: str, category: str) -> Plan | None:
    """一类现行的五个一；还没有立的为空。"""
    return plans(scope, county).filter(category=category).order_by("-version").first()


def plan_of_order(scope: Scope, order: Order) -> Plan | None:
    """由预警派的一张单照哪一类的五个一办：它最近一条预警的首要一类。单看得到即可，预警不必看得到。"""
    everything = Scope.everything()
    with everything.applied():
        sources = Source.objects.within(everything).filter(order=order, kind=WARNING).order_by("-at", "-pk")
        key = sources.values_list("key", flat=True).first()
        rows = HouseholdWarning.objects.within(everything).filter(warning_id=key).order_by("-run__number")
        categories = rows.values_list("categories", flat=True).first() if key else None
    return plan_of(scope, order.division_code, categories[0]) if categories else None


def plan_history(scope: Scope, county: str, category: str) -> QuerySet[Plan]:
    """一类的历次，新的在前。"""
    return plans(scope, county).filter(category=category).order_by("-version")


def plans(scope: Scope, county: str) -> QuerySet[Plan]:
    """一个县的五个一，连同领导与专班。"""
    return (
        Plan.objects.within(scope)
        .filter(division_code__startswith=county[:COUNTY_WIDTH])
        .select_related("leader__user", "leader__organisation")
        .prefetch_related(Prefetch("members", PlanMember.objects.within(scope).select_related(*MEMBER)))
    )
