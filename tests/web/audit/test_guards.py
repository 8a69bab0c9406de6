"""数据库自己拒绝改、删、清空；链头不能倒退。连表的所有者也不行。"""

import pytest
from django.db import DatabaseError, connection, transaction

from jiuzhu.web.audit.services import record

from .conftest import ACTION, TASK, ZHANG

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_entry SET reason = '改'",
        "DELETE FROM audit_entry",
        "TRUNCATE audit_entry",
        "TRUNCATE audit_seal",
        "TRUNCATE audit_lane",
        "DELETE FROM audit_lane",
        "UPDATE audit_lane SET seq = seq - 1 WHERE seq > 0",
        "UPDATE audit_lane SET head = decode(repeat('00', 32), 'hex')",
        "UPDATE audit_lane SET seq = seq + 1, head = ''",
        "UPDATE audit_lane SET lane = lane + 100, seq = seq + 1",
    ],
)
def test_改不了(statement: str) -> None:
    record(actor=ZHANG, action=ACTION, subject=TASK)
    with pytest.raises(DatabaseError, match="只能添加"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO audit_lane (lane, seq, head) VALUES (64, 0, decode(repeat('00', 32), 'hex'))",
        "DELETE FROM audit_lane",
        "TRUNCATE audit_lane",
        "UPDATE audit_seal SET body = ''",
        "DELETE FROM audit_seal",
    ],
)
def test_网页角色连试也不许(statement: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE jiuzhu_web")
        with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
            cursor.execute(statement)
        record(actor=ZHANG, action=ACTION, subject=TASK)  # 记审计照常
        cursor.execute("RESET ROLE")
