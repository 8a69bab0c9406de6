"""机构的新增、修改、停用。"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from jiuzhu.web.audit.actor import Actor
from jiuzhu.web.audit.services import record
from jiuzhu.web.divisions.codes import area_prefix
from jiuzhu.web.divisions.models import Organisation
from jiuzhu.web.divisions.walls import reaches, require
from jiuzhu.web.ground.errors import Conflict, ServiceError
from jiuzhu.web.ground.masking import mask_phone

from .writing import organisation_subject

FIELDS = (
    "code", "name", "short_name", "kind", "department", "division_code", "parent", "phone", "address", "valid_from",
)  # fmt: skip


def organisation_code(division_code: str, what: str) -> str:
    """平台自建机构的编码：片区加用途，如 ``429998-minzheng``、``429998101-station``。"""
    return f"{area_prefix(division_code)}-{what}"


@transaction.atomic
def organisation_create(*, actor: Actor, area: str, **fields: Any) -> Organisation:
    """新增一个机构；``fields`` 为 ``FIELDS`` 中的各项。

    Raises:
        NotAllowed: 所在区划或上级不在 ``area`` 之内。
        Conflict: 编码已被别的机构使用。
    """
    require(area, [fields["division_code"]])
    require_parent(area, fields.get("parent"))
    if Organisation.objects.filter(code=fields["code"]).exists():
        raise Conflict(f"编码“{fields['code']}”已经有机构在用，没有新增。请换一个编码，或到原机构上修改。")
    organisation = Organisation.objects.create(**fields)
    record(
        actor=actor,
        action="divisions.organisation_create",
        subject=organisation_subject(organisation),
        after=written({name: getattr(organisation, name) for name in FIELDS if getattr(organisation, name)}),
    )
    return organisation


@transaction.atomic
def organisation_update(
    *, actor: Actor, area: str, organisation: Organisation, reason: str = "", **fields: Any
) -> Organisation:
    """修改一个机构；没有变化时什么也不写。

    Raises:
        NotAllowed: 它现在或改后的所在区划，或改后的上级，不在 ``area`` 之内。
        ServiceError: 上级是自己或自己的下级。
    """
    row = Organisation.objects.select_for_update().get(pk=organisation.pk)
    require(area, [row.division_code, fields.get("division_code", row.division_code)])
    changed = {name: value for name, value in fields.items() if name in FIELDS and getattr(row, name) != value}
    if not changed:
        return row
    if "parent" in changed:
        require_parent(area, changed["parent"])
        refuse_cycle(row, changed["parent"])
    before = written({name: getattr(row, name) for name in changed})
    for name, value in changed.items():
        setattr(row, name, value)
    row.save(update_fields=list(changed))
    record(
        actor=actor,
        action="divisions.organisation_update",
        subject=organisation_subject(row),
        before=before,
        after=written(changed),
        reason=reason,
    )
    return row


@transaction.atomic
def organisation_close(
    *, actor: Actor, area: str, organisation: Organisation, on: date | None = None, reason: str = ""
) -> Organisation:
    """停用一个机构，当天起不再出现在下拉项里；记录都保留。

    Raises:
        NotAllowed: 不在 ``area`` 之内。
        Conflict: 已停用，或还有在用的下级。
        ServiceError: 停用日期在启用之前或在今天之后。
    """
    row = Organisation.objects.select_for_update().get(pk=organisation.pk)
    require(area, [row.division_code])
    day = on or timezone.localdate()
    if row.valid_to is not None:
        raise Conflict(f"“{row.name}”已经停用，不必再停用。")
    if not row.valid_from <= day <= timezone.localdate():
        raise ServiceError("停用日期应在启用日期之后、不晚于今天，没有停用。请改日期后再试。", code="bad_closing_date")
    below = row.children.filter(is_active=True).count()
    if below:
        raise Conflict(f"“{row.name}”还有 {below} 个在用的下级机构，没有停用。请先停用下级，或给它们改上级。")
    row.valid_to = day
    row.save(update_fields=["valid_to"])
    record(
        actor=actor,
        action="divisions.organisation_close",
        subject=organisation_subject(row),
        before={"valid_to": None},
        after={"valid_to": day.isoformat()},
        reason=reason,
    )
    return row


def require_parent(area: str, parent: Organisation | None) -> None:
    """上级在片区之内，或是片区之上的（市局、省厅）。"""
    if parent is not None and not reaches(area, parent.division_code):
        require(area, [parent.division_code])


def refuse_cycle(organisation: Organisation, parent: Organisation | None) -> None:
    """上级不能是自己，也不能是自己的下级。"""
    above = parent
    while above is not None:
        if above.pk == organisation.pk:
            raise ServiceError("上级机构不能是它自己或它的下级，没有保存。请另选上级。", code="organisation_cycle")
        above = above.parent


def written(values: Mapping[str, Any]) -> dict[str, Any]:
    """审计里的写法：日期写成文字，机构写编码，电话遮住中间。"""
    return {name: mask_phone(value) if name == "phone" else plain(value) for name, value in values.items()}


def plain(value: Any) -> Any:
    """一个值的写法。"""
    if isinstance(value, date):
        return value.isoformat()
    return value.code if isinstance(value, Organisation) else value
