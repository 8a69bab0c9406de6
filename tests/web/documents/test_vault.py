"""库房：大文件分块加密，任何改动都读不出来。"""

import secrets
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jiuzhu.web.documents import vault
from jiuzhu.web.documents.errors import VaultError
from jiuzhu.web.documents.vault import CHUNK, SEALED

SIZES = (0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK, 3 * CHUNK + 7)


@pytest.mark.parametrize("size", SIZES)
def test_reads_back_what_was_stored(size: int) -> None:
    content = secrets.token_bytes(size)
    stored = vault.store([content])
    assert vault.read_all(stored.name) == content
    assert stored.size == size


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(st.integers(0, CHUNK * 2), max_size=4))
def test_pieces_do_not_matter(sizes: list[int]) -> None:
    pieces = [bytes([index + 1]) * size for index, size in enumerate(sizes)]
    stored = vault.store(pieces)
    assert vault.read_all(stored.name) == b"".join(pieces)
    assert stored.digest == vault.store([b"".join(pieces)]).digest


def test_nothing_plain_on_disk(own_vault: Path) -> None:
    vault.store([b"429998196603151234" * 1000])
    assert [path for path in own_vault.rglob("*") if path.is_file() and b"4299981966" in path.read_bytes()] == []


def test_only_the_owner_may_enter(own_vault: Path) -> None:
    path = vault.path_of(vault.store([b"x"]).name)
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o077 == 0


def damage(name: str, how: str) -> None:
    path = vault.path_of(name)
    sealed = path.read_bytes()
    parts = [sealed[start : start + SEALED] for start in range(0, len(sealed), SEALED)]
    changed = {
        "改一位": sealed[:100] + bytes([sealed[100] ^ 1]) + sealed[101:],
        "对调": parts[1] + parts[0] + parts[2],
        "去尾": parts[0] + parts[1],
        "去头": parts[1] + parts[2],
        "抽掉中间": parts[0] + parts[2],
        "截断": sealed[:-5],
        "接长": sealed + b"0" * 40,
        "重复末块": sealed + parts[2],
        "清空": b"",
    }[how]
    path.write_bytes(changed)


@pytest.mark.parametrize("how", ["改一位", "对调", "去尾", "去头", "抽掉中间", "截断", "接长", "重复末块", "清空"])
def test_any_change_is_found(how: str) -> None:
    name = vault.store([secrets.token_bytes(2 * CHUNK + 50)]).name
    damage(name, how)
    with pytest.raises(VaultError):
        vault.read_all(name)


def test_a_file_is_no_other_file() -> None:
    first, second = vault.store([b"a"]).name, vault.store([b"b"]).name
    vault.path_of(first).write_bytes(vault.path_of(second).read_bytes())
    with pytest.raises(VaultError):
        vault.read_all(first)


def test_missing_file_says_so() -> None:
    with pytest.raises(VaultError) as error:
        vault.read("0" * 32)
    assert error.value.code == "vault_missing"


@pytest.mark.parametrize("name", ["../../../etc/passwd", "", "ABCDEF" * 5 + "AB", "0" * 31])
def test_odd_names_are_not_paths(name: str) -> None:
    with pytest.raises(VaultError):
        vault.path_of(name)


def test_broken_write_leaves_nothing(own_vault: Path) -> None:
    def broken() -> object:
        yield b"x" * (CHUNK + 5)
        raise OSError("磁盘满了")

    with pytest.raises(OSError, match="磁盘满了"):
        vault.store(broken())  # type: ignore[arg-type]
    assert list(vault.names()) == []
