"""通知测试的共用部分：县经办能发公告。"""

import pytest

from jiuzhu.web.access.models import Post, User
from jiuzhu.web.audit.actor import Actor


@pytest.fixture
def officer_post(cast: dict[str, User]) -> Post:
    """青禾县经办的岗位。"""
    return cast["青禾.县经办"].posts.get()


@pytest.fixture
def actor(officer_post: Post) -> Actor:
    """青禾县经办。"""
    user = officer_post.user
    return Actor(user.pk, str(user), officer_post.pk, officer_post.title, str(officer_post.organisation))
