"""一件事同一时刻只有一个进程在做：数据库会话级的建议锁。进程死了，连接一断，锁自己放开。"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

INSPECT, TAKE, FETCH = 5401, 5402, 5403
PLACE, NUMBER = 5404, 5405


@contextmanager
def claimed(kind: int, key: int) -> Iterator[bool]:
    """占住一件；别人正占着的得到 False。"""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [kind, key])
        (mine,) = cursor.fetchone()
    try:
        yield bool(mine)
    finally:
        if mine and not connection.needs_rollback and connection.connection is not None:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [kind, key])


def wait_turn(kind: int, text: str) -> None:
    """排队等到这一类、这个名字的事没有别人在办；到事务结束为止。须在事务里。"""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [kind, text])
