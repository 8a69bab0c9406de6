"""一次运行用的那一版手册:OUT 里存着副本,以后解释、对比、测算都用它,与今天的手册无关。"""

import os
from datetime import date
from functools import lru_cache
from pathlib import Path

from jiuzhu.engine import outputs
from jiuzhu.engine.assessment.rulebook import Rulebook, digest_of, load_rulebook
from jiuzhu.engine.parameters import ParameterSet, on_day


def rulebook_of(out: Path) -> tuple[Rulebook, ParameterSet, date]:
    """当次运行用的手册(OUT 里存着副本)、参数与评估日。"""
    summary = outputs.read_summary(out)
    book = _rulebook(str(out / "rulebook"), summary["rulebook"]["digest"])
    day = date.fromisoformat(summary["as_of"])
    return book, on_day(book.parameters, day), day


def rulebook_at(folder: Path) -> Rulebook:
    """一个文件夹里的手册;内容没变的不重读,文件的大小与时间没变的连摘要也不重算。"""
    return _rulebook(str(folder), _digest(str(folder), _stamp(str(folder))))


@lru_cache(maxsize=16)
def _digest(folder: str, _stamp: int) -> str:
    return digest_of(Path(folder))


def _stamp(folder: str) -> int:
    """各文件的路径、大小、修改时间合成的一个数。"""
    seen = []
    waiting = [folder]
    while waiting:
        with os.scandir(waiting.pop()) as entries:
            for entry in entries:
                if entry.is_dir():
                    waiting.append(entry.path)
                else:
                    status = entry.stat()
                    seen.append((entry.path, status.st_size, status.st_mtime_ns))
    return hash(tuple(sorted(seen)))


@lru_cache(maxsize=16)
def _rulebook(folder: str, digest: str) -> Rulebook:
    return load_rulebook(folder)
