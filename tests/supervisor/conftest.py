"""共用：一个可启停的数据库，测完一定停掉。"""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from jiuzhu.supervisor.home import Home
from jiuzhu.supervisor.postgres import Postgres

FAST = {"fsync": "off", "full_page_writes": "off"}


@pytest.fixture
def place() -> Iterator[Path]:
    """路径短、各级目录都走得通的临时目录（pytest 的 tmp_path 只有本用户进得去，路径也长）。"""
    folder = Path(tempfile.mkdtemp(prefix="jz-", dir="/tmp"))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def server() -> Iterator[Callable[[Path], Postgres]]:
    """``server（目录）`` 返回该数据目录上尚未启动的服务。"""
    made: list[Postgres] = []

    def make(folder: Path) -> Postgres:
        home = Home.create(folder)
        made.append(Postgres(home.postgres, home.logs / "postgres.log", settings=FAST))
        return made[-1]

    yield make
    for postgres in made:
        if postgres.running() or postgres.adopt():
            postgres.stop()
