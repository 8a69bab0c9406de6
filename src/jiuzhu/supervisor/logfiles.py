"""日志文件的轮换：过大或过了一天就压缩改存，存够规定的天数再删。

子进程一直开着日志文件往后添（O_APPEND），所以抄出去再截断，不必请它们重新打开；读完与截断之间只隔几微秒，
恰在其间写的一行会丢，审计不靠这里（审计在数据库里）。
网络安全法要求网络日志至少留存六个月，这里留 200 天；磁盘快满时 `jiuzhu check` 会提醒，不会自己删。
"""

import contextlib
import gzip
import os
import shutil
import time
from datetime import datetime
from pathlib import Path

LOG_LIMIT = 20 * 1024 * 1024
KEEP_DAYS = 200
DAY = 24 * 3600.0
EVERY_SECONDS = 60.0


def rotate(log: Path, *, limit: int | None = None) -> Path | None:
    """日志超过 ``limit`` 就抄成 ``web.log-日期时间.gz`` 并清空；返回抄到哪里，没有可抄的返回空。"""
    if not log.exists() or log.stat().st_size <= (LOG_LIMIT if limit is None else limit):
        return None
    kept = log.with_name(f"{log.name}-{datetime.now().astimezone():%Y%m%dT%H%M%S}.gz")
    draft = kept.with_name(f".{kept.name}.new")
    try:
        _pack(log, draft)
        draft.replace(kept)
    finally:
        draft.unlink(missing_ok=True)
    return kept


def _pack(log: Path, draft: Path) -> None:
    with log.open("r+b") as source, draft.open("wb") as raw:
        os.fchmod(raw.fileno(), 0o600)
        with gzip.GzipFile(fileobj=raw, mode="wb", filename="") as packed:
            shutil.copyfileobj(source, packed)
            packed.flush()
            late = source.read()  # 压缩期间新写的：一次读完，紧接着截断
            source.truncate(0)
            packed.write(late)
        raw.flush()
        os.fsync(raw.fileno())


def tidy(folder: Path, *, days: float = KEEP_DAYS, now: float | None = None) -> int:
    """删掉存够天数的旧日志与没抄完的草稿，返回个数。"""
    oldest, gone = (time.time() if now is None else now) - days * DAY, 0
    for path in [*folder.glob("*.log-*.gz"), *folder.glob(".*.gz.new")]:
        if path.name.startswith(".") or path.stat().st_mtime < oldest:
            path.unlink(missing_ok=True)
            gone += 1
    return gone


class LogKeeper:
    """看管循环里每分钟看一次：过大的轮换；每天第一次把有内容的都轮换，并清理。"""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._next = 0.0
        self._day = datetime.now().astimezone().date()

    def tick(self) -> None:
        """没到一分钟就什么也不做。"""
        if time.monotonic() < self._next:
            return
        self._next = time.monotonic() + EVERY_SECONDS
        today = datetime.now().astimezone().date()
        fresh_day, self._day = today != self._day, today
        with contextlib.suppress(OSError):  # 磁盘满时轮换不了，不能因此停了平台；体检会报磁盘
            for log in self._folder.glob("*.log"):
                rotate(log, limit=0 if fresh_day else None)
            if fresh_day:
                tidy(self._folder)
