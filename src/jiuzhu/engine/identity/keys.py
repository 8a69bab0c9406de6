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
_BYTES = np.array([1 << shift for shift in (32, 24, 16, 8, 0)], dtype=np.uint64)
_ALPHABET = np.frombuffer(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", dtype=np.uint8)


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
    repeated = known.n_unique() < len(numbers)
    distinct = known.unique() if repeated else known
    encryptor = Cipher(algorithms.SM4(subkey), modes.ECB()).encryptor()  # 每块只含一个号码,块不重复
    cipher = np.frombuffer(encryptor.update(_blocks(distinct)), dtype=np.uint8).reshape(-1, 16)
    codes = _base32(prefix, cipher[:, :10])
    prefixes = np.ascontiguousarray(cipher[:, :8]).view(np.uint64).ravel()
    if pl.Series(prefixes).n_unique() != len(codes) and codes.n_unique() != len(codes):  # 先比前 8 字节,快得多
        raise IdentityProblem("两个不同的号码算出了同一编号；请换一把县密钥重算。", code="identity_code_collision")
    if not repeated:
        return codes.alias(numbers.name)
    table = pl.DataFrame({"number": distinct.alias("number"), "code": codes})
    found = numbers.alias("number").to_frame().join(table, on="number", how="left", maintain_order="left")
    return found["code"].alias(numbers.name)


def _blocks(numbers: pl.Series) -> bytes:
    """各号码打成 16 字节一块:短的数字直接打包(前缀字符、位数、数值),其余取 SM3 摘要。"""
    parts = numbers.to_frame("n").select(
        tag=pl.col("n").str.extract(r"^(id:)?", 1).is_not_null().cast(pl.UInt8),
        body=pl.col("n").str.strip_prefix("id:"),
    )
    parts = parts.with_columns(
        last=pl.col("body").str.slice(-1),
        head=pl.col("body").str.head(-1),
        size=pl.col("body").str.len_chars(),
    ).with_columns(
        plain=pl.col("body").str.contains(r"^[0-9]{1,17}[0-9X]$"),
        value=pl.col("head").cast(pl.UInt64, strict=False),
    )
    plain = parts["plain"].to_numpy()
    blocks = np.zeros((len(numbers), 16), dtype=np.uint8)
    blocks[:, 0] = 1 + parts["tag"].to_numpy()
    blocks[:, 1] = parts["size"].clip(0, 255).cast(pl.UInt8).to_numpy()
    blocks[:, 2] = parts["last"].replace_strict({c: ord(c) for c in "0123456789X"}, default=0).cast(pl.UInt8).to_numpy()
    values = parts["value"].fill_null(0).to_numpy().astype(">u8")
    blocks[:, 8:] = values.view(np.uint8).reshape(-1, 8)
    for place in np.flatnonzero(~plain):  # 少数写法特别的户号
        digest = hashes.Hash(hashes.SM3())
        digest.update(str(numbers[int(place)]).encode())
        blocks[place] = np.frombuffer(digest.finalize()[:16], dtype=np.uint8) | np.array([128] + [0] * 15, np.uint8)
    return blocks.tobytes()


def _base32(prefix: str, tens: np.ndarray) -> pl.Series:
    """(n, 10) 字节 → n 个“前缀 + 16 字符”。"""
    text = np.empty((len(tens), 17), dtype=np.uint8)
    text[:, 0] = ord(prefix)
    for half in (0, 1):  # 五个字节 40 位,每 5 位一个字符
        word = tens[:, half * 5 : half * 5 + 5].astype(np.uint64) @ _BYTES
        for place in range(8):
            text[:, 1 + half * 8 + place] = _ALPHABET[(word >> np.uint64(35 - 5 * place)) & np.uint64(31)]
    offsets = np.arange(0, 17 * len(tens) + 1, 17, dtype=np.int64)
    array = pa.LargeStringArray.from_buffers(len(tens), pa.py_buffer(offsets), pa.py_buffer(text.tobytes()))
    series = pl.from_arrow(array)
    assert isinstance(series, pl.Series)
    return series
