"""我的账号：岗位与能做的事、密码、第二重验证、登录着的各处；切换岗位。"""

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from jiuzhu.web.access import second_factor, selectors
from jiuzhu.web.access.middleware import SESSION_KEY, actor_of
from jiuzhu.web.access.models import Post, User
from jiuzhu.web.access.services import post_choose, sessions_end
from jiuzhu.web.ground.errors import NotAllowed

from .common import told


@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """自己的账号，人人可看。"""
    user: User = request.user  # type: ignore[assignment]
    spare = Authenticator.objects.filter(user=user, type=Authenticator.Type.RECOVERY_CODES).first()
    context = {
        "posts": request.posts,  # type: ignore[attr-defined]
        "places": selectors.sessions_of(user, request.session.session_key or ""),
        "enrolled": second_factor.is_enrolled(user),
        "required": second_factor.is_required(user),
        "spare": len(spare.wrap().get_unused_codes()) if spare else 0,
        "password_days": settings.PASSWORD_DAYS,
        "idle_minutes": settings.IDLE_MINUTES,
    }
    return render(request, "access/mine.html", context)


@require_POST
def sessions(request: HttpRequest) -> HttpResponse:
    """退出别处：一处，或全部。"""
    user: User = request.user  # type: ignore[assignment]
    only = request.POST.get("place", "")
    ended = sessions_end(
        user=user,
        actor=request.actor,  # type: ignore[attr-defined]
        only=int(only) if only.isdigit() else None,
        keep=request.session.session_key or "",
    )
    told(request, f"已退出 {ended} 处。" if ended else "那一处已经退出了。")
    return redirect("access:mine")


@require_POST
def post_switch(request: HttpRequest) -> HttpResponse:
    """换一个岗位，回到工作台；从某页来的（``next``）回那一页。"""
    posts: list[Post] = request.posts  # type: ignore[attr-defined]
    chosen = next((post for post in posts if str(post.pk) == request.POST.get("post")), None)
    if chosen is None:
        raise NotAllowed("这个岗位不在您名下，或已到期，没有切换。请刷新页面后重选。")
    post_choose(post=chosen, before=request.post, actor=actor_of(request, chosen))  # type: ignore[attr-defined]
    request.session[SESSION_KEY] = chosen.pk
    page = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(page, {request.get_host()}, require_https=request.is_secure())
    return redirect(page if safe else settings.LOGIN_REDIRECT_URL)
