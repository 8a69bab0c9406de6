"""成效的条件：哪段时间、哪里、哪个部门、哪一类、哪一级。"""

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from dateutil.relativedelta import relativedelta
from django.utils import timezone

from jiuzhu.web.access.scope import Scope
from jiuzhu.web.divisions.departments import DEPARTMENTS, Department


@dataclass(frozen=True)
class Filters:
    """``since``、``until`` 是月份的第一天，都含在内；空文本即不限。"""

    since: date
    until: date
    township: str = ""
    department: str = ""
    category: str = ""
    band: str = ""

    @property
    def begins(self) -> datetime:
        """起：头一个月的第一天零时。"""
        return midnight(self.since)

    @property
    def ends(self) -> datetime:
        """止：末一个月的下一个月第一天零时，不含。"""
        return midnight(self.until + relativedelta(months=1))

    @property
    def period(self) -> str:
        """``2026年1月至2026年11月``。"""
        first, last = (f"{day.year}年{day.month}月" for day in (self.since, self.until))
        return first if first == last else f"{first}至{last}"

    def values(self, scope: Scope) -> dict[str, Any]:
        """SQL 的参数。"""
        department = DEPARTMENTS.get(self.department)
        offices = [(name, each.code) for each in DEPARTMENTS.values() for name in names_of(each)]
        return {
            "since": self.begins,
            "until": self.ends,
            "areas": list(scope.areas),
            "township": self.township,
            "department": self.department,
            "names": names_of(department) if department else [],
            "office_names": [name for name, _ in offices],
            "office_codes": [code for _, code in offices],
            "category": [self.category] if self.category else [],
            "band": self.band,
            "now": timezone.now(),
        }


def names_of(department: Department) -> list[str]:
    """规则手册、数据里对一个部门的各种称呼。"""
    return [department.code, department.name, department.short, *department.aliases]


def midnight(day: date) -> datetime:
    """这一天的零时，当地时间。"""
    return timezone.make_aware(datetime.combine(day, time.min))
