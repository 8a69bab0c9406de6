"""待办：今天到期几件、逾期几件，先办哪几件，谁催了，什么变了。"""

from typing import Any

from django.urls import reverse

from jiuzhu.web.access.request import StaffRequest
from jiuzhu.web.process import selectors
from jiuzhu.web.process.presentation import dressed

FIRST = 8
FEW = 5
TABS = (
    ("late", "已逾期", "overdue"),
    ("today", "今天到期", "soon"),
    ("soon", "两个工作日内到期", "soon"),
    ("mine", "全部待办", "mine"),
)


def counts(request: StaffRequest) -> dict[str, Any]:
    """四个数，点开是待办里相应的一栏。"""
    found = selectors.counts(request.scope)
    inbox = reverse("process:inbox")
    return {"cards": [(code, title, found[code], f"{inbox}?tab={tab}") for code, title, tab in TABS]}


def today(request: StaffRequest) -> dict[str, Any]:
    """先到期的几件。"""
    rows = selectors.inbox(request.scope)
    return {"tasks": dressed(rows[0:FIRST]), "total": len(rows)}


def urgings(request: StaffRequest) -> dict[str, Any] | None:
    """被催办、督办、通报的；没有就不显示。"""
    rows = dressed(selectors.urgings(request.scope)[:FEW])
    return {"tasks": rows} if rows else None


def changed(request: StaffRequest) -> dict[str, Any] | None:
    """今天有变动的事；没有就不显示。"""
    rows = list(selectors.changed_today(request.scope)[:FEW])
    return {"instances": rows} if rows else None
