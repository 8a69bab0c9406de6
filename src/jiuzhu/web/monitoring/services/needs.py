"""一条预警要哪些部门出力：按命中指标的应知部门分，各给各的指标与事实，不多给。"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from jiuzhu.web.access.scope import Scope
from jiuzhu.web.divisions.departments import DEPARTMENTS, department_code
from jiuzhu.web.divisions.models import Organisation
from jiuzhu.web.divisions.selectors import organisation_of_department, station_of
from jiuzhu.web.ground.templatetags.ground import compact
from jiuzhu.web.monitoring.models import COUNTY_WIDTH, HouseholdWarning, Plan
from jiuzhu.web.monitoring.selectors import plans_in_force
from jiuzhu.web.orders.services import Need

if TYPE_CHECKING:
    from jiuzhu.engine.reasons import Reason

TOWNSHIP_WIDTH = 9
LEAD = "minzheng"  # 应知部门在本县都没有机构时，交民政


@dataclass(frozen=True)
class Told:
    """一户的单子写什么：题目、情况、各部门的一份。题目各部门都看得到，所以只写级别与类别，不写指标。"""

    title: str
    words: str
    needs: tuple[Need, ...]


class Offices:
    """一个县各部门的机构，查过的记着。"""

    def __init__(self, county: str) -> None:
        self.county = county[:COUNTY_WIDTH]
        self._known: dict[str, Organisation | None] = {}
        self._stations: dict[str, Organisation | None] = {}

    def of(self, title: str) -> Organisation | None:
        """规则手册里的部门称呼对应的本县机构；没有为空。"""
        return self.by_code(department_code(title))

    def by_code(self, code: str) -> Organisation | None:
        """部门代码对应的本县机构；没有为空。"""
        if code not in self._known:
            self._known[code] = organisation_of_department(code, self.county) if code in DEPARTMENTS else None
        return self._known[code]

    def station(self, division_code: str) -> Organisation | None:
        """所在乡镇的工作站；没有为空。"""
        township = division_code[:TOWNSHIP_WIDTH]
        if township not in self._stations:
            self._stations[township] = station_of(division_code)
        return self._stations[township]

    @cached_property
    def lead(self) -> Organisation | None:
        """民政。"""
        return self.by_code(LEAD)


def told_of(out: Path, warnings: Collection[HouseholdWarning], county: str) -> Iterator[tuple[HouseholdWarning, Told]]:
    """逐户写好单子；只扫一遍结果的各表，几千户也快。没有命中记录的户不给。"""
    from jiuzhu.engine.reasons import reasons_of  # noqa: PLC0415 载入计算库较慢，派单时才用到

    rows = {row.household_id: row for row in warnings}
    offices, plans = Offices(county), plans_in_force(Scope.everything(), county)
    for household_id, reasons in reasons_of(out, list(rows)):
        row = rows[household_id]
        names = {item.name for item in reasons}
        yield (
            row,
            Told(
                title=f"{row.get_band_display()}预警：{(row.categories or [reasons[0].category])[0]}类",
                words=f"监测发出{row.get_band_display()}预警，得分 {compact(row.score)}，命中 {len(names)} 项指标。"
                f"请核实并落实。{planned(row, plans)}",
                needs=needs_of(reasons, offices),
            ),
        )


def reason_of(item: "Reason") -> str:
    """代入数值的一句话，人级的写明是谁；与指标名称一字不差的不重复。"""
    words = "" if item.words == item.name else item.words
    return "：".join(part for part in (item.who, words) if part)


def planned(row: HouseholdWarning, plans: Mapping[str, Plan]) -> str:
    """首要类别的五个一：谁牵头、几天办结；没有立的为空。"""
    plan = plans.get(row.categories[0]) if row.categories else None
    if plan is None:
        return ""
    leader = f"{plan.leader.user}牵头，" if plan.leader else ""
    return f"照{plan.category}类五个一，{leader}{plan.limit_days} 个工作日办结。"


def needs_of(reasons: "Collection[Reason]", offices: Offices) -> tuple[Need, ...]:
    """各部门的一份：只有应由它知道的指标，和这些指标用到的事实。"""
    parts: dict[int, list[Reason]] = {}
    names: dict[int, Organisation] = {}
    for item in reasons:
        found = [office for title in item.departments if (office := offices.of(title)) is not None]
        for office in found or ([offices.lead] if offices.lead else []):
            names[office.pk] = office
            parts.setdefault(office.pk, []).append(item)
    return tuple(need_of(names[key], items) for key, items in parts.items())


def need_of(office: Organisation, reasons: "Collection[Reason]") -> Need:
    """一个部门的一份。同一事实几项指标都用到的，只写一次。"""
    facts: dict[tuple[str, str], Mapping[str, str]] = {}
    for item in reasons:
        for fact in item.facts:
            name = f"{fact.name}（{item.who}）" if item.who else fact.name
            facts.setdefault(
                (name, fact.value),
                {
                    "name": name,
                    "value": fact.value,
                    "source": fact.source,
                    "date": fact.date.isoformat() if fact.date else "",
                },
            )
    named = list(dict.fromkeys(item.name for item in reasons))
    return Need(
        organisation_id=office.pk,
        title=office.label,
        indicators=tuple(
            {
                "code": item.code,
                "name": item.name,
                "category": item.category,
                "reason": reason_of(item),
            }
            for item in reasons
        ),
        facts=tuple(facts.values()),
        ask=f"请按职责核实并落实：{'、'.join(named)}。",
    )
