"""嵌在别处的附件栏与文书栏。"""

from typing import Any

from django import template

from jiuzhu.web.documents import selectors
from jiuzhu.web.documents.kinds import megabytes
from jiuzhu.web.documents.models import Paper
from jiuzhu.web.documents.panel import Panel, Ticket, panel_for

register = template.Library()
register.filter("megabytes", megabytes)


@register.simple_tag(takes_context=True)
def uploads_panel(
    context: template.Context, subject_kind: str, subject_key: Any, division_code: str, writable: bool = True
) -> Panel:
    """一件事项的附件栏；已经有的（局部刷新时）直接用。"""
    if isinstance(panel := context.get("panel"), Panel):
        return panel
    ticket = Ticket(subject_kind, str(subject_key), division_code, writable is not False)
    return panel_for(context["request"], ticket)


@register.simple_tag(takes_context=True)
def papers_of(context: template.Context, subject_kind: str, subject_key: Any) -> list[Paper]:
    """一件事项的文书。"""
    scope = context["request"].scope
    return list(selectors.papers(scope, subject_kind=subject_kind, subject_key=str(subject_key)))


@register.filter
def grouped(digest: str) -> str:
    """摘要八位一组，便于对看。"""
    return " ".join(digest[start : start + 8] for start in range(0, len(digest), 8))
