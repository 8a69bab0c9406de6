"""pytest 插件：测试用真的 PostgreSQL，在临时目录里，用到时才启动，测完停掉并删除。

由 pyproject 的 ``-p jiuzhu.supervisor.testing`` 载入，先于 pytest-django 设好环境变量，
所以 Django 设置读到的就是这里的目录。已设 ``DATABASE_URL`` 时尊重它，不启动内嵌数据库。
"""

import logging
import os
import shutil
import tempfile
from collections.abc import Generator
from pathlib import Path

import psutil
import psycopg
import pytest

from jiuzhu.keys import ensure_data_keys, ensure_identity_key, ensure_web_secret

from .home import Home
from .postgres import Postgres

PREFIX = "jiuzhu-test-"
# 测试数据丢了不要紧，换速度
FAST_SETTINGS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "shared_buffers": "128MB"}
OWN_VARIABLES = (
    "JIUZHU_DATA_KEYS",
    "JIUZHU_PORT",
    "JIUZHU_DEMO",
    "JIUZHU_DATA_DIR",
    "JIUZHU_HTTPS",
    "JIUZHU_DEBUG",
    "JIUZHU_HOSTS",
)


class Session:
    """一次测试会话的数据目录与数据库。"""

    def __init__(self) -> None:
        self.base = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-", dir=_short_temporary_folder()))
        self.home = Home.create(self.base / "home")
        if PREFIX in os.environ.get("DATABASE_URL", ""):
            del os.environ["DATABASE_URL"]  # 几个进程分着跑时，从主进程继承来的是它那一台；各跑各的
        self.external = bool(os.environ.get("DATABASE_URL"))
        self.postgres: Postgres | None = None
        ensure_web_secret(self.home.secret_file)
        ensure_identity_key(self.home.identity_key_file)
        ensure_data_keys(self.home.data_keys_file)

    def set_environment(self) -> None:
        """让随后载入的 Django 设置指向这里。"""
        for name in OWN_VARIABLES:
            os.environ.pop(name, None)
        os.environ["JIUZHU_HOME"] = str(self.home.root)
        os.environ["JIUZHU_SECRET_FILE"] = str(self.home.secret_file)
        os.environ["JIUZHU_KEY_FILE"] = str(self.home.identity_key_file)
        os.environ["JIUZHU_DATA_KEYS_FILE"] = str(self.home.data_keys_file)
        os.environ.setdefault("DATABASE_URL", f"postgresql://jiuzhu@/jiuzhu?host={self.home.postgres}")

    def start_postgres(self) -> Postgres | None:
        """启动数据库并准许建测试库；用外部数据库时什么也不做。"""
        if self.external or self.postgres:
            return self.postgres
        self.base.chmod(0o711)  # 以 root 测试时，数据库用户要能走进来；里面的 home 仍只归自己
        self.postgres = Postgres(self.home.postgres, self.home.logs / "postgres.log", settings=FAST_SETTINGS)
        self.postgres.start()
        with psycopg.connect(self.postgres.url("postgres", "postgres"), autocommit=True) as connection:
            connection.execute("alter role jiuzhu createdb")
        return self.postgres

    def close(self) -> None:
        """停掉数据库，删除目录。"""
        if self.postgres:
            self.postgres.stop()
        shutil.rmtree(self.base, ignore_errors=True)


SESSION_KEY = pytest.StashKey[Session]()


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Generator[None]:
    """包在最外层，先于 pytest-django 载入设置。"""
    logging.getLogger("py4j").setLevel(logging.WARNING)  # 退出时它还往已关的输出里写
    _sweep()
    session = Session()
    session.set_environment()
    early_config.stash[SESSION_KEY] = session
    early_config.add_cleanup(session.close)
    return (yield)


@pytest.fixture(scope="session")
def postgres_server(request: pytest.FixtureRequest) -> Postgres | None:
    """正在运行的数据库；用外部数据库（``DATABASE_URL``）时为空。"""
    return request.config.stash[SESSION_KEY].start_postgres()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(postgres_server: Postgres | None) -> None:
    """pytest-django 建测试库之前，数据库须已启动。"""


def _short_temporary_folder() -> str:
    """套接字路径有长度上限；``TMPDIR`` 太长时用 /tmp。"""
    folder = tempfile.gettempdir()
    return folder if len(folder) <= 50 else "/tmp"


def _sweep() -> None:
    """收拾被 ``kill -9`` 的测试留下的数据库与目录。"""
    for base in Path(_short_temporary_folder()).glob(f"{PREFIX}*"):
        owner = base.name.removeprefix(PREFIX).partition("-")[0]
        if not owner.isdigit() or psutil.pid_exists(int(owner)) or base.stat().st_uid != os.geteuid():
            continue
        left = Postgres(base / "home" / "postgres", base / "home" / "logs" / "postgres.log")
        if left.adopt():
            left.stop()
        shutil.rmtree(base, ignore_errors=True)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """没有 Java 时跳过 Spark 测试；``JIUZHU_REQUIRE_SPARK=1`` 时不跳。"""
    if os.environ.get("JIUZHU_REQUIRE_SPARK") == "1" or shutil.which("java") or os.environ.get("JAVA_HOME"):
        return
    for item in items:
        if item.get_closest_marker("spark"):
            item.add_marker(pytest.mark.skip(reason="没有 Java：请安装后再跑 Spark 测试"))
