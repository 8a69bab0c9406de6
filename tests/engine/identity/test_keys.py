"""化名:稳定、分域、无碰撞、不依赖顺序。"""

import base64
import re

import polars as pl
import pytest
from cryptography.hazmat.primitives import hashes, hmac
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from hypothesis import given
from hypothesis import strategies as st
from tests.engine.identity.small_county import KEY, number

from jiuzhu.engine.identity.errors import IdentityProblem
from jiuzhu.engine.identity.keys import household_ids, person_ids

SOME = number("19611022", 241)


def test_编号不变():
    """算法一旦改动,历次监测就对不上号:此值只在有意改版时才可改。"""
    assert person_ids(KEY, pl.Series(["11010519491231002X"])).to_list() == ["PJGWTS5ZQ7M2L7TXZ"]


def test_形状():
    ids = person_ids(KEY, pl.Series([SOME])) + household_ids(KEY, pl.Series([SOME]))
    assert ids.str.contains(r"^P[A-Z2-7]{16}H[A-Z2-7]{16}$").all()


def test_人户分域且换钥即变():
    numbers = pl.Series([SOME])
    codes = {
        person_ids(KEY, numbers)[0][1:],
        household_ids(KEY, numbers)[0][1:],
        household_ids(KEY, pl.Series(["id:" + SOME]))[0][1:],
        person_ids(KEY[::-1], numbers)[0][1:],
    }
    assert len(codes) == 4


def test_空值得空值():
    assert person_ids(KEY, pl.Series([None, SOME, None], dtype=pl.String)).is_null().to_list() == [True, False, True]
    assert person_ids(KEY, pl.Series([None], dtype=pl.String)).to_list() == [None]


def test_密钥长度不对():
    with pytest.raises(IdentityProblem) as caught:
        person_ids(b"short", pl.Series([SOME]))
    assert caught.value.code == "identity_key_length"


def test_十万个号码无碰撞():
    numbers = pl.Series([f"{n:017d}X" for n in range(100_000)])
    assert person_ids(KEY, numbers).n_unique() == 100_000


def test_户号前导零与文字户号各不相同():
    codes = household_ids(KEY, pl.Series(["12", "012", "0012", "甲-12", "甲-13", "id:12"]))
    assert codes.n_unique() == 6


@given(st.lists(st.text("0123456789X甲-", min_size=1, max_size=20), min_size=1, max_size=20))
def test_不依赖顺序与同伴(numbers):
    together = dict(zip(numbers, household_ids(KEY, pl.Series(numbers)).to_list(), strict=True))
    for one in numbers:
        assert household_ids(KEY, pl.Series([one])).to_list() == [together[one]]
    assert len(set(together.values())) == len(set(numbers))


def _reference(purpose, letter, text):
    """照文档写的:一块 16 字节,SM4 加密,密文前 10 字节写成 base32。"""
    mac = hmac.HMAC(KEY, hashes.SM3())
    mac.update(b"jiuzhu/identity/v1/" + purpose)
    body = text.removeprefix("id:")
    tag = 1 + (body != text)
    if re.fullmatch(r"[0-9]{1,17}[0-9X]", body):
        block = bytes([tag, len(body), ord(body[-1]), 0, 0, 0, 0, 0]) + int(body[:-1]).to_bytes(8, "big")
    else:
        digest = hashes.Hash(hashes.SM3())
        digest.update(text.encode())
        whole = digest.finalize()
        block = bytes([whole[0] | 128]) + whole[1:16]
    cipher = Cipher(algorithms.SM4(mac.finalize()[:16]), modes.ECB()).encryptor().update(block)
    return letter + base64.b32encode(cipher[:10]).decode()


ODD = [
    "+123",
    "1",
    "X",
    "",
    "id:",
    "id:1X",
    "-12",
    " 12",
    "1e5",
    "１２",
    "12x",
    "012",
    "9" * 19,
    "id:" + "0" * 18,
    "甲" * 99,
]


@given(st.lists(st.sampled_from(ODD) | st.text("0123456789X+-甲", max_size=20), min_size=1, max_size=20))
def test_与照文档逐个写的一样(numbers):
    series = pl.Series(numbers, dtype=pl.String)
    assert person_ids(KEY, series).to_list() == [_reference(b"person", "P", one) for one in numbers]
    assert household_ids(KEY, series).to_list() == [_reference(b"household", "H", one) for one in numbers]
