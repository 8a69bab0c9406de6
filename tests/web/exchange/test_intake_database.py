"""从部门的数据库取数：真的 PostgreSQL 与 SQLite；只读、限行，口令不露，报错是中文。"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from django.conf import settings
from django.db import connection as own
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.web.cast import every, signed_in

from jiuzhu.web.access.models import User
from jiuzhu.web.access.scope import Scope
from jiuzhu.web.exchange import selectors, services
from jiuzhu.web.exchange.databases import fetch
from jiuzhu.web.exchange.errors import ExchangeError
from jiuzhu.web.exchange.models import Batch, Connection
from jiuzhu.web.exchange.services import connections
from jiuzhu.web.exchange.targets import Target

from .desk_batches import COUNTY, GOOD, HEADER

pytestmark = pytest.mark.usefixtures("home", "db")
SOURCE = "medical_settlement"
FORM = {
    "kind": "sqlite", "host": "", "port": "", "database": "医保.db", "username": "", "password": "", "query": "settled",
    "mode": "full", "every_days": "1", "at_hour": "0", "timeout_seconds": "60", "row_limit": "1000",
}  # fmt: skip


def rows(count: int) -> list[tuple[str, ...]]:
    """几行结算。"""
    return [tuple(GOOD.replace("1200", str(1200 + at)).split(",")) for at in range(count)]


@pytest.fixture
def department_file(home: Path) -> Path:
    """医保局的 SQLite 文件，放在本县的数据文件夹里。"""
    path = Path(settings.DATA_DIR) / "医保.db"
    columns = ", ".join(f'"{name}"' for name in HEADER.split(","))
    with closing(sqlite3.connect(path)) as database, database:
        database.execute(f"CREATE TABLE settled ({columns})")
        database.executemany(f"INSERT INTO settled VALUES ({', '.join('?' * 9)})", rows(7))
    return path


@pytest.fixture
def department_server(postgres_server: object) -> Iterator[Target]:
    """测试服务器上另一个真的库：医保局的表，与只读的账号无关，会话自己只读。"""
    place = own.settings_dict
    with own._nodb_cursor() as cursor:
        cursor.execute("DROP DATABASE IF EXISTS department_yibao")
        cursor.execute("CREATE DATABASE department_yibao")
    url = sa.URL.create(
        "postgresql+psycopg", place["USER"], place["PASSWORD"] or None, place["HOST"], None, "department_yibao"
    )
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    with engine.begin() as made:
        columns = ", ".join(f'"{name}" text' for name in HEADER.split(",")[:5])
        made.execute(
            sa.text(
                f'CREATE TABLE settled ({columns}, "总费用" numeric, "基金支付" numeric, "个人自付" float8, "结算日期" date)'
            )
        )
        for row in rows(5):
            made.exec_driver_sql(f"INSERT INTO settled VALUES ({', '.join(['%s'] * 9)})", row)
    yield Target("postgresql", "department_yibao", "settled", host=place["HOST"], username=place["USER"])
    engine.dispose()
    with own._nodb_cursor() as cursor:
        cursor.execute("DROP DATABASE department_yibao")


def test_真的PostgreSQL_取成一批的样子(department_server: Target) -> None:
    from jiuzhu.engine.catalog import load_catalog
    from jiuzhu.engine.offers import open_offer, take

    got = fetch(department_server)
    assert (got.rows, got.columns[:2]) == (5, ("姓名", "身份证号"))
    (table,) = open_offer(got.data, "医保", load_catalog()).tables
    intake = take(table, load_catalog(), label="医保", source=SOURCE)
    assert intake.report["rows_accepted"] == 5
    assert intake.rows["total_cost"].to_list() == [1200.0, 1201.0, 1202.0, 1203.0, 1204.0]
    assert intake.rows["settled_date"].null_count() == 0


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("no_such_table", "database_no_table"),
        ("DELETE FROM settled", "bad_query"),
        ("SELECT 1; DROP TABLE settled", "bad_query"),
        ("WITH gone AS (DELETE FROM settled RETURNING *) SELECT * FROM gone", "database_not_read_only"),
        ("SELECT * FROM settled WHERE", "database_bad_query"),
        ('SELECT "姓名" FROM settled', "one_column"),
    ],
)
def test_查不成的_说清原因_什么也不改(department_server: Target, query: str, code: str) -> None:
    from dataclasses import replace

    with pytest.raises(ExchangeError) as caught:
        fetch(replace(department_server, query=query))
    assert caught.value.code == code
    assert "settled" not in caught.value.message
    assert fetch(department_server).rows == 5


def test_太多行_太慢_都停下(department_server: Target) -> None:
    from dataclasses import replace

    with pytest.raises(ExchangeError) as caught:
        fetch(replace(department_server, row_limit=3))
    assert caught.value.code == "too_many_rows"
    slow = 'SELECT "姓名", "身份证号", pg_sleep(3) FROM settled'
    with pytest.raises(ExchangeError) as caught:
        fetch(replace(department_server, query=slow, timeout_seconds=1))
    assert caught.value.code == "database_too_slow"


def test_连不上() -> None:
    with pytest.raises(ExchangeError) as caught:
        fetch(Target("postgresql", "x", "y", host="127.0.0.1", port=9, username="u", password="秘密"))
    assert caught.value.code == "database_no_server"
    assert "秘密" not in caught.value.message


def test_SQLite_设好_试_取_收成一批(department_file: Path, cast: dict[str, User]) -> None:
    desk = signed_in(cast["青禾.县监测员"])
    url = reverse("exchange:connection", args=[SOURCE])
    page = desk.post(url, {**FORM, "try": "1"}).content.decode()
    assert "取到 9 列：姓名、身份证号" in page
    assert "叶珠雨" not in page
    assert not every(Connection).exists(), "试一试不保存"
    assert desk.post(url, FORM).status_code == 302
    assert desk.post(reverse("exchange:connection_fetch", args=[SOURCE])).status_code == 302
    connection = every(Connection).get()
    with Scope.everything().applied():
        connections.connection_fetch(connection_id=connection.pk)
        services.intake_finish(division_code=COUNTY)
    (batch,) = selectors.current_batches(COUNTY)
    assert (batch.source, batch.channel, batch.counts["rows_accepted"]) == (SOURCE, "database", 7)
    with Scope.everything().applied():
        connections.connection_fetch(connection_id=connection.pk)
        services.intake_finish(division_code=COUNTY)
    again = every(Connection).get()
    assert again.tried_ok
    assert "完全相同" in again.tried_text
    assert every(Batch).count() == 1
    assert desk.post(reverse("exchange:connection_remove", args=[SOURCE])).status_code == 302
    assert not every(Connection).exists()


def test_到了时候才取(department_file: Path, cast: dict[str, User]) -> None:
    desk = signed_in(cast["青禾.县监测员"])
    desk.post(reverse("exchange:connection", args=[SOURCE]), FORM)
    with Scope.everything().applied():
        assert connections.connections_due() == 1
        assert connections.connections_due() == 0, "已在排队"
        connections.connection_fetch(connection_id=every(Connection).get().pk)
        every(Connection).update(job_id=None)
        assert connections.connections_due() == 0, "今天取过了"


def test_没有取成的_一览上看得到_第二天再取(department_file: Path, cast: dict[str, User]) -> None:
    desk = signed_in(cast["青禾.县监测员"])
    desk.post(reverse("exchange:connection", args=[SOURCE]), FORM | {"every_days": "30"})
    department_file.unlink()
    tomorrow = timezone.now() + timedelta(days=1)
    with Scope.everything().applied():
        connections.connection_fetch(connection_id=every(Connection).get().pk)
        assert not every(Connection).get().tried_ok
        assert "数据库没有取成" in desk.get(reverse("exchange:board")).content.decode()
        assert "数据库没有取成" not in signed_in(cast["青禾.部门经办"]).get(reverse("exchange:board")).content.decode()
        assert connections.connections_due() == 0, "今天不再试"
        assert connections.connections_due(now=tomorrow) == 1
        every(Connection).update(tried_ok=True, job_id=None)
        assert connections.connections_due(now=tomorrow) == 0, "取成了的等下一期"


def test_口令加密_不回显_换了服务器不带过去(cast: dict[str, User]) -> None:
    desk = signed_in(cast["青禾.县监测员"])
    url = reverse("exchange:connection", args=[SOURCE])
    form = FORM | {"kind": "mysql", "host": "10.1.2.3", "username": "reader", "password": "Very-secret-1"}
    assert desk.post(url, form).status_code == 302
    page = desk.get(url).content.decode()
    assert "Very-secret-1" not in page
    assert "现在有口令" in page
    with own.cursor() as cursor:
        cursor.execute("SELECT password FROM exchange_connection")
        assert b"Very-secret-1" not in bytes(cursor.fetchone()[0])
    desk.post(url, form | {"password": ""})
    assert every(Connection).get().password == "Very-secret-1"
    desk.post(url, form | {"password": "", "host": "10.9.9.9"})
    assert not every(Connection).get().password


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"database": "../../keys/data.keys"}, "本县的数据文件夹"),
        ({"kind": "postgresql", "host": "/tmp/run", "database": "x"}, "地址写得不对"),
        ({"kind": "mysql", "host": "a b;c", "database": "x"}, "地址写得不对"),
    ],
)
def test_指到不该去的地方_不许(cast: dict[str, User], changed: dict[str, str], code: str) -> None:
    desk = signed_in(cast["青禾.县监测员"])
    answer = desk.post(reverse("exchange:connection", args=[SOURCE]), FORM | changed)
    assert code in answer.content.decode()
    assert not every(Connection).exists()


def test_只有县监测员能设(cast: dict[str, User]) -> None:
    for name in ("青禾.部门经办", "青禾.县经办", "青禾.系统管理员"):
        client: Client = signed_in(cast[name])
        assert client.get(reverse("exchange:connection", args=[SOURCE])).status_code == 403
        assert client.post(reverse("exchange:connection_fetch", args=[SOURCE])).status_code == 403
    neighbour = signed_in(cast["禾丰.县监测员"])
    signed_in(cast["青禾.县监测员"]).post(
        reverse("exchange:connection", args=[SOURCE]), FORM | {"kind": "mysql", "host": "10.1.2.3"}
    )
    assert "10.1.2.3" not in neighbour.get(reverse("exchange:connection", args=[SOURCE])).content.decode()
