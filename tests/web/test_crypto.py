"""加密与遮挡：解得开、改不得、搬不走、查得到、遮得住。"""

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, modes
from cryptography.hazmat.primitives.ciphers.algorithms import SM4
from django.core.exceptions import FieldError
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from jiuzhu.keys import DataKeys, KeyFileError, ensure_data_keys, read_data_keys, replace_data_keys
from jiuzhu.web.ground.crypto import DecryptError, Keyring, blind_index, key_number, keyring
from jiuzhu.web.ground.masking import mask_account, mask_address, mask_id_number, mask_name, mask_phone
from jiuzhu.web.registry.models import Person

NUMBER = "429998199001010017"


@given(st.text(max_size=40))
def test_解出来与原来相同_每次密文都不同(text: str) -> None:
    first, second = (keyring.encrypt(text.encode(), label="表.列") for _ in range(2))
    assert first != second
    assert keyring.decrypt(first, label="表.列").decode() == text


@given(st.integers(min_value=0, max_value=48), st.integers(min_value=1, max_value=255))
def test_改动任何一个字节都解不开(place: int, change: int) -> None:
    blob = bytearray(keyring.encrypt(NUMBER.encode(), label="表.列"))
    blob[place] ^= change
    with pytest.raises(DecryptError):
        keyring.decrypt(bytes(blob), label="表.列")


def test_搬到别的列解不开_截断的解不开() -> None:
    blob = keyring.encrypt(NUMBER.encode(), label="表.列")
    for damaged, label in ((blob, "表.另一列"), (blob[:-1], "表.列"), (blob[:10], "表.列"), (b"", "表.列")):
        with pytest.raises(DecryptError):
            keyring.decrypt(damaged, label=label)


def test_SM4的标准例子() -> None:
    """GB/T 32907—2016 附录 A.1：加密一次的密钥、明文、密文。"""
    key = bytes.fromhex("0123456789abcdeffedcba9876543210")
    encryptor = Cipher(SM4(key), modes.ECB()).encryptor()
    assert encryptor.update(key).hex() == "681edf34d206965e86b3e94f536e4246"


def test_换了密钥_旧的照样解_新的用新钥匙(settings: Settings, tmp_path: Path) -> None:
    settings.DATA_KEYS_FILE = tmp_path / "data.keys"
    ensure_data_keys(settings.DATA_KEYS_FILE)
    ring = Keyring()
    old = ring.encrypt(b"x", label="a")
    replace_data_keys(settings.DATA_KEYS_FILE, read_data_keys(settings.DATA_KEYS_FILE).with_new_key())
    new = ring.encrypt(b"x", label="a")
    assert (key_number(old), key_number(new)) == (1, 2)
    assert ring.decrypt(old, label="a") == ring.decrypt(new, label="a") == b"x"
    replace_data_keys(settings.DATA_KEYS_FILE, read_data_keys(settings.DATA_KEYS_FILE).without({1, 2}))
    with pytest.raises(DecryptError, match="缺少第 1 号"):
        ring.decrypt(old, label="a")
    assert ring.decrypt(new, label="a") == b"x"  # 现行的去不掉


def test_查找摘要不分全角半角大小写() -> None:
    assert (
        blind_index("42999819900101001x")
        == blind_index("４２９９９８ 19900101001X")
        == blind_index("429998-19900101001X")
    )
    assert blind_index(NUMBER) != blind_index(NUMBER[:-1] + "8")
    assert len(blind_index("")) == 32


@pytest.mark.parametrize(
    "text", ["", "{}", "[]", '{"active": 2, "keys": {"1": "AAAAAAAAAAAAAAAAAAAAAA=="}, "index": "AA=="}', "不是 JSON"]
)
def test_密钥文件读不懂说清楚_不带出内容(tmp_path: Path, text: str) -> None:
    path = tmp_path / "data.keys"
    path.write_text(text, "utf-8")
    with pytest.raises(KeyFileError) as caught:
        read_data_keys(path)
    assert "请从备份恢复" in caught.value.message
    assert "AAAA" not in caught.value.message


def test_密钥文件只有本人可读_写法可还原(tmp_path: Path) -> None:
    path = tmp_path / "data.keys"
    assert ensure_data_keys(path)
    assert not ensure_data_keys(path)
    assert path.stat().st_mode & 0o777 == 0o600
    keys = read_data_keys(path)
    assert DataKeys.from_json(keys.to_json(), where="") == keys


@pytest.mark.django_db
def test_加密字段不许按内容筛选() -> None:
    with pytest.raises(FieldError, match="查找摘要"):
        Person._base_manager.filter(id_number=NUMBER).exists()


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        (mask_name("张三"), "张*"),
        (mask_name("欧阳春雪"), "欧***"),
        (mask_name(""), ""),
        (mask_id_number(NUMBER), "4299**********0017"),
        (mask_id_number("429998900101001"), "4299********001"),
        (mask_id_number("123"), "***"),
        (mask_phone("13812341234"), "138****1234"),
        (mask_phone("07121234567"), "*******4567"),
        (mask_account("6222020200012345678"), "***************5678"),
        (mask_address("青禾县麦岭镇上湾村3组12号"), "青禾县麦岭镇****"),
        (mask_address("青禾县城关街道新民路8号"), "青禾县城关街道****"),
        (mask_address("青禾县麦岭镇"), "青禾县麦岭镇"),
        (mask_address("青禾县新民路8号"), "青禾县****"),
        (mask_address("新民路8号"), "****"),
    ],
)
def test_默认的遮挡(shown: str, expected: str) -> None:
    assert shown == expected


@given(st.from_regex(r"[1-9]\d{16}[\dX]", fullmatch=True))
def test_遮挡不改长短_中间一位不露(number: str) -> None:
    shown = mask_id_number(number)
    assert len(shown) == len(number)
    assert shown[4:14] == "*" * 10
