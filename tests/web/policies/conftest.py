"""手册台测试共用：一个草稿，改的人与发布的人。"""

from collections.abc import Callable

import pytest
from pytest_django import Settings
from tests.web.cast import every

from jiuzhu.web.access.models import Post, User
from jiuzhu.web.access.scope import Scope
from jiuzhu.web.audit.actor import Actor
from jiuzhu.web.policies.models import RulebookVersion
from jiuzhu.web.policies.services import rulebook_draft

COUNTY = "429998000000"


def acting(user: User) -> tuple[Actor, Scope]:
    """办事人与范围。"""
    post = Post.objects.select_related("organisation").get(user=user)
    return Actor(
        user.pk, str(user), post.pk, post.title, str(post.organisation), division_code=post.division_code
    ), post.scope()


@pytest.fixture(autouse=True)
def rulebooks_here(settings: Settings, tmp_path: object) -> None:
    """发布的手册写到测试自己的文件夹。"""
    settings.RULEBOOKS_DIR = tmp_path / "rulebooks"  # type: ignore[operator]


@pytest.fixture
def make_draft(cast: dict[str, User]) -> Callable[..., RulebookVersion]:
    """县监测员建的草稿。"""

    def make(name: str = "第四季度调整", where: str = "青禾") -> RulebookVersion:
        actor, scope = acting(cast[f"{where}.县监测员"])
        code = COUNTY if where == "青禾" else "429997000000"
        return rulebook_draft(name=name, division_code=code, actor=actor, scope=scope)

    return make


@pytest.fixture
def draft(make_draft: Callable[..., RulebookVersion]) -> RulebookVersion:
    """一个草稿。"""
    return make_draft()


def fresh(version: RulebookVersion) -> RulebookVersion:
    """数据库里现在的样子。"""
    return every(RulebookVersion).get(pk=version.pk)
