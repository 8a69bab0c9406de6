"""记一笔审计。与业务写入同在一个事务：一起成，一起不成，所以没有漏记，也没有空号。

两次往返：锁一条空着的分链（``SKIP LOCKED``，写的人不互相等），再一句话推进链头并写入记录。
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import psycopg
from django.db import connection

from jiuzhu.web.audit.actions import actions
from jiuzhu.web.audit.actor import Actor
from jiuzhu.web.audit.chain import COLUMNS, FORMAT, LANES, STORED, canonical, link, stamp
from jiuzhu.web.audit.errors import AuditError, NotInTransaction, PersonalDataInKey, UndeclaredAction
from jiuzhu.web.audit.models import Entry
from jiuzhu.web.audit.values import LONG_NUMBER, masked, plain

# 先试自己的一条：同一连接总在同一条上，二十个连接大多各走各的
TAKE: Final = (
    "SELECT lane, seq, head, clock_timestamp() FROM audit_lane "
    f"ORDER BY (lane - %s) & {LANES - 1} LIMIT 1 FOR UPDATE SKIP LOCKED"
)
WAIT: Final = "SELECT 1 FROM audit_lane WHERE lane = %s FOR UPDATE"
ADVANCE: Final = "UPDATE audit_lane SET seq = %s, head = %s WHERE lane = %s AND seq = %s"
_NAMES: Final = ", ".join(STORED)
_MARKS: Final = ", ".join(["%s"] * len(STORED))
INSERT: Final = f"INSERT INTO audit_entry ({_NAMES}) VALUES ({_MARKS})"
APPEND: Final = f"WITH moved AS ({ADVANCE} RETURNING 1) INSERT INTO audit_entry ({_NAMES}) SELECT {_MARKS} FROM moved"


@dataclass(frozen=True)
class Subject:
    """被做的对象：种类（``process.task``）、编号、给人看的名字。名字里不放未遮挡的姓名、号码。"""

    kind: str
    key: str
    label: str = ""


@dataclass(frozen=True)
class Change:
    """成批记录中的一笔。"""

    subject: Subject
    before: Mapping[str, Any] | None = None
    after: Mapping[str, Any] | None = None


def record(
    *,
    actor: Actor,
    action: str,
    subject: Subject,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    reason: str = "",
    task: str = "",
) -> Entry:
    """记一笔：谁、做了什么、对什么、改前改后、为什么。须在事务里。

    抛 ``NotInTransaction``、``UndeclaredAction``、``PersonalDataInKey``。
    """
    change = Change(subject, before, after)
    return record_many(actor=actor, action=action, changes=[change], reason=reason, task=task)[0]


def record_many(
    *, actor: Actor, action: str, changes: Sequence[Change], reason: str = "", task: str = ""
) -> list[Entry]:
    """同一个人、同一个动作、许多对象：各记一条，只锁一次分链。空的不记。"""
    if not connection.in_atomic_block:
        raise NotInTransaction(f"记审计须在事务里（transaction.atomic），与业务写入同成同败：{action}")
    if action not in actions():
        raise UndeclaredAction(f"动作 {action} 没有中文名：请在所属部分的 AppConfig.audit_actions 里写明")
    if not changes:
        return []
    common = _who(actor) | {"action": action, "reason": masked(reason), "task": masked(task), "format": FORMAT}
    contents = [common | _what(change) for change in changes]
    connection.ensure_connection()
    with connection.wrap_database_errors, psycopg.Cursor(connection.connection) as cursor:
        return _append(cursor, contents)


def _who(actor: Actor) -> dict[str, Any]:
    return {
        "actor_id": actor.user_id,
        "actor_name": masked(actor.name),
        "post_id": actor.post_id,
        "post": actor.post,
        "organisation": actor.organisation,
        "address": actor.address,
        "request_id": actor.request_id,
    }


def _what(change: Change) -> dict[str, Any]:
    subject = change.subject
    if LONG_NUMBER.search(subject.key):
        raise PersonalDataInKey(f"对象编号像是证件号或电话，不能记入审计：{subject.kind}")
    return {
        "subject_kind": subject.kind,
        "subject_key": subject.key,
        "subject_label": masked(subject.label),
        "before": None if change.before is None else plain(change.before),
        "after": None if change.after is None else plain(change.after),
    }


def _append(cursor: psycopg.Cursor[Any], contents: list[dict[str, Any]]) -> list[Entry]:
    lane, first, head, at = _take(cursor)
    seq, rows = first, []
    for content in contents:
        seq += 1
        content |= {"lane": lane, "seq": seq, "at": stamp(at)}
        body = canonical(content)
        digest = link(head, body)
        rows.append([*(at if name == "at" else content[name] for name in COLUMNS), body, head, digest])
        head = digest
    if len(rows) == 1:
        cursor.execute(APPEND, [seq, head, lane, first, *rows[0]], prepare=True)
        written = cursor.rowcount
    else:
        cursor.executemany(INSERT, rows)
        cursor.execute(ADVANCE, [seq, head, lane, first])
        written = cursor.rowcount
    if written != 1:  # 锁着它，不会有别人推进；真到了这里，宁可整件事不成
        raise AuditError("审计没有记成，这一步没有生效。请重试；仍不行请告诉管理员。")
    return [Entry(**dict(zip(STORED, row, strict=True))) for row in rows]


def _take(cursor: psycopg.Cursor[Any]) -> tuple[int, int, bytes, datetime]:
    """锁一条分链：空着的优先；六十四条全忙时等自己那条。此时本事务必定还没有锁过，不会互等。"""
    own = cursor.connection.info.backend_pid
    row = cursor.execute(TAKE, [own], prepare=True).fetchone()
    if row is None:
        cursor.execute(WAIT, [own % LANES])
        row = cursor.execute(TAKE, [own], prepare=True).fetchone()
    if row is None:
        raise AuditError("审计的分链不在：请告诉管理员运行 jiuzhu audit verify。")
    return row[0], row[1], bytes(row[2]), row[3]
