"""引擎测试共用:一个小演示县和它的一次运行。"""

import hashlib
import os
from pathlib import Path

import pytest

from jiuzhu.demo import generate
from jiuzhu.engine.pipeline import monitor

KEY = hashlib.sha256("测试用的县密钥".encode()).digest()
# 只影响 Spark 测试的 Java:小数据上深度编译得不偿失,不做它快一倍,结果不变
os.environ.setdefault("JAVA_TOOL_OPTIONS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC")
ANLAN = Path(__file__).parents[3] / "shared" / "data" / "anlan"


@pytest.fixture(scope="session")
def county(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """三千人的演示县;``files`` 是部门文件,``truth`` 是真相。"""
    folder = tmp_path_factory.mktemp("county")
    generate(folder, people=3000, seed=7)
    return folder


@pytest.fixture(scope="session")
def out(county: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """在演示县上运行一次的结果。"""
    folder = tmp_path_factory.mktemp("run") / "out"
    monitor(county / "files", folder, key=KEY)
    return folder
