"""各处测试共用：测试库的清空方式。

审计表拒绝一切清空，而 ``transaction=True`` 的测试结束后 Django 要 TRUNCATE 各表。正式环境的规矩一点不松：
只在测试自己的数据库里，由超级用户准许测试用户把会话设为 replica（此时触发器不动作），清空之后把空的分链补上。
"""

from pathlib import Path
from typing import Any

import psycopg
import pytest
from hypothesis import settings

from jiuzhu.supervisor.postgres import Postgres

HERE = Path(__file__).parent
# 一个文件从头到尾在一个进程里：要做很久的先做，免得最后只剩一个进程在忙
SLOW_FIRST = ("browser", "upkeep", "supervisor", "engine/simulation", "engine/test_", "web/walk", "cli", "demo")

# 每例的时限量的是机器忙不忙，不是程序对不对
settings.register_profile("house", deadline=None)
settings.load_profile("house")

NO_TRIGGERS = "SET LOCAL session_replication_role = replica"
EMPTY_LANES = (
    "INSERT INTO audit_lane (lane, seq, head) "
    "SELECT n, 0, decode(repeat('00', 32), 'hex') FROM generate_series(0, 63) AS n ON CONFLICT DO NOTHING"
)
# 任务队列的表不归 Django 管，它清空时想不到；留下的任务与后台进程，后面的测试会当成自己的
NO_JOBS = (
    "TRUNCATE procrastinate_jobs, procrastinate_events, procrastinate_periodic_defers, procrastinate_workers CASCADE"
)
# 区划的版本只有一行，是迁移时放进去的；清掉了，后面的测试就看不出区划变了
STAMP = "INSERT INTO divisions_divisionstamp (stamp) SELECT gen_random_uuid() WHERE NOT EXISTS (SELECT FROM divisions_divisionstamp)"


@pytest.fixture(scope="session")
def postgres_server(postgres_server: Postgres | None) -> Postgres | None:
    """测试用户可以在自己的会话里停用触发器。用外部数据库时，请由它的超级用户事先执行同一句。"""
    if postgres_server is not None:
        with psycopg.connect(postgres_server.url("postgres", "postgres"), autocommit=True) as connection:
            connection.execute("GRANT SET ON PARAMETER session_replication_role TO jiuzhu")
    return postgres_server


@pytest.fixture(scope="session", autouse=True)
def flush_past_audit() -> None:
    """Django 清空测试库时，审计表也清得掉。"""
    from django.db.backends.postgresql.operations import DatabaseOperations

    execute = DatabaseOperations.execute_sql_flush

    def flush(self: DatabaseOperations, sql_list: list[str]) -> Any:
        return execute(self, [NO_TRIGGERS, *sql_list, NO_JOBS, EMPTY_LANES, STAMP])

    DatabaseOperations.execute_sql_flush = flush  # type: ignore[method-assign]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """慢的文件排在前面，其余照原来的顺序。"""

    def turn(item: pytest.Item) -> int:
        place = item.path.relative_to(HERE).as_posix()
        return next((at for at, slow in enumerate(SLOW_FIRST) if place.startswith(slow)), len(SLOW_FIRST))

    items.sort(key=turn)
