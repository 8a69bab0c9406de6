"""三员各自要留意的：没有岗位的账号、锁定的账号、审计链。只看自己片区的。"""

from typing import Any

from allauth.mfa.models import Authenticator
from django.utils import timezone

from jiuzhu.web.access.models import Post, User
from jiuzhu.web.access.request import StaffRequest
from jiuzhu.web.access.roles import ADMINISTRATORS, ROLES, Hand
from jiuzhu.web.access.selectors import today, users_managed
from jiuzhu.web.audit import selectors as chain
from jiuzhu.web.process.selectors import calendar_warnings

FEW = 8
WEIGHTY = [code for code, role in ROLES.items() if role.hand in (*ADMINISTRATORS, Hand.CONFIRM, Hand.PAY)]


def area_of(request: StaffRequest) -> str:
    """当前岗位的片区。"""
    return request.post.area if request.post else ""


def accounts(request: StaffRequest) -> dict[str, Any]:
    """能登录而没有岗位的账号：要么请安全管理员授予岗位，要么停用。"""
    idle = (
        users_managed(area_of(request))
        .filter(is_active=True)
        .exclude(pk__in=Post.objects.filter(today()).values("user"))
    )
    return {"users": list(idle[:FEW]), "total": idle.count()}


def calendar(request: StaffRequest) -> dict[str, Any] | None:
    """工作日历的提醒。"""
    words = calendar_warnings()
    return {"words": words} if words else None


def security(request: StaffRequest) -> dict[str, Any]:
    """正被锁定的账号；要紧岗位（三员、确认、资金）里没有设第二重验证的人。"""
    people = users_managed(area_of(request)).filter(is_active=True)
    weighty = Post.objects.filter(today(), role__in=WEIGHTY).values("user")
    guarded = Authenticator.objects.filter(type=Authenticator.Type.TOTP).values("user")
    bare = people.filter(pk__in=weighty).exclude(pk__in=guarded)
    locked: list[User] = list(people.filter(locked_until__gt=timezone.now())[:FEW])
    return {"locked": locked, "bare": list(bare[:FEW]), "bare_total": bare.count()}


def audit(request: StaffRequest) -> dict[str, Any]:
    """审计链：今天记了多少、最近一次核验、最近一张封条。"""
    rows = chain.entries({"since": timezone.localdate()}, area=area_of(request))
    return {"today": chain.count_up_to(rows, 9999), "verified": chain.last_verified(), "seal": chain.seals().first()}
