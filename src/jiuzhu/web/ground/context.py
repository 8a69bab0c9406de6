"""每一页都要用到的内容：栏目、这一页的说明、是否演示，以及各部分在 ``AppConfig.page_context`` 里声明的。"""

from collections.abc import Callable
from functools import cache
from typing import Any

from django.apps import apps
from django.conf import settings
from django.http import HttpRequest
from django.template.exceptions import TemplateDoesNotExist
from django.template.loader import get_template
from django.utils.module_loading import import_string

from .menu import all_items, sections


def page(request: HttpRequest) -> dict[str, Any]:
    """栏目、说明、演示标记、当前所在。"""
    match = getattr(request, "resolver_match", None)
    route = match.view_name if match else ""
    user = getattr(request, "user", None)
    return {
        "menu": sections(
            item for item in all_items() if not item.permission or (user is not None and user.has_perm(item.permission))
        ),
        "route": route,
        "help_page": help_page(route),
        "is_demo": settings.DEMO,
        "idle_seconds": settings.IDLE_MINUTES * 60 if user is not None and user.is_authenticated else 0,
        "is_partial": request.headers.get("HX-Request") == "true",
        **{name: value for declared in page_contexts() for name, value in declared(request).items()},
    }


@cache
def page_contexts() -> tuple[Callable[[HttpRequest], dict[str, Any]], ...]:
    """各部分要放到每一页上的内容，如页首铃铛的条数；值宜惰性，页面用到才查。"""
    declared = [getattr(config, "page_context", "") for config in apps.get_app_configs()]
    return tuple(import_string(path) for path in declared if path)


def help_page(route: str) -> str:
    """一页的说明所在的模板，如 ``process:inbox`` 的 ``process/help/inbox.html``；没有写则为空文本。"""
    place, _, name = route.rpartition(":")
    path = f"{place or 'account'}/help/{name}.html"
    try:
        get_template(path)
    except TemplateDoesNotExist:
        return ""
    return path
