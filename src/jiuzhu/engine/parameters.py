"""有日期的参数:标准、比例、扣减,按评估日取值,可分城乡,个别乡镇可以另定。

数值从不写进代码;每个参数在规则手册里写明单位、依据与生效日期。
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from jiuzhu.engine.errors import EngineError

URBAN, RURAL = "城", "乡"


class ParameterError(EngineError):
    """参数缺失、日期不覆盖或取值不合规。"""

    code = "parameter"


@dataclass(frozen=True)
class PlacedValue:
    """一个参数在某日的取值:城、乡各一个;不分城乡时两者相等。``townships``:另定标准的乡镇(九位代码)。"""

    urban: float
    rural: float
    townships: Mapping[str, float] = field(default_factory=dict)

    @property
    def uniform(self) -> bool:
        return self.urban == self.rural and not self.townships

    def at(self, place: str | None, township: str | None = None) -> float | None:
        """某地的取值;另定了标准的乡镇用它自己的;不知城乡而城乡不同,则未知。"""
        if township is not None and township in self.townships:
            return self.townships[township]
        if self.urban == self.rural or place == URBAN:
            return self.urban
        return self.rural if place == RURAL else None


@dataclass(frozen=True)
class Parameter:
    """一个参数的全部历史。``values``:生效日 → 取值,当日起到下一生效日前有效。"""

    name: str
    unit: str
    basis: str
    values: Mapping[date, PlacedValue]

    def on(self, day: date) -> PlacedValue:
        """``day`` 那天有效的取值。早于最早生效日是错误:不能用后来的标准评过去。"""
        in_force = [start for start in self.values if start <= day]
        if not in_force:
            first = min(self.values)
            raise ParameterError(
                f"参数“{self.name}”在 {day:%Y年%m月%d日} 还没有取值(最早 {first:%Y年%m月%d日} 起);"
                "请在规则手册 parameters.yaml 里补上当时的标准，或改评估日期。",
                code="parameter_not_in_force",
                parameter=self.name,
            )
        return self.values[max(in_force)]


@dataclass(frozen=True)
class ParameterSet:
    """某一天全部参数的取值。"""

    day: date
    values: Mapping[str, PlacedValue]
    units: Mapping[str, str]

    def __getitem__(self, name: str) -> PlacedValue:
        if name not in self.values:
            raise ParameterError(f"没有名为“{name}”的参数；请在规则手册 parameters.yaml 里加上。", parameter=name)
        return self.values[name]

    def number(self, name: str) -> float:
        """不分城乡的参数的取值。"""
        value = self[name]
        if not value.uniform:
            raise ParameterError(f"参数“{name}”分城乡，不能当一个数用。", parameter=name)
        return value.urban


def on_day(parameters: Mapping[str, Parameter], day: date) -> ParameterSet:
    """全部参数在 ``day`` 的取值。"""
    return ParameterSet(
        day=day,
        values={name: parameter.on(day) for name, parameter in parameters.items()},
        units={name: parameter.unit for name, parameter in parameters.items()},
    )
