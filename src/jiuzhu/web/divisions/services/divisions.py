"""区划的更正，与由数据归纳的补登。"""

from collections.abc import Iterable, Mapping

from django.db import transaction

from jiuzhu.web.audit.actor import Actor
from jiuzhu.web.audit.services import Subject, record
from jiuzhu.web.divisions.codes import WIDTHS, Level, full_code, is_code, level_of
from jiuzhu.web.divisions.models import Division
from jiuzhu.web.divisions.places import kind_of, new_division
from jiuzhu.web.divisions.walls import require
from jiuzhu.web.ground.errors import ServiceError

from .writing import division_subject, lock

SOME = 20  # 审计里至多列出几个代码


@transaction.atomic
def division_rename(*, actor: Actor, area: str, division: Division, name: str, reason: str) -> Division:
    """更正写错的名称（当初就写错了，不是改名）。真的改名用 ``division_change_apply``，旧名会留下。

    Raises:
        NotAllowed: 不在 ``area`` 之内。
        ServiceError: 名称是空的，或没有说明为何更正。
    """
    require(area, [division.code])
    name = "".join(name.split())
    if not name or not reason.strip():
        raise ServiceError("更正名称要写明新名称和原因，没有保存。", code="division_name_missing")
    lock()
    row = Division.objects.select_for_update().get(pk=division.pk)
    before = row.name
    if before == name:
        return row
    row.name, row.kind = name, kind_of(row.code, name) or row.kind
    row.origin = Division.Origin.OFFICIAL
    row.save(update_fields=["name", "kind", "origin"])
    record(
        actor=actor,
        action="divisions.division_correct",
        subject=division_subject(row.code, name),
        before={"name": before},
        after={"name": name},
        reason=reason,
    )
    return row


@transaction.atomic
def divisions_ensure_from_places(rows: Iterable[Mapping[str, str | None]], *, actor: Actor | None = None) -> int:
    """按一次监测见到的地名补登没有的乡、村，返回补了几处。

    ``rows`` 每行有 ``village_code``（12 位）、``township``、``village``，即 OUT/places.parquet 的列。
    已有的代码（含停用的）一律不动：数据里的写法不能改正式公布的名称。没有名称的不补。
    """
    wanted: dict[str, str] = {}
    for row in rows:
        code = row.get("village_code") or ""
        if not is_code(code):
            continue
        for each, name in (
            (full_code(code[: WIDTHS[Level.TOWNSHIP]]), row.get("township")),
            (code, row.get("village")),
        ):
            if name and level_of(each) in (Level.TOWNSHIP, Level.VILLAGE):
                wanted.setdefault(each, name)
    if not wanted.keys() - _known(wanted):
        return 0
    lock()
    known = _known(wanted)
    new = [
        new_division(code, name, origin=Division.Origin.DATA)
        for code, name in sorted(wanted.items())
        if code not in known
    ]
    if not new:
        return 0
    Division.objects.bulk_create(new)
    record(
        actor=actor or Actor.system("监测"),
        action="divisions.divisions_from_data",
        subject=Subject(kind="divisions.division", key=new[0].code[:6], label=f"{len(new)} 处"),
        after={"count": len(new), "codes": [division.code for division in new[:SOME]]},
    )
    return len(new)


def _known(codes: Iterable[str]) -> set[str]:
    return set(Division.objects.filter(code__in=list(codes)).values_list("code", flat=True))
