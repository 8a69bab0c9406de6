"""从部门的数据库取一张表：只读、限时、限行，边取边压成列式文件；报错一律换成中文，不带对方的原话。"""

import io
import re
import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import quote

import pyarrow as pa
import pyarrow.parquet as pq
import sqlalchemy as sa
from sqlalchemy.dialects.mysql.base import MySQLDialect
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from .errors import ExchangeError
from .models import Connection
from .targets import Fetched, Target

CHUNK = 5000
CONNECT_SECONDS = 10
TABLE = re.compile(r"[\w\u4e00-\u9fff$]+(?:\.[\w\u4e00-\u9fff$]+)?")
SELECT = re.compile(r"(?:select|with)\b[^;]*;?", re.IGNORECASE | re.DOTALL)
OUTWARD = re.compile(r"\binto\s+(?:out|dump)file\b|\bfor\s+(?:update|share)\b|\block\s+in\b", re.IGNORECASE)
DRIVERS = {"postgresql": "postgresql+psycopg", "mysql": "mysql+pymysql"}
# 对方报错里的字样 → 说法
CAUSES = (
    (r"statement timeout|canceling statement|interrupted|max_execution|max_statement|3024|1969", "too_slow"),
    (r"\(1044,", "no_right"),
    (r"password authentication|access denied|1045|no password supplied|role .* does not exist", "bad_login"),
    (r"permission denied|command denied|1142|not authorized", "no_right"),
    (r"does not exist|no such table|no such column|1146|1054|1049|unknown database|unknown column", "no_table"),
    (r"read.?only|data-modifying|1792", "not_read_only"),
    (r"unable to open|refused|timed out|timeout|translate host|resolve|2003|2005|unreachable|getaddrinfo", "no_server"),
    (r"syntax|1064", "bad_query"),
)
WORDS = {
    "too_slow": "超过了限定的秒数，已停下，什么也没有收。请缩小范围，或请对方给这张表建好索引",
    "bad_login": "用户名或口令不对，没有连上。请与对方核对",
    "no_right": "这个账号读不了这个库、这张表。请与对方核对名称，并请对方开通只读权限",
    "no_table": "没有这个库、这张表或这一列。请与对方核对名称",
    "not_read_only": "查询语句要写数据，已被拒绝。只能写一句 SELECT",
    "no_server": "连不上对方的数据库。请核对地址和端口，看看网络是不是通、对方有没有放行",
    "bad_query": "查询语句写得不对。请在对方的数据库里先试通",
    "database": "对方的数据库报错，没有取成。请与对方一起看",
}


def fetch(target: Target, *, limit: int | None = None) -> Fetched:
    """取一张表；给了 ``limit`` 只取前几行（试一试用）。

    抛 ``ExchangeError``：连不上、没有权限、太慢、太多行（too_many_rows）、不是一句查询（bad_query）……
    """
    deadline = time.monotonic() + target.timeout_seconds
    with _connected(target, limit) as connection, ExitStack() as opened:
        result = opened.enter_context(
            connection.execution_options(stream_results=True, yield_per=CHUNK).execute(_statement(target))
        )
        columns = tuple(str(name) for name in result.keys())  # noqa: SIM118 不是字典
        if len(columns) < 2:
            raise ExchangeError("取到的只有一列，认不出是哪张表。请至少取姓名、证件号码和要用的列。", code="one_column")
        buffer, rows = io.BytesIO(), 0
        schema = pa.schema([(f"c{at}", pa.string()) for at in range(len(columns))])
        with pq.ParquetWriter(buffer, schema, compression="zstd") as writer:
            for part in result.partitions(CHUNK):
                kept = part if limit is None else part[: max(0, limit - rows)]
                rows += len(kept)
                _check(target, rows, deadline)
                writer.write_table(_table(kept, schema))
                if limit is not None and rows >= limit:
                    break
        return Fetched(columns, rows, _renamed(buffer, columns))


def _check(target: Target, rows: int, deadline: float) -> None:
    if rows > target.row_limit:
        raise ExchangeError(
            f"超过了限定的 {target.row_limit:,} 行，已停下，什么也没有收。请在查询里加上条件，或放宽限定。",
            code="too_many_rows",
        )
    if time.monotonic() > deadline:
        raise ExchangeError(f"{WORDS['too_slow']}。", code="too_slow")


def _table(rows: Sequence[Sequence[Any]], schema: pa.Schema) -> pa.Table:
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(schema)
    return pa.table([pa.array([_text(value) for value in column], pa.string()) for column in columns], schema=schema)


def _renamed(buffer: io.BytesIO, columns: tuple[str, ...]) -> bytes:
    """列名可能重复，写的时候用序号；写完换成原来的，重的加序号。"""
    names: list[str] = []
    for name in columns:
        names.append(name if name not in names else f"{name}_{len(names) + 1}")
    buffer.seek(0)
    table = pq.read_table(buffer).rename_columns(names)
    out = io.BytesIO()
    pq.write_table(table, out, compression="zstd")
    return out.getvalue()


def _text(value: Any) -> str | None:
    """一格成文字；二进制的格不要。"""
    if value is None or isinstance(value, bytes | memoryview):
        return None
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d" if value.time() == value.min.time() else "%Y-%m-%d %H:%M:%S")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, float):
        return f"{value:.15g}" if value == value else None
    return str(value)


def _statement(target: Target) -> sa.TextClause | sa.Select[Any]:
    text = target.query.strip()
    if TABLE.fullmatch(text):
        schema, _, name = text.rpartition(".")
        return sa.select(sa.text("*")).select_from(sa.table(name, schema=schema or None))
    if not SELECT.fullmatch(text) or OUTWARD.search(text):
        raise ExchangeError(
            "只能填一个表名，或一句以 SELECT 开头的查询：中间不能有分号，不能加锁，不能写文件。", code="bad_query"
        )
    return sa.text(text.rstrip("; \n").replace(":", "\\:"))


@contextmanager
def _connected(target: Target, limit: int | None) -> Iterator[sa.Connection]:
    engine = _engine(target)
    try:
        with engine.connect() as connection:
            if target.kind == Connection.Kind.MYSQL:
                _bounded(connection, target, limit)
            yield connection
    except (DBAPIError, SQLAlchemyError, sqlite3.Error, OSError) as error:
        code = _cause(error)
        raise ExchangeError(f"{WORDS[code]}。", code=f"database_{code}") from None
    finally:
        engine.dispose()


def _bounded(connection: sa.Connection, target: Target, limit: int | None) -> None:
    """MySQL、MariaDB 的会话：只读、限时由对方守；限行也由对方守，否则提前停下时驱动会把余下的行读完。"""
    seconds = target.timeout_seconds
    mariadb = isinstance(connection.dialect, MySQLDialect) and connection.dialect.is_mariadb
    limited = f"max_statement_time={seconds}" if mariadb else f"max_execution_time={seconds * 1000}"
    most = limit if limit is not None else target.row_limit + 1
    for statement in ("TRANSACTION READ ONLY", limited, f"sql_select_limit={most}"):
        connection.exec_driver_sql(f"SET SESSION {statement}")
    connection.commit()


def _engine(target: Target) -> sa.Engine:
    if target.kind == Connection.Kind.SQLITE:
        address = f"file:{quote(str(target.path))}?mode=ro"
        return sa.create_engine("sqlite://", creator=lambda: sqlite3.connect(address, uri=True), poolclass=sa.NullPool)
    url = sa.URL.create(
        DRIVERS[target.kind],
        username=target.username or None,
        password=(target.password or None) if target.kind == Connection.Kind.POSTGRESQL else None,
        host=target.host or None,
        port=target.port,
        database=target.database,
    )
    arguments: dict[str, Any] = {"connect_timeout": CONNECT_SECONDS}
    if target.kind == Connection.Kind.POSTGRESQL:
        milliseconds = target.timeout_seconds * 1000
        arguments["options"] = f"-c default_transaction_read_only=on -c statement_timeout={milliseconds}"
    else:
        arguments |= {"read_timeout": target.timeout_seconds + CONNECT_SECONDS, "charset": "utf8mb4"}
        arguments["password"] = target.password.encode()  # 驱动把文字的口令当西欧编码，口令里有汉字就出错
    return sa.create_engine(url, connect_args=arguments, poolclass=sa.NullPool)


def _cause(error: BaseException) -> str:
    words = str(getattr(error, "orig", None) or error)
    return next((code for pattern, code in CAUSES if re.search(pattern, words, re.IGNORECASE)), "database")
