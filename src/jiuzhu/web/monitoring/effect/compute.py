"""算成效：每个数一条 SQL 聚合，不把行取到程序里来数。"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import Q

from jiuzhu.web.access.scope import Scope
from jiuzhu.web.divisions.departments import DEPARTMENTS
from jiuzhu.web.monitoring.models import HouseholdWarning
from jiuzhu.web.monitoring.selectors import finding_money
from jiuzhu.web.orders.models import Measure

from .filters import Filters
from .statements import whole

BANDS = dict(HouseholdWarning.Band.choices)
BAND_ORDER = list(BANDS)


@dataclass(frozen=True)
class Counts:
    """一组户的数：全部的，或一个乡镇、一类、一级的。"""

    code: str = ""
    name: str = ""
    warned: int = 0
    sent: int = 0
    unsent: int = 0
    ended: int = 0
    verified: int = 0
    true: int = 0
    false: int = 0
    median_days: float | None = None
    p90_days: float | None = None

    @property
    def hit_rate(self) -> float | None:
        """命中率：属实 ÷ 预警；一户也没有核实的，还说不出。"""
        return share(self.true, self.warned) if self.verified else None

    @property
    def precision(self) -> float | None:
        """核实属实率：属实 ÷ 已核实。"""
        return share(self.true, self.verified)


@dataclass(frozen=True)
class Aided:
    """一种措施：几户、一次性多少钱、每月多少钱。"""

    code: str
    title: str
    households: int
    money: Decimal
    monthly: Decimal


@dataclass(frozen=True)
class Effect:
    """一段时间、一片地方的成效。``helped`` 是得到帮扶的户，``money``、``monthly`` 是一次性、每月的金额。"""

    total: Counts
    in_time: int
    late: int
    aided: list[Aided]
    helped: int
    money: Decimal
    monthly: Decimal
    asked: int
    satisfied: float | None
    solved: float | None
    findings: Mapping[str, Any]
    months: list[dict[str, Any]] = field(default_factory=list)
    groups: list[Counts] = field(default_factory=list)

    @property
    def in_time_rate(self) -> float | None:
        """按时接单率。"""
        return share(self.in_time, self.in_time + self.late)


def share(part: int, whole: int) -> float | None:
    """百分比，一位小数；分母为零为空。"""
    return round(part * 100 / whole, 1) if whole else None


def effect_of(scope: Scope, filters: Filters, *, by: str = "township") -> Effect:
    """所辖之内的成效；``by`` 是分组：township department category band。"""
    found = rows(whole(by, of_office=bool(filters.department)), filters.values(scope))[0]
    taken, asked = found["taken"][0], found["asked"][0]
    aided = next(row for row in found["aided"] if not row["kind"])
    return Effect(
        total=Counts(**found["total"][0]),
        in_time=taken["in_time"],
        late=taken["late"],
        aided=kinds(found["aided"]),
        helped=aided["aided"],
        money=Decimal(aided["money"]),
        monthly=Decimal(aided["monthly"]),
        asked=asked["asked"],
        satisfied=share(asked["satisfied"], asked["scored"]),
        solved=share(asked["solved"], asked["answers"]),
        findings=finding_money(scope, period_of(filters)),
        months=found["months"],
        groups=grouped(by, found["groups"]),
    )


def grouped(by: str, lines: list[dict[str, Any]]) -> list[Counts]:
    """按乡镇、部门、类别、级别分的数。"""
    found = [Counts(**row) for row in lines]
    if by == "band":
        named = [replace(row, name=BANDS.get(row.code, row.code)) for row in found]
        return sorted(named, key=lambda row: BAND_ORDER.index(row.code))
    if by == "department":
        lines = [row | {"name": DEPARTMENTS[row["code"]].name} for row in lines]
        found = [Counts(**row) for row in lines]
    named = [replace(row, name=row.name or "所在乡镇不详") for row in found]
    return sorted(named, key=lambda row: (-row.warned, row.code))


def kinds(found: list[dict[str, Any]]) -> list[Aided]:
    """各种措施，户数多的在前。"""
    titles = dict(Measure.Kind.choices)
    named = [
        Aided(
            row["kind"], titles.get(row["kind"], "其他"), row["aided"], Decimal(row["money"]), Decimal(row["monthly"])
        )
        for row in found
        if row["kind"]
    ]
    return sorted(named, key=lambda row: (-row.households, row.code))


def period_of(filters: Filters) -> Q:
    """核实结果登记在这段时间里的；乡镇按户所在地。"""
    wanted = Q(at__gte=filters.begins, at__lt=filters.ends)
    return wanted & Q(division_code__startswith=filters.township) if filters.township else wanted


def rows(statement: str, values: Mapping[str, Any]) -> list[dict[str, Any]]:
    """一条 SQL 的各行，列名即键。"""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        names = [column.name for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
