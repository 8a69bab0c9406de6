"""五个一的读取：现行的、历次的。"""

from django.db.models import Prefetch, QuerySet

from jiuzhu.web.access.scope import Scope
from jiuzhu.web.monitoring.models import COUNTY_WIDTH, Plan, PlanMember

MEMBER = ("organisation", "post__user")


def plans_in_force(scope: Scope, county: str) -> dict[str, Plan]:
    """一个县各类现行的五个一：类别 → 最后一版。"""
    rows = plans(scope, county).order_by("category", "-version").distinct("category")
    return {plan.category: plan for plan in rows}


def plan_of(scope: Scope, county: str, category: str) -> Plan | None:
    """一类现行的五个一；还没有立的为空。"""
    return plans(scope, county).filter(category=category).order_by("-version").first()


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
