"""审计测试的共用部分：几个办事人，和绕过数据库把关的手（测试库的超级权限，见 tests/conftest.py）。"""

from collections.abc import Callable

import pytest
from django.db import connection, transaction

from jiuzhu.web.audit.actor import Actor
from jiuzhu.web.audit.models import Entry
from jiuzhu.web.audit.services import Subject, record

ACTION = "audit.seal_make"
ZHANG = Actor(7, "张经办", 3, "县经办", "测试县民政局", "10.1.2.3", "req-1", "429998000000")
TASK = Subject("process.task", "123", "低保审核 入户调查")


@pytest.fixture(scope="session")
def django_db_modify_db_settings(postgres_server: object) -> None:
    """建测试库之前，数据库须已启动。"""


def write(count: int = 10, **fields: str) -> list[Entry]:
    """记几笔，在同一条分链上。"""
    with transaction.atomic():
        return [
            record(actor=ZHANG, action=ACTION, subject=TASK, after={"n": number}, **fields) for number in range(count)
        ]


Tamper = Callable[..., None]


@pytest.fixture
def tamper() -> Tamper:
    """绕过触发器执行语句：演一个能动数据库的人。"""

    def run(*statements: str) -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")
            for statement in statements:
                cursor.execute(statement)
            cursor.execute("SET LOCAL session_replication_role = origin")

    return run
