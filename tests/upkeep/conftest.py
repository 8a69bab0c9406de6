"""共用：一个迁移好、有审计记录、有文件的实例（数据库在运行），与它的一份备份。"""

import fcntl
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

from jiuzhu.keys import ensure_data_keys, ensure_identity_key, ensure_web_secret
from jiuzhu.supervisor.home import Home
from jiuzhu.supervisor.postgres import Postgres
from jiuzhu.upkeep import backup
from jiuzhu.upkeep.backup import Backup

FAST = {"fsync": "off", "full_page_writes": "off"}
PASSPHRASE = "一句足够长的口令，记在本子上"
FILES = {"uploads/ab/cd/附件": b"\x00\x01" * 70_000, "runs/1/summary.json": b"{}", "空的": b""}
FILL = """
import django; django.setup()
from django.db import transaction
from jiuzhu.web.audit.actions import actions
from jiuzhu.web.audit.actor import Actor
from jiuzhu.web.audit.services import Subject, record
for number in range(25):
    with transaction.atomic():
        record(actor=Actor.system("测试"), action=min(actions()), subject=Subject("test.thing", str(number), "测试"))
"""


@dataclass
class Place:
    """一个实例：目录、数据库、超级用户的连接地址。"""

    home: Home
    postgres: Postgres

    @property
    def url(self) -> str:
        return self.postgres.url(user="postgres")

    def environment(self) -> dict[str, str]:
        kept = {key: value for key, value in os.environ.items() if not key.startswith(("JIUZHU_", "DATABASE_URL"))}
        settings = {"DJANGO_SETTINGS_MODULE": "jiuzhu.config.settings", "JIUZHU_HOME": str(self.home.root)}
        return kept | settings | {"DATABASE_URL": self.postgres.url()}

    def execute(self, query: str, *parameters: object) -> list[tuple[object, ...]]:
        with psycopg.connect(self.url, autocommit=True) as connection:
            cursor = connection.execute(query, parameters or None)  # type: ignore[arg-type]
            return cursor.fetchall() if cursor.description else []


@pytest.fixture(autouse=True)
def without_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    """测试插件设的环境变量指着另一个实例，这里不要。"""
    for name in [*os.environ]:
        if name.startswith("JIUZHU_") or name == "DATABASE_URL":
            monkeypatch.delenv(name)


@pytest.fixture(scope="module")
def base() -> Iterator[Path]:
    """路径短、数据库用户走得通的目录。"""
    folder = Path(tempfile.mkdtemp(prefix="jz-uk-", dir="/tmp"))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def pattern(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """做好而停着的实例，各文件各抄一份用；几个测试进程合做一个。"""
    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent
    folder = shared / "upkeep-home"
    with (shared / "upkeep.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            with tempfile.TemporaryDirectory(prefix="jz-uk-", dir="/tmp") as name:
                Path(name).chmod(0o711)
                _furnish(Path(name) / "home")
                _copy(Path(name) / "home", folder)
    return folder


def _copy(source: Path, target: Path) -> None:
    """连同主人、权限、链接照抄；抄完才改成正式的名字。"""
    draft = target.with_name(f"{target.name}.part")
    subprocess.run(["cp", "-a", source, draft], check=True)
    draft.rename(target)


def _furnish(root: Path) -> None:
    """迁移好，库里有审计记录，目录里有附件、结果，也有不该备份的东西。"""
    home = Home.create(root)
    ensure_web_secret(home.secret_file)
    ensure_identity_key(home.identity_key_file)
    ensure_data_keys(home.data_keys_file)
    postgres = Postgres(home.postgres, home.logs / "postgres.log", settings=FAST)
    postgres.start()
    try:
        for argv in (["-m", "django", "migrate", "--verbosity=0"], ["-c", FILL]):
            environment = Place(home, postgres).environment()
            done = subprocess.run([sys.executable, *argv], env=environment, capture_output=True, text=True, check=False)
            assert done.returncode == 0, done.stderr[-2000:]
    finally:
        postgres.stop()
    for name, content in FILES.items():
        (home.root / name).parent.mkdir(parents=True, exist_ok=True)
        (home.root / name).write_bytes(content)
    for name in ("static/x.css", "logs/web.log", "demo/files/x.csv"):
        (home.root / name).parent.mkdir(parents=True, exist_ok=True)
        (home.root / name).write_text("可再生成", encoding="utf-8")
    (home.root / "uploads" / "link").symlink_to("/etc/passwd")


@pytest.fixture(scope="module")
def place(pattern: Path, base: Path) -> Iterator[Place]:
    """实例的一份抄件，数据库在运行。"""
    _copy(pattern, base / "home")
    home = Home.create(base / "home")
    postgres = Postgres(home.postgres, home.logs / "postgres.log", settings=FAST)
    postgres.start()
    try:
        yield Place(home, postgres)
    finally:
        postgres.stop()


@pytest.fixture(scope="module")
def made(place: Place, base: Path) -> Backup:
    """一份好的备份，连同密钥备份。测试不得改动它，要改先抄一份。"""
    with pytest.MonkeyPatch.context() as patch:
        for name in [*os.environ]:
            if name.startswith("JIUZHU_") or name == "DATABASE_URL":
                patch.delenv(name)
        return backup.make(place.home, base / "out", keys_file=base / "钥匙.keys", passphrase=PASSPHRASE)


@pytest.fixture
def spoiled(made: Backup, tmp_path: Path) -> Path:
    """备份的一份抄件，可以弄坏。"""
    return Path(shutil.copytree(made.folder, tmp_path / made.folder.name))


@pytest.fixture
def served(base: Path) -> Iterator[Callable[[Path], Place]]:
    """``served(目录)`` 启动恢复出来的数据库；测完停掉。"""
    running: list[Postgres] = []

    def start(root: Path) -> Place:
        home = Home(root)
        running.append(Postgres(home.postgres, home.logs / "postgres.log", settings=FAST))
        running[-1].start()
        return Place(home, running[-1])

    yield start
    for postgres in running:
        postgres.stop()
