"""个人信息的加密与查找索引。

存放：SM4-GCM（GB/T 32907），一值一随机数；密文前面记着密钥号，换钥匙时新旧并存。
查找：SM3 带密钥摘要（HMAC，GB/T 32905），同一个证件号的摘要相同，没有索引密钥推不回去。

密文的样子：``版本(1) 密钥号(2) 随机数(12) 密文 认证码(16)``。字段名作为附加数据参与认证，
所以把甲列的密文搬到乙列解不开。
"""

import os
import struct
import unicodedata
from collections.abc import Callable
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, hmac
from cryptography.hazmat.primitives.ciphers import Cipher, modes
from cryptography.hazmat.primitives.ciphers.algorithms import SM4
from django.conf import settings
from django.core.exceptions import FieldError
from django.db import models

from jiuzhu.keys import DataKeys, read_data_keys

VERSION = 1
HEADER = struct.Struct(">BH")
NONCE_BYTES = 12
TAG_BYTES = 16


class DecryptError(Exception):
    """密文解不开：被改过，或缺那一把密钥。信息里没有密文与明文。"""


class Keyring:
    """进程里的一串密钥。密钥文件变了会自己重读，换钥匙不必重启。"""

    def __init__(self) -> None:
        self._keys: DataKeys | None = None
        self._stamp: tuple[int, int] | None = None

    def keys(self) -> DataKeys:
        """当前的密钥；文件有变化时重读。"""
        stamp = _stamp()
        if self._keys is None or stamp != self._stamp:
            self._keys, self._stamp = read_data_keys(settings.DATA_KEYS_FILE), stamp
        return self._keys

    def encrypt(self, plain: bytes, *, label: str) -> bytes:
        """用现行密钥加密；``label`` 是“表.列”一类的用途名。"""
        keys = self.keys()
        header = HEADER.pack(VERSION, keys.active)
        nonce = os.urandom(NONCE_BYTES)
        cipher = Cipher(SM4(keys.ciphers[keys.active]), modes.GCM(nonce)).encryptor()
        cipher.authenticate_additional_data(header + label.encode())
        return header + nonce + cipher.update(plain) + cipher.finalize() + cipher.tag

    def decrypt(self, blob: bytes, *, label: str) -> bytes:
        """解密；被改过、用途不符或缺密钥时抛 ``DecryptError``。"""
        header, rest = blob[: HEADER.size], blob[HEADER.size :]
        if len(rest) < NONCE_BYTES + TAG_BYTES or header[0] != VERSION:
            raise DecryptError("不是本系统的密文")
        key = self.keys().ciphers.get(HEADER.unpack(header)[1])
        if key is None:
            raise DecryptError(f"缺少第 {HEADER.unpack(header)[1]} 号数据密钥")
        nonce, body, tag = rest[:NONCE_BYTES], rest[NONCE_BYTES:-TAG_BYTES], rest[-TAG_BYTES:]
        cipher = Cipher(SM4(key), modes.GCM(nonce, tag)).decryptor()
        cipher.authenticate_additional_data(header + label.encode())
        try:
            return cipher.update(body) + cipher.finalize()
        except InvalidTag as error:
            raise DecryptError("密文与记录不符，可能被改过") from error

    def index(self, text: str) -> bytes:
        """查找用的 32 字节摘要；先归一（全角变半角、去空白、大写）。"""
        digest = hmac.HMAC(self.keys().index, hashes.SM3())
        digest.update(normalise(text).encode())
        return digest.finalize()


keyring = Keyring()


def normalise(text: str) -> str:
    """全角变半角、去掉空白与连字符、字母大写：同一个号码只有一种写法。"""
    return "".join(unicodedata.normalize("NFKC", text).replace("-", "").split()).upper()


def blind_index(text: str) -> bytes:
    """证件号、电话、账号的查找摘要，32 字节。"""
    return keyring.index(text)


def key_number(blob: bytes) -> int:
    """密文用的是第几号密钥。"""
    return int(HEADER.unpack(blob[: HEADER.size])[1])


class EncryptedTextField(models.BinaryField):
    """加密存放的文字：数据库里是密文，Python 里是明文 ``str``。空文字不加密，存空字节。

    只能整体读写，不能按它筛选或排序；要查找，另设一列 ``blind_index`` 的摘要。
    """

    description = "SM4-GCM 加密的文字"

    @property
    def crypto_label(self) -> str:
        """附加数据：``表.列``。"""
        return f"{self.model._meta.db_table}.{self.column}"

    def get_prep_value(self, value: Any) -> Any:
        """明文变密文；已是密文（bytes）的原样。"""
        if isinstance(value, str):
            return keyring.encrypt(value.encode(), label=self.crypto_label) if value else b""
        return super().get_prep_value(value)

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> str | None:
        """密文变明文。"""
        if value is None:
            return None
        blob = bytes(value)
        return keyring.decrypt(blob, label=self.crypto_label).decode() if blob else ""

    def value_to_string(self, obj: models.Model) -> str:
        """序列化时也只给密文。"""
        raise TypeError("加密字段不参与序列化")

    def get_lookup(self, lookup_name: str) -> Callable[..., Any] | None:  # type: ignore[override]
        """只许判断有没有，不许按内容比较：密文每次都不同，比较永远落空。"""
        if lookup_name != "isnull":
            raise FieldError(f"加密字段 {self.name} 不能用 {lookup_name} 筛选，请用查找摘要")
        return super().get_lookup(lookup_name)


def _stamp() -> tuple[int, int] | None:
    if os.environ.get("JIUZHU_DATA_KEYS"):
        return None
    try:
        status = settings.DATA_KEYS_FILE.stat()
    except FileNotFoundError:
        return None
    return status.st_mtime_ns, status.st_ino
