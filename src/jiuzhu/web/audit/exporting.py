"""把记录写成外人能自己核验的文件：一行一条，带正文原文、摘要与前一条摘要，再附全部封条。

格式与核验程序见 docs/audit.md、docs/audit_check.py。
"""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import psycopg
from django.utils import timezone

from .chain import FORMAT, stamp
from .checking import BATCH, SealRow, snapshot
from .models import seal_line

RANGES = """
SELECT lane, min(seq), max(seq) FROM audit_entry WHERE at >= %s AND at < %s GROUP BY lane ORDER BY lane
"""
ENTRIES = "SELECT seq, previous, digest, body FROM audit_entry WHERE lane = %s AND seq BETWEEN %s AND %s ORDER BY seq"
SEALS = "SELECT day, previous, digest, body FROM audit_seal ORDER BY day"
EARLIEST, LATEST = datetime(1970, 1, 1, tzinfo=UTC), datetime(9999, 1, 1, tzinfo=UTC)
Line = dict[str, Any]


def export_lines(*, since: date | None = None, until: date | None = None) -> Iterator[Line]:
    """从 ``since`` 到 ``until``（都含，北京时间；不给即不限）的记录，及全部封条。

    第一行说明范围；各分链从窗内第一条到最后一条，中间不缺。
    """
    begin, end = _midnight(since), _midnight(until, following=True)
    with snapshot() as raw, psycopg.Cursor(raw) as plain:
        ranges = plain.execute(RANGES, [begin or EARLIEST, end or LATEST]).fetchall()
        yield {
            "kind": "header",
            "format": FORMAT,
            "since": stamp(begin) if begin else None,
            "until": stamp(end) if end else None,
            "made_at": stamp(timezone.now()),
            "lanes": [list(row) for row in ranges],
        }
        for day, previous, digest, body in plain.execute(SEALS).fetchall():
            yield seal_line(day.isoformat(), previous, digest, body)
        for lane, first, last in ranges:
            yield from _entries(raw, lane, first, last)


def _entries(raw: psycopg.Connection[Any], lane: int, first: int, last: int) -> Iterator[Line]:
    with psycopg.ServerCursor(raw, "audit_export") as cursor:
        cursor.itersize = BATCH
        for seq, previous, digest, body in cursor.execute(ENTRIES, [lane, first, last], binary=True):
            marks = {"previous": previous.hex(), "digest": digest.hex()}
            yield {"kind": "entry", "lane": lane, "seq": seq, **marks, "body": body}


def _midnight(day: date | None, *, following: bool = False) -> datetime | None:
    if day is None:
        return None
    start = timezone.make_aware(datetime.combine(day, time.min))
    return start + timedelta(days=1) if following else start


def read_seals(text: str, where: str) -> list[SealRow]:
    """外面保存的封条文件：一行一张，或只有一张；导出文件里的也认。格式不对抛 ``ValueError``。"""
    rows = [json.loads(line) for line in text.splitlines() if line.strip()]
    try:
        found = [
            SealRow(row["day"], bytes.fromhex(row["previous"]), bytes.fromhex(row["digest"]), row["body"], where)
            for row in rows
            if row["kind"] == "seal"
        ]
    except (KeyError, TypeError) as error:
        raise ValueError(f"不是封条：{error}") from error
    if not found:
        raise ValueError("没有封条")
    return found
