"""缺了一个来源耽误什么：哪些事实算不出，手册里哪些指标因此不知道。"""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from jiuzhu.engine.assessment.rulebook import load_rulebook
from jiuzhu.engine.facts import DICTIONARY
from jiuzhu.web.policies.selectors import rulebook_folder


@dataclass(frozen=True)
class Blocked:
    """``facts`` 是直接间接靠它的事实，``indicators`` 是用到这些事实的指标（代码、名称）。"""

    facts: tuple[str, ...]
    indicators: tuple[tuple[str, str], ...]


def blocked_by(division_code: str) -> dict[str, Blocked]:
    """这个县现行手册之下，各来源耽误什么。"""
    return _blocked(rulebook_folder(division_code))


@lru_cache(maxsize=32)
def _blocked(folder: Path) -> dict[str, Blocked]:
    """发布了的手册文件夹不再改，所以按文件夹记住。"""
    facts: dict[str, list[str]] = {}
    for name in DICTIONARY.facts:
        for source in DICTIONARY.sources_of(name):
            facts.setdefault(source, []).append(name)
    book = load_rulebook(str(folder))
    out = {}
    for source, names in facts.items():
        known = set(names)
        indicators = tuple((item.code, item.name) for item in book.indicators if known & set(item.rule.names))
        out[source] = Blocked(tuple(names), indicators)
    return out
