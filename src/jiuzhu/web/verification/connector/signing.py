"""往来的签名：Ed25519。签的是“用途、时间、幂等键、正文的 SHA-256”，谁的回复、回的哪一问都在签名里。"""

import base64
import hashlib
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key

REQUEST, ANSWER = "request", "answer"


class KeyFault(Exception):
    """钥匙读不出，或不是 Ed25519。"""


@dataclass(frozen=True)
class Signed:
    """随正文走的三个头。"""

    time: str
    key: str
    signature: str

    def headers(self) -> dict[str, str]:
        """HTTP 头。"""
        return {"X-Jiuzhu-Time": self.time, "X-Jiuzhu-Key": self.key, "X-Jiuzhu-Signature": self.signature}


def sign(private: Ed25519PrivateKey, use: str, time: str, key: str, body: bytes) -> Signed:
    """签名。"""
    return Signed(time, key, base64.b64encode(private.sign(_content(use, time, key, body))).decode())


def verified(public: Ed25519PublicKey, use: str, signed: Signed, body: bytes) -> bool:
    """验签。"""
    try:
        public.verify(base64.b64decode(signed.signature), _content(use, signed.time, signed.key, body))
    except (InvalidSignature, ValueError):
        return False
    return True


def private_key(pem: bytes) -> Ed25519PrivateKey:
    """读私钥。"""
    try:
        key = load_pem_private_key(pem, None)
    except (ValueError, TypeError) as error:
        raise KeyFault("私钥读不出来，请用没有口令的 PEM 文件。") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise KeyFault("私钥不是 Ed25519 的。")
    return key


def public_key(pem: bytes) -> Ed25519PublicKey:
    """读公钥。"""
    try:
        key = load_pem_public_key(pem)
    except ValueError as error:
        raise KeyFault("公钥读不出来，请贴上完整的 PEM 文字。") from error
    if not isinstance(key, Ed25519PublicKey):
        raise KeyFault("公钥不是 Ed25519 的。")
    return key


def _content(use: str, time: str, key: str, body: bytes) -> bytes:
    return "\n".join((use, time, key, hashlib.sha256(body).hexdigest())).encode()
