"""区划与机构的读取。地名与机构名是公开信息，不分片区，人人可读。"""

from collections.abc import Iterable
from datetime import date, timedelta

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from .codes import WIDTHS, Level, ancestors_of, area_prefix, full_code, is_code, level_of, parent_of
from .models import Division, DivisionChange, Organisation, in_force_on
from .names import NAMES

__all__ = [
    "area_choices",
    "area_prefix",
    "changes",
    "children",
    "current",
    "division_of",
    "full_code",
    "history",
    "is_known",
    "level_of",
    "name_before",
    "name_of",
    "organisation_choices",
    "organisation_counts",
    "organisation_of_department",
    "organisations",
    "parent_of",
    "path_of",
    "short_path_of",
    "station_of",
    "successors",
]
NOWHERE = "地点不详"


def name_of(code: str, on: date | None = None) -> str:
    """某天（默认今天）的名称；那天不在用时给最近一段的名称；从来没有这个代码为空文本。可给片区。"""
    periods = NAMES.periods().get(code.ljust(12, "0"))
    if not periods:
        return ""
    day = on or timezone.localdate()
    begun = [period for period in periods if period.valid_from <= day]
    return (begun or periods[:1])[-1].name


def name_before(code: str, day: date) -> str:
    """某天之前的名称：变更前叫什么。"""
    return name_of(code, day - timedelta(days=1))


def path_of(code: str, on: date | None = None) -> str:
    """从县到自身的名称：``青禾县 河湾乡 柳树村``；省、市只写自己；一级也不认得时写“地点不详”。"""
    return _path(code, on, Level.COUNTY)


def short_path_of(code: str, on: date | None = None) -> str:
    """县内的写法，从乡级起：``河湾乡 柳树村``；县及以上只写自己。"""
    return _path(code, on, Level.TOWNSHIP)


def _path(code: str, on: date | None, top: Level) -> str:
    own, day = code.ljust(12, "0"), on or timezone.localdate()
    paths = NAMES.loaded().paths
    found = paths.get((own, top.value, day))
    if found is None:
        found = paths[(own, top.value, day)] = _joined(own, day, top)
    return found


def _joined(own: str, day: date, top: Level) -> str:
    if not is_code(own):
        return NOWHERE
    names = [name_of(each, day) for each in ancestors_of(own) if each == own or len(area_prefix(each)) >= WIDTHS[top]]
    return " ".join(name for name in names if name) or NOWHERE


def is_known(code: str, on: date | None = None) -> bool:
    """某天（默认今天）是否有这个代码在用。"""
    day = on or timezone.localdate()
    periods = NAMES.periods().get(code, [])
    return any(each.valid_from <= day and (each.valid_to is None or day < each.valid_to) for each in periods)


def current(on: date | None = None) -> QuerySet[Division]:
    """某天（默认今天）在用的区划。"""
    return Division.objects.filter(in_force_on(on or timezone.localdate()))


def children(code: str, on: date | None = None) -> QuerySet[Division]:
    """下一级在用的区划；``code`` 为空文本时是最上级，即上级不在表里的那些。"""
    rows = current(on)
    if code:
        return rows.filter(parent_code=code)
    return rows.exclude(parent_code__in=current(on).values("code"))


def division_of(code: str, on: date | None = None) -> Division | None:
    """某天（默认今天）在用的那一行；没有为空。"""
    return current(on).filter(code=code).first()


def history(code: str) -> QuerySet[Division]:
    """一个代码的各段，新的在前。"""
    return Division.objects.filter(code=code).order_by("-valid_from")


def area_choices(area: str, level: Level, on: date | None = None) -> list[tuple[str, str]]:
    """片区之内某一级的下拉项：（代码前缀，名称），按代码排序。

    例：``area_choices("429998", Level.TOWNSHIP)`` → ``[("429998100", "城关镇"), …]``。
    """
    rows = current(on).filter(code__startswith=area, level=level.value).order_by("code")
    return [(code[: WIDTHS[level]], name) for code, name in rows.values_list("code", "name")]


def changes(code: str = "") -> QuerySet[DivisionChange]:
    """区划变更，新的在前；可只看涉及某个代码的。"""
    rows = DivisionChange.objects.order_by("-date", "-id")
    return rows.filter(Q(from_codes__contains=[code]) | Q(to_codes__contains=[code])) if code else rows


def successors(code: str, on: date | None = None, *, since: date | None = None) -> list[str]:
    """旧代码在某天（默认今天）对应的代码：逐次变更往后推；没变过即自身；撤销而无承接的为空。

    代码撤销后又被别处启用时，用 ``since`` 写明旧代码是哪一天的，只推其后的变更。
    """
    found = {code}
    rows = DivisionChange.objects.filter(date__lte=on or timezone.localdate()).order_by("date", "id")
    if since is not None:
        rows = rows.filter(date__gt=since)
    for old, new in rows.values_list("from_codes", "to_codes"):
        if touched := found & set(old):
            found = (found - touched) | set(new)
    return sorted(found)


def organisations(
    *,
    area: str = "",
    kind: str = "",
    department: str = "",
    closed: bool = False,
) -> QuerySet[Organisation]:
    """机构，可按片区、类别、部门筛选；``closed`` 为真时连停用的一起给。"""
    rows = Organisation.objects.select_related("parent")
    if not closed:
        rows = rows.filter(is_active=True)
    if area:
        rows = rows.filter(division_code__startswith=area)
    if kind:
        rows = rows.filter(kind=kind)
    if department:
        rows = rows.filter(department=department)
    return rows


def organisation_choices(*, area: str = "", kinds: Iterable[str] = ()) -> list[tuple[str, str]]:
    """机构下拉项：（主键，名称）。"""
    rows = organisations(area=area)
    if kinds := list(kinds):
        rows = rows.filter(kind__in=kinds)
    return [(str(pk), name) for pk, name in rows.values_list("pk", "name")]


def organisation_of_department(department: str, county: str) -> Organisation | None:
    """某县（六位片区）某部门的机构；没有为空。派单按它找承办单位。"""
    rows = organisations(area=county[:6], department=department)
    wanted = (Organisation.Kind.COUNTY_OFFICE, Organisation.Kind.DEPARTMENT)
    return rows.filter(kind__in=wanted).order_by("code").first()


def station_of(code: str) -> Organisation | None:
    """某地所属乡镇的经办机构；没有为空。"""
    rows = organisations(area=full_code(code)[:9], kind=Organisation.Kind.TOWNSHIP_STATION)
    return rows.order_by("code").first()


def organisation_counts(area: str = "") -> dict[str, int]:
    """在用机构按类别的个数。"""
    rows = organisations(area=area).order_by().values_list("kind").annotate(count=Count("pk"))
    return dict(rows)
