"""SM3 摘要：边抄边算，边读边核。"""

import os
from pathlib import Path

from cryptography.hazmat.primitives import hashes, hmac

BLOCK = 1 << 20


def sm3(content: bytes) -> str:
    """一段内容的摘要，十六进制。"""
    digest = hashes.Hash(hashes.SM3())
    digest.update(content)
    return digest.finalize().hex()


def sm3_file(path: Path) -> tuple[int, str]:
    """一个文件的字节数与摘要。"""
    digest, size = hashes.Hash(hashes.SM3()), 0
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            digest.update(block)
            size += len(block)
    return size, digest.finalize().hex()


def copy(source: Path, target: Path) -> tuple[int, str]:
    """抄一个文件（0600），返回抄下来的字节数与摘要；抄的过程中还在变的，以抄下来的为准。"""
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    digest, size = hashes.Hash(hashes.SM3()), 0
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with source.open("rb") as reader, os.fdopen(descriptor, "wb") as writer:
        while block := reader.read(BLOCK):
            digest.update(block)
            writer.write(block)
            size += len(block)
    return size, digest.finalize().hex()


def keyed(key: bytes, purpose: str, content: bytes) -> str:
    """带密钥的摘要（HMAC-SM3），十六进制；不同用途先派生不同的密钥。"""
    return _mac(_mac(key, purpose.encode()), content).hex()


def _mac(key: bytes, content: bytes) -> bytes:
    digest = hmac.HMAC(key, hashes.SM3())
    digest.update(content)
    return digest.finalize()
