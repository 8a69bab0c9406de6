"""来源的时效：按约定该在哪天之前报、报了没有、迟了几天。只算日子，不查库。"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Protocol

from .models import SourceSetting

Rhythm = SourceSetting.Rhythm
# 数据目录里“多久一次”的说法 → 没有另行约定时的办法：（节奏，每隔几天，每月几号之前）
DEFAULTS = {
    "每月": (Rhythm.MONTH, 31, 10),
    "每季": (Rhythm.DAYS, 92, 10),
    "每学期": (Rhythm.DAYS, 184, 10),
    "每年": (Rhythm.DAYS, 366, 10),
}


class Agreed(Protocol):
    """一个来源的约定。"""

    @property
    def rhythm(self) -> str:
        """节奏。"""

    @property
    def every_days(self) -> int:
        """每隔几天。"""

    @property
    def month_day(self) -> int:
        """每月几号之前。"""


@dataclass(frozen=True)
class Agreement:
    """没有另行约定时的约定。"""

    rhythm: str
    every_days: int
    month_day: int


@dataclass(frozen=True)
class Expected:
    """``due`` 最晚在哪天报（不定期为空），``late_days`` 迟了几天（没迟为 0）。

    ``period`` 是提醒的哪一期：一期提醒一次，过了月还没报的，每月再提醒一次。
    """

    due: date | None
    period: str
    late_days: int

    @property
    def is_late(self) -> bool:
        """迟了。"""
        return self.late_days > 0


def default_agreement(frequency: str) -> Agreement:
    """数据目录里的说法对应的约定；按需的不定期。"""
    rhythm, every_days, month_day = DEFAULTS.get(frequency, (Rhythm.NEVER, 31, 10))
    return Agreement(rhythm, every_days, month_day)


def expected(agreed: Agreed, last: date | None, today: date) -> Expected:
    """``last`` 是最近一次报来的日子，从来没有报过为空。

    每月几号之前：最近一次的下个月那天，漏了一个月的到了下个月仍是迟；从来没报过的，等当月那天。
    每隔几天：最近一次之后那么多天；从来没报过的，从当月 1 号算起。
    """
    if agreed.rhythm == Rhythm.NEVER:
        return Expected(None, "", 0)
    if agreed.rhythm == Rhythm.MONTH:
        due = (_next_month(last) if last else today).replace(day=agreed.month_day)
    else:
        due = last + timedelta(days=agreed.every_days) if last else today.replace(day=1)
    again = f"-{today:%Y%m}" if today.replace(day=1) > due.replace(day=1) else ""
    return Expected(due, f"{due:%Y%m%d}{again}", max(0, (today - due).days))


def _next_month(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)
