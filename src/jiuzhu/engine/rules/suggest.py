"""写错的名称最像哪几个已有的名称。

汉字名称的错多是换序(家庭收入年)、近义换字(医药费)、少写几个字(自付医疗费),
所以看三样:次序相似、共有的字、是否整段包含;取其中合计最高的。
"""

from collections import Counter
from collections.abc import Iterable
from difflib import SequenceMatcher
from functools import lru_cache
from operator import itemgetter

ENOUGH = 0.5
MOST = 3


def nearest(name: str, known: Iterable[str]) -> list[str]:
    """最像的至多三个,从最像的起;都不像则为空。"""
    return list(_nearest(name, tuple(known)))


@lru_cache(maxsize=512)
def _nearest(name: str, known: tuple[str, ...]) -> tuple[str, ...]:
    scored = sorted(((-_likeness(name, other), other) for other in known if other != name), key=itemgetter(0))
    return tuple(other for score, other in scored[:MOST] if -score >= ENOUGH and -score >= -scored[0][0] * 0.8)


def _likeness(written: str, known: str) -> float:
    order = SequenceMatcher(None, written, known, autojunk=False).ratio()
    shared = 2 * (Counter(written) & Counter(known)).total() / (len(written) + len(known))
    inside = 0.75 if len(written) > 1 and len(known) > 1 and (written in known or known in written) else 0.0
    return max((order + shared) / 2, 0.9 * shared, inside + 0.25 * order)
