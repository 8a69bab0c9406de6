"""每一页都要用到的内容:栏目、是否演示。"""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest


@dataclass(frozen=True)
class MenuItem:
    """左侧栏目的一项。``area`` 与网址名的前缀相同,用来标出当前所在。"""

    title: str
    icon: str
    route: str
    area: tuple[str, ...]


MENU = (
    MenuItem("工作台", "layout-dashboard", "desk:home", ("desk:home", "desk:search")),
    MenuItem("监测预警", "alert-triangle", "monitoring:overview", ("monitoring:overview",)),
    MenuItem(
        "预警名单",
        "list-details",
        "monitoring:warnings",
        ("monitoring:warnings", "monitoring:warning", "monitoring:household"),
    ),
    MenuItem("数据发现", "zoom-check", "monitoring:findings", ("monitoring:findings",)),
    MenuItem("数据批次", "database", "monitoring:files", ("monitoring:files", "monitoring:quarantine")),
    MenuItem("监测记录", "history", "monitoring:runs", ("monitoring:runs", "monitoring:run")),
)


def page(request: HttpRequest) -> dict[str, Any]:
    """栏目、演示标记、当前所在。"""
    match = getattr(request, "resolver_match", None)
    route = match.view_name if match else ""
    return {
        "menu": [(item, route in item.area) for item in MENU],
        "is_demo": settings.DEMO,
        "is_partial": request.headers.get("HX-Request") == "true",
    }
