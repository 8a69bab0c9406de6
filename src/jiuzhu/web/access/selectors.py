"""人员与岗位的读取。"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib import import_module

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils import timezone

from .devices import device
from .models import Post, User


def today() -> Q:
    """岗位今天有效。"""
    day = timezone.localdate()
    return Q(valid_from__lte=day) & (Q(valid_to__isnull=True) | Q(valid_to__gt=day))


def posts_in_force(user: User) -> list[Post]:
    """这个人今天有效的岗位，连同单位；按授予先后。"""
    return list(Post.objects.filter(today(), user=user).select_related("organisation"))


def posts_of(user: User, area: str = "") -> list[Post]:
    """这个人的全部岗位，有效的在前；可限片区。"""
    rows = Post.objects.filter(user=user, division_code__startswith=area).select_related("organisation")
    return sorted(rows, key=lambda post: (not post.in_force(), post.pk))


def place_of(user: User) -> str:
    """账号是哪里的：归哪里管；没有写的看最近的岗位；都没有为空。"""
    last = Post.objects.filter(user=user).order_by("-granted_at").values_list("division_code", flat=True)
    return user.division_code or last.first() or ""


def users() -> QuerySet[User]:
    """全部账号，连同岗位。"""
    return User.objects.prefetch_related("posts__organisation").order_by("display_name", "username")


def users_managed(area: str) -> QuerySet[User]:
    """片区的管理员管得到的账号：归这里的，在这里有岗位的；没有归属的，还看没有岗位，或在这里有过岗位。

    调走的人（归别处，这里的岗位都已收回）不再管得到。没有片区的（没有岗位）什么也管不到。
    """
    if not area:
        return User.objects.none()
    here = Post.objects.filter(division_code__startswith=area)
    adrift = Q(division_code="") & ~Q(pk__in=Post.objects.filter(open_or_coming()).values("user_id"))
    known = Q(pk__in=here.values("user_id")) | ~Q(pk__in=Post.objects.values("user_id"))
    return users().filter(
        Q(division_code__startswith=area) | Q(pk__in=here.filter(open_or_coming()).values("user_id")) | adrift & known
    )


def works_elsewhere(user: User, area: str) -> bool:
    """此人在片区之外还有岗位：动他的账号（重设密码即可用他的全部岗位）要由管着各处的上级来办。"""
    posts = Post.objects.filter(open_or_coming(), user=user)
    return not area or posts.exclude(division_code__startswith=area).exists()


def open_or_coming() -> Q:
    """岗位没有终止：有效的，和已授予而还没开始的。"""
    return Q(valid_to__isnull=True) | Q(valid_to__gt=timezone.localdate())


def holders(*, role: str, organisation_id: int | None = None, area: str = "") -> QuerySet[User]:
    """某角色的在岗人员；可限单位，或片区恰为 ``area`` 所指的地方。"""
    posts = Post.objects.filter(today(), role=role)
    if organisation_id is not None:
        posts = posts.filter(organisation_id=organisation_id)
    if area:
        posts = posts.filter(division_code=area.ljust(12, "0"))
    return User.objects.filter(is_active=True, pk__in=posts.values("user_id"))


@dataclass(frozen=True)
class Place:
    """登录着的一处。"""

    pk: int
    device: str
    address: str
    since: datetime
    seen: datetime
    is_here: bool


def sessions_of(user: User, here: str = "") -> list[Place]:
    """此人还登录着的各处，最近用过的在前；闲置过久的不算。"""
    store = import_module(settings.SESSION_ENGINE).SessionStore()
    fresh = timezone.now() - timedelta(minutes=settings.IDLE_MINUTES + 1)
    rows = UserSession.objects.filter(user=user, last_seen_at__gt=fresh).order_by("-last_seen_at")
    return [
        Place(row.pk, device(row.user_agent), row.ip, row.created_at, row.last_seen_at, row.session_key == here)
        for row in rows
        if store.exists(row.session_key)
    ]
