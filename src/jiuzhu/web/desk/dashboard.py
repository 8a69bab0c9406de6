"""看板上的数：在册、预警、办理，按所辖；下一级逐个列。

数一遍全县要几十毫秒，所以按地方在共用缓存里留五分钟，页面写明数到几时。
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.core.cache import cache
from django.db.models import Count, F, Q
from django.db.models.functions import Left
from django.utils import timezone

from jiuzhu.web.access.scope import Scope, narrowed
from jiuzhu.web.divisions.codes import WIDTHS, Level, area_prefix, full_code, level_of
from jiuzhu.web.divisions.selectors import children, name_of, path_of
from jiuzhu.web.process.models import Task
from jiuzhu.web.registry.models import ClassSpan, Household
from jiuzhu.web.registry.selectors import class_title

KEEP_SECONDS = 300
BANDS = ("red", "orange", "yellow", "blue")
BELOW = {
    Level.PROVINCE: Level.CITY,
    Level.CITY: Level.COUNTY,
    Level.COUNTY: Level.TOWNSHIP,
    Level.TOWNSHIP: Level.VILLAGE,
}


@dataclass(frozen=True)
class Row:
    """下一级的一个地方。"""

    code: str
    name: str
    counts: dict[str, int]

    @property
    def figures(self) -> list[tuple[str, str, int]]:
        """在册与四级预警：（对象库名单的条件，名目，户数）。"""
        listed = [("kind=monitored", "在册户", self.counts.get("listed", 0))]
        return listed + [(f"band={band.value}", band.label, self.counts.get(band.value, 0)) for band in Household.Band]

    @property
    def area(self) -> str:
        """片区前缀：对象库的名单按它筛。"""
        return area_prefix(self.code) if self.code else ""

    @property
    def warned(self) -> int:
        """四级预警户合计。"""
        return sum(self.counts.get(band, 0) for band in BANDS)


@dataclass(frozen=True)
class Board:
    """一个地方的看板。``above`` 是可以回去的上级（代码、名称），``leaf`` 表示再往下没有了。"""

    code: str
    name: str
    above: list[tuple[str, str]]
    total: Row
    classes: list[tuple[str, str, int]]
    rows: list[Row]
    counted_at: datetime
    leaf: bool = False
    late_offices: list[dict[str, Any]] = field(default_factory=list)

    @property
    def township(self) -> str:
        """所在乡镇的前缀：从县里看下来的才有，预警与逾期的名单按它筛。"""
        return self.total.area[: WIDTHS[Level.TOWNSHIP]] if self.above and self.leaf else ""

    @property
    def is_village(self) -> bool:
        """一个村：下面没有了。"""
        return level_of(self.code) == Level.VILLAGE


def board(scope: Scope, place: str = "") -> Board | None:
    """``place`` 是区划代码，空为所辖的全部；不归所辖时为空。"""
    if not scope.areas:
        return None
    code = full_code(scope.areas[0])
    if place:
        if not (len(place) == 12 and place.isdigit() and scope.covers(area_prefix(place))):
            return None
        code = place
    key = f"desk.board:{code}"
    found = cache.get(key)
    if found is None:
        found = count(narrowed(scope, [area_prefix(code)]), code)
        cache.set(key, found, KEEP_SECONDS)
    return framed(scope, code, found)


def count(scope: Scope, code: str) -> dict[str, Any]:
    """数一遍：只有数与代码，没有人。``scope`` 已收窄到这个地方。"""
    width = WIDTHS[BELOW.get(level_of(code), Level.VILLAGE)]
    by_place: dict[str, dict[str, int]] = {}
    homes = Household.objects.within(scope).order_by().annotate(area=Left("division_code", width)).values("area")
    counted = homes.annotate(
        households=Count("pk"),
        listed=Count("pk", filter=Q(kind=Household.Kind.MONITORED)),
        **{band: Count("pk", filter=Q(band=band)) for band in BANDS},
    )
    for row in counted:
        by_place[row.pop("area")] = row
    now = timezone.now()
    tasks = (
        Task.objects.within(scope)
        .filter(scope.area_filter(), done_at=None, kind=Task.Kind.HUMAN)
        .order_by()
        .annotate(area=Left("division_code", width))
        .values("area")
        .annotate(open=Count("pk"), late=Count("pk", filter=Q(due_at__lt=now, paused_at=None)))
    )
    for row in tasks:
        by_place.setdefault(row.pop("area"), {}).update(row)
    classes = (
        ClassSpan.objects.within(scope)
        .filter(until=None)
        .order_by()
        .values("code")
        .annotate(homes=Count("household", distinct=True))
    )
    late = (
        Task.objects.within(scope)
        .filter(scope.area_filter(), done_at=None, kind=Task.Kind.HUMAN, paused_at=None, due_at__lt=now)
        .order_by()
        .values(name=F("organisation__name"))
        .annotate(late=Count("pk"))
        .order_by("-late")[:8]
    )
    return {
        "places": by_place,
        "classes": [(row["code"], row["homes"]) for row in classes],
        "late": [row for row in late if row["name"]],
        "at": now,
    }


def framed(scope: Scope, code: str, found: dict[str, Any]) -> Board:
    """把数配上地名与上级。"""
    places: dict[str, dict[str, int]] = dict(found["places"])
    names = {area_prefix(child.code): child.name for child in children(code)}
    rows = [Row(full_code(area), name, places.pop(area, {})) for area, name in sorted(names.items())]
    unplaced: dict[str, int] = {}
    for rest in places.values():
        for name, value in rest.items():
            unplaced[name] = unplaced.get(name, 0) + value
    if any(unplaced.values()) and rows:
        rows.append(Row("", "村居不详或县直接办理", unplaced))
    whole: dict[str, int] = {}
    for part in [*(row.counts for row in rows), *([] if rows else [unplaced])]:
        for name, value in part.items():
            whole[name] = whole.get(name, 0) + value
    return Board(
        code=code,
        name=path_of(code) or name_of(code),
        above=above(scope, code),
        total=Row(code, name_of(code), whole),
        classes=[
            (key, class_title(key), number) for key, number in sorted(found["classes"], key=lambda item: -item[1])
        ],
        rows=sorted(rows, key=lambda row: (not row.code, -row.warned, row.code)),
        counted_at=found["at"],
        leaf=level_of(code) in (Level.TOWNSHIP, Level.VILLAGE),
        late_offices=found["late"],
    )


def above(scope: Scope, code: str) -> list[tuple[str, str]]:
    """上面各级里归所辖的，从上到下。"""
    area = area_prefix(code)
    widths = [width for width in sorted(WIDTHS.values()) if width < len(area)]
    return [
        (full_code(area[:width]), name_of(full_code(area[:width]))) for width in widths if scope.covers(area[:width])
    ]
