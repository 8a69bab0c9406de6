"""导出也要留痕。"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import transaction

from jiuzhu.web.audit.actor import Actor
from jiuzhu.web.audit.models import Entry, Seal

from .record import Subject, record

ENTRIES = Subject("audit.entries", "", "审计记录")
CONSOLE = Actor.system("命令行")


def export_recorded(
    *,
    rows: int,
    format: str,
    since: date | None = None,
    until: date | None = None,
    chosen: Mapping[str, Any] | None = None,
    actor: Actor = CONSOLE,
) -> Entry:
    """记下一次导出：多少条、什么格式、按什么条件。"""
    after = {"rows": rows, "format": format, "since": since, "until": until, **(chosen or {})}
    kept = {name: value for name, value in after.items() if value not in (None, "")}
    with transaction.atomic():
        return record(actor=actor, action="audit.entries_export", subject=ENTRIES, after=kept)


def seal_downloaded(*, seal: Seal, actor: Actor) -> Entry:
    """记下一次封条下载。"""
    with transaction.atomic():
        subject = Subject("audit.seal", seal.day.isoformat(), f"{seal.day:%Y年%-m月%-d日}的封条")
        return record(actor=actor, action="audit.seal_download", subject=subject)
