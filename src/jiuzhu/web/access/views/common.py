"""账号各页共用：取一个管得到的账号。"""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from jiuzhu.web.access import selectors
from jiuzhu.web.access.models import Post, User
from jiuzhu.web.audit.actor import Actor
from jiuzhu.web.ground.errors import NotAllowed

VIEW, ADD, CHANGE = "access.view_user", "access.add_user", "access.change_user"
GRANT, UNLOCK, END = "access.grant_post", "access.unlock_user", "access.end_session"


def area_of(request: HttpRequest) -> str:
    """当前岗位的片区：管理员只管这里的账号。"""
    post: Post | None = request.post  # type: ignore[attr-defined]
    return post.area if post else ""


def actor_of(request: HttpRequest) -> Actor:
    """办事人。"""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor


def managed(request: HttpRequest, pk: int) -> User:
    """管得到的账号；管不到的如同没有。"""
    user: User = get_object_or_404(selectors.users_managed(area_of(request)), pk=pk)
    return user


def owned(request: HttpRequest, pk: int) -> User:
    """能动其账号的：管得到，且没有片区之外的岗位。"""
    user = managed(request, pk)
    if selectors.works_elsewhere(user, area_of(request)):
        raise NotAllowed(
            f"{user}在别的地方也有岗位，没有办理。账号请由管着各处的上级管理员办；这里的岗位可以收回。",
            code="outside_area",
        )
    return user


def reason_in(request: HttpRequest) -> str:
    """表单里的事由。"""
    return request.POST.get("reason", "").strip()[:200]


def told(request: HttpRequest, text: Any) -> None:
    """下一页页首说一句。"""
    messages.success(request, text)
