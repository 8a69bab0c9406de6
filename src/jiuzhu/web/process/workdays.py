"""工作日与期限的算法。纯函数，只认日期，不碰数据库。

开始的当日不计入（民法典第201条）；期限届满于末日的 24 时（写作 23:59:59）。停计的日子不计入工作日期限，
也不计入日历日期限。法定节假日与调休来自 ``chinesecalendar``；它还不知道的年份只按周末暂计，并要提醒。
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import chinese_calendar  # type: ignore[import-untyped]

from .definition import Limit

BEIJING = ZoneInfo("Asia/Shanghai")
END_OF_DAY = time(23, 59, 59)
MORNING = time(9, 0)
DAY = timedelta(days=1)
LONGEST = 366 * 60  # 找不到工作日时不再往后找：日历填错了

Span = tuple[date, date | None]


class CalendarError(ValueError):
    """日历里没有足够的工作日，期限算不出来。"""


@lru_cache(maxsize=4096)
def statutory(day: date) -> bool | None:
    """国家规定这一天是否上班；安排尚未公布的年份为空。"""
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        return None


@lru_cache(maxsize=64)
def is_published(year: int) -> bool:
    """这一年的节假日安排是否已知。"""
    return statutory(date(year, 1, 4)) is not None


@dataclass(frozen=True)
class Calendar:
    """一个县的日历：国家安排之外，``own`` 是本地另定的日子（日期 → 是否上班）。"""

    own: Mapping[date, bool] = field(default_factory=dict)

    def is_working(self, day: date) -> bool:
        """这一天是否上班。"""
        if day in self.own:
            return self.own[day]
        known = statutory(day)
        return day.weekday() < 5 if known is None else known

    def unpublished(self, first: date, last: date) -> list[int]:
        """两天之间节假日安排尚未公布的年份。"""
        return [year for year in range(first.year, last.year + 1) if not is_published(year)]

    def last_day(self, start: date, limit: Limit, stopped: Iterable[Span] = ()) -> date:
        """从 ``start``（不计入）起满期限的那一天；落在 ``stopped`` 各段（含首日、不含末日）里的日子不计。"""
        spans = list(stopped)
        day, left = start, limit.amount
        while left:
            day += DAY
            if (day - start).days > LONGEST:
                raise CalendarError(f"从 {start} 起找不到 {limit.title}，请检查日历")
            counts = limit.unit == "d" or self.is_working(day)
            if counts and not any(first <= day and (last is None or day < last) for first, last in spans):
                left -= 1
        return day

    def shift(self, day: date, working_days: int) -> date:
        """往后（负数往前）数几个工作日；零就是当天。"""
        step = DAY if working_days > 0 else -DAY
        left = abs(working_days)
        moved = day
        while left:
            moved += step
            if abs((moved - day).days) > LONGEST:
                raise CalendarError(f"从 {day} 起数不到 {working_days} 个工作日，请检查日历")
            left -= self.is_working(moved)
        return moved

    def between(self, first: date, last: date) -> int:
        """``first`` 之后到 ``last``（含）有几个工作日；``last`` 在前为负。"""
        if last < first:
            return -self.between(last, first)
        return sum(self.is_working(first + DAY * number) for number in range(1, (last - first).days + 1))


def beijing_day(moment: datetime) -> date:
    """这一刻在北京是哪一天。"""
    return moment.astimezone(BEIJING).date()


def end_of(day: date) -> datetime:
    """这一天的末了。"""
    return datetime.combine(day, END_OF_DAY, BEIJING)


def start_of(day: date) -> datetime:
    """这一天的零时。"""
    return datetime.combine(day, time(), BEIJING)


def morning_of(day: date) -> datetime:
    """这一天上班的时候：催办从此时起。"""
    return datetime.combine(day, MORNING, BEIJING)


def due_at(opened: datetime, limit: Limit, calendar: Calendar, stopped: Iterable[Span] = ()) -> datetime:
    """到期时刻：末日 23:59:59。"""
    return end_of(calendar.last_day(beijing_day(opened), limit, stopped))


def fires_at(opened: datetime, limit: Limit, calendar: Calendar, stopped: Iterable[Span] = ()) -> datetime:
    """等待满期的时刻：末日过完，次日零时。"""
    return start_of(calendar.last_day(beijing_day(opened), limit, stopped) + DAY)
