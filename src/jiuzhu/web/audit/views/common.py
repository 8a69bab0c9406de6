"""各页共用：谁能看、谁能导出、谁在办。"""

from collections.abc import Callable

from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from jiuzhu.web.audit.actor import Actor

View = Callable[..., HttpResponseBase]
reader: Callable[[View], View] = permission_required("audit.view_entry", raise_exception=True)
exporter: Callable[[View], View] = permission_required("audit.export_entry", raise_exception=True)


def area_of(request: HttpRequest) -> str:
    """当前岗位的片区：审计管理员只看这里的。没有岗位为空，什么也看不到。"""
    post = request.post  # type: ignore[attr-defined]
    return str(post.area) if post else ""


def actor_of(request: HttpRequest) -> Actor:
    """办事人；由登录的中间件放在请求上。"""
    actor = request.actor  # type: ignore[attr-defined]
    assert isinstance(actor, Actor)
    return actor
