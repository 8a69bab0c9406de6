"""这一户的家底，按申请时要说的次序排：四类收入、财产、支出、保险就业；没有数据的写明缺哪个部门的。"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from jiuzhu.web.access.scope import Scope
from jiuzhu.web.registry.models import EconomySnapshot, Household
from jiuzhu.web.registry.selectors import Figure, economy

GROUPS: Mapping[str, Mapping[str, str]] = {
    "收入": {
        "家庭年工资性收入": "工资性收入",
        "家庭年经营净收入": "经营净收入",
        "家庭年财产净收入": "财产净收入",
        "家庭年转移净收入": "转移净收入",
        "月人均核定收入": "平均每人核定",
    },
    "财产": {
        "家庭金融资产": "存款、理财、保险",
        "家庭汽车数": "汽车",
        "不动产处数": "房产",
        "家庭市场主体数": "公司与个体户",
        "家庭公积金月缴存额": "公积金缴存",
    },
    "支出": {
        "家庭近12个月自付医疗费": "自付医疗费",
        "家庭年教育费用": "上学的费用",
        "家庭年刚性支出": "刚性支出合计",
    },
}


@dataclass(frozen=True)
class Known:
    """一项：``figure`` 空即没有数据，``offices`` 是能给的部门。``code`` 是事实的名称。"""

    code: str
    title: str
    figure: Figure | None
    offices: tuple[str, ...]


@dataclass(frozen=True)
class Economy:
    """一户的家底。``snapshot`` 空即还没有评估过。"""

    snapshot: EconomySnapshot | None
    groups: tuple[tuple[str, tuple[Known, ...]], ...]

    @property
    def rows(self) -> dict[str, Known]:
        """事实名称 → 一项。"""
        return {row.code: row for _, rows in self.groups for row in rows}


def known_economy(scope: Scope, household: Household) -> Economy:
    """最近一次的经济状况里，申请时要说的各项。"""
    snapshot, categories = economy(scope, household)
    figures = {figure.title: figure for rows in categories.values() for figure in rows}
    groups = tuple(
        (title, tuple(Known(code, name, figures.get(code), _offices(code)) for code, name in rows.items()))
        for title, rows in GROUPS.items()
    )
    return Economy(snapshot, groups)


@cache
def _offices(code: str) -> tuple[str, ...]:
    from jiuzhu.engine.catalog import load_catalog  # noqa: PLC0415 引擎载入较慢
    from jiuzhu.engine.facts import DICTIONARY  # noqa: PLC0415 同上

    sources = load_catalog().sources
    found = [sources[source].department for source in DICTIONARY.sources_of(code) if source in sources]
    return tuple(dict.fromkeys(office for office in found if office != "公安局")) or tuple(dict.fromkeys(found))
