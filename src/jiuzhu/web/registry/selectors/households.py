"""户的名单与一户。"""

from dataclasses import dataclass
from datetime import date, datetime, time

from django.db.models import QuerySet
from django.utils import timezone

from jiuzhu.web.access.scope import Scope, after
from jiuzhu.web.registry.models import ClassSpan, Household
from jiuzhu.web.registry.models.household import TOWN_WIDTH

MOST = 2_000  # 名单数到、列到这么多户为止
RARE = 500  # 至多这么多条在册经历的类别算少见
SHOWN = (
    "household_id", "division_code", "size", "kind", "classes", "band", "score", "reasons", "changed_at", "head__name",
)  # fmt: skip
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
    """名单，连同户主的姓名；只取名单上用的列。"""
    wanted = filters or Filters()
    rows = Household.objects.within(scope).select_related("head").only(*SHOWN)
    if wanted.band:
        rows = rows.filter(band=wanted.band)
    if wanted.kind:
        rows = rows.filter(kind=wanted.kind)
    if len(wanted.area) == TOWN_WIDTH:
        rows = rows.filter(township_code=wanted.area)
    elif wanted.area:
        rows = rows.filter(division_code__gte=wanted.area, division_code__lt=after(wanted.area))
    if wanted.class_code:
        rows = _in_class(rows, scope, wanted)
    if wanted.changed_since:
        start = timezone.make_aware(datetime.combine(wanted.changed_since, time.min))
        rows = rows.filter(changed_at__gte=start)
    return rows.order_by(*ORDERS.get(wanted.sort, ORDERS[""]))


def _in_class(rows: QuerySet[Household], scope: Scope, wanted: Filters) -> QuerySet[Household]:
    """某一类的户。少见的类别先由类别经历的索引取出是哪些户；常见的沿名单的次序边走边看，很快就满一页。"""
    spans = ClassSpan.objects.within(scope).filter(code=wanted.class_code, until=None)
    if wanted.area:
        spans = spans.filter(division_code__gte=wanted.area, division_code__lt=after(wanted.area))
    keys = list(spans.order_by().values_list("household_id", flat=True)[: RARE + 1])
    if len(keys) <= RARE:
        return rows.filter(pk__in=set(keys))
    return rows.filter(classes__contains=[wanted.class_code])


def capped_count(rows: QuerySet[Household], most: int = MOST) -> tuple[int, bool]:
    """户数，数到 ``most`` 为止；第二项为真表示还有更多。十倍的数据也数得一样快。"""
    found = rows.order_by().select_related(None).only("pk")[: most + 1].count()
    return min(found, most), found > most
