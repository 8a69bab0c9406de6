"""登录的规矩：账号由管理员开设，不开放注册，不依赖邮箱；连错要锁，进出都记审计。"""

import time
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.core import context
from allauth.core.internal import ratelimit
from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from jiuzhu.web.audit.services import record

from . import gates, selectors
from .addresses import address_of
from .middleware import place
from .models import User
from .services import locks, password_change, subject_of

NOWHERE = "0.0.0.0"
JUST_NOW = 300.0  # 五分钟内刚登录过的，不必再确认一遍是本人


class StaffAdapter(DefaultAccountAdapter):
    """县级内网的登录适配。"""

    error_messages = DefaultAccountAdapter.error_messages | {
        "username_password_mismatch": "用户名或密码不对，请核对后重试。一刻钟内连续输错 5 次将暂时锁定。",
        "too_many_login_attempts": (
            "输错次数过多，这个用户名已暂时锁定。请过 15 分钟再试，接连输错会锁得更久；急用请联系安全管理员解锁。"
        ),
        "enter_current_password": "现在用的密码不对，请核对后重试。",
        "incorrect_password": "现在用的密码不对。",
        "incorrect_code": "验证码不对，或已经用过。请等验证器换出下一个再试。",
        "rate_limited": "试得太频繁，请稍后再试。",
    }

    def get_client_ip(self, request: HttpRequest) -> str:
        """来访地址，与审计里的一致；认不出的（如经套接字来的）算作同一处。"""
        return address_of(request) or NOWHERE

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """不开放注册。"""
        return False

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """登录、退出不另弹提示：页面本身已说明。"""

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """不发邮件。"""

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """锁着的、试得太多的，不再核对密码。"""
        username = credentials.get("username", "")
        if locks.is_locked(username):
            raise self.validation_error("too_many_login_attempts")
        self._login_failed_rl_usage = ratelimit.consume(
            request, app="allauth.account", action="login_failed", key=locks.failures_key(username)
        )
        if not self._login_failed_rl_usage:
            raise self.validation_error("too_many_login_attempts")

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """密码不对：记下，到数即锁。"""
        locks.sign_in_failed(username=credentials.get("username", ""), actor=request.actor)  # type: ignore[attr-defined]

    def pre_login(self, request: HttpRequest, user: Any, **kwargs: Any) -> HttpResponse | None:
        """经统一身份认证来的，锁着的也不让进。"""
        if user.locked_until is not None and user.locked_until > timezone.now():
            return redirect(f"{reverse(settings.LOGIN_URL)}?{urlencode({'why': 'locked'})}")
        return super().pre_login(request, user, **kwargs)

    @transaction.atomic
    def login(self, request: HttpRequest, user: Any) -> None:
        """登录成功：放好岗位，记审计，计时从此刻起。"""
        super().login(request, user)
        posts = selectors.posts_in_force(user)
        place(request, posts, posts[0] if posts else None)
        gates.begin(request)
        locks.sign_in_succeeded(user.username)
        record(actor=request.actor, action="access.sign_in", subject=subject_of(user))  # type: ignore[attr-defined]

    @transaction.atomic
    def logout(self, request: HttpRequest) -> None:
        """退出，记审计。"""
        user = request.user
        if isinstance(user, User):
            record(actor=request.actor, action="access.sign_out", subject=subject_of(user))  # type: ignore[attr-defined]
        super().logout(request)

    def set_password(self, user: Any, password: str) -> None:
        """本人改密码。"""
        password_change(user=user, password=password, actor=context.request.actor)
        messages.success(context.request, "密码改好了，下次登录用新密码。")

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """改好之后到“我的账号”：第一次登录的人正好看到自己有哪些岗位、能做什么。"""
        return reverse("access:mine")

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """刚登录的不必再确认；其余照常。"""
        request = context.request
        records = get_authentication_records(request, request.user)
        return not records or time.time() - records[-1]["at"] > JUST_NOW
