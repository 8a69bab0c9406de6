"""县密钥与网页密钥：首次使用时生成，文件只有本人可读。

县密钥（文件就是 32 个随机字节）决定 ``person_id`` 与 ``household_id``：换了密钥，同一个人的编号就变了，
历次监测不能再对照；丢了密钥不能找回。务必另行备份。
"""

import os
import secrets
from pathlib import Path

from .errors import JiuzhuError

IDENTITY_KEY_BYTES = 32


class KeyFileError(JiuzhuError):
    """密钥文件读不了，或内容不是密钥。"""

    code = "key_file"


def read_identity_key(path: Path) -> bytes:
    """读县密钥，返回 32 字节；文件不存在时抛 ``FileNotFoundError``，内容不对时抛 ``KeyFileError``。"""
    try:
        key = path.read_bytes()
    except PermissionError as error:
        raise KeyFileError(f"没有权限读取县密钥 {path}。请用建立它的用户运行，或把文件改归当前用户。") from error
    if len(key) != IDENTITY_KEY_BYTES:
        raise KeyFileError(
            f"县密钥 {path} 应有 {IDENTITY_KEY_BYTES} 字节，现为 {len(key)} 字节。请从备份恢复，不要重新生成。"
        )
    return key


def ensure_identity_key(path: Path) -> tuple[bytes, bool]:
    """读县密钥，没有就生成。返回（密钥， 是否新生成）；新生成时应提醒备份。"""
    created = write_once(path, secrets.token_bytes(IDENTITY_KEY_BYTES))
    return read_identity_key(path), created


def ensure_web_secret(path: Path) -> bool:
    """网页会话密钥，没有就生成。返回是否新生成。"""
    return write_once(path, secrets.token_urlsafe(48).encode() + b"\n")


def write_once(path: Path, content: bytes) -> bool:
    """写一个仅本人可读（0600）的文件；已存在则不动，返回 ``False``。断电也不会留下半个密钥。"""
    if path.exists():
        return False
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.link(draft, path)
    except FileExistsError:
        return False
    finally:
        draft.unlink(missing_ok=True)
    return True
