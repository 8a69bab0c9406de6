"""戳记：一步准备工作的输入没有变，就不再做。"""

import hashlib
import json
import os
from collections.abc import Iterable
from pathlib import Path

SKIPPED_FOLDERS = {"__pycache__", "node_modules", ".git"}


def fingerprint(*paths: Path, extra: Iterable[str] = (), content: bool = False) -> str:
    """若干文件与文件夹的摘要，十六进制。

    默认看相对路径、大小、修改时间（快）；``content=True`` 看内容（换了检出目录也不变）。不存在的路径也计入。
    """
    digest = hashlib.blake2b(digest_size=16)
    for path in paths:
        for file in _files(path):
            name = os.fsencode(file.relative_to(path.parent))
            status = file.stat()
            proof = file.read_bytes() if content else f"{status.st_size} {status.st_mtime_ns}".encode()
            digest.update(b"%d:%s%d:" % (len(name), name, len(proof)) + proof)
    for text in extra:
        digest.update(b"+" + text.encode())
    return digest.hexdigest()


def read_stamps(file: Path) -> dict[str, str]:
    """上次记下的戳记；没有或坏了就当什么也没做过。"""
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}


def write_stamps(file: Path, stamps: dict[str, str]) -> None:
    """记下戳记。"""
    draft = file.with_suffix(".new")
    draft.write_text(json.dumps(stamps), encoding="utf-8")
    draft.replace(file)


def _files(path: Path) -> list[Path]:
    if path.is_file():
        return [path]
    found = []
    for folder, folders, names in os.walk(path):
        folders[:] = sorted(name for name in folders if name not in SKIPPED_FOLDERS)
        found += [Path(folder) / name for name in sorted(names)]
    return found
