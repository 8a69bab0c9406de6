"""各进程共用的缓存，在 PostgreSQL 里一张不记日志的表（``UNLOGGED``）：断电清空也无妨的东西才放这里。

比 Django 自带的少几次往返：写入一句话办完（``ON CONFLICT``），不数总行数；过期的由 ``jobs.cache_tidy`` 清。
"""

import base64
import pickle
from datetime import UTC, datetime
from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.db import DatabaseCache
from django.db import connection
from django.utils import timezone

FOREVER = datetime(9999, 1, 1, tzinfo=UTC)


class SharedCache(DatabaseCache):
    """``CACHES["default"]``。读、删同 Django；写用一句话，先到者得（``add``）由数据库的主键保证。"""

    _table: str

    def _base_set(self, mode: str, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT) -> bool:
        now = timezone.now()
        at = self.get_backend_timeout(timeout)
        expires = FOREVER if at is None else datetime.fromtimestamp(at, tz=UTC)
        if mode == "touch":
            sql = f"UPDATE {self._table} SET expires = %s WHERE cache_key = %s AND expires > %s"
            parameters: list[Any] = [expires, key, now]
        else:
            text = base64.b64encode(pickle.dumps(value, self.pickle_protocol)).decode("ascii")
            sql = (
                f"INSERT INTO {self._table} AS old (cache_key, value, expires) VALUES (%s, %s, %s) "
                "ON CONFLICT (cache_key) DO UPDATE SET value = excluded.value, expires = excluded.expires"
            )
            parameters = [key, text, expires]
            if mode == "add":
                sql, parameters = f"{sql} WHERE old.expires < %s", [*parameters, now]
        with connection.cursor() as cursor:
            cursor.execute(sql, parameters)
            return bool(cursor.rowcount == 1)


def tidy() -> int:
    """清掉过期的，返回条数。"""
    from .models import CacheEntry  # noqa: PLC0415  缓存先于应用装载

    return CacheEntry.objects.filter(expires__lt=timezone.now()).delete()[0]
