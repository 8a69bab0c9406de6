"""文书与附件测试的共用部分：各测试用自己的库房。"""

from pathlib import Path

import pytest
from pytest_django import Settings

from jiuzhu.web.audit.actor import Actor
from jiuzhu.web.divisions.models import Organisation


@pytest.fixture(autouse=True)
def own_vault(settings: Settings, tmp_path: Path) -> Path:
    """库房在本测试的临时目录里。"""
    settings.HOME = tmp_path
    return tmp_path / "uploads"


@pytest.fixture
def actor() -> Actor:
    """一位经办人。"""
    return Actor(user_id=None, name="刘晓燕", post="镇窗口", organisation="青禾县河湾乡人民政府", address="10.0.0.8")


@pytest.fixture
def bureau(db: None) -> Organisation:
    """县民政局。"""
    return Organisation.objects.create(
        code="test-minzheng",
        name="测试县民政局",
        short_name="县民政局",
        kind="county_office",
        division_code="429998000000",
    )
