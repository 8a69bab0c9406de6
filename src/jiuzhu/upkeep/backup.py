"""``jiuzhu backup``：平台照常运行，取一份前后一致的备份。

先取数据库快照，后抄文件：快照里提到的文件这时都已落盘（附件入库后不再改动），所以备份里的库不会指向没有的文件。
全部写在以点开头的文件夹里，最后才改名；中途断电、磁盘满、被结束，都不会留下看似备份的东西。
"""

import errno
import os
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from zoneinfo import ZoneInfo

from jiuzhu.keys import read_identity_key
from jiuzhu.supervisor.home import Home

from . import database, keybox, status
from .database import Say
from .digests import copy, sm3_file
from .errors import BackupError, DamagedBackupError
from .manifest import (
    DUMP,
    FILES,
    LEFT_OUT,
    LISTING,
    Item,
    Manifest,
    instance_mark,
    is_backup,
    read_manifest,
    write_listing,
    write_manifest,
)
from .noted import note

BEIJING = ZoneInfo("Asia/Shanghai")
SPARE_BYTES = 256 * 1024 * 1024
STALE_SECONDS = 24 * 3600.0


@dataclass(frozen=True)
class Backup:
    """做好的一份备份。``keys`` 是同时写出的密钥备份；``pruned`` 是删掉的旧备份个数；
    审计没有记上时 ``untold`` 说明原因。"""

    folder: Path
    manifest: Manifest
    keys: Path | None
    pruned: int
    untold: str = ""


def make(
    home: Home,
    out: Path,
    *,
    keep: int | None = None,
    keys_file: Path | None = None,
    passphrase: str = "",
    say: Say = lambda _: None,
) -> Backup:
    """做一份备份到 ``out`` 之下。失败抛错，不留半份；成败都记下，供体检查看。"""
    try:
        key = _identity_key(home)
        if keys_file is not None:
            _check_keys_file(keys_file, passphrase)
        with database.opened(home) as source:
            folder, manifest = _write(home, source, out, key, say)
            untold = note(home, source, "backup", folder.name)
        if keys_file is not None:
            _write_keys(home, keys_file, passphrase, folder)
        pruned = prune(out, manifest.instance, keep) if keep else 0
    except BaseException as error:
        status.record_failure(home, error)
        raise
    status.record_success(home, folder, manifest, with_keys=keys_file is not None)
    return Backup(folder, manifest, keys_file, pruned, untold)


def prune(out: Path, instance: str, keep: int) -> int:
    """只留最近的 ``keep`` 份；只动本实例做完了的备份。返回删掉的个数。"""
    mine = []
    for folder in sorted(out.glob("jiuzhu-*")):
        try:
            if is_backup(folder) and read_manifest(folder).instance == instance:
                mine.append(folder)
        except DamagedBackupError:
            continue  # 坏的留着给人看，不算数也不删
    for folder in mine[:-keep]:
        doomed = folder.with_name(f".{folder.name}.deleting")  # 删到一半也不再像备份
        folder.rename(doomed)
        shutil.rmtree(doomed)
    return len(mine[:-keep])


def files_to_copy(home: Home) -> Iterator[Path]:
    """数据目录里要备份的文件：除 ``LEFT_OUT`` 以外的全部，以后新添的文件夹不会漏掉。符号链接不跟。"""
    for top in sorted(home.root.iterdir()):
        if top.name in LEFT_OUT or top.name.startswith(".") or top.is_symlink():
            continue
        if top.is_file():
            yield top
        for where, folders, names in os.walk(top):
            folders.sort()
            yield from (
                path for name in sorted(names) if (path := Path(where) / name).is_file() and not path.is_symlink()
            )


def _write(home: Home, source: database.Source, out: Path, key: bytes, say: Say) -> tuple[Path, Manifest]:
    began = datetime.now(BEIJING)
    final = out / f"jiuzhu-{began:%Y%m%dT%H%M%S}"
    draft = out / f".{final.name}.{os.getpid()}.partial"
    try:
        out.mkdir(mode=0o700, parents=True, exist_ok=True)
        _sweep(out)
        _check_room(home, source, out)
        draft.mkdir(mode=0o700)
        manifest = _fill(home, source, draft, began, key, say)
        os.sync()
        if final.exists():
            raise BackupError(f"{final} 已经存在，没有覆盖。请过一秒再做。")
        draft.rename(final)
        os.sync()
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise BackupError(f"磁盘满了，备份没有做成：{out}。请腾出空间，或用 --out 换一个地方。") from error
        raise BackupError(f"备份没有做成：{error.strerror}（{error.filename}）。") from error
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return final, manifest


def _fill(home: Home, source: database.Source, draft: Path, began: datetime, key: bytes, say: Say) -> Manifest:
    with database.snapshot(source) as snapshot:
        database.dump(source, snapshot, draft / DUMP)
    say(f"数据库：{len(snapshot.tables)} 张表，{sum(snapshot.tables.values()):,} 行")
    items, notes = _copy_files(home, draft)
    say(f"文件：{len(items):,} 个，{sum(item.size for item in items):,} 字节")
    write_listing(draft, items)
    manifest = Manifest(
        made_at=began.isoformat(timespec="seconds"),
        version=version("jiuzhu"),
        instance=instance_mark(key),
        postgres=snapshot.server,
        migrations=snapshot.migrations,
        tables=snapshot.tables,
        roles=snapshot.roles,
        dump=Item(DUMP, *sm3_file(draft / DUMP)),
        listing=Item(LISTING, *sm3_file(draft / LISTING)),
        file_count=len(items),
        file_bytes=sum(item.size for item in items),
        notes=notes,
    )
    write_manifest(draft, manifest, key)
    return manifest


def _copy_files(home: Home, draft: Path) -> tuple[list[Item], list[str]]:
    items, notes = [], []
    (draft / FILES).mkdir(mode=0o700)
    for path in files_to_copy(home):
        name = str(path.relative_to(home.root))
        try:
            items.append(Item(name, *copy(path, draft / FILES / name)))
        except FileNotFoundError:
            if path.exists():
                raise
            notes.append(f"抄的时候已被删除：{name}")  # 草稿、换下来的结果
    return items, notes


def _check_room(home: Home, source: database.Source, out: Path) -> None:
    with source.connect() as connection:
        row = connection.execute("SELECT pg_database_size(current_database())").fetchone()
    needed = int(str(row[0])) // 2 if row else 0  # 倒出的是压缩过的，索引不在内
    needed += sum(path.stat().st_size for path in files_to_copy(home)) + SPARE_BYTES
    free = shutil.disk_usage(out).free
    if free < needed:
        raise BackupError(
            f"{out} 所在的磁盘只剩 {free / 1e9:.1f} GB，备份大约要 {needed / 1e9:.1f} GB，没有开始。"
            "请腾出空间，或用 --out 换一个地方。"
        )


def _check_keys_file(path: Path, passphrase: str) -> None:
    keybox.check_passphrase(passphrase)
    if path.exists():
        raise BackupError(f"{path} 已经存在，没有覆盖。请换一个文件名。")
    if not os.access(path.parent, os.W_OK | os.X_OK):
        raise BackupError(f"密钥备份写不到 {path.parent}：没有这个目录，或没有权限。")


def _write_keys(home: Home, path: Path, passphrase: str, folder: Path) -> None:
    try:
        keybox.write_keybox(path, keybox.key_files(home), passphrase, made_with=folder.name)
    except OSError as error:
        raise BackupError(
            f"数据备份已做好：{folder}；但密钥备份没有写成：{error.strerror}（{path}）。请换一处再做。"
        ) from error


def _sweep(out: Path) -> None:
    """收拾一天以前被强行结束的备份留下的半份。"""
    for left in [*out.glob(".jiuzhu-*.partial"), *out.glob(".jiuzhu-*.deleting")]:
        if time.time() - left.stat().st_mtime > STALE_SECONDS:
            shutil.rmtree(left, ignore_errors=True)


def _identity_key(home: Home) -> bytes:
    path = Path(os.environ.get("JIUZHU_KEY_FILE") or home.identity_key_file).expanduser()
    try:
        return read_identity_key(path)
    except FileNotFoundError as error:
        raise BackupError(f"没有县密钥 {path}：请用 --home 指对数据目录。") from error
