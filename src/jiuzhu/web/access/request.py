"""经过岗位中间件的请求：视图的参数标注用它，类型检查才知道有 ``scope``、``actor``。"""

from typing import Any, cast

from django.http import HttpRequest

from jiuzhu.web.audit.actor import Actor

from .models import Post, User
from .scope import Scope


class StaffRequest(HttpRequest):
    """已登录工作人员的请求。"""

    user: User
    scope: Scope
    actor: Actor
    post: Post | None
    posts: list[Post]


def who(request: HttpRequest) -> dict[str, Any]:
    """各服务都要的办事人与范围。"""
    staff = cast("StaffRequest", request)
    return {"actor": staff.actor, "scope": staff.scope}
