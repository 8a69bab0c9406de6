"""工作台上的一块块：每块看岗位的权限决定有没有，只取自己要的数。次序即页面上的次序。"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from jiuzhu.web.access.request import StaffRequest

from . import administration, applying, effect, monitoring, notices, orders, reporting, tasks


@dataclass(frozen=True)
class Panel:
    """一块。``permission`` 没有则不显示；``build`` 返回空表示没有可说的，也不显示；``wide`` 占整行。

    ``later`` 的不随页面一起算，页面先出来，再由浏览器来取：要办的事不必等图表。
    """

    name: str
    permission: str
    build: Callable[[StaffRequest], dict[str, Any] | None]
    wide: bool = False
    later: bool = False

    @property
    def template(self) -> str:
        """``desk/panels/<name>.html``。"""
        return f"desk/panels/{self.name}.html"


PANELS = (
    Panel("reporting", "registry.report", reporting.build, wide=True),
    Panel("applying", "cases.start_application", applying.build, wide=True),
    Panel("counts", "process.view_task", tasks.counts, wide=True),
    Panel("today", "process.view_task", tasks.today, wide=True),
    Panel("orders", "orders.view_order", orders.build, wide=True),
    Panel("levels", "monitoring.view_householdwarning", monitoring.levels, wide=True, later=True),
    Panel("effect", "monitoring.view_effect", effect.build, wide=True, later=True),
    Panel("urgings", "process.view_task", tasks.urgings, later=True),
    Panel("notices", "notices.view_notice", notices.build, later=True),
    Panel("first", "monitoring.view_householdwarning", monitoring.first, wide=True, later=True),
    Panel("changed", "process.view_task", tasks.changed, later=True),
    Panel("findings", "monitoring.view_finding", monitoring.findings, later=True),
    Panel("accounts", "access.add_user", administration.accounts),
    Panel("calendar", "process.change_calendar", administration.calendar),
    Panel("security", "access.unlock_user", administration.security),
    Panel("audit", "audit.view_entry", administration.audit),
    Panel("flow", "monitoring.view_runfile", monitoring.flow, wide=True, later=True),
)


def shown(request: StaffRequest, *, later: bool) -> list[tuple[Panel, dict[str, Any]]]:
    """这个岗位的各块与内容：``later`` 为假是随页面一起出来的，为真是随后来取的。"""
    found = []
    for panel in PANELS:
        if panel.later is later and request.user.has_perm(panel.permission):
            content = panel.build(request)
            if content is not None:
                found.append((panel, content))
    return found
