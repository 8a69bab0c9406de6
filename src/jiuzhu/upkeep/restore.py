"""``jiuzhu restore``：把备份恢复到一个空的数据目录（或 ``DATABASE_URL`` 指定的空库）。

先把备份逐件核对完才动手；恢复期间目录里有 ``RESTORING``，`jiuzhu up` 见到它不肯启动；出了错就把目录清空，
所以不会有一个看似恢复好了、其实缺了东西的实例。
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from jiuzhu.keys import IDENTITY_KEY_BYTES, write_once
from jiuzhu.supervisor.cluster import SUPERUSER
from jiuzhu.supervisor.home import RESTORING, Home
from jiuzhu.supervisor.postgres import Postgres

from . import database
from .database import Say
from .digests import copy
from .errors import DamagedBackupError, RestoreError
from .keybox import read_keybox
from .manifest import DUMP, FILES, Item, Manifest, check_backup, check_seal
from .noted import note
from .program import known_migrations

UNFINISHED = "上一次恢复没有做完。请删除这个目录，重新恢复。\n"
KEYS_NEEDED = (
    "数据已恢复，密钥还没有。请把 identity.key、data.keys、django.secret 放进 keys/（权限 0600），再删除本文件，然后启动。\n"
    "不要在没有密钥时启动：程序会生成新的密钥，原来的证件号、电话、账号、附件就都打不开。\n"
)
AUDIT_SECONDS = 3600


@dataclass(frozen=True)
class Audit:
    """审计链核验的结果，与它说的话。"""

    intact: bool
    told: str


@dataclass(frozen=True)
class Restored:
    """恢复的结果。``sealed`` 表示用县密钥核对过封记；``pending`` 是启动时还要做的迁移个数。"""

    home: Home
    manifest: Manifest
    audit: Audit
    sealed: bool
    pending: int


def restore(
    folder: Path, home_root: Path, *, keys_file: Path | None, passphrase: str = "", say: Say = lambda _: None
) -> Restored:
    """恢复。``keys_file`` 为空时只恢复数据，留下说明，等人放入密钥。"""
    target = home_root.expanduser().resolve()
    _check_empty(target)
    say("正在逐件核对备份……")
    manifest, items = check_backup(folder)
    keys = read_keybox(keys_file, passphrase) if keys_file is not None else {}
    if keys:
        check_seal(folder, _identity_key(keys))
    pending = _check_program(manifest)
    made = datetime.fromisoformat(manifest.made_at)
    say(f"备份完好：{made:%Y年%-m月%-d日 %H:%M} 做的，程序 {manifest.version}，{manifest.file_count:,} 个文件")
    with _building(target) as home:
        _write_keys(home, keys)
        _copy_files(home, folder, items)
        say(f"文件：已恢复 {len(items):,} 个")
        with _target_database(home) as source:
            database.ensure_empty(source)
            database.ensure_roles(source, manifest.roles)
            database.load(source, folder / DUMP)
            _compare(source, manifest)
            say(f"数据库：{len(manifest.tables)} 张表，{sum(manifest.tables.values()):,} 行，行数与备份时一致")
            audit = _verify_audit(home, source, manifest)
            say(audit.told)
            if untold := note(home, source, "restore", folder.name):
                say(untold)
        marker = home.root / RESTORING
        if keys:
            marker.unlink()
        else:
            marker.write_text(KEYS_NEEDED, encoding="utf-8")
    return Restored(home, manifest, audit, sealed=bool(keys), pending=pending)


@contextmanager
def _building(target: Path) -> Iterator[Home]:
    """建目录，做上记号；中途出错就清空，原来没有的目录也删掉。"""
    existed = target.exists()
    home = Home.create(target)
    try:
        (home.root / RESTORING).write_text(UNFINISHED, encoding="utf-8")
        yield home
    except BaseException:
        for path in home.root.iterdir():
            shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink(missing_ok=True)
        if not existed:
            shutil.rmtree(target, ignore_errors=True)
        raise


@contextmanager
def _target_database(home: Home) -> Iterator[database.Source]:
    if url := os.environ.get("DATABASE_URL", "").strip():
        yield database.Source(url, ours=False)
        return
    postgres = Postgres(home.postgres, home.logs / "postgres.log")
    try:
        postgres.start()
        yield database.Source(postgres.url(user=SUPERUSER), ours=True)
    finally:
        postgres.stop()


def _check_empty(target: Path) -> None:
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise RestoreError(f"{target} 里已经有东西，没有动它。请用 --home 给一个空的或还没有的目录。")


def _check_program(manifest: Manifest) -> int:
    """备份里有本程序不认识的迁移，就是更新的版本做的，不能恢复。返回恢复后还要做的迁移个数。"""
    known = known_migrations()
    if unknown := set(manifest.migrations) - known:
        raise RestoreError(
            f"备份是程序 {manifest.version} 做的，里面有本程序不认识的迁移（例如 {min(unknown)}）。"
            "请先把程序升级到做备份时的版本或更新，再恢复。"
        )
    return len(known - set(manifest.migrations))


def _write_keys(home: Home, keys: dict[str, bytes]) -> None:
    for name, content in keys.items():
        write_once(home.root / "keys" / name, content)


def _identity_key(keys: dict[str, bytes]) -> bytes:
    key = keys.get("identity.key", b"")
    if len(key) != IDENTITY_KEY_BYTES:
        raise RestoreError("密钥备份里没有县密钥（identity.key），不能用它恢复。")
    return key


def _copy_files(home: Home, folder: Path, items: list[Item]) -> None:
    for item in items:
        size, digest = copy(folder / FILES / item.path, home.root / item.path)
        if (size, digest) != (item.size, item.sm3):
            raise DamagedBackupError(f"抄的时候 {item.path} 变了：备份所在的磁盘可能有问题。请换一份备份。")


def _compare(source: database.Source, manifest: Manifest) -> None:
    with source.connect() as connection:
        found = database.count_tables(connection)
    if found != manifest.tables:
        names = sorted(name for name in found | manifest.tables if found.get(name) != manifest.tables.get(name))
        raise RestoreError(
            f"装回的行数与备份时不一致：{'、'.join(names[:5])}。没有保留这次恢复；请换一份备份，并告诉维护人员。"
        )


def _verify_audit(home: Home, source: database.Source, manifest: Manifest) -> Audit:
    """核验审计链。断了说明备份之前就被动过：数据照样恢复，如实说出来。"""
    if not manifest.tables.get("public.audit_entry"):
        return Audit(True, "审计链：备份里没有审计记录")
    surroundings = {**os.environ, "DATABASE_URL": source.url, "JIUZHU_HOME": str(home.root)}
    argv = [sys.executable, "-m", "jiuzhu", "audit", "verify", "--home", str(home.root)]
    try:
        done = subprocess.run(
            argv, env=surroundings, capture_output=True, text=True, check=False, timeout=AUDIT_SECONDS
        )
    except subprocess.TimeoutExpired:
        return Audit(False, "审计链：没有核验完，请启动后执行 jiuzhu audit verify")
    told = (done.stdout + done.stderr).strip().splitlines()
    return Audit(done.returncode == 0, "审计链：" + "\n".join(told[-5:]))
