"""管理页面要用的读取：一级级看、查找、名单。别的部分用 ``selectors``。"""

from typing import Any

from django.db.models import Count, Q, QuerySet

from .codes import WIDTHS, Level, full_code, is_code
from .models import Division, ImportFile, Organisation
from .selectors import children, current, organisations

FOUND = 500
MOST_CHOICES = 150


def starting_place(area: str = "") -> str:
    """打开区划页先看哪里：自己的片区；没有的自上而下，只有一个下级时一路往下，到县为止，有几个时为空文本。"""
    if area and (own := full_code(area)) and current().filter(code=own).exists():
        return own
    code = ""
    while True:
        below = list(children(code).values_list("code", "level")[:2])
        if len(below) != 1:
            return code
        code, level = below[0]
        if level not in (Level.PROVINCE.value, Level.CITY.value):
            return code


def counted(rows: QuerySet[Division]) -> list[Division]:
    """各行补上 ``below``（下级个数）。"""
    listed = list(rows.order_by("code"))
    below = dict(
        current()
        .filter(parent_code__in=[row.code for row in listed])
        .order_by()
        .values_list("parent_code")
        .annotate(count=Count("pk"))
    )
    for row in listed:
        row.below = below.get(row.code, 0)  # type: ignore[attr-defined]
    return listed


def level_counts(area: str = "") -> list[tuple[str, int]]:
    """片区之内（不含自身）各级在用的个数，自上而下，没有的不列。"""
    rows = current().filter(code__startswith=area).order_by().values_list("level").annotate(count=Count("pk"))
    counts = dict(rows)
    own = next((level for level, width in WIDTHS.items() if width == len(area)), None)
    return [
        (Division.Level(level.value).label, counts[level.value])
        for level in Level
        if level.value in counts and level is not own
    ]


def division_search(text: str) -> QuerySet[Division]:
    """按名称（含旧名）或代码开头找，至多 ``FOUND`` 处。"""
    rows = Division.objects.filter(Q(name__icontains=text) | Q(code__startswith=text))
    return rows.order_by("code", "-valid_from")[:FOUND]


def find_places(text: str, area: str) -> list[str]:
    """在用区划里，代码正是这个的，或片区之内名称正是这个的。"""
    if text.isascii() and text.isdigit() and len(text) in WIDTHS.values():
        code = text.ljust(12, "0")
        return list(current().filter(code=code).values_list("code", flat=True)) if is_code(code) else []
    rows = current().filter(name="".join(text.split()), code__startswith=area)
    return list(rows.values_list("code", flat=True)[:20])


def area_filter(area: str) -> list[tuple[str, str]]:
    """按地方筛选的下拉项：（片区，名称）。一个县列各乡镇；乡镇多到下拉框不好用时（一市、一省）列各县。"""
    for level in (Level.TOWNSHIP, Level.COUNTY):
        rows = (
            current()
            .filter(level=level.value, code__startswith=area)
            .order_by("code")
            .values_list("code", "name")[: MOST_CHOICES + 1]
        )
        if len(rows) <= MOST_CHOICES:
            return [(code[: WIDTHS[level]], name) for code, name in rows]
    return []


def organisation_list(*, q: str = "", **chosen: Any) -> QuerySet[Organisation]:
    """机构名单；``q`` 按名称、简称、编码找。"""
    rows = organisations(**chosen)
    return rows.filter(Q(name__icontains=q) | Q(short_name__icontains=q) | Q(code__icontains=q)) if q else rows


def organisations_at(code: str) -> QuerySet[Organisation]:
    """正设在这里的在用机构（不含下级地方的）。"""
    return organisations().filter(division_code=code).order_by("kind", "code")


def uploads(area: str) -> QuerySet[ImportFile]:
    """片区的管理员上传的、等着确认的导入文件；没有片区的一个也看不到。"""
    return ImportFile.objects.filter(division_code__startswith=area) if area else ImportFile.objects.none()


def waiting_uploads(area: str) -> QuerySet[ImportFile]:
    """等着确认的名单；内容不取。"""
    return uploads(area).defer("content")
