"""内嵌数据库：首次建库、再次启动、接管、各种 ``kill -9`` 之后仍能起来，数据不丢。"""

import multiprocessing
import os
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import psycopg
import pytest

from jiuzhu.supervisor.cluster import SOCKET_PATH_LIMIT, Binaries
from jiuzhu.supervisor.errors import PostgresError
from jiuzhu.supervisor.postgres import Postgres, Postmaster

Make = Callable[[Path], Postgres]


def ask(postgres: Postgres, statement: str, *, user: str = "jiuzhu", database: str = "jiuzhu") -> tuple | None:
    with psycopg.connect(postgres.url(database, user), autocommit=True) as connection:
        cursor = connection.execute(statement)
        return cursor.fetchone() if cursor.description else None


def test_首次建库_再次启动_数据还在(place: Path, server: Make) -> None:
    first = server(place)
    first.start()
    assert first.created
    ask(first, "create table t as select 42 as x")
    first.stop()
    assert not first.running()
    again = server(place)
    began = time.monotonic()
    again.start()
    assert time.monotonic() - began < 5
    assert not again.created
    assert not again.adopted
    assert ask(again, "select x from t") == (42,)


def test_汉字按词检索_排序与大小写不依赖系统语言(place: Path, server: Make) -> None:
    postgres = server(place)
    postgres.start()
    ask(postgres, "create extension pg_trgm")
    assert ask(postgres, "select cardinality(show_trgm('救助对象')) > 0") == (True,)
    assert ask(postgres, "select upper('é'), '救助' ilike '%助%'") == ("É", True)
    locale = "select datlocprovider::text, datlocale, pg_encoding_to_char(encoding) from pg_database"
    assert ask(postgres, locale + " where datname = 'jiuzhu'") == ("b", "C.UTF-8", "UTF8")


def test_应用的角色不是超级用户_也不能越过行级安全(place: Path, server: Make) -> None:
    postgres = server(place)
    postgres.start()
    row = ask(postgres, "select rolsuper, rolbypassrls, rolcreaterole from pg_roles where rolname = current_user")
    assert row == (False, False, False)


def test_没有网络端口_套接字别人进不去(place: Path, server: Make) -> None:
    postgres = server(place)
    postgres.start()
    assert ask(postgres, "show listen_addresses") == ("",)
    assert stat.S_IMODE(postgres.folder.stat().st_mode) == 0o700
    assert postgres._process is not None
    assert not [c for c in postgres._process.net_connections(kind="tcp") if c.status == psutil.CONN_LISTEN]


@pytest.mark.skipif(os.geteuid() != 0, reason="要 root 才能扮成别的用户")
@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_别的系统用户连不上(place: Path, server: Make) -> None:
    postgres = server(place)
    postgres.start()
    postgres.folder.chmod(0o711)  # 就算目录被人放开
    place.chmod(0o711)
    (postgres.folder / ".s.PGSQL.5432").chmod(0o777)
    stranger = multiprocessing.get_context("fork").Process(target=connect_as_nobody, args=(postgres.url(),))
    stranger.start()
    stranger.join(20)
    assert stranger.exitcode == REFUSED


REFUSED = 77


def connect_as_nobody(url: str) -> None:
    """在子进程里换成 nobody 去连；被拒绝时以 ``REFUSED`` 退出。"""
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)
    try:
        psycopg.connect(url, connect_timeout=5).close()
    except psycopg.OperationalError as error:
        os._exit(REFUSED if "Peer authentication failed" in str(error) else 1)
    os._exit(0)


def test_接管正在运行的(place: Path, server: Make) -> None:
    first = server(place)
    first.start()
    second = server(place)
    second.start()
    assert second.adopted
    assert second._process is not None
    assert first._process is not None
    assert second._process.pid == first._process.pid
    assert ask(second, "select 1") == (1,)
    second.stop()
    assert not first.running()


def test_数据库被杀后再启动_已提交的不丢(place: Path, server: Make) -> None:
    first = server(place)
    first.settings = {}  # 这里要真的落盘
    first.start()
    ask(first, "create table t as select 7 as x")
    with psycopg.connect(first.url(), autocommit=True) as busy:
        busy.execute("select 1")
        assert first._process is not None
        first._process.kill()
        assert not wait_gone(first)
        assert (first.data / "postmaster.pid").exists()
        first.start()
    assert ask(first, "select x from t") == (7,)


def wait_gone(postgres: Postgres) -> bool:
    deadline = time.monotonic() + 5
    while postgres.running() and time.monotonic() < deadline:
        time.sleep(0.02)
    return postgres.running()


def test_残留的进程号已归了别的程序(place: Path, server: Make) -> None:
    first = server(place)
    first.start()
    text = (first.data / "postmaster.pid").read_text()
    first.stop()
    stranger = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    try:
        (first.data / "postmaster.pid").write_text(text.replace(text.split("\n")[0], str(stranger.pid), 1))
        (first.folder / ".s.PGSQL.5432").touch()
        (first.folder / ".s.PGSQL.5432.lock").write_text(f"{stranger.pid}\n{first.data}\n")
        again = server(place)
        again.start()
        assert not again.adopted
        assert ask(again, "select 1") == (1,)
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def test_路径太长时套接字放到短处(place: Path, server: Make) -> None:
    folder = place / ("很长的目录名" * 6)
    postgres = server(folder)
    postgres.start()
    assert len(os.fsencode(folder / "postgres" / ".s.PGSQL.5432")) > SOCKET_PATH_LIMIT
    assert ask(postgres, "select 1") == (1,)
    again = server(folder)
    again.start()
    assert again.adopted
    assert ask(again, "select 1") == (1,)
    sockets = again._sockets
    again.stop()
    assert sockets is not None
    assert not sockets.exists()


def test_建库中途断掉不留半个库(place: Path, server: Make) -> None:
    postgres = server(place)
    (place / "postgres" / "data.new").mkdir(parents=True)
    (place / "postgres" / "data.new" / "PG_VERSION").write_text("18")
    postgres.start()
    assert ask(postgres, "select 1") == (1,)


def test_别的版本的数据不动_说清楚(place: Path, server: Make) -> None:
    postgres = server(place)
    postgres.data.mkdir(parents=True)
    (postgres.data / "PG_VERSION").write_text("12\n")
    with pytest.raises(PostgresError) as caught:
        postgres.start()
    assert "12" in caught.value.message
    assert Binaries.embedded().major() in caught.value.message


def test_不是数据库的目录不动(place: Path, server: Make) -> None:
    postgres = server(place)
    postgres.data.mkdir(parents=True)
    (postgres.data / "file").write_text("x")
    with pytest.raises(PostgresError):
        postgres.start()
    assert (postgres.data / "file").read_text() == "x"


def test_日志不写语句与明细(place: Path, server: Make) -> None:
    postgres = server(place)
    postgres.start()
    ask(postgres, "create table people (id_number text primary key)")
    ask(postgres, "insert into people values ('429998199001011234')")
    for statement in ("insert into people values ('429998199001011234')", "select '张三丰'::int"):
        with pytest.raises(psycopg.Error):
            ask(postgres, statement)
    log = postgres.log.read_text(encoding="utf-8")
    assert "429998199001011234" not in log


@pytest.mark.parametrize("text", ["", "1\n2", "abc\n/x\n1\n5432\n/tmp\n\n1 1\nready\n"])
def test_读不懂的进程号文件当没有(tmp_path: Path, text: str) -> None:
    (tmp_path / "postmaster.pid").write_text(text)
    assert Postmaster.read(tmp_path) is None
