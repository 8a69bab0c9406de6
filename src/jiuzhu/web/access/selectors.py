"""人员与岗位的读取。"""

from django.db.models import Q, QuerySet
from django.utils import timezone

from .models import Post, User


def today() -> Q:
    """岗位今天有效。"""
    day = timezone.localdate()
    return Q(valid_from__lte=day) & (Q(valid_to__isnull=True) | Q(valid_to__gt=day))


def posts_in_force(user: User) -> list[Post]:
    """这个人今天有效的岗位，连同单位；按授予先后。"""
    return list(Post.objects.filter(today(), user=user).select_related("organisation"))


def users() -> QuerySet[User]:
    """全部账号，连同岗位。"""
    return User.objects.prefetch_related("posts__organisation").order_by("display_name", "username")


def holders(*, role: str, organisation_id: int | None = None, area: str = "") -> QuerySet[User]:
    """某角色的在岗人员；可限单位，或片区恰为 ``area`` 所指的地方。"""
    posts = Post.objects.filter(today(), role=role)
    if organisation_id is not None:
        posts = posts.filter(organisation_id=organisation_id)
    if area:
        posts = posts.filter(division_code=area.ljust(12, "0"))
    return User.objects.filter(is_active=True, pk__in=posts.values("user_id"))
