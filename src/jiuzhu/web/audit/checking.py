"""核验整条链：逐条复算，找出改动、缺失、换位、伪造、截尾，并说出在哪一条。

一次核验看的是同一时刻的快照，边写边核也不会误报。只读，不改任何东西。
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import psycopg
from django.db import connection, transaction
from django.utils import timezone

from .chain import ADDED, COLUMNS, GENESIS, LANES, STORED, link, stamp
from .models import heads_in

BATCH = 2000
READ = f"SELECT {', '.join(STORED)} FROM audit_entry WHERE lane = %s AND seq > %s ORDER BY seq"
STRAY = f"SELECT lane, seq, at FROM audit_entry WHERE lane NOT BETWEEN 0 AND {LANES - 1} OR seq < 1 ORDER BY lane, seq"
TITLES = dict(
    zip(
        COLUMNS,
        ("分链", "序号", "时间", "账号编号", "办事人", "岗位编号", "岗位", "单位", "来访地址", "请求编号",
         "动作", "对象种类", "对象编号", "对象", "任务", "事由", "归属地"),
        strict=True,
    )
)  # fmt: skip
Head = tuple[int, bytes]


@dataclass(frozen=True)
class Trouble:
    """一处问题。``kind`` 供程序用：changed column broken gap tail head lane stray seal。"""

    kind: str
    text: str
    lane: int | None = None
    seq: int | None = None
    at: datetime | None = None

    def __str__(self) -> str:
        if self.lane is None:
            return self.text
        place = f"第 {self.lane} 链" + ("" if self.seq is None else f"第 {self.seq} 条")
        if self.at is not None:
            local = timezone.localtime(self.at)
            place += f"（{local.year}年{local.month}月{local.day}日 {local:%H:%M:%S}）"
        return f"{place}：{self.text}"


@dataclass
class Report:
    """核验的结果：看了多少条、多少张封条，有哪些问题。"""

    entries: int = 0
    lanes: int = 0
    seals: int = 0
    troubles: list[Trouble] = field(default_factory=list)


@dataclass(frozen=True)
class SealRow:
    """一张封条，来自数据库或外面保存的文件。``where`` 是说给人听的出处。"""

    day: str
    previous: bytes
    digest: bytes
    body: str
    where: str = "封条"

    def heads(self) -> dict[int, Head]:
        """封时各分链走到哪里。正文读不懂时为空。"""
        return heads_in(self.body)


def verify(*, lane: int | None = None, kept: Sequence[SealRow] = (), since: Mapping[int, Head] | None = None) -> Report:
    """核验全部，或一条分链（``lane``），或某张封条以后的（``since``）。``kept`` 是外面保存的封条。"""
    report = Report()
    with snapshot() as raw:
        stored = _seals(raw)
        if lane is None:
            report.seals = len(stored)
            report.troubles += list(_seal_troubles(stored, kept))
        report.troubles += [trouble for trouble in _strays(raw) if lane in {None, trouble.lane}]
        sealed = _sealed_heads([*stored, *kept])
        heads = _lane_heads(raw)
        for number in range(LANES) if lane is None else [lane]:
            report.lanes += 1
            if number not in heads:
                report.troubles.append(Trouble("lane", "链头不见了", number))
                continue
            start = (since or {}).get(number, (0, GENESIS))
            _walk(raw, number, start, heads[number], sealed.get(number, {}), report)
    return report


@contextmanager
def snapshot() -> Iterator[psycopg.Connection[Any]]:
    """同一时刻的快照；已在别人的事务里时随它的。"""
    fresh = not connection.in_atomic_block
    with transaction.atomic():
        connection.ensure_connection()
        raw: psycopg.Connection[Any] = connection.connection
        if fresh:
            raw.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield raw


def _strays(raw: psycopg.Connection[Any]) -> list[Trouble]:
    """不在六十四条分链上的，或序号不是从 1 起的：按分链走是走不到的，名单上却看得见。"""
    with psycopg.Cursor(raw) as cursor:
        return [Trouble("stray", "不在任何一条链上，是伪造的", *row) for row in cursor.execute(STRAY).fetchmany(100)]


def _lane_heads(raw: psycopg.Connection[Any]) -> dict[int, Head]:
    with psycopg.Cursor(raw) as cursor:
        return {row[0]: (row[1], bytes(row[2])) for row in cursor.execute("SELECT lane, seq, head FROM audit_lane")}


def _seals(raw: psycopg.Connection[Any]) -> list[SealRow]:
    with psycopg.Cursor(raw) as cursor:
        rows = cursor.execute("SELECT day, previous, digest, body FROM audit_seal ORDER BY day")
        return [SealRow(row[0].isoformat(), bytes(row[1]), bytes(row[2]), row[3]) for row in rows]


def _sealed_heads(seals: Sequence[SealRow]) -> dict[int, dict[int, list[tuple[SealRow, bytes]]]]:
    """分链 → 序号 → 哪几张封条记着它、记的摘要。"""
    found: dict[int, dict[int, list[tuple[SealRow, bytes]]]] = {}
    for seal in seals:
        for lane, (seq, head) in seal.heads().items():
            if seq:
                found.setdefault(lane, {}).setdefault(seq, []).append((seal, head))
    return found


def _seal_troubles(stored: Sequence[SealRow], kept: Sequence[SealRow]) -> Iterator[Trouble]:
    last = GENESIS
    for seal in stored:
        if link(seal.previous, seal.body) != seal.digest or not _sane(seal):
            yield Trouble("seal", f"{seal.day} 的封条被改过")
        if seal.previous != last:
            yield Trouble("seal", f"{seal.day} 的封条接不上前一张：前面的封条被换过或删过")
        last = seal.digest
    known = {seal.day: seal.digest for seal in stored}
    for seal in kept:
        if link(seal.previous, seal.body) != seal.digest or not _sane(seal):
            yield Trouble("seal", f"{seal.where}（{seal.day}）本身不完整：摘要与正文不符")
        elif seal.day not in known:
            yield Trouble("seal", f"{seal.where}（{seal.day}）在数据库里已经没有了")
        elif known[seal.day] != seal.digest:
            yield Trouble("seal", f"{seal.where}（{seal.day}）与数据库里同一天的封条不同：记录被整个换过")


def _sane(seal: SealRow) -> bool:
    try:
        content = json.loads(seal.body)
        return content["day"] == seal.day and content["entries"] == sum(seq for seq, _ in seal.heads().values())
    except (ValueError, KeyError, TypeError):
        return False


def _walk(
    raw: psycopg.Connection[Any],
    lane: int,
    start: Head,
    head: Head,
    sealed: dict[int, list[tuple[SealRow, bytes]]],
    report: Report,
) -> None:
    """走一条分链。"""
    seq, digest = start
    due = {number: marks for number, marks in sealed.items() if number > seq}
    at: datetime | None = None
    with psycopg.ServerCursor(raw, f"audit_lane_{lane}") as cursor:
        cursor.itersize = BATCH
        for row in cursor.execute(READ, [lane, seq], binary=True):
            report.entries += 1
            report.troubles += entry_troubles(row, seq, digest)
            seq, digest, at = row[1], bytes(row[-1]), row[2]
            for seal, expected in due.pop(seq, ()):
                if expected != digest:
                    text = f"与{seal.where}（{seal.day}）记下的摘要不同：这一条或它前面的被换过"
                    report.troubles.append(Trouble("seal", text, lane, seq, at))
    report.troubles += _tail_troubles(lane, (seq, digest), head, at)
    for number, marks in sorted(due.items()):
        seal = marks[0][0]
        report.troubles.append(Trouble("tail", f"{seal.where}（{seal.day}）记着这一条，现在没有了", lane, number))


def _tail_troubles(lane: int, last: Head, head: Head, at: datetime | None) -> Iterator[Trouble]:
    if last[0] < head[0]:
        gone = f"第 {last[0] + 1} 条" + (f"至第 {head[0]} 条" if head[0] > last[0] + 1 else "")
        yield Trouble("tail", f"末尾被删：链头说到第 {head[0]} 条，现缺{gone}", lane, last[0] or None, at)
    elif last[0] > head[0]:
        yield Trouble("head", f"链头只到第 {head[0]} 条：链头被调低，或后面的记录是伪造的", lane, last[0], at)
    elif last[1] != head[1]:
        yield Trouble("head", "最后一条与链头的摘要不同：最后一条或链头被改过", lane, last[0], at)


def entry_troubles(row: tuple[Any, ...], last_seq: int, last_digest: bytes) -> list[Trouble]:
    """一条记录本身，以及它与前一条（序号、摘要）的衔接。``row`` 按 ``STORED`` 的次序。"""
    lane, seq, at = row[:3]
    body, previous, digest = row[-3], bytes(row[-2]), bytes(row[-1])
    found = []
    if seq != last_seq + 1:
        gone = f"第 {last_seq + 1} 条" + (f"至第 {seq - 1} 条" if seq > last_seq + 2 else "")
        found.append(Trouble("gap", f"前面缺{gone}", lane, seq, at))
    elif previous != last_digest:
        text = f"接不上前一条：第 {last_seq} 条或这一条被换过、改过" if last_seq else "不是这条链的第一条"
        found.append(Trouble("broken", text, lane, seq, at))
    if link(previous, body) != digest:
        found.append(Trouble("changed", "正文与摘要不符：正文、摘要或前一条摘要被改过", lane, seq, at))
    if wrong := _wrong_columns(row, body):
        found.append(Trouble("column", f"{'、'.join(wrong)}与正文不符：被改过", lane, seq, at))
    return found


def _wrong_columns(row: tuple[Any, ...], body: str) -> list[str]:
    try:
        content = ADDED | json.loads(body)
    except (ValueError, TypeError):
        return ["各列"]
    shown = (*row[:2], stamp(row[2]), *row[3 : len(COLUMNS)])
    if shown == tuple(map(content.get, COLUMNS)):
        return []
    return [TITLES[name] for name, value in zip(COLUMNS, shown, strict=True) if content.get(name) != value]
