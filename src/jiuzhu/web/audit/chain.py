"""链的算法：正文怎么写成一串字节，怎么一环扣一环。

外人不用本程序也能复算，见 docs/audit_check.py；这里改动一个字节，旧的记录就核不上，所以只增不改。
"""

import hashlib
import json
from datetime import UTC, datetime
from typing import Any, Final

LANES = 64
"""分链数。写的人各取一条，互不排队；须是 2 的幂。"""

GENESIS = bytes(32)
"""每条分链第一条记录、第一张封条的“前一条”。"""

FORMAT = 1

COLUMNS: Final = (
    "lane", "seq", "at", "actor_id", "actor_name", "post_id", "post", "organisation", "address", "request_id",
    "action", "subject_kind", "subject_key", "subject_label", "task", "reason", "division_code",
)  # fmt: skip
"""从正文摘出来单列的各项。后来添的列在末尾；添之前写下的正文没有这个键，按 ``ADDED`` 补上。"""

ADDED: Final = {"division_code": ""}

STORED: Final = (*COLUMNS, "body", "previous", "digest")
"""表里的全部列，按这个次序读写。"""

_sm3 = hashlib.new("sm3")


def canonical(content: dict[str, Any]) -> str:
    """唯一的写法：键排序，不留空格，汉字照写。"""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def link(previous: bytes, body: str) -> bytes:
    """SM3（GB/T 32905）：前一条的摘要接上本条正文的 UTF-8。"""
    digest = _sm3.copy()
    digest.update(previous)
    digest.update(body.encode())
    return digest.digest()


def stamp(at: datetime) -> str:
    """正文里的时间：世界时，到微秒。"""
    return at.astimezone(UTC).isoformat(timespec="microseconds")
