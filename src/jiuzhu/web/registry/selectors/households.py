"""户的名单与一户。"""

from dataclasses import dataclass
from datetime import date, datetime, time

from django.db.models import QuerySet
from django.utils import timezone

from jiuzhu.web.access.scope import Scope, after
from jiuzhu.web.registry.models import ClassSpan, Household

MOST = 10_000
ORDERS = {
    "": ("severity", "-score", "household_id"),
    "score": ("score", "household_id"),
    "-score": ("-score", "household_id"),
    "place": ("division_code", "severity", "-score", "household_id"),
    "-changed": ("-changed_at", "household_id"),
}


@dataclass(frozen=True)
class Filters:
    """名单的条件；空的不限。``area`` 是片区前缀，``changed_since`` 当天算在内。"""

    class_code: str = ""
    band: str = ""
    kind: str = ""
    area: str = ""
    changed_since: date | None = None
    sort: str = ""


def household(scope: Scope, household_id: str) -> Household | None:
    """一户，连同户主；范围之外与没有一样。"""
    return Household.objects.within(scope).select_related("head").filter(household_id=household_id).first()


def households(scope: Scope, filters: Filters | None = None) -> QuerySet[Household]:
    """名单，连同户主。"""
    wanted = filters or Filters()
    rows = Household.objects.within(scope).select_related("head")
    if wanted.band:
        rows = rows.filter(band=wanted.band)
    if wanted.kind:
        rows = rows.filter(kind=wanted.kind)
    if wanted.area:
        rows = rows.filter(division_code__gte=wanted.area, division_code__lt=after(wanted.area))
    if wanted.class_code:
        open_spans = ClassSpan.objects.within(scope).filter(code=wanted.class_code, until=None)
        if wanted.area:
            open_spans = open_spans.filter(division_code__gte=wanted.area, division_code__lt=after(wanted.area))
        rows = rows.filter(pk__in=open_spans.values("household_id"))
    if wanted.changed_since:
        start = timezone.make_aware(datetime.combine(wanted.changed_since, time.min))
        rows = rows.filter(changed_at__gte=start)
    return rows.order_by(*ORDERS.get(wanted.sort, ORDERS[""]))


def capped_count(rows: QuerySet[Household], most: int = MOST) -> tuple[int, bool]:
    """户数，数到 ``most`` 为止；第二项为真表示还有更多。十倍的数据也数得一样快。"""
    found = rows.order_by().select_related(None).only("pk")[: most + 1].count()
    return min(found, most), found > most
