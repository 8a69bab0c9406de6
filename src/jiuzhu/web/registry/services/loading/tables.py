"""临时表：COPY 只能写进没有行级权限的表，所以先进临时表，再一句句并入。事务结束即消失。"""

from collections.abc import Iterable, Sequence
from typing import Any

import polars as pl
from django.db import connection
from psycopg import sql

TABLES = {
    "load_household": {
        "household_id": "text PRIMARY KEY",
        "division_code": "text",
        "address": "text",
        "head_person_id": "text",
        "score": "float8",
        "band": "text",
        "severity": "int2",
        "poverty_index": "float8",
        "need_index": "float8",
        "reasons": "jsonb",
        "flagged": "boolean",
    },
    "load_person": {
        "person_id": "text PRIMARY KEY",
        "household_id": "text",
        "division_code": "text",
        "name": "text",
        "sex": "text",
        "birth_date": "date",
        "address": "text",
        "relation": "text",
        "alive": "boolean",
        "died_on": "date",
        "id_number": "bytea",
        "id_number_index": "bytea",
        "phone": "bytea",
        "phone_index": "bytea",
        "account": "bytea",
        "account_index": "bytea",
    },
    "load_class": {"person_id": "text", "code": "text", "since": "date", "detail": "text", "file": "text"},
    "load_title": {"code": "text PRIMARY KEY", "title": "text", "delivered": "boolean"},
    "load_economy": {"household_id": "text PRIMARY KEY", "figures": "jsonb", "digest": "text"},
    "load_token": {"household_id": "text", "token": "text"},
    "load_event": {
        "household_pk": "bigint",
        "person_pk": "bigint",
        "at": "timestamptz",
        "kind": "text",
        "title": "text",
        "detail": "jsonb DEFAULT '{}'",
        "key": "text",
    },
    "load_moved": {"household_pk": "bigint PRIMARY KEY"},
}


def create_tables() -> None:
    """建好全部临时表。"""
    with connection.cursor() as cursor:
        for name, columns in TABLES.items():
            body = ", ".join(f'"{column}" {kind}' for column, kind in columns.items())
            cursor.execute(f"DROP TABLE IF EXISTS {name}")
            cursor.execute(f"CREATE TEMP TABLE {name} ({body}) ON COMMIT DROP")


def fill(table: str, frame: pl.DataFrame) -> None:
    """一张 polars 表写进同名临时表，按列名对应。"""
    columns = [column for column in TABLES[table] if column in frame.columns]
    fill_rows(table, columns, frame.select(columns).iter_rows())


def fill_rows(table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """一行行写进临时表，再让数据库看一眼有多少行，好选走法。"""
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    with connection.cursor() as cursor:
        with cursor.copy(statement) as copy:
            for row in rows:
                copy.write_row(row)
        cursor.execute(f"ANALYZE {table}")
