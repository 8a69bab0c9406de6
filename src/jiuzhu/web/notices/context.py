"""页首的铃铛：没看的通知有几条。页面用到时才查一次。"""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from . import selectors


def bell(request: HttpRequest) -> dict[str, Any]:
    """``unread_notices``：没看的条数；没有岗位的人没有铃铛。"""
    scope = getattr(request, "scope", None)
    if scope is None or scope.post_id is None:
        return {}
    return {"has_bell": True, "unread_notices": SimpleLazyObject(lambda: selectors.unread_count(scope))}
