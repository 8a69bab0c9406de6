"""各页共用：谁能看、谁能导出、谁在办。"""

from collections.abc import Callable

from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from jiuzhu.web.audit.actor import Actor

View = Callable[..., HttpResponseBase]
reader: Callable[[View], View] = permission_required("audit.view_entry", raise_exception=True)
exporter: Callable[[View], View] = permission_required("audit.export_entry", raise_exception=True)


def actor_of(request: HttpRequest) -> Actor:
    """办事人；由登录的中间件放在请求上。"""
    actor = request.actor  # type: ignore[attr-defined]
    assert isinstance(actor, Actor)
    return actor
