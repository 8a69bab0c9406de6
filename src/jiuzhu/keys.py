"""县密钥、网页密钥、数据密钥：首次使用时生成，文件只有本人可读。

县密钥（文件就是 32 个随机字节）决定 ``person_id`` 与 ``household_id``：换了密钥，同一个人的编号就变了，
历次监测不能再对照；丢了密钥不能找回。务必另行备份。

数据密钥（JSON 文件）加密数据库里的证件号、电话、账号：``keys`` 是编了号的 SM4 密钥，``active`` 是现行的一把，
``index`` 是查找摘要用的密钥。换钥匙只添不删，旧密文在全部换完之前都要用旧钥匙解。
"""

import base64
import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from .errors import JiuzhuError

IDENTITY_KEY_BYTES = 32
CIPHER_KEY_BYTES = 16  # SM4
INDEX_KEY_BYTES = 32
DATA_KEYS_VARIABLE = "JIUZHU_DATA_KEYS"


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


@dataclass(frozen=True)
class DataKeys:
    """数据密钥：``ciphers`` 密钥号 → 16 字节，``active`` 现行的密钥号，``index`` 查找摘要的密钥。"""

    active: int
    ciphers: dict[int, bytes]
    index: bytes

    @classmethod
    def new(cls) -> "DataKeys":
        """一套新的：第 1 号密钥与索引密钥。"""
        return cls(1, {1: secrets.token_bytes(CIPHER_KEY_BYTES)}, secrets.token_bytes(INDEX_KEY_BYTES))

    def with_new_key(self) -> "DataKeys":
        """添一把新钥匙并设为现行；旧的都留着。"""
        number = max(self.ciphers) + 1
        return DataKeys(number, {**self.ciphers, number: secrets.token_bytes(CIPHER_KEY_BYTES)}, self.index)

    def without(self, numbers: set[int]) -> "DataKeys":
        """去掉不再有密文使用的旧钥匙；现行的去不掉。"""
        kept = {number: key for number, key in self.ciphers.items() if number not in numbers or number == self.active}
        return DataKeys(self.active, kept, self.index)

    def to_json(self) -> str:
        """文件里的写法。"""
        body = {
            "active": self.active,
            "keys": {str(number): _b64(key) for number, key in self.ciphers.items()},
            "index": _b64(self.index),
        }
        return json.dumps(body, indent=2) + "\n"

    @classmethod
    def from_json(cls, text: str, *, where: str) -> "DataKeys":
        """读文件里的写法；内容不对时抛 ``KeyFileError``，信息里没有密钥。"""
        try:
            body = json.loads(text)
            ciphers = {int(number): base64.b64decode(key, validate=True) for number, key in body["keys"].items()}
            keys = cls(int(body["active"]), ciphers, base64.b64decode(body["index"], validate=True))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise KeyFileError(f"数据密钥 {where} 的内容读不懂。请从备份恢复，不要重新生成。") from error
        if any(len(key) != CIPHER_KEY_BYTES for key in ciphers.values()) or len(keys.index) != INDEX_KEY_BYTES:
            raise KeyFileError(f"数据密钥 {where} 的长度不对。请从备份恢复，不要重新生成。")
        if keys.active not in ciphers or not all(0 < number < 65536 for number in ciphers):
            raise KeyFileError(f"数据密钥 {where} 的编号不对。请从备份恢复，不要重新生成。")
        return keys


def read_data_keys(path: Path) -> DataKeys:
    """读数据密钥：环境变量 ``JIUZHU_DATA_KEYS`` 有内容时用它，否则读文件。"""
    if text := os.environ.get(DATA_KEYS_VARIABLE, "").strip():
        return DataKeys.from_json(text, where=f"（环境变量 {DATA_KEYS_VARIABLE}）")
    try:
        return DataKeys.from_json(path.read_text(encoding="utf-8"), where=str(path))
    except FileNotFoundError as error:
        raise KeyFileError(f"没有数据密钥 {path}。第一次启动（jiuzhu up）会生成；已有数据的，请从备份恢复。") from error
    except PermissionError as error:
        raise KeyFileError(f"没有权限读取数据密钥 {path}。请用建立它的用户运行。") from error


def ensure_data_keys(path: Path) -> bool:
    """数据密钥，没有就生成。返回是否新生成；环境变量里给了密钥时不写文件。"""
    if os.environ.get(DATA_KEYS_VARIABLE, "").strip():
        return False
    return write_once(path, DataKeys.new().to_json().encode())


def replace_data_keys(path: Path, keys: DataKeys) -> None:
    """换掉密钥文件：先写在旁边并落盘，再改名，断电也不会两头落空。"""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    write_once(draft, keys.to_json().encode())
    draft.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _b64(content: bytes) -> str:
    return base64.b64encode(content).decode()


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
