"""密钥：只生成一次，只有本人可读，坏了不悄悄换新的。"""

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from jiuzhu.keys import KeyFileError, ensure_identity_key, ensure_web_secret, read_identity_key


def test_首次生成_以后不变(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "identity.key"
    key, created = ensure_identity_key(path)
    assert created
    assert len(key) == 32
    assert ensure_identity_key(path) == (key, False)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [file.name for file in path.parent.iterdir()] == ["identity.key"]


def test_两处密钥各不相同(tmp_path: Path) -> None:
    assert ensure_identity_key(tmp_path / "a")[0] != ensure_identity_key(tmp_path / "b")[0]


def test_同时首次使用_大家得到同一个(tmp_path: Path) -> None:
    path = tmp_path / "identity.key"
    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(lambda _: ensure_identity_key(path), range(16)))
    assert len({key for key, _ in results}) == 1
    assert sum(created for _, created in results) == 1


@pytest.mark.parametrize("content", [b"", b"short", b"x" * 33])
def test_内容不对就报错_不覆盖(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "identity.key"
    path.write_bytes(content)
    with pytest.raises(KeyFileError) as caught:
        ensure_identity_key(path)
    assert "备份" in caught.value.message
    assert path.read_bytes() == content


def test_没有文件时读取报没有(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        read_identity_key(tmp_path / "none")


def test_网页密钥够长且只生成一次(tmp_path: Path) -> None:
    path = tmp_path / "django.secret"
    assert ensure_web_secret(path)
    text = path.read_text()
    assert len(text.strip()) >= 50
    assert not ensure_web_secret(path)
    assert path.read_text() == text
