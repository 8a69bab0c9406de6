"""恢复：一件不差；坏的、不配套的、更新的备份一概不装；不动已有的东西。"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from jiuzhu.errors import JiuzhuError
from jiuzhu.keys import ensure_identity_key
from jiuzhu.supervisor.errors import HomeError
from jiuzhu.supervisor.home import Home, check_restored
from jiuzhu.supervisor.instance import Instance
from jiuzhu.upkeep import manifest, program
from jiuzhu.upkeep import restore as module
from jiuzhu.upkeep.backup import Backup
from jiuzhu.upkeep.digests import keyed, sm3, sm3_file
from jiuzhu.upkeep.errors import DamagedBackupError, KeyboxError, RestoreError
from jiuzhu.upkeep.keybox import read_keybox, write_keybox
from jiuzhu.upkeep.manifest import Item, write_manifest
from jiuzhu.upkeep.restore import restore

from .conftest import FILES, PASSPHRASE, Place

OTHERS = "action NOT IN ('audit.backup_make', 'audit.restore_make')"  # 备份、恢复自己也各记一笔


def test_恢复出来的一件不差(place: Place, made: Backup, base: Path, served: Callable[[Path], Place]) -> None:
    told: list[str] = []
    done = restore(made.folder, base / "new", keys_file=made.keys, passphrase=PASSPHRASE, say=told.append)
    assert done.sealed
    assert done.audit.intact
    assert "25 条记录" in done.audit.told
    assert {str(p.relative_to(done.home.root)): p.read_bytes() for p in map(done.home.root.joinpath, FILES)} == FILES
    for file in (place.home.root / "keys").iterdir():
        twin = done.home.root / "keys" / file.name
        assert twin.read_bytes() == file.read_bytes()
        assert twin.stat().st_mode & 0o777 == 0o600
    check_restored(done.home)
    new = served(done.home.root)
    for query in (
        f"SELECT lane, seq, digest FROM audit_entry WHERE {OTHERS} ORDER BY 1, 2",
        "SELECT tablename, tableowner, rowsecurity FROM pg_tables WHERE schemaname = 'public' ORDER BY 1",
        "SELECT tablename, policyname, qual, with_check FROM pg_policies ORDER BY 1, 2",
        "SELECT table_name, privilege_type FROM information_schema.table_privileges WHERE grantee = 'jiuzhu_web' ORDER BY 1, 2",
        "SELECT tgrelid::regclass::text, tgname, tgenabled FROM pg_trigger WHERE NOT tgisinternal ORDER BY 1, 2",
        "SELECT sequencename, last_value FROM pg_sequences WHERE sequencename NOT LIKE 'audit_entry%' ORDER BY 1",
        "SELECT indexname, tablename FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1",
        "SELECT conrelid::regclass::text, conname, convalidated FROM pg_constraint ORDER BY 1, 2",
    ):
        assert new.execute(query) == place.execute(query), query
    (told,) = new.execute("SELECT body FROM audit_entry WHERE action = 'audit.restore_make'")
    assert made.folder.name in str(told[0])
    with (
        psycopg.connect(new.postgres.url(user="jiuzhu_web")) as web,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        web.execute("DELETE FROM audit_entry")


def _rewrite(folder: Path, key: bytes, **changes: object) -> None:
    """像一个手里有密钥的人那样改清单：摘要与封记都重算。"""
    known = manifest.read_manifest(folder)
    write_manifest(folder, manifest.Manifest(**known.__dict__ | changes), key)


def _flip(path: Path, at: int = -100) -> None:
    content = bytearray(path.read_bytes())
    content[at] ^= 1
    path.write_bytes(content)


def _truncate(path: Path) -> None:
    os.truncate(path, path.stat().st_size - 1)


def _forge(folder: Path) -> None:
    """换掉一个附件，清单、摘要都重算，只是没有密钥。"""
    (folder / "files" / "空的").write_bytes(b"x")
    listing = folder / manifest.LISTING
    lines = [line for line in listing.read_text().splitlines() if not line.endswith("空的")]
    listing.write_text("\n".join([*lines, f"{sm3(b'x')}  1  空的"]) + "\n")
    content = json.loads((folder / "manifest.json").read_text())
    content["listing"] = Item(manifest.LISTING, *sm3_file(listing)).__dict__
    raw = json.dumps(content).encode()
    (folder / "manifest.json").write_bytes(raw)
    seal = {"sm3": sm3(raw), "hmac_sm3": keyed(b"guess", manifest.SEAL_PURPOSE, raw)}
    (folder / "manifest.seal").write_text(json.dumps(seal))


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (lambda f: _flip(f / "database.dump"), "摘要不对"),
        (lambda f: _truncate(f / "database.dump"), "不完整"),
        (lambda f: (f / "database.dump").unlink(), "缺 database.dump"),
        (lambda f: _flip(f / "files/uploads/ab/cd/附件", 5), "摘要不对"),
        (lambda f: (f / "files/空的").unlink(), "缺 空的"),
        (lambda f: (f / "files/多的").touch(), "多出"),
        (lambda f: _flip(f / "files.sm3", 3), "摘要不对"),
        (lambda f: _flip(f / "manifest.json"), "清单被改过"),
        (lambda f: (f / "manifest.seal").unlink(), "没有做完"),
        (lambda f: (f / "manifest.seal").write_text("{"), "封记读不懂"),
        (_forge, "封记不对"),
    ],
)  # fmt: skip
def test_坏的备份不装_目录还是空的(
    spoiled: Path, made: Backup, base: Path, spoil: Callable[[Path], None], told: str
) -> None:
    spoil(spoiled)
    with pytest.raises(DamagedBackupError, match=told):
        restore(spoiled, base / "坏", keys_file=made.keys, passphrase=PASSPHRASE)
    assert not (base / "坏").exists()


@pytest.mark.parametrize("path", ["../外面", "/etc/外面", "keys/identity.key", "postgres/data/x"])
def test_清单里的路径出不了目录(spoiled: Path, place: Place, base: Path, path: str) -> None:
    listing = spoiled / manifest.LISTING
    listing.write_text(f"{sm3(b'')}  0  {path}\n")
    key = place.home.identity_key_file.read_bytes()
    _rewrite(spoiled, key, listing=Item(manifest.LISTING, *sm3_file(listing)))
    with pytest.raises(DamagedBackupError, match="不合规矩"):
        restore(spoiled, base / "坏", keys_file=None)
    assert not (base / "坏").exists()


def test_目录里有东西就不动它(made: Backup, tmp_path: Path) -> None:
    (tmp_path / "要紧的").write_text("x")
    with pytest.raises(RestoreError, match="已经有东西"):
        restore(made.folder, tmp_path, keys_file=None)
    assert [path.name for path in tmp_path.iterdir()] == ["要紧的"]


def test_更新的版本做的不装(spoiled: Path, place: Place, base: Path) -> None:
    known = manifest.read_manifest(spoiled)
    _rewrite(spoiled, place.home.identity_key_file.read_bytes(), migrations=[*known.migrations, "audit.9999_future"])
    with pytest.raises(RestoreError, match=r"audit\.9999_future"):
        restore(spoiled, base / "坏", keys_file=None)
    assert not (base / "坏").exists()


def test_行数对不上就不留(spoiled: Path, place: Place, made: Backup, base: Path) -> None:
    known = manifest.read_manifest(spoiled)
    _rewrite(
        spoiled,
        place.home.identity_key_file.read_bytes(),
        tables=known.tables | {"public.audit_entry": 24},
    )
    (base / "空").mkdir()
    with pytest.raises(RestoreError, match=r"public\.audit_entry"):
        restore(spoiled, base / "空", keys_file=made.keys, passphrase=PASSPHRASE)
    assert list((base / "空").iterdir()) == []


def test_审计链断了_照样恢复_如实说(place: Place, base: Path, tmp_path: Path) -> None:
    from jiuzhu.upkeep.backup import make

    place.execute(
        "ALTER TABLE audit_entry DISABLE TRIGGER USER; CREATE TABLE kept AS SELECT * FROM audit_entry;"
        "UPDATE audit_entry SET body = body || ' ' WHERE (lane, seq) = (SELECT lane, seq FROM audit_entry LIMIT 1)"
    )
    try:
        folder = make(place.home, tmp_path).folder
    finally:
        place.execute(
            "UPDATE audit_entry e SET body = k.body FROM kept k WHERE (e.lane, e.seq) = (k.lane, k.seq); DROP TABLE kept;"
            "ALTER TABLE audit_entry ENABLE TRIGGER USER"
        )
    done = restore(folder, base / "断链", keys_file=None)
    assert not done.audit.intact
    assert "1 处问题" in done.audit.told
    assert (done.home.postgres / "data" / "PG_VERSION").exists()


def test_口令不对_不是它的密钥_打不开(made: Backup, base: Path, tmp_path: Path) -> None:
    with pytest.raises(KeyboxError, match="口令不对"):
        restore(made.folder, base / "坏", keys_file=made.keys, passphrase=PASSPHRASE + "？")
    other = tmp_path / "other.key"
    ensure_identity_key(other)
    write_keybox(tmp_path / "other.keys", {"identity.key": other.read_bytes()}, PASSPHRASE, made_with="x")
    with pytest.raises(DamagedBackupError, match="不是同一个实例"):
        restore(made.folder, base / "坏", keys_file=tmp_path / "other.keys", passphrase=PASSPHRASE)
    assert not (base / "坏").exists()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"made_with": "jiuzhu', '"made_with": "别的县'),
        ('"data": "', '"data": "AAAA'),
        ('"n": 65536', '"n": 1073741824'),
    ],
)
def test_密钥备份改一处就打不开(made: Backup, tmp_path: Path, old: str, new: str) -> None:
    assert made.keys is not None
    text = made.keys.read_text(encoding="utf-8")
    assert old in text
    (tmp_path / "k").write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(KeyboxError):
        read_keybox(tmp_path / "k", PASSPHRASE)


def test_没有密钥时只恢复数据_不许启动(made: Backup, base: Path) -> None:
    done = restore(made.folder, base / "无钥", keys_file=None)
    assert not done.sealed
    assert list((done.home.root / "keys").iterdir()) == []
    with pytest.raises(HomeError, match=r"data\.keys"):
        Instance(done.home.root, port=1).run()
    assert list((done.home.root / "keys").iterdir()) == [], "没有生成新的密钥"


def test_恢复中断的目录不许启动(made: Backup, base: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []

    def look(home: Home, *_: object) -> None:
        with pytest.raises(HomeError, match="没有做完") as caught:
            check_restored(home)
        seen.append(caught.value.message)
        raise KeyboardInterrupt

    monkeypatch.setattr(module, "_copy_files", look)
    with pytest.raises(KeyboardInterrupt):
        restore(made.folder, base / "断", keys_file=None)
    assert seen
    assert not (base / "断").exists()


def test_恢复到外部的空库(place: Place, made: Backup, base: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place.execute("CREATE DATABASE elsewhere OWNER jiuzhu")
    url = place.postgres.url("elsewhere")
    monkeypatch.setenv("DATABASE_URL", url)
    done = restore(made.folder, base / "外部", keys_file=made.keys, passphrase=PASSPHRASE)
    assert not (done.home.root / "postgres").exists()
    with psycopg.connect(url) as connection:
        assert connection.execute(f"SELECT count(*) FROM audit_entry WHERE {OTHERS}").fetchone() == (25,)
    with pytest.raises(JiuzhuError, match="已经有表"):
        restore(made.folder, base / "外部二", keys_file=made.keys, passphrase=PASSPHRASE)
    assert not (base / "外部二").exists()


def test_认得的迁移都是盘上有的() -> None:
    known = program.known_migrations()
    assert {"audit.0001_initial", "access.0001_initial", "procrastinate.0001_initial"} <= known


def test_命令行从头到尾(place: Place, base: Path, tmp_path: Path) -> None:
    (tmp_path / "口令").write_text(PASSPHRASE + "\n")

    def run(*arguments: object) -> subprocess.CompletedProcess[str]:
        argv = [sys.executable, "-m", "jiuzhu", *map(str, arguments), "--passphrase-file", str(tmp_path / "口令")]
        return subprocess.run(argv, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)

    made = run("backup", "--home", place.home.root, "--out", tmp_path / "out", "--with-keys", tmp_path / "k")
    assert made.returncode == 0, made.stderr
    assert "备份已做好" in made.stdout
    (folder,) = (tmp_path / "out").iterdir()
    done = run("restore", folder, "--home", base / "命令行", "--keys", tmp_path / "k")
    assert done.returncode == 0, done.stdout + done.stderr
    for word in ("备份完好", "行数与备份时一致", "没有发现问题", "jiuzhu up"):
        assert word in done.stdout
    again = run("restore", folder, "--home", base / "命令行", "--keys", tmp_path / "k")
    assert again.returncode == 1
    assert "已经有东西" in again.stderr
    assert "Traceback" not in again.stderr
    shutil.rmtree(base / "命令行")
