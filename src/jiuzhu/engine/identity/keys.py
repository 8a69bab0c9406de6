"""化名:人与户的编号,由县密钥经 SM4 算出,无密钥不可反推。

每个号码打成 16 字节的一块,一次加密全部块,取密文前 10 字节写成 16 位 base32。人、户用不同的子密钥
(HMAC-SM3 派生),同一号码作为人和作为户得到的编号互不相干。8000 万个编号相撞的机会约 3e-9。
"""

from __future__ import annotations

import hashlib

import numpy as np
import polars as pl
import pyarrow as pa
from cryptography.hazmat.primitives import hashes, hmac
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from jiuzhu.engine.identity.errors import IdentityProblem

KEY_BYTES = 32
_ALPHABET = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
_PAIRS = np.frombuffer(
    b"".join(bytes((a, b)) for a in _ALPHABET for b in _ALPHABET), dtype=np.uint16
)  # 10 位 → 两个字符
_PREFIX = "id:"


def person_ids(key: bytes, numbers: pl.Series) -> pl.Series:
    """每个身份号码的 person_id(P + 16 位 base32),顺序不变;空值得空值。"""
    return _codes(_subkey(key, b"person"), "P", numbers).alias("person_id")


def household_ids(key: bytes, numbers: pl.Series) -> pl.Series:
    """每个户键(户号,或 id: 加号码)的 household_id(H + 16 位 base32);空值得空值。"""
    return _codes(_subkey(key, b"household"), "H", numbers).alias("household_id")


def row_codes(key: bytes, texts: pl.Series) -> pl.Series:
    """每段文字(一行的身份字段)的编号(R + 16 位 base32),顺序不变;没有密钥不能拿内容去试。"""
    if texts.is_empty():
        return pl.Series("row_code", [], dtype=pl.String)
    digests = b"".join(hashlib.sha256(text.encode()).digest()[:16] for text in texts)
    encryptor = Cipher(algorithms.SM4(_subkey(key, b"row")), modes.ECB()).encryptor()
    cipher = np.frombuffer(encryptor.update(digests), dtype=np.uint8).reshape(-1, 16)
    return _base32("R", cipher[:, :10]).alias("row_code")


def _subkey(key: bytes, purpose: bytes) -> bytes:
    if len(key) != KEY_BYTES:
        message = f"县密钥应为 {KEY_BYTES} 字节，实为 {len(key)} 字节；请检查密钥文件。"
        raise IdentityProblem(message, code="identity_key_length")
    mac = hmac.HMAC(key, hashes.SM3())
    mac.update(b"jiuzhu/identity/v1/" + purpose)
    return mac.finalize()[:16]


def _codes(subkey: bytes, prefix: str, numbers: pl.Series) -> pl.Series:
    known = numbers.drop_nulls()
    if known.is_empty():
        return pl.Series(numbers.name, [None] * len(numbers), dtype=pl.String)
    encryptor = Cipher(algorithms.SM4(subkey), modes.ECB()).encryptor()  # 每块只含一个号码,不同号码的块不同
    cipher = np.frombuffer(encryptor.update(_blocks(known)), dtype=np.uint8).reshape(-1, 16)
    codes = _base32(prefix, cipher[:, :10])
    seen = pl.Series(np.ascontiguousarray(cipher[:, :8]).view(np.uint64).ravel()).n_unique()  # 先比前 8 字节,快得多
    if seen < len(known) and seen < (distinct := known.n_unique()) and codes.n_unique() < distinct:
        raise IdentityProblem("两个不同的号码算出了同一编号；请换一把县密钥重算。", code="identity_code_collision")
    if len(known) == len(numbers):
        return codes.alias(numbers.name)
    every = pl.Series(numbers.name, [None], dtype=pl.String).new_from_index(0, len(numbers))
    return every.scatter(numbers.is_not_null().arg_true(), codes)


def _blocks(numbers: pl.Series) -> bytes:
    """各号码打成 16 字节一块:短的数字直接打包(前缀、位数、末位、末位以前的数值),其余取 SM3 摘要。"""
    body = numbers.str.strip_prefix(_PREFIX)
    size = body.str.len_chars()
    whole = body.cast(pl.UInt64, strict=False)
    digits = whole.is_not_null() & size.is_between(2, 18) & ~body.str.starts_with("+")
    values, last = np.divmod(whole.fill_null(0).to_numpy(), np.uint64(10))
    last += np.uint64(ord("0"))
    odd = (~digits).arg_true()  # 不全是数字的少数:末位为 X 的照样打包
    texts = body.gather(odd)
    ending = texts.str.contains(r"^[0-9]{1,17}X$")
    packed, others = odd.filter(ending).to_numpy(), odd.filter(~ending)
    values[packed], last[packed] = texts.filter(ending).str.head(-1).cast(pl.UInt64).to_numpy(), ord("X")
    blocks = np.zeros((len(numbers), 16), dtype=np.uint8)
    blocks[:, 0] = 1 + numbers.str.starts_with(_PREFIX).to_numpy()
    blocks[:, 1] = size.clip(0, 255).cast(pl.UInt8).to_numpy()
    blocks[:, 2] = last
    blocks[:, 8:] = values.astype(">u8").view(np.uint8).reshape(-1, 8)
    for place in others:
        digest = hashes.Hash(hashes.SM3())
        digest.update(str(numbers[int(place)]).encode())
        blocks[place] = np.frombuffer(digest.finalize()[:16], dtype=np.uint8) | np.array([128] + [0] * 15, np.uint8)
    return blocks.tobytes()


def _base32(prefix: str, tens: np.ndarray) -> pl.Series:
    """(n, 10) 字节 → n 个“前缀 + 16 字符”。"""
    pairs = np.empty((len(tens), 8), dtype=np.uint16)
    for half, first, spare in ((0, 0, 24), (1, 2, 0)):  # 前五、后五字节各 40 位,在这 8 字节里末尾多出几位
        word = np.ascontiguousarray(tens[:, first : first + 8]).view(">u8").ravel().astype(np.uint64)
        for place in range(4):
            pairs[:, half * 4 + place] = _PAIRS[(word >> np.uint64(spare + 30 - 10 * place)) & np.uint64(1023)]
    text = np.empty((len(tens), 17), dtype=np.uint8)
    text[:, 0] = ord(prefix)
    text[:, 1:] = pairs.view(np.uint8)
    offsets = np.arange(0, 17 * len(tens) + 1, 17, dtype=np.int64)
    array = pa.LargeStringArray.from_buffers(len(tens), pa.py_buffer(offsets), pa.py_buffer(text))
    series = pl.from_arrow(array)
    assert isinstance(series, pl.Series)
    return series
