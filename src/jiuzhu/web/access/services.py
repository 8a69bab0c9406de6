"""账号与岗位的开设。岗位即 Django 的组:组名是稳定代码,中文名在 ``POSTS``。"""

from dataclasses import dataclass

from django.contrib.auth.models import Group, Permission
from django.db import transaction

from .models import User


@dataclass(frozen=True)
class Post:
    """一个岗位:显示的名称与它的权限(``应用.权限代码``)。"""

    title: str
    permissions: tuple[str, ...]


READ = (
    "monitoring.view_run",
    "monitoring.view_runfile",
    "monitoring.view_householdwarning",
    "monitoring.view_finding",
)
POSTS = {
    "county_monitor": Post("县监测员", (*READ, "monitoring.start_run")),
    "county_leader": Post("县局领导", READ),
}


@transaction.atomic
def posts_ensure() -> None:
    """按 ``POSTS`` 建好各岗位及其权限;多次执行结果相同。"""
    for code, post in POSTS.items():
        group, _ = Group.objects.get_or_create(name=code)
        wanted = [permission.split(".", 1) for permission in post.permissions]
        found = Permission.objects.none()
        for app, codename in wanted:
            found |= Permission.objects.filter(content_type__app_label=app, codename=codename)
        group.permissions.set(found)


@transaction.atomic
def account_create(*, username: str, password: str, display_name: str, organisation: str, post: str) -> User:
    """开设账号并归入岗位;已有同名账号则原样返回,不改密码。``post`` 是 ``POSTS`` 的代码。"""
    user, created = User.objects.get_or_create(
        username=username,
        defaults={"display_name": display_name, "organisation": organisation, "post": POSTS[post].title},
    )
    if created:
        user.set_password(password)
        user.save(update_fields=["password"])
        user.groups.add(Group.objects.get(name=post))
    return user


def password_reset(*, user: User, password: str) -> None:
    """重设密码；此人已登录的会话随之失效。"""
    user.set_password(password)
    user.save(update_fields=["password"])
