"""各页共用：谁能看、谁能改、谁在改。"""

from collections.abc import Callable

from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse

from jiuzhu.web.audit.actor import Actor
from jiuzhu.web.divisions.walls import covers
from jiuzhu.web.ground.errors import NotAllowed

View = Callable[..., HttpResponse]
reader: Callable[[View], View] = permission_required("divisions.view_division", raise_exception=True)
changer: Callable[[View], View] = permission_required("divisions.change_division", raise_exception=True)


def actor_of(request: HttpRequest) -> Actor:
    """办事人；由登录的中间件放在请求上。"""
    actor = request.actor  # type: ignore[attr-defined]
    assert isinstance(actor, Actor)
    return actor


def area_of(request: HttpRequest) -> str:
    """当前岗位的片区：能改的只在这里。"""
    post = request.post  # type: ignore[attr-defined]
    if post is None:
        raise NotAllowed("您现在没有岗位，不能办理。")
    area: str = post.area
    return area


def can_change(request: HttpRequest, code: str) -> bool:
    """这里归不归当前岗位改：页面上放不放“更正”“修改”。"""
    return request.user.has_perm("divisions.change_division") and covers(area_of(request), code)
