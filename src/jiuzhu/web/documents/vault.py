"""库房：文书与附件的密文，一件一个文件，在 ``HOME/uploads`` 下，名字随机，按头几位分文件夹。

每 1 MiB 一块，各块单独用 SM4-GCM 加密；文件名、块号、是不是最后一块都参与认证，所以调换次序、掐头去尾、
把甲文件的块接到乙文件上，读的时候都会发现。明文不落盘。
"""

import os
import re
import secrets
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from cryptography.hazmat.primitives import hashes
from django.conf import settings

from jiuzhu.web.ground.crypto import HEADER, NONCE_BYTES, TAG_BYTES, DecryptError, key_number, keyring

from .errors import VaultError

CHUNK = 1 << 20
SEALED = CHUNK + HEADER.size + NONCE_BYTES + TAG_BYTES
NAME = re.compile(r"[0-9a-f]{32}")
DRAFT = re.compile(r"[0-9a-f]{32}\.[0-9a-f]{8}\.part")  # 写了一半的；两处同时重写一件，各写各的


@dataclass(frozen=True)
class Stored:
    """入库的一件：名字、明文的字节数与 SM3 摘要（十六进制）。"""

    name: str
    size: int
    digest: str


def folder() -> Path:
    """库房所在，不在任何可由网址直接取得的目录里。"""
    return Path(settings.HOME) / "uploads"


def path_of(name: str) -> Path:
    """一件的位置；名字不合规矩的一律不认。"""
    if not (NAME.fullmatch(name) or is_draft(name)):
        raise VaultError("文件编号不对，没有读取。")
    return folder() / name[:2] / name[2:4] / name


def is_draft(name: str) -> bool:
    """是不是写了一半的草稿。"""
    return DRAFT.fullmatch(name) is not None


def store(pieces: Iterable[bytes]) -> Stored:
    """入库。全部落盘之后才改成正式名字，断电不留半件。"""
    return _write(secrets.token_hex(16), pieces)


def read(name: str) -> Iterator[bytes]:
    """逐块取出明文。第一块在调用时就验过；不对的抛 ``VaultError``。"""
    pieces = _pieces(name)
    first = next(pieces)
    return _chained(first, pieces)


def read_all(name: str) -> bytes:
    """整件取出。"""
    return b"".join(read(name))


def remove(name: str) -> None:
    """从库房拿走；已经没有也不算错。"""
    path_of(name).unlink(missing_ok=True)


def names() -> Iterator[tuple[str, float]]:
    """库里的每一件：名字与最后改动的时间（秒）。写了一半的草稿也算；刚被拿走的略过。"""
    for path in folder().glob("??/??/*"):
        if NAME.fullmatch(path.name) or is_draft(path.name):
            with suppress(FileNotFoundError):
                yield path.name, path.stat().st_mtime


def key_of(name: str) -> int | None:
    """这一件（或草稿）是用第几号数据密钥加密的；刚被拿走的、还没写进内容的为空。

    写到一半时换了密钥的，前几块用旧的，算旧的。
    """
    try:
        with path_of(name).open("rb") as file:
            header = file.read(HEADER.size)
    except FileNotFoundError:
        return None
    return key_number(header) if len(header) == HEADER.size else None


def reseal(name: str) -> None:
    """用现行密钥重新加密，名字不变；中途断掉，原件还在。"""
    _write(name, read(name))


class Writer:
    """一段一段地入库：``write`` 若干次，``finish`` 一次。全部落盘之后才改成正式名字；``abandon`` 不留痕迹。"""

    def __init__(self, name: str = "") -> None:
        self.name = name or secrets.token_hex(16)
        self.size = self._index = 0
        self._held, self._digest = bytearray(), hashes.Hash(hashes.SM3())
        self._path = path_of(self.name)
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._draft = self._path.with_name(f"{self.name}.{secrets.token_hex(4)}.part")
        self._file = os.fdopen(os.open(self._draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")

    def write(self, piece: bytes) -> None:
        """接着写一段。"""
        self.size += len(piece)
        self._digest.update(piece)
        self._held += piece
        while len(self._held) > CHUNK:
            self._seal(bytes(self._held[:CHUNK]), last=False)
            del self._held[:CHUNK]

    def finish(self) -> Stored:
        """写完；空文件也有一块空的。"""
        self._seal(bytes(self._held), last=True)
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        self._draft.replace(self._path)
        return Stored(self.name, self.size, self._digest.finalize().hex())

    def abandon(self) -> None:
        """不要了：删去草稿。"""
        self._file.close()
        self._draft.unlink(missing_ok=True)

    def _seal(self, chunk: bytes, *, last: bool) -> None:
        self._file.write(keyring.encrypt(chunk, label=_label(self.name, self._index, last=last)))
        self._index += 1


def _write(name: str, pieces: Iterable[bytes]) -> Stored:
    writer = Writer(name)
    try:
        for piece in pieces:
            writer.write(piece)
        return writer.finish()
    except BaseException:
        writer.abandon()
        raise


def _pieces(name: str) -> Iterator[bytes]:
    with _open(name) as file:
        sealed, index = file.read(SEALED), 0
        while True:
            following = file.read(SEALED)
            try:
                yield keyring.decrypt(sealed, label=_label(name, index, last=not following))
            except (DecryptError, IndexError) as error:
                raise VaultError(
                    "这份文件与入库时不一致，或缺少解开它的密钥，没有打开。请告诉管理员，从备份恢复。", part=index
                ) from error
            if not following:
                return
            sealed, index = following, index + 1


def _open(name: str) -> BinaryIO:
    try:
        return path_of(name).open("rb")
    except FileNotFoundError as error:
        raise VaultError("这份文件不在库里了，没有打开。请告诉管理员，从备份恢复。", code="vault_missing") from error


def _chained(first: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from rest


def _label(name: str, index: int, *, last: bool) -> str:
    return f"uploads:{name}:{index}:{'last' if last else 'more'}"
