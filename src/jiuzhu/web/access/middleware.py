"""每个请求：用哪个岗位、能看哪里、谁在办。"""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse

from jiuzhu.web.audit.actor import Actor

from . import selectors
from .addresses import address_of
from .models import Post, User
from .scope import Scope, forget

SESSION_KEY = "post_id"
Handler = Callable[[HttpRequest], HttpResponse]


class PostMiddleware:
    """给请求放上 ``posts``、``post``、``scope``、``actor``，并让数据库按这个范围把关。

    会话里记着上次选的岗位；记着的已失效则用第一个有效岗位。响应之后连接回到什么也看不到。
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.user.is_authenticated:
            place(request, [], None)
            return self.get_response(request)
        posts = selectors.posts_in_force(request.user)
        chosen = request.session.get(SESSION_KEY)
        place(request, posts, next((post for post in posts if post.pk == chosen), posts[0] if posts else None))
        scope: Scope = request.scope  # type: ignore[attr-defined]
        scope.apply()
        try:
            return self.get_response(request)
        finally:
            forget()


def place(request: Any, posts: list[Post], post: Post | None) -> None:
    """把岗位、范围、办事人放到请求上。"""
    request.posts, request.post = posts, post
    request.scope = post.scope() if post else Scope.nothing()
    if isinstance(request.user, User):
        request.user.active_post = post
    request.actor = actor_of(request, post)


def actor_of(request: HttpRequest, post: Post | None) -> Actor:
    """审计里的办事人。"""
    user = request.user if isinstance(request.user, User) else None
    return Actor(
        user_id=user.pk if user else None,
        name=str(user) if user else "未登录",
        post_id=post.pk if post else None,
        post=post.title if post else "",
        organisation=str(post.organisation) if post else "",
        address=address_of(request),
        request_id=getattr(request, "request_id", ""),
        division_code=post.division_code if post else user.division_code if user else "",
    )
