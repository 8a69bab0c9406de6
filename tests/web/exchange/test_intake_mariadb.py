"""从真的 MariaDB 取数：装了 mariadbd 才测。口令里有汉字与符号，各种类型的列，只读、限时、限行。"""

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pymysql
import pytest

from jiuzhu.engine.catalog import load_catalog
from jiuzhu.engine.offers import open_offer, take
from jiuzhu.web.exchange.databases import fetch
from jiuzhu.web.exchange.errors import ExchangeError
from jiuzhu.web.exchange.targets import Target

from .desk_batches import GOOD, HEADER

SERVER, INSTALL = shutil.which("mariadbd"), shutil.which("mariadb-install-db")
pytestmark = pytest.mark.skipif(not (SERVER and INSTALL), reason="没有装 MariaDB")
PASSWORD = "只读:1@/x"
TYPES = {"总费用": "decimal(12,2)", "个人自付": "double", "结算日期": "date"}


def free_port() -> int:
    with closing(socket.socket()) as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """临时起一台，用完即停。"""
    folder = tmp_path_factory.mktemp("maria")
    data, number = folder / "data", free_port()
    plain = ["--no-defaults", f"--datadir={data}", "--user=root"]
    made = [str(INSTALL), *plain, "--auth-root-authentication-method=normal", "--skip-test-db"]
    subprocess.run(made, check=True, capture_output=True)
    started = [str(SERVER), *plain, f"--socket={folder}/s", f"--port={number}", "--bind-address=127.0.0.1"]
    with (folder / "log").open("wb") as log, subprocess.Popen(started, stdout=log, stderr=log) as process:
        try:
            furnish(connected(number, Path(folder / "log")))
            yield number
        finally:
            process.terminate()


def connected(port: int, log: Path) -> pymysql.Connection:
    for _ in range(100):
        try:
            return pymysql.connect(host="127.0.0.1", port=port, user="root", charset="utf8mb4", autocommit=True)
        except pymysql.OperationalError:
            time.sleep(0.1)
    raise AssertionError(log.read_text(errors="replace"))


def furnish(server: pymysql.Connection) -> None:
    """医保局的库：一张能读的表，一张不能读的表，一个只读账号。"""
    columns = ", ".join(f"`{name}` {TYPES.get(name, 'varchar(80)')}" for name in HEADER.split(","))
    rows = [GOOD.replace("1200", str(1200 + at)).split(",") for at in range(7)]
    with closing(server), server.cursor() as cursor:
        cursor.execute("CREATE DATABASE yibao CHARACTER SET gbk")
        cursor.execute(f"CREATE TABLE yibao.结算 ({columns}, 附件 blob, 入库时间 datetime)")
        marks = ", ".join(["%s"] * len(rows[0]))
        cursor.executemany(f"INSERT INTO yibao.结算 VALUES ({marks}, x'00ff', now())", rows)
        cursor.execute("CREATE TABLE yibao.内部 AS SELECT * FROM yibao.结算")
        cursor.execute(f"CREATE USER reader IDENTIFIED BY '{PASSWORD}'")
        cursor.execute("GRANT SELECT ON yibao.结算 TO reader")


@pytest.fixture
def target(port: int) -> Target:
    return Target("mysql", "yibao", "结算", "127.0.0.1", port, "reader", PASSWORD, timeout_seconds=5)


def test_取成一批的样子_金额日期都对(target: Target) -> None:
    got = fetch(target)
    assert (got.rows, got.columns[0]) == (7, "姓名")
    (table,) = open_offer(got.data, "医保", load_catalog()).tables
    intake = take(table, load_catalog(), label="医保", source="medical_settlement")
    assert intake.report["rows_accepted"] == 7
    assert intake.rows["total_cost"].to_list() == [1200.0 + at for at in range(7)]
    assert intake.rows["settled_date"].null_count() == 0


def test_试一试只取前几行_对方也只给这么多(target: Target) -> None:
    assert fetch(target, limit=3).rows == 3
    assert fetch(replace(target, query="SELECT 姓名, 身份证号 FROM 结算 WHERE 姓名 LIKE '%'"), limit=2).rows == 2


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"password": "错"}, "database_bad_login"),
        ({"query": "内部"}, "database_no_right"),
        ({"database": "别的库"}, "database_no_right"),
        ({"query": "SELECT 1, 2 FRO 结算"}, "database_bad_query"),
        ({"query": "SELECT sleep(30), 1", "timeout_seconds": 1}, "database_too_slow"),
        ({"query": "SELECT * FROM 结算 INTO OUTFILE '/tmp/x'"}, "bad_query"),
        ({"query": "SELECT * FROM 结算 FOR UPDATE"}, "bad_query"),
        ({"row_limit": 3}, "too_many_rows"),
        ({"port": 1}, "database_no_server"),
    ],
)
def test_各种不成_说得清(target: Target, change: dict[str, object], code: str) -> None:
    with pytest.raises(ExchangeError) as caught:
        fetch(replace(target, **change))
    assert caught.value.code == code
    assert "pymysql" not in caught.value.message
