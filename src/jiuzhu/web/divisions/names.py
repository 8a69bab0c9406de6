"""进程里的地名表：名单页逐行问地名时不查库。

整表装进内存（一个县几百行，一个省三万行左右）；区划表的版本由触发器更新，这里至多每两秒看一次版本，变了才重装。
"""

import time
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from .models import Division, DivisionStamp

SECONDS = 2.0
MOST = 100_000  # 记住的路径超过这么多就重来


@dataclass(frozen=True, slots=True)
class Period:
    """一个代码的一段时间。"""

    name: str
    valid_from: date
    valid_to: date | None


Periods = dict[str, list[Period]]


@dataclass(frozen=True, slots=True)
class Loaded:
    """装好的一份；``checked`` 是上次看版本的时刻（单调钟），``paths`` 是问过的路径，换版本或记得太多就清空。"""

    stamp: UUID | None
    checked: float
    periods: Periods
    paths: dict[tuple[str, str, date], str]


class Names:
    """全部地名。换新一份时整体替换引用，多线程读不加锁。"""

    def __init__(self) -> None:
        self._loaded: Loaded | None = None

    def forget(self) -> None:
        """下一次读之前必看版本；写过区划的服务调用。"""
        if self._loaded is not None:
            self._loaded = Loaded(self._loaded.stamp, float("-inf"), self._loaded.periods, {})

    def periods(self) -> Periods:
        """代码 → 各段，旧的在前。"""
        return self.loaded().periods

    def loaded(self) -> Loaded:
        """手里的一份；过了两秒先看版本。"""
        loaded, now = self._loaded, time.monotonic()
        if loaded is not None and now - loaded.checked < SECONDS:
            return loaded
        stamp = DivisionStamp.objects.values_list("stamp", flat=True).first()
        if loaded is not None and loaded.stamp == stamp and len(loaded.paths) < MOST:
            self._loaded = fresh = Loaded(stamp, now, loaded.periods, loaded.paths)
        else:
            self._loaded = fresh = Loaded(stamp, now, read(), {})
        return fresh


def read() -> Periods:
    """从库里读全表。"""
    periods: Periods = defaultdict(list)
    rows = Division.objects.order_by("code", "valid_from").values_list("code", "name", "valid_from", "valid_to")
    for code, name, valid_from, valid_to in rows.iterator(chunk_size=10_000):
        periods[code].append(Period(name, valid_from, valid_to))
    return dict(periods)


NAMES = Names()
