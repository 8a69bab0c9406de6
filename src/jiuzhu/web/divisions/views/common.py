"""各页共用：谁能看、谁能改、谁在改。"""

from collections.abc import Callable

from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse

from jiuzhu.web.audit.actor import Actor

View = Callable[..., HttpResponse]
reader: Callable[[View], View] = permission_required("divisions.view_division", raise_exception=True)
changer: Callable[[View], View] = permission_required("divisions.change_division", raise_exception=True)


def actor_of(request: HttpRequest) -> Actor:
    """办事人；由登录的中间件放在请求上。"""
    actor = request.actor  # type: ignore[attr-defined]
    assert isinstance(actor, Actor)
    return actor
