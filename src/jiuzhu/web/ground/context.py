"""每一页都要用到的内容：栏目、是否演示。"""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from .menu import all_items


def page(request: HttpRequest) -> dict[str, Any]:
    """栏目、演示标记、当前所在。"""
    match = getattr(request, "resolver_match", None)
    route = match.view_name if match else ""
    user = getattr(request, "user", None)
    return {
        "menu": [
            (item, route in item.area)
            for item in all_items()
            if not item.permission or (user is not None and user.has_perm(item.permission))
        ],
        "is_demo": settings.DEMO,
        "is_partial": request.headers.get("HX-Request") == "true",
    }
