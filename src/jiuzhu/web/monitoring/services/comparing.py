"""对比名单的导出。"""

from collections.abc import Mapping

from django.db import transaction

from jiuzhu.web.access.limits import limit
from jiuzhu.web.access.scope import Scope
from jiuzhu.web.audit.actor import Actor
from jiuzhu.web.audit.services import Subject, record
from jiuzhu.web.documents.sheets import Column, write_sheet
from jiuzhu.web.monitoring import selectors
from jiuzhu.web.monitoring.compared import chosen_rows, sheet_rows, told_rows
from jiuzhu.web.monitoring.models import Run

MOST_ROWS = 10_000
SHEET = (
    Column("户编号", 20), Column("乡镇、村", 22), Column("变动", 10), Column("上次级别", 10), Column("这次级别", 10),
    Column("上次得分", 10), Column("这次得分", 10), Column("人口", 22), Column("指标得失", 60), Column("数据里的不同", 60),
)  # fmt: skip


def compare_export(
    *, before: Run, after: Run, chosen: Mapping[str, str], spoken: Mapping[str, str], actor: Actor, scope: Scope
) -> bytes:
    """当前条件下的名单，至多一万户，连同为什么。太频繁抛 ``TooMany``。"""
    limit(f"user:{actor.user_id}", "export")
    rows = chosen_rows(selectors.moves(scope, before, after), chosen).head(MOST_ROWS)
    told = {"上次": str(before), "这次": str(after), **spoken}
    with transaction.atomic():
        record(
            actor=actor,
            action="monitoring.compare_export",
            subject=Subject("monitoring.run", str(after.pk), str(after)),
            after={"rows": rows.height, **told},
        )
    return write_sheet(
        columns=SHEET,
        rows=sheet_rows(told_rows(rows, before, after, scope)),
        title="监测对比",
        actor=actor,
        filters=told,
    )
