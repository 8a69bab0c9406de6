"""通知测试的共用部分：县经办能发公告。"""

from dataclasses import replace

import pytest

from jiuzhu.web.access.models import Post, User
from jiuzhu.web.access.roles import ROLES
from jiuzhu.web.audit.actor import Actor

PUBLISHERS = ("county_officer", "leader", "system_admin")


@pytest.fixture(autouse=True)
def may_publish(monkeypatch: pytest.MonkeyPatch) -> None:
    """县经办、领导、系统管理员可以发公告。"""
    for code in PUBLISHERS:
        role = ROLES[code]
        monkeypatch.setitem(ROLES, code, replace(role, permissions=role.permissions | {"notices.publish"}))


@pytest.fixture
def officer_post(cast: dict[str, User]) -> Post:
    """青禾县经办的岗位。"""
    return cast["青禾.县经办"].posts.get()


@pytest.fixture
def actor(officer_post: Post) -> Actor:
    """青禾县经办。"""
    user = officer_post.user
    return Actor(user.pk, str(user), officer_post.pk, officer_post.title, str(officer_post.organisation))
