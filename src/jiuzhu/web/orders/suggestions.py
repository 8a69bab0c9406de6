"""给一户派单时拟派哪些单位、各给哪些情况：命中的指标按规则手册归到部门，再配上那一类的经济状况。"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from jiuzhu.web.access.scope import Scope
from jiuzhu.web.divisions.models import Organisation
from jiuzhu.web.policies.selectors import rulebook_folder
from jiuzhu.web.registry.models import Household
from jiuzhu.web.registry.selectors import Figure, economy
from jiuzhu.yamltext import yaml_of

from .models import Order
from .selectors import organisation_called
from .services import Need
from .services.needs import LONGEST_ASK

MOST_FACTS = 6


@dataclass(frozen=True)
class Suggestion:
    """拟派给一个单位的一份。"""

    organisation: Organisation
    indicators: tuple[Mapping[str, str], ...]
    facts: tuple[Mapping[str, str], ...]

    @property
    def ask(self) -> str:
        """要它办什么。"""
        return f"请核{'、'.join(dict.fromkeys(item['name'] for item in self.indicators))}"[:LONGEST_ASK]

    def need(self, ask: str) -> Need:
        """派出去的样子。"""
        return Need(self.organisation.pk, indicators=self.indicators, facts=self.facts, ask=ask)


def suggested(household: Household, scope: Scope) -> list[Suggestion]:
    """按命中的指标；一个也没命中的，没有拟派。"""
    departments = departments_of(rulebook_folder(household.division_code))
    _, groups = economy(scope, household)
    found: dict[int, Suggestion] = {}
    for reason in household.reasons:
        indicator = {key: str(reason.get(key) or "") for key in ("name", "category")}
        indicator |= {"code": str(reason["indicator"]), "reason": ""}
        for name in departments.get(reason["indicator"], ()):
            organisation = organisation_called(name, household.division_code)
            if organisation is not None:
                _put(found, organisation, indicator, groups)
    return list(found.values())


def suggested_for(order: Order, scope: Scope) -> dict[int, Suggestion]:
    """一张帮扶的单拟派哪些单位：单位编号 → 拟派；核查的、还没有档案的没有。"""
    if order.household is None or order.kind != Order.Kind.AID:
        return {}
    return {row.organisation.pk: row for row in suggested(order.household, scope)}


def _put(
    found: dict[int, Suggestion],
    organisation: Organisation,
    indicator: Mapping[str, str],
    groups: dict[str, list[Figure]],
) -> None:
    now = found.get(organisation.pk, Suggestion(organisation, (), ()))
    known = {item["name"] for item in now.facts}
    figures = groups.get(indicator["category"], [])
    fresh = [fact_of(item) for item in figures if item.value and item.title not in known]  # 为零的没有用处
    facts = (*now.facts, *fresh)[:MOST_FACTS]
    found[organisation.pk] = replace(now, indicators=(*now.indicators, indicator), facts=facts)


def fact_of(figure: Figure) -> dict[str, str]:
    """一项情况：值带单位。"""
    value = f"{figure.value:,.2f}" if figure.is_money else f"{figure.value:g}"
    unit = figure.unit if not figure.per else "元"
    day = figure.source_date
    return {
        "name": figure.title,
        "value": f"{figure.per}{value} {unit}",
        "source": figure.source,
        "date": f"{day.year}年{day.month}月{day.day}日" if day else "",
    }


@lru_cache(maxsize=16)
def departments_of(folder: Path) -> Mapping[str, tuple[str, ...]]:
    """一个版本的手册：指标 → 主管、主责、主抓的部门。发布了的版本不会变，所以留在进程里。"""
    found: dict[str, tuple[str, ...]] = {}
    for path in sorted((folder / "indicators").glob("*.yaml")):
        content: Any = yaml_of(path.read_text("utf-8"))
        rows = content if isinstance(content, list) else content.get("indicators", [])
        found |= {str(row["code"]): tuple(row.get("departments", ())) for row in rows}
    return found
