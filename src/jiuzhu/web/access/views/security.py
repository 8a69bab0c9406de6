"""解锁、重置第二重验证、让人退出登录（安全管理员）。"""

from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from jiuzhu.web.access.services import account_unlock, second_factor_reset, sessions_end

from .common import END, UNLOCK, actor_of, managed, owned, reason_in, told


@require_POST
@permission_required(UNLOCK, raise_exception=True)
def unlock(request: HttpRequest, pk: int) -> HttpResponse:
    """提前解锁。"""
    account_unlock(user=owned(request, pk), reason=reason_in(request), actor=actor_of(request))
    told(request, "已解锁。")
    return redirect("access:account", pk)


@require_POST
@permission_required(UNLOCK, raise_exception=True)
def second_factor(request: HttpRequest, pk: int) -> HttpResponse:
    """重置第二重验证。"""
    second_factor_reset(user=owned(request, pk), reason=reason_in(request), actor=actor_of(request))
    told(request, "已重置。此人下次登录只要密码；岗位要求的，登录后须重新设置。")
    return redirect("access:account", pk)


@require_POST
@permission_required(END, raise_exception=True)
def sessions(request: HttpRequest, pk: int) -> HttpResponse:
    """让此人退出登录：一处，或全部。"""
    only = request.POST.get("place", "")
    ended = sessions_end(
        user=managed(request, pk),
        actor=actor_of(request),
        only=int(only) if only.isdigit() else None,
        reason=reason_in(request),
    )
    told(request, f"已让此人退出 {ended} 处登录。" if ended else "此人没有登录着。")
    return redirect("access:account", pk)
