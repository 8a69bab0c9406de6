"""记一笔审计。与业务写入同在一个事务：一起成，一起不成，所以没有漏记，也没有空号。

通常一次往返：每个线程记得自己上次写到哪里，一句话核对链头、推进、写入。别人推进过、或正占着，
再占一条空着的分链来写（占不到的跳过，写的人不互相等），共四次往返。
"""

import secrets
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import psycopg
from django.db import connection
from django.utils import timezone

from jiuzhu.web.audit.actions import actions
from jiuzhu.web.audit.actor import Actor
from jiuzhu.web.audit.chain import COLUMNS, FORMAT, LANES, STORED, canonical, link, stamp
from jiuzhu.web.audit.errors import AuditError, NotInTransaction, PersonalDataInKey, UndeclaredAction
from jiuzhu.web.audit.models import Entry
from jiuzhu.web.audit.values import LONG_NUMBER, masked, plain

Row = tuple[Any, ...]
LAST: Final = LANES - 1
_NAMES: Final = ", ".join(STORED)
_MARKS: Final = ", ".join(["%s"] * len(STORED))
# 占住一条分链：事务级的建议锁，到事务结束为止。占不到立刻知道，从不排队；不动表，比行锁省一次写
HOLD: Final = "pg_try_advisory_xact_lock(hashtext('audit_lane'), {lane}::int)"
# 仍是记得的那样、此刻又占得住，就地推进链头并写入；否则一行也不写
APPEND: Final = f"""
WITH moved AS (
    UPDATE audit_lane SET seq = %s, head = %s
    WHERE lane = %s AND seq = %s AND head = %s AND {HOLD.format(lane="lane")} RETURNING 1
)
INSERT INTO audit_entry ({_NAMES}) SELECT {_MARKS} FROM moved
"""
LIGHT: Final = ("lane", "seq", "at", "digest")
COPY: Final = f"COPY audit_entry ({_NAMES}) FROM STDIN"
ADVANCE: Final = "UPDATE audit_lane SET seq = %s, head = %s WHERE lane = %s AND seq = %s AND head = %s"
TAKE: Final = (
    f"SELECT n FROM (SELECT (n + %s) & {LAST} AS n FROM generate_series(0, {LAST}) AS n OFFSET 0) AS lanes "
    f"WHERE {HOLD.format(lane='n')} LIMIT 1"
)
WAIT: Final = "SELECT pg_advisory_xact_lock(hashtext('audit_lane'), %s::int)"
READ: Final = "SELECT lane, seq, head FROM audit_lane WHERE lane = %s FOR UPDATE"


@dataclass(frozen=True)
class Head:
    """一条分链走到哪里。"""

    lane: int
    seq: int
    digest: bytes


class _Remembered(threading.local):
    """本线程上次写在哪条分链、写到哪里。只是提示：对不对由数据库当场核，回滚了、被别人推进了都不要紧。"""

    head: Head | None = None


_remembered = _Remembered()


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
    """同一个人、同一个动作、许多对象：各记一条，只占一次分链。空的不记。"""
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
        "division_code": actor.division_code,
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
    """先凭记得的链头一步写成；不成再占一条分链来写。成批的先占。"""
    head = _remembered.head
    if head is not None and len(contents) == 1:
        rows = _chained(head, contents)
        if _write_one(cursor, head, rows[0]):
            return _made(rows)
    head = _take(cursor)
    rows = _chained(head, contents)
    if not (_write_one(cursor, head, rows[0]) if len(rows) == 1 else _write_many(cursor, head, rows)):
        raise AuditError("审计没有记成，这一步没有生效。请重试；仍不行请告诉管理员。")
    return _made(rows)


def _chained(head: Head, contents: list[dict[str, Any]]) -> list[Row]:
    """接在 ``head`` 后面的各行。"""
    at = timezone.now()
    seq, digest, rows = head.seq, head.digest, []
    for content in contents:
        seq += 1
        content |= {"lane": head.lane, "seq": seq, "at": stamp(at)}
        body, previous = canonical(content), digest
        digest = link(previous, body)
        rows.append((head.lane, seq, at, *(content[name] for name in COLUMNS[3:]), body, previous, digest))
    return rows


def _write_one(cursor: psycopg.Cursor[Any], head: Head, row: Row) -> bool:
    cursor.execute(APPEND, [row[1], row[-1], head.lane, head.seq, head.digest, *row], prepare=True)
    return cursor.rowcount == 1


def _write_many(cursor: psycopg.Cursor[Any], head: Head, rows: list[Row]) -> bool:
    with cursor.copy(COPY) as copy:
        for row in rows:
            copy.write_row(row)
    cursor.execute(ADVANCE, [rows[-1][1], rows[-1][-1], head.lane, head.seq, head.digest])
    return cursor.rowcount == 1


def _made(rows: list[Row]) -> list[Entry]:
    """写成了：记住链头。各条只带编号、时间、摘要，其余用到时再读：多数人用不到，省下这份功夫。"""
    _remembered.head = Head(rows[-1][0], rows[-1][1], rows[-1][-1])
    return [Entry.from_db(connection.alias, LIGHT, (*row[:3], row[-1])) for row in rows]


def _take(cursor: psycopg.Cursor[Any]) -> Head:
    """占一条空着的分链，从随机一条找起，撞在一起的人就此分开；本事务占着的也算空着。

    六十四条全忙时等其中一条：此时本事务必定还没有占过，不会互等。
    """
    start = secrets.randbelow(LANES)
    row = cursor.execute(TAKE, [start], prepare=True).fetchone()
    if row is None:
        cursor.execute(WAIT, [start])
    head = cursor.execute(READ, [row[0] if row else start], prepare=True).fetchone()
    if head is None:
        raise AuditError("审计的分链不在：请告诉管理员运行 jiuzhu audit verify。")
    return Head(head[0], head[1], bytes(head[2]))
