"""批次库的看护：各批用第几号密钥，换成现行的。"""

import os
from collections import Counter
from pathlib import Path

from jiuzhu.web.exchange.store import LABEL, batch_store
from jiuzhu.web.ground.crypto import HEADER, DecryptError, key_number, keyring


def sealed_files() -> list[Path]:
    """批次库里的各个文件，连同写了一半的。"""
    return sorted(path for path in batch_store().folder.glob("*.*") if path.is_file())


def batch_keys_in_use() -> dict[int, int]:
    """各密钥号有几批。还有批次用着的旧钥匙不能销毁。"""
    return dict(Counter(number for path in sealed_files() if (number := _key_of(path)) is not None))


def batches_reseal() -> tuple[int, int]:
    """把用旧密钥的批次换成现行密钥，可以中断，再做一次接着做。返回（换了几批，解不开的几批）。"""
    active, done, broken = keyring.keys().active, 0, 0
    for path in sealed_files():
        if _key_of(path) in (active, None):
            continue
        try:
            plain = keyring.decrypt(path.read_bytes(), label=LABEL)
        except DecryptError:
            broken += 1
            continue
        fresh = path.with_name(f"{path.name}.{os.getpid()}.resealing")
        fresh.write_bytes(keyring.encrypt(plain, label=LABEL))
        fresh.replace(path)
        done += 1
    return done, broken


def _key_of(path: Path) -> int | None:
    try:
        with path.open("rb") as file:
            header = file.read(HEADER.size)
    except FileNotFoundError:
        return None
    return key_number(header) if len(header) == HEADER.size else None
