"""备份的样子与清单。

```
jiuzhu-20261122T021500/
├── database.dump    pg_dump 的自定义格式
├── files/           数据目录里除数据库、密钥、日志以外的文件
├── files.sm3        逐个文件：摘要 字节数 路径
├── manifest.json    何时、哪个版本、迁移、各表行数、以上各件的摘要
└── manifest.seal    清单的摘要，与用县密钥算的封记
```
清单最后写，整个文件夹最后改名：有 ``manifest.seal`` 且名字不以点开头的才是备份。
"""

import json
import os
from dataclasses import asdict, dataclass, field
from pathlib import Path, PurePosixPath

from jiuzhu.supervisor.home import RESTORING

from .digests import keyed, sm3, sm3_file
from .errors import BackupError, DamagedBackupError

FORMAT = "jiuzhu-backup/1"
DUMP, FILES, LISTING, MANIFEST, SEAL = "database.dump", "files", "files.sm3", "manifest.json", "manifest.seal"
# 数据目录里不进备份的：密钥另存；数据库另倒；其余可以再生成
LEFT_OUT = frozenset(
    {"keys", "postgres", "run", "logs", "static", "demo", "demo.new", "counties", "backups", "demo-accounts.json"}
) | {RESTORING}
SEAL_PURPOSE, INSTANCE_PURPOSE = "jiuzhu backup seal", "jiuzhu backup instance"


@dataclass(frozen=True)
class Item:
    """清单里的一个文件：相对 ``files/`` 的路径、字节数、SM3。"""

    path: str
    size: int
    sm3: str


@dataclass(frozen=True)
class Manifest:
    """一份备份的清单。``tables`` 是各表行数，``roles`` 是库里用到的角色，``instance`` 认得出是哪个县的。"""

    made_at: str
    version: str
    instance: str
    postgres: str
    migrations: list[str]
    tables: dict[str, int]
    roles: list[str]
    dump: Item
    listing: Item
    file_count: int
    file_bytes: int
    format: str = FORMAT
    notes: list[str] = field(default_factory=list)


def instance_mark(key: bytes) -> str:
    """由县密钥算出的记号：认得出是不是同一个实例，推不回密钥。"""
    return keyed(key, INSTANCE_PURPOSE, b"")[:16]


def write_listing(folder: Path, items: list[Item]) -> None:
    """逐个文件的清单。"""
    with (folder / LISTING).open("w", encoding="utf-8", errors="surrogateescape", newline="\n") as file:
        for item in items:
            if "\n" in item.path:
                raise BackupError(f"文件名里有换行，不能备份：{item.path!r}。请改名后再备份。")
            file.write(f"{item.sm3}  {item.size}  {item.path}\n")


def write_manifest(folder: Path, manifest: Manifest, key: bytes) -> None:
    """清单与封记；之后这个文件夹就不能再动。"""
    content = (json.dumps(asdict(manifest), ensure_ascii=False, indent=1) + "\n").encode()
    (folder / MANIFEST).write_bytes(content)
    seal = {"sm3": sm3(content), "hmac_sm3": keyed(key, SEAL_PURPOSE, content)}
    (folder / SEAL).write_text(json.dumps(seal, indent=1) + "\n", encoding="ascii")


def read_manifest(folder: Path) -> Manifest:
    """读清单，核对它的摘要；不是备份、没有做完、被改过时抛 ``DamagedBackupError``。"""
    content, seal = _sealed(folder)
    if sm3(content) != seal.get("sm3"):
        raise DamagedBackupError(f"备份 {folder} 的清单被改过或已损坏，不能恢复。请换一份备份。")
    try:
        fields = json.loads(content)
        if fields.get("format") != FORMAT:
            raise DamagedBackupError(
                f"备份 {folder} 的格式是 {fields.get('format')}，本程序只认 {FORMAT}。请用做它的版本恢复。"
            )
        return Manifest(**fields | {"dump": Item(**fields["dump"]), "listing": Item(**fields["listing"])})
    except (ValueError, KeyError, TypeError) as error:
        raise DamagedBackupError(f"备份 {folder} 的清单读不懂，不能恢复。请换一份备份。") from error


def check_seal(folder: Path, key: bytes) -> None:
    """用县密钥核对封记：别人改了备份又重算了摘要，也瞒不过这一关。"""
    content, seal = _sealed(folder)
    fields = json.loads(content)
    if fields.get("instance") != instance_mark(key):
        raise DamagedBackupError("密钥与备份不是同一个实例的，恢复后什么也解不开。请找出与它配套的密钥备份。")
    if keyed(key, SEAL_PURPOSE, content) != seal.get("hmac_sm3"):
        raise DamagedBackupError(f"备份 {folder} 的封记不对：清单被人改过。请换一份备份，并查明原因。")


def read_listing(folder: Path, manifest: Manifest) -> list[Item]:
    """逐个文件的清单；与 ``manifest`` 不符时抛 ``DamagedBackupError``。"""
    _check_one(folder / LISTING, manifest.listing)
    items = []
    for line in (folder / LISTING).read_text(encoding="utf-8", errors="surrogateescape").split("\n")[:-1]:
        digest, size, path = line.split("  ", 2)
        _check_path(path)
        items.append(Item(path, int(size), digest))
    return items


def check_backup(folder: Path) -> tuple[Manifest, list[Item]]:
    """逐件核对：一件不缺、一件不多、摘要都对。返回清单；不对时抛 ``DamagedBackupError``。"""
    manifest = read_manifest(folder)
    _check_one(folder / DUMP, manifest.dump)
    items = read_listing(folder, manifest)
    for item in items:
        _check_one(folder / FILES / item.path, item)
    extra = {str(path.relative_to(folder / FILES)) for path in _all_files(folder / FILES)} - {
        item.path for item in items
    }
    if extra:
        raise DamagedBackupError(f"备份里多出清单上没有的文件 {len(extra)} 个，例如 files/{min(extra)}。请换一份备份。")
    return manifest, items


def is_backup(folder: Path) -> bool:
    """是不是做完了的备份（不核对内容）。"""
    return not folder.name.startswith(".") and (folder / SEAL).is_file() and (folder / MANIFEST).is_file()


def _sealed(folder: Path) -> tuple[bytes, dict[str, str]]:
    try:
        return (folder / MANIFEST).read_bytes(), json.loads((folder / SEAL).read_text(encoding="ascii"))
    except FileNotFoundError as error:
        raise DamagedBackupError(f"{folder} 不是备份，或没有做完（缺 {Path(error.filename).name}）。") from error
    except (ValueError, UnicodeDecodeError) as error:
        raise DamagedBackupError(f"备份 {folder} 的封记读不懂，不能恢复。请换一份备份。") from error


def _check_one(path: Path, item: Item) -> None:
    try:
        size, digest = sm3_file(path)
    except FileNotFoundError as error:
        raise DamagedBackupError(f"备份里缺 {path.name}（{path}）。请换一份备份。") from error
    if size != item.size:
        raise DamagedBackupError(
            f"备份里的 {path} 应有 {item.size:,} 字节，现为 {size:,} 字节：不完整或被改过。请换一份备份。"
        )
    if digest != item.sm3:
        raise DamagedBackupError(f"备份里的 {path} 摘要不对：被改过或已损坏。请换一份备份。")


def _check_path(text: str) -> None:
    path = PurePosixPath(text)
    if path.is_absolute() or ".." in path.parts or not path.parts or path.parts[0] in LEFT_OUT:
        raise DamagedBackupError(f"备份的清单里有不合规矩的路径 {text!r}，不能恢复。")


def _all_files(folder: Path) -> list[Path]:
    return [Path(where) / name for where, _, names in os.walk(folder) for name in names]
