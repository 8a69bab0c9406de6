"""备份：前后一致、不碍事、不漏、不留半份、只删自己的旧的。"""

import errno
import os
import shutil
import subprocess
import sys
import threading
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace

import psycopg
import pytest

from jiuzhu.keys import ensure_identity_key
from jiuzhu.supervisor.home import Home
from jiuzhu.upkeep import backup, database, status
from jiuzhu.upkeep.backup import Backup, files_to_copy, make, prune
from jiuzhu.upkeep.errors import BackupError
from jiuzhu.upkeep.manifest import check_backup, check_seal, is_backup, read_manifest

from .conftest import FILES, PASSPHRASE, Place


def test_该有的都有_不该有的都没有(place: Place, made: Backup) -> None:
    _, items = check_backup(made.folder)
    assert {item.path for item in items} == set(FILES)
    assert made.manifest.tables["public.audit_entry"] == 25
    assert "audit.0001_initial" in made.manifest.migrations
    assert "jiuzhu_web" in made.manifest.roles
    check_seal(made.folder, place.home.identity_key_file.read_bytes())


def test_做备份记审计(place: Place, made: Backup) -> None:
    bodies = place.execute("SELECT body FROM audit_entry WHERE action = 'audit.backup_make'")
    assert made.untold == ""
    (told,) = [str(body) for (body,) in bodies if made.folder.name in str(body)]
    assert "系统用户" in told


def test_密钥不在备份里(place: Place, made: Backup) -> None:
    content = b"".join(path.read_bytes() for path in made.folder.rglob("*") if path.is_file())
    for file in (place.home.root / "keys").iterdir():
        assert file.read_bytes().strip() not in content
    assert PASSPHRASE.encode() not in made.keys.read_bytes()  # type: ignore[union-attr]


def test_别人看不了(made: Backup) -> None:
    assert made.folder.stat().st_mode & 0o077 == 0
    assert (made.folder / "database.dump").stat().st_mode & 0o077 == 0
    assert made.keys is not None
    assert made.keys.stat().st_mode & 0o777 == 0o600


def test_边写边备份_同一事务的两张表行数总相等(place: Place, tmp_path: Path) -> None:
    place.execute("CREATE TABLE left_side (id bigint); CREATE TABLE right_side (id bigint)")
    stop, written = threading.Event(), [0]

    def write() -> None:
        with psycopg.connect(place.url) as connection:
            while not stop.is_set():
                with connection.transaction():
                    for table in ("left_side", "right_side"):
                        connection.execute(f"INSERT INTO {table} SELECT generate_series(1, 50)")  # type: ignore[arg-type]
                written[0] += 50

    writer = threading.Thread(target=write)
    writer.start()
    try:
        while written[0] < 500:
            pass
        before = written[0]
        done = make(place.home, tmp_path / "out")
        after = written[0]
    finally:
        stop.set()
        writer.join()
        place.execute("DROP TABLE left_side, right_side")
    counts = done.manifest.tables
    assert counts["public.left_side"] == counts["public.right_side"] >= before
    assert after > before, "备份期间写入没有被挡住"


def test_只留最近几份_只动自己的(place: Place, made: Backup, tmp_path: Path) -> None:
    out = tmp_path / "out"
    for day in ("20260101", "20260102", "20260103"):
        shutil.copytree(made.folder, out / f"jiuzhu-{day}T000000")
    damaged = Path(shutil.copytree(made.folder, out / "jiuzhu-20250101T000000"))
    (damaged / "manifest.json").write_text("{}")
    (out / "jiuzhu-别的东西").mkdir()
    assert prune(out, "不是它的", 1) == 0
    assert prune(out, made.manifest.instance, 2) == 1
    assert {path.name for path in out.iterdir()} == {
        "jiuzhu-20260102T000000", "jiuzhu-20260103T000000", damaged.name, "jiuzhu-别的东西"
    }  # fmt: skip


def test_做成后才删旧的(place: Place, tmp_path: Path) -> None:
    first = make(place.home, tmp_path / "out")
    first.folder.rename(first.folder.with_name("jiuzhu-20200101T000000"))
    second = make(place.home, tmp_path / "out", keep=1)
    assert second.pruned == 1
    assert [path.name for path in (tmp_path / "out").iterdir()] == [second.folder.name]


@pytest.mark.parametrize("where", ["copy", "write_manifest"])
def test_磁盘满_说清楚_不留半份(place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: str) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device", "x")

    monkeypatch.setattr(backup, where, full)
    with pytest.raises(BackupError, match="磁盘满了"):
        make(place.home, tmp_path / "out")
    assert list((tmp_path / "out").iterdir()) == []
    assert "磁盘满了" in status.read(place.home).reason


def test_地方不够就不开始(place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backup.shutil, "disk_usage", lambda _: SimpleNamespace(free=1000))
    with pytest.raises(BackupError, match="没有开始"):
        make(place.home, tmp_path / "out")


def test_倒库倒到一半失败_不留半份(place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "LOCK_SECONDS", "不是数")
    with pytest.raises(database.DatabaseError, match="pg_dump 没有办成"):
        make(place.home, tmp_path / "out")
    assert list((tmp_path / "out").iterdir()) == []


def test_被杀留下的半份不算备份_一天后收拾(place: Place, tmp_path: Path) -> None:
    left = tmp_path / "out" / ".jiuzhu-20260101T000000.1.partial"
    left.mkdir(parents=True)
    (left / "database.dump").touch()
    make(place.home, tmp_path / "out")
    assert not is_backup(left)
    assert left.exists()
    os.utime(left, (0, 0))
    backup._sweep(tmp_path / "out")
    assert not left.exists()


def test_请它停就收拾干净(place: Place, tmp_path: Path) -> None:
    argv = [sys.executable, "-m", "jiuzhu", "backup", "--home", str(place.home.root), "--out", str(tmp_path / "out")]
    with psycopg.connect(place.url) as connection:
        connection.execute("LOCK TABLE audit_lane IN ACCESS EXCLUSIVE MODE")  # 让它停在半路
        process = subprocess.Popen(argv, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        while not list((tmp_path / "out").glob(".jiuzhu-*")):
            assert process.poll() is None
        process.terminate()
        assert process.wait(30) == 143
    assert list((tmp_path / "out").iterdir()) == []


def test_成败都记得(place: Place, tmp_path: Path) -> None:
    done = make(place.home, tmp_path / "out")
    last = status.read(place.home)
    assert (last.folder, last.reason) == (str(done.folder), "")
    assert abs((datetime.now().astimezone() - last.made_at).total_seconds()) < 60  # type: ignore[operator]
    with pytest.raises(BackupError):
        make(place.home, tmp_path / "out", keys_file=tmp_path / "没有" / "k", passphrase=PASSPHRASE)
    failed = status.read(place.home)
    assert failed.folder == str(done.folder)
    assert "写不到" in failed.reason


def test_以后新添的文件夹不会漏(tmp_path: Path) -> None:
    home = Home.create(tmp_path / "home")
    for name in ("新的/甲", "keys/k", "postgres/data/p", "run/lock", "backups/b/x", ".隐藏/x"):
        (home.root / name).parent.mkdir(parents=True, exist_ok=True)
        (home.root / name).touch()
    assert [str(path.relative_to(home.root)) for path in files_to_copy(home)] == ["新的/甲"]


def test_没有数据库_没有密钥_都说清楚(tmp_path: Path) -> None:
    home = Home.create(tmp_path / "home")
    with pytest.raises(BackupError, match="没有县密钥"):
        make(home, tmp_path / "out")
    ensure_identity_key(home.identity_key_file)
    with pytest.raises(database.DatabaseError, match="没有数据库"):
        make(home, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_口令不上命令行(place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[object] = []

    def run(argv: list[str], *, env: dict[str, str], **_: object) -> SimpleNamespace:
        seen.extend([argv, env.get("PGPASSWORD")])
        return SimpleNamespace(returncode=1, stderr="pg_dump: error: 测试\nDETAIL: (张三)")

    monkeypatch.setattr(database.subprocess, "run", run)
    monkeypatch.setattr(database.Binaries, "major", lambda self: "18")
    source = database.Source("postgresql://u:p%40ss@db/x", ours=False)
    with pytest.raises(database.DatabaseError, match="测试") as caught:
        database.run_tool("pg_dump", [], source, server="18.1")
    assert "p@ss" not in str(seen[0])
    assert seen[1] == "p@ss"
    assert "张三" not in caught.value.message


def entries(place: Place) -> object:
    """审计现有几条：每做一份备份多一条。"""
    return place.execute("SELECT count(*) FROM audit_entry")[0][0]


def test_停着也能备份_用完停掉(place: Place, tmp_path: Path) -> None:
    before = entries(place)
    place.postgres.stop()
    try:
        done = make(place.home, tmp_path / "out")
        assert done.manifest.tables["public.audit_entry"] == before
        assert not (place.home.postgres / "data" / "postmaster.pid").exists()
    finally:
        place.postgres.start()


def test_外部数据库也一样(place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", place.postgres.url())  # 表的所有者，不是超级用户
    before = entries(place)
    done = make(place.home, tmp_path / "out")
    assert read_manifest(done.folder).tables == done.manifest.tables
    assert done.manifest.tables["public.audit_entry"] == before


def test_看不全的身份备份不了(place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", place.postgres.url(user="jiuzhu_web"))
    with pytest.raises(database.DatabaseError, match="看不到全部的行"):
        make(place.home, tmp_path / "out")
    assert not any((tmp_path / "out").iterdir())
