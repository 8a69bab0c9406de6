"""加密与查找摘要：只为新的、变了的值做，密文不变的不重写。"""

from collections.abc import Iterable

import polars as pl
from django.db import connection

from jiuzhu.web.ground.crypto import keyring
from jiuzhu.web.registry.models import Person

FIELDS = ("id_number", "phone", "account")
Sealed = tuple[bytes | None, bytes | None]


def sealed(people: pl.DataFrame) -> pl.DataFrame:
    """三个号码各换成两列：密文（没变则为空字节）、摘要（没有号码则为空）。"""
    before = _known(people["person_id"])
    columns: list[pl.Series] = []
    for position, field in enumerate(FIELDS):
        label = Person._meta.get_field(field).crypto_label  # type: ignore[union-attr]
        pairs = [
            seal(value, label, before.get(person, (None, None, None))[position])
            for person, value in zip(people["person_id"], people[field], strict=True)
        ]
        columns.append(pl.Series(field, [pair[0] for pair in pairs], dtype=pl.Binary))
        columns.append(pl.Series(f"{field}_index", [pair[1] for pair in pairs], dtype=pl.Binary))
    return people.drop(FIELDS).with_columns(columns)


def seal(value: str | None, label: str, before: bytes | None) -> Sealed:
    """一个值的密文与摘要；摘要与 ``before`` 相同就不再加密。"""
    if not value:
        return b"", None
    index = keyring.index(value)
    return (b"" if index == before else keyring.encrypt(value.encode(), label=label)), index


def _known(person_ids: Iterable[str]) -> dict[str, tuple[bytes | None, ...]]:
    """库里已有的人：编号 → 三个摘要。"""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT person_id, id_number_index, phone_index, account_index FROM registry_person"
            " WHERE person_id = ANY(%s)",
            [list(person_ids)],
        )
        return {row[0]: tuple(None if cell is None else bytes(cell) for cell in row[1:]) for row in cursor.fetchall()}
