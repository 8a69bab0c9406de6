"""网页测试的共用部分:一个真的演示县、一次真的监测,和一小班固定的人。

县与监测结果整场测试只算一次;每个测试各自把结果装进自己的数据库事务。
"""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from jiuzhu.demo import generate
from jiuzhu.engine.pipeline import monitor
from jiuzhu.web.access.models import User
from jiuzhu.web.divisions.names import NAMES
from jiuzhu.web.monitoring.models import Run
from jiuzhu.web.monitoring.services.load import run_load

from .cast import PASSWORD, make_cast, make_person, make_places, signed_in

__all__ = ["PASSWORD", "signed_in"]

KEY = bytes(range(32))
PEOPLE = 1500


@pytest.fixture(scope="session")
def django_db_modify_db_settings(postgres_server: object) -> None:
    """建测试库之前,数据库须已启动。"""


@pytest.fixture(autouse=True)
def quick_passwords(settings: Settings) -> None:
    """正式的口令散列故意慢;测试里换成快的。静态文件夹先建好,whitenoise 不报警。"""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)


@pytest.fixture(autouse=True)
def fresh_place_names() -> None:
    """地名留在进程里两秒；上一个测试回滚了的不能带到下一个。"""
    NAMES.forget()


@pytest.fixture(scope="session")
def county(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """一个小县的部门文件:表头混乱、有读不了的文件。"""
    files = generate(tmp_path_factory.mktemp("county"), people=PEOPLE, seed=7, dialect="harsh").files
    for file in files.rglob("*"):
        os.utime(file, (file.stat().st_atime, file.stat().st_mtime - 3600))  # 早就拷完了的
    return files


@pytest.fixture(scope="session")
def county_out(county: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """这个县的监测结果。"""
    out = tmp_path_factory.mktemp("out") / "run"
    monitor(county, out, key=KEY)
    return out


@pytest.fixture
def make_run(db: None, county: Path, county_out: Path) -> Callable[..., Run]:
    """登记并装入一次已算好的监测;编号可另给。"""

    def make(number: int = 1, **fields: object) -> Run:
        given = {"folder": str(county), "out_dir": str(county_out), **fields}
        run = Run.objects.create(
            number=number,
            division_code="429998000000",
            status=Run.Status.RUNNING,
            started_at=timezone.now(),
            **given,
        )
        run_load(run=run, progress=lambda step, done, total: None)
        run.refresh_from_db()
        return run

    return make


@pytest.fixture
def run(make_run: Callable[..., Run]) -> Run:
    """第 1 次监测,已完成。"""
    return make_run()


@pytest.fixture
def cast(db: None) -> dict[str, User]:
    """全班人马，见 ``cast.py``。"""
    return make_cast()


@pytest.fixture
def officer(db: None) -> User:
    """县监测员：能看，能发起监测。"""
    make_places()
    return make_person("jianceyuan", "county_monitor", "青禾")


@pytest.fixture
def leader(db: None) -> User:
    """县局领导：只看。"""
    make_places()
    return make_person("lingdao", "leader", "青禾")


@pytest.fixture
def stranger(db: None) -> User:
    """有账号而没有岗位的人：什么也看不到。"""
    return User.objects.create_user("wugang", password=PASSWORD, display_name="无岗位")


@pytest.fixture
def desk(officer: User) -> Client:
    """县监测员的浏览器。"""
    return signed_in(officer)
