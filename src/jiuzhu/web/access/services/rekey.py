"""换数据密钥：添一把新的，把旧密文一批一批换成新的，全换完再销毁旧的。

平台照常运行：网页发现密钥文件变了会自己重读；被别人锁着的行先跳过，回头再换。一批一个事务，密钥号就在密文里，
所以在哪里断掉（包括 ``kill -9``）都不丢不重，再运行一次接着换；几个一起换也各换各的。
须以数据库的所有者运行：行级权限不挡它。
"""

import base64
import os
import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from allauth.mfa.models import Authenticator
from django.apps import apps
from django.conf import settings
from django.db import connection, models, transaction

from jiuzhu.keys import DATA_KEYS_VARIABLE, DataKeys, read_data_keys, replace_data_keys
from jiuzhu.web.access.second_factor import LABEL
from jiuzhu.web.audit.actor import Actor
from jiuzhu.web.audit.services import Subject, record
from jiuzhu.web.ground.crypto import DecryptError, EncryptedTextField, key_number, keyring
from jiuzhu.web.ground.errors import Conflict, ServiceError

BATCH = 500
PAUSE = 1.0
PATIENCE = 60  # 别人锁着的行，至多等这么多轮
ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(hashtext('access_data_keys'))"
KEY = "(get_byte({column}, 1) << 8 | get_byte({column}, 2))"
Progress = Callable[[str, int], None]


class Store(Protocol):
    """一处存着密文的地方。"""

    @property
    def title(self) -> str:
        """给人看的名字。"""

    def counts(self) -> dict[int, int]:
        """各密钥号有多少份密文。"""

    def convert(self, progress: Callable[[int], None]) -> tuple[int, int]:
        """把不是现行密钥的换成现行的，走一遍。返回（换了几份，几份解不开）。"""

    def freeze(self) -> None:
        """在本事务里不许再写，等写着的写完。"""


@dataclass(frozen=True)
class ColumnStore:
    """一个 ``EncryptedTextField``。"""

    table: str
    column: str
    key: str
    title: str

    @property
    def label(self) -> str:
        """加密时的用途名，同 ``EncryptedTextField.crypto_label``。"""
        return f"{self.table}.{self.column}"

    def counts(self) -> dict[int, int]:
        """见 ``Store``。"""
        number = KEY.format(column=self.column)
        sql = f"SELECT {number}, count(*) FROM {self.table} WHERE octet_length({self.column}) > 0 GROUP BY 1"
        with connection.cursor() as cursor:
            cursor.execute(sql)
            return dict(cursor.fetchall())

    def convert(self, progress: Callable[[int], None]) -> tuple[int, int]:
        """见 ``Store``。按主键往后走，一批 500 行。"""
        last, moved, broken = None, 0, 0
        while True:
            last, done, failed = self._batch(last)
            moved, broken = moved + done, broken + failed
            if last is None:
                return moved, broken
            progress(done)

    @transaction.atomic
    def _batch(self, last: Any) -> tuple[Any, int, int]:
        where = f"octet_length({self.column}) > 0 AND {KEY.format(column=self.column)} <> %s"
        parameters: list[Any] = [keyring.keys().active]
        if last is not None:
            where += f" AND {self.key} > %s"
            parameters.append(last)
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT {self.key}, {self.column} FROM {self.table} WHERE {where} "
                f"ORDER BY {self.key} LIMIT {BATCH} FOR UPDATE SKIP LOCKED",
                parameters,
            )
            rows = cursor.fetchall()
            if not rows:
                return None, 0, 0
            fresh = [(new, key) for key, blob in rows if (new := renewed(bytes(blob), self.label)) is not None]
            cursor.executemany(f"UPDATE {self.table} SET {self.column} = %s WHERE {self.key} = %s", fresh)
        return rows[-1][0], len(fresh), len(rows) - len(fresh)

    def freeze(self) -> None:
        """见 ``Store``。"""
        with connection.cursor() as cursor:
            cursor.execute(f"LOCK TABLE {self.table} IN SHARE MODE")


class SecondFactorStore:
    """第二重验证的密钥与备用码的种子，在 JSON 里。"""

    title = "第二重验证"

    def counts(self) -> dict[int, int]:
        """见 ``Store``。"""
        numbers: Counter[int] = Counter()
        for data in Authenticator.objects.values_list("data", flat=True):
            numbers.update(key_number(base64.b64decode(data[name])) for name in _sealed(data))
        return dict(numbers)

    @transaction.atomic
    def convert(self, progress: Callable[[int], None]) -> tuple[int, int]:
        """见 ``Store``。人数不多，一个事务办完。"""
        active, moved, broken = keyring.keys().active, 0, 0
        for row in Authenticator.objects.select_for_update(skip_locked=True).order_by("pk"):
            for name in _sealed(row.data):
                blob = base64.b64decode(row.data[name])
                if key_number(blob) == active:
                    continue
                if (new := renewed(blob, LABEL)) is None:
                    broken += 1
                    continue
                row.data[name] = base64.b64encode(new).decode("ascii")
                moved += 1
            row.save(update_fields=["data"])
        progress(moved)
        return moved, broken

    def freeze(self) -> None:
        """见 ``Store``。"""
        with connection.cursor() as cursor:
            cursor.execute(f"LOCK TABLE {Authenticator._meta.db_table} IN SHARE MODE")


@dataclass(frozen=True)
class Status:
    """密钥的现状：文件里的号、现行的号、各处各号的份数。"""

    active: int
    numbers: list[int]
    stores: list[tuple[str, dict[int, int]]]

    @property
    def used(self) -> Counter[int]:
        """各号合计。"""
        total: Counter[int] = Counter()
        for _, counts in self.stores:
            total.update(counts)
        return total

    @property
    def old(self) -> int:
        """还没有换成现行密钥的份数。"""
        return sum(count for number, count in self.used.items() if number != self.active)


def database_stores() -> list[Store]:
    """数据库里的各处：每个加密字段，和第二重验证。"""
    every = (model._meta for model in apps.get_models(include_auto_created=True))
    stored = [meta for meta in every if meta.managed and not meta.proxy]
    found = [
        _column(meta.model, field)
        for meta in stored
        for field in meta.local_concrete_fields
        if isinstance(field, EncryptedTextField)
    ]
    return [*found, SecondFactorStore()]


def keys_status(stores: Iterable[Store]) -> Status:
    """现状。"""
    keys = keyring.keys()
    return Status(keys.active, sorted(keys.ciphers), [(store.title, store.counts()) for store in stores])


def keys_rotate(
    *, stores: list[Store], actor: Actor, progress: Progress = lambda title, count: None
) -> tuple[int, bool]:
    """换密钥。上次没有换完的接着换，不另添。返回（现行密钥号，是不是接着上次的）。

    Raises:
        ServiceError: 密钥在环境变量里，或有解不开的密文（其余的都已换好）。
    """
    resumed = _begin(stores, actor)
    for _ in range(PATIENCE):
        moved = broken = 0
        for store in stores:
            done, failed = store.convert(lambda count, title=store.title: progress(title, count))  # type: ignore[misc]
            moved, broken = moved + done, broken + failed
        left = keys_status(stores).old
        if not left:
            return keyring.keys().active, resumed
        if broken and left <= broken:
            raise ServiceError(
                f"有 {broken} 份密文解不开，没有换；其余的都换好了。旧密钥不要销毁，请告诉管理员查明原因。",
                code="undecryptable",
            )
        if not moved:
            time.sleep(PAUSE)
    raise Conflict(f"还有 {left} 份被别的操作锁着，没有换完。请过一会儿再运行一次，会接着换。", code="rows_locked")


@transaction.atomic
def keys_retire(*, stores: list[Store], actor: Actor) -> list[int]:
    """销毁没有密文再用的旧密钥，返回销毁的号。还在用的一把也不动。

    清点与销毁之间各处不许写，所以不会有正写到一半的密文落在被销毁的密钥上。
    """
    _lock()
    for store in stores:
        store.freeze()
    keys, status = _writable(), keys_status(stores)
    gone = sorted(number for number in keys.ciphers if number != keys.active and not status.used[number])
    if not gone:
        old = {number: count for number, count in sorted(status.used.items()) if number != keys.active}
        if old:
            told = "、".join(f"第 {number} 号还有 {count:,} 份密文" for number, count in old.items())
            raise Conflict(f"{told}在用，没有销毁。请先运行 jiuzhu keys rotate 换完。", code="key_in_use")
        raise Conflict("没有旧密钥，不必销毁。", code="no_old_key")
    for number in gone:
        record(actor=actor, action="access.keys_retire", subject=_subject(number))
    replace_data_keys(_path(), keys.without(set(gone)))
    return gone


def renewed(blob: bytes, label: str) -> bytes | None:
    """用现行密钥重新加密；解不开为空。"""
    try:
        return keyring.encrypt(keyring.decrypt(blob, label=label), label=label)
    except DecryptError:
        return None


@transaction.atomic
def _begin(stores: list[Store], actor: Actor) -> bool:
    """还有没换完的就接着换，否则添一把新的。两个一起来时，后到的接着前面的换。"""
    _lock()
    keys, status = _writable(), keys_status(stores)
    if status.old:
        return True
    fresh = keys.with_new_key()
    record(actor=actor, action="access.keys_rotate", subject=_subject(fresh.active), after={"key": fresh.active})
    replace_data_keys(_path(), fresh)
    return False


def _writable() -> DataKeys:
    if os.environ.get(DATA_KEYS_VARIABLE, "").strip():
        raise ServiceError(
            f"数据密钥在环境变量 {DATA_KEYS_VARIABLE} 里，程序改不了。请改用密钥文件（JIUZHU_DATA_KEYS_FILE）再换。",
            code="keys_in_environment",
        )
    return read_data_keys(_path())


def _path() -> Path:
    return Path(settings.DATA_KEYS_FILE)


def _lock() -> None:
    with connection.cursor() as cursor:
        cursor.execute(ONE_AT_A_TIME)


def _subject(number: int) -> Subject:
    return Subject("access.keys", str(number), f"第 {number} 号数据密钥")


def _column(model: type[models.Model], field: EncryptedTextField) -> ColumnStore:
    key = model._meta.pk
    if key is None or not key.column or not field.column:
        raise ServiceError(f"{model.__name__} 的主键不是一列，换不了密钥。", code="composite_key")
    title = f"{model._meta.verbose_name}的{field.verbose_name}"
    return ColumnStore(model._meta.db_table, field.column, key.column, title)


def _sealed(data: dict[str, Any]) -> list[str]:
    return [name for name in ("secret", "seed") if name in data]
