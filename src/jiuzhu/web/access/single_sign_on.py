"""统一身份认证（OpenID Connect）：只认已有的账号，不开新账号。

比 allauth 自带的严：令牌一律验签名（县里的认证服务器未必走 HTTPS），并核对 nonce，别处拿来的令牌用不了。
令牌里的内容除了编号与用户名，一概不存。
"""

import logging
import secrets
from typing import Any

import requests
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter, get_adapter
from allauth.socialaccount.internal import jwtkit
from allauth.socialaccount.models import SocialAccount, SocialApp
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_safe

from jiuzhu.web.audit.services import Subject, record

from .models import User

logger = logging.getLogger(__name__)
PROVIDER = "county"
UNREACHABLE = "统一身份认证暂时连不上。请稍后再试，或用本平台的用户名和密码登录。"
REFUSED = "统一身份认证没有通过，没有登录。请重新登录一次；仍不行请告诉系统管理员。"


def name() -> str:
    """按钮上的叫法；没有配置时为空文本。"""
    apps = settings.SOCIALACCOUNT_PROVIDERS.get("openid_connect", {}).get("APPS", [])
    return str(apps[0]["name"]) if apps else ""


class TokenAdapter(OpenIDConnectOAuth2Adapter):
    """取令牌、验令牌。"""

    def _decode_id_token(self, app: SocialApp, id_token: str) -> dict[str, Any]:
        try:
            claims = jwtkit.verify_and_decode(
                credential=id_token,
                keys_url=self.openid_config["jwks_uri"],
                issuer=self.openid_config["issuer"],
                audience=app.client_id,
                lookup_kid=jwtkit.lookup_kid_jwk,
            )
        except (KeyError, ValueError, TypeError) as error:  # 签名算法与公钥对不上也在其中
            raise OAuth2Error("令牌的格式不对") from error
        kept = ("sub", "nonce", app.settings["username_claim"])
        return {key: claims[key] for key in kept if key in claims}

    def complete_login(self, request: HttpRequest, app: SocialApp, token: Any, **kwargs: Any) -> Any:
        """必须有身份令牌，不拿用户信息接口顶替。"""
        if not kwargs["response"].get("id_token"):
            raise OAuth2Error("没有给身份令牌")
        return super().complete_login(request, app, token, **kwargs)


class SingleSignOnAdapter(DefaultSocialAccountAdapter):
    """按用户名认人。"""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        """不开新账号。"""
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """核对 nonce；第一次来的，按用户名对上已有账号并记住其编号。"""
        claims = sociallogin.account.extra_data.get("id_token", {})
        expected = sociallogin.state.get("nonce", "")
        if not expected or not secrets.compare_digest(str(claims.get("nonce", "")), expected):
            raise ImmediateHttpResponse(refused(request, REFUSED, reason="令牌不是给这次登录的"))
        if sociallogin.is_existing:
            return
        claim = sociallogin.provider.app.settings["username_claim"]
        username = str(claims.get(claim, ""))
        user = User.objects.filter(username=username, is_active=True).first() if username else None
        if user is None:
            message = f"统一身份认证里的“{username}”在本平台没有在用的账号，没有登录。请联系本单位的系统管理员开设。"
            raise ImmediateHttpResponse(refused(request, message, reason="统一身份认证的用户在平台没有账号"))
        if SocialAccount.objects.filter(user=user, provider=sociallogin.account.provider).exists():
            message = f"“{username}”已与统一身份认证里的另一个人对上，没有登录。请联系安全管理员核实。"
            raise ImmediateHttpResponse(refused(request, message, reason="用户名与先前对上的不是同一个人"))
        sociallogin.account.extra_data = {}
        sociallogin.connect(request, user)

    def on_authentication_error(self, request: HttpRequest, provider: Any, **kwargs: Any) -> None:
        """令牌不对、过期、对方拒绝：说清楚，不让进。"""
        exception = kwargs.get("exception")
        logger.warning("统一身份认证没有通过 error=%s", type(exception).__name__ if exception else kwargs.get("error"))
        message = UNREACHABLE if isinstance(exception, requests.ConnectionError) else REFUSED
        raise ImmediateHttpResponse(refused(request, message, reason="统一身份认证没有通过"))


@require_safe
@login_not_required
def sign_in(request: HttpRequest) -> HttpResponse:
    """转去统一身份认证。"""
    wanted = request.GET.get("next", "")
    if not url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure()):
        wanted = ""
    nonce = secrets.token_urlsafe(24)
    try:
        provider = get_adapter().get_provider(request, PROVIDER)
        answer: HttpResponse = provider.redirect(
            request, "login", next_url=wanted or None, auth_params={"nonce": nonce}, nonce=nonce
        )
    except SocialApp.DoesNotExist as error:
        raise Http404 from error
    except (requests.RequestException, KeyError):
        return refused(request, UNREACHABLE, reason="统一身份认证连不上")
    return answer


@require_safe
@login_not_required
def callback(request: HttpRequest, provider_id: str) -> HttpResponse:
    """从统一身份认证回来。"""
    if provider_id != PROVIDER or not name():
        raise Http404
    answer: HttpResponse = OAuth2CallbackView.adapter_view(TokenAdapter(request, provider_id))(request)
    return answer


def refused(request: HttpRequest, message: str, *, reason: str) -> HttpResponse:
    """没有登录成：记审计，给一页说明。"""
    with transaction.atomic():
        record(
            actor=request.actor,  # type: ignore[attr-defined]
            action="access.sign_in_failed",
            subject=Subject("access.user", "", "统一身份认证"),
            reason=reason,
        )
    return render(request, "account/refused.html", {"message": message}, status=403)
