"""数据交换测试的共用部分：自己的家目录、密钥、数据文件夹。"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import Settings

from jiuzhu.keys import ensure_data_keys
from jiuzhu.web.access.scope import Scope


@pytest.fixture
def home(settings: Settings, tmp_path: Path) -> Path:
    """家目录与数据文件夹都是临时的。"""
    settings.HOME = tmp_path / "home"
    settings.DATA_DIR = tmp_path / "files"
    settings.DATA_DIR.mkdir(parents=True)
    settings.DATA_KEYS_FILE = tmp_path / "data.keys"
    ensure_data_keys(settings.DATA_KEYS_FILE)
    return settings.HOME


@pytest.fixture
def everything(db: None) -> Iterator[None]:
    """后台任务的范围。"""
    with Scope.everything().applied():
        yield
