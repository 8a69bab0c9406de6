"""登录之后、看页面之前的几道关：登录是否还有效，密码是否须改，第二重验证是否须设。"""

import time
from collections.abc import Callable
from typing import Any

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import logout
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from jiuzhu.web.audit.services import record
from jiuzhu.web.ground.views import error_page

from . import second_factor
from .addresses import address_of
from .limits import TooMany, limit
from .models import Post, User
from .passwords import is_expired
from .rates import ROUTES
from .services import subject_of

BEGAN, SEEN, PASSED = "signed_in_at", "seen_at", "second_factor_passed"
STAMP_SECONDS = 60.0  # 至多一分钟记一次“刚才还在”，不必每次请求都写库
BACKGROUND = "X-Background"  # 页面自己定时刷新的请求带着它，不算人在操作
ALWAYS = {"account_logout", "health", "ready", "metrics"}
PASSWORD = {"account_change_password"}
ENROL = {
    "mfa_activate_totp", "mfa_view_recovery_codes", "account_reauthenticate", "mfa_reauthenticate",
    "account_change_password",
}  # fmt: skip
Handler = Callable[[HttpRequest], HttpResponse]


class GateMiddleware:
    """放在 ``PostMiddleware`` 之后。"""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        """不放行时转去该去的页。"""
        user = request.user
        match = request.resolver_match
        route = match.view_name if match else ""
        if not isinstance(user, User) or route in {"health", "ready", "metrics"}:
            return None
        if why := _overdue(request):
            expire(request, why)
            return _to_sign_in(request, why)
        if request.headers.get(BACKGROUND) != "1":
            _stamp(request)
        if route in ALWAYS:
            return None
        if user.must_change_password or is_expired(user):
            return None if route in PASSWORD else _go(request, reverse("account_change_password"))
        request.second_factor_required = must_enrol(request, user)  # type: ignore[attr-defined]
        if request.second_factor_required and route not in ENROL:  # type: ignore[attr-defined]
            return _go(request, reverse("mfa_activate_totp"))
        return _too_many(request, route)


def _too_many(request: HttpRequest, route: str) -> HttpResponse | None:
    """导出是打开网址，导入是提交表单；只看一眼页面不计数。"""
    action = ROUTES.get(route)
    if action is None or (action == "import" and request.method != "POST"):
        return None
    try:
        limit(request, action)
    except TooMany as error:
        return error_page(request, status=error.status, title="这一步没有办成", message=error.message)
    return None


def begin(request: HttpRequest) -> None:
    """登录的一刻。"""
    request.session[BEGAN] = request.session[SEEN] = time.time()


def must_enrol(request: HttpRequest, user: User) -> bool:
    """须设第二重验证而还没有设。设了的记在会话里，不必每次查：重置时会话一并作废。"""
    posts: list[Post] = request.posts  # type: ignore[attr-defined]
    if not second_factor.is_required_of(posts) or request.session.get(PASSED):
        return False
    if second_factor.is_enrolled(user):
        request.session[PASSED] = True
        return False
    return True


@transaction.atomic
def expire(request: HttpRequest, why: str) -> None:
    """登录过期：退出，记审计。"""
    reason = "闲置超时" if why == "idle" else "登录满时"
    if isinstance(request.user, User):
        UserSession.objects.filter(session_key=request.session.session_key).delete()
        record(
            actor=request.actor,  # type: ignore[attr-defined]
            action="access.sign_out",
            subject=subject_of(request.user),
            reason=reason,
        )
    logout(request)


def _overdue(request: HttpRequest) -> str:
    """``idle`` 闲置太久，``long`` 登录太久，空文本为有效。"""
    now, session = time.time(), request.session
    if now - session.get(SEEN, now) > settings.IDLE_MINUTES * 60 + STAMP_SECONDS:
        return "idle"
    return "long" if now - session.get(BEGAN, now) > settings.SESSION_COOKIE_AGE else ""


def _stamp(request: HttpRequest) -> None:
    """记下刚才还在。"""
    now, session = time.time(), request.session
    session.setdefault(BEGAN, now)
    if now - session.get(SEEN, 0.0) < STAMP_SECONDS:
        return
    session[SEEN] = now
    if session.session_key and (address := address_of(request)):
        rows = UserSession.objects.filter(session_key=session.session_key)
        rows.update(last_seen_at=timezone.now(), ip=address)


def _to_sign_in(request: HttpRequest, why: str) -> HttpResponse:
    query = {"why": why}
    if request.method == "GET" and request.headers.get("HX-Request") != "true":
        query["next"] = request.get_full_path()
    return _go(request, f"{reverse(settings.LOGIN_URL)}?{urlencode(query)}")


def _go(request: HttpRequest, url: str) -> HttpResponse:
    """整页转去；局部刷新的请求由 htmx 整页转。"""
    if request.headers.get("HX-Request") == "true":
        return HttpResponse(status=204, headers={"HX-Redirect": url})
    return HttpResponseRedirect(url)
