"""同样的十项指标,用 OpenFisca-core:两种实体、一棵有日期的参数树、每项指标一个变量。

OpenFisca 没有“未知”:数以 NaN 表示(比较即不成立),布尔另带一个“已知”变量;数是 32 位浮点。
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from openfisca_core.entities import build_entity
from openfisca_core.parameters import ParameterNode  # type: ignore[import-untyped]
from openfisca_core.periods import DateUnit
from openfisca_core.simulations import Simulation, SimulationBuilder  # type: ignore[import-untyped]
from openfisca_core.taxbenefitsystems import TaxBenefitSystem  # type: ignore[import-untyped]
from openfisca_core.variables import Variable  # type: ignore[import-untyped]

from benchmarks.rival_rules import PLACED, SHARED
from jiuzhu.engine.parameters import Parameter

PERIOD = "2026-10"
PERSON = build_entity(key="person", plural="persons", label="人", is_person=True)
HOUSEHOLD = build_entity(key="household", plural="households", label="户", roles=[{"key": "member", "label": "成员"}])
NUMBERS = {
    HOUSEHOLD: (
        "家庭人口数", "家庭汽车数", "月人均核定收入", "在校生数", "户月均用电量", "家庭年刚性支出", "家庭年核定收入",
    ),
    PERSON: ("近12个月自付医疗费", "失业月数"),
}  # fmt: skip
FLAGS = {HOUSEHOLD: ("城", "无劳动力户", "不在保或在册"), PERSON: ("重度残疾",)}
Arrays = dict[str, np.ndarray]


Formula = Callable[..., Any]
COMPUTED: list[type[Variable]] = []


def formula(name: str, entity: Any = HOUSEHOLD) -> Callable[[Formula], Formula]:
    """声明一个由公式算出的变量。"""

    def declare(function: Formula) -> Formula:
        COMPUTED.append(_variable(name, float, entity, formula=function))
        return function

    return declare


def _variable(name: str, kind: type, entity: Any, **more: Any) -> type[Variable]:
    return type(name, (Variable,), {"value_type": kind, "entity": entity, "definition_period": DateUnit.MONTH, **more})


@formula("本户低保标准")
def standard(population: Any, period: Any, parameters: Any) -> Any:
    placed = parameters(period).低保标准
    return np.where(population("城", period), placed.城, placed.乡)


@formula("无劳动力")
def no_worker(population: Any, period: Any) -> Any:
    return 3 * population("无劳动力户", period)


@formula("有汽车")
def has_car(population: Any, period: Any) -> Any:
    return -8 * (population("家庭汽车数", period) > 0)


@formula("低于低保标准")
def below_standard(population: Any, period: Any) -> Any:
    return 1 * (population("月人均核定收入", period) < population("本户低保标准", period))


@formula("低于低边线")
def below_line(population: Any, period: Any, parameters: Any) -> Any:
    line = population("本户低保标准", period) * parameters(period).低保边缘倍数
    return 1 * (population("月人均核定收入", period) < line)


@formula("两名在校生")
def two_students(population: Any, period: Any) -> Any:
    return 1 * (population("在校生数", period) >= 2)


@formula("残疾", PERSON)
def disabled(population: Any, period: Any) -> Any:
    return 2 * population("重度残疾", period)


@formula("自付超线", PERSON)
def self_paid(population: Any, period: Any, parameters: Any) -> Any:
    return 2 * (population("近12个月自付医疗费", period) > parameters(period).低收入自付警戒线)


@formula("久失业", PERSON)
def long_unemployed(population: Any, period: Any, parameters: Any) -> Any:
    return 2 * (population("失业月数", period) >= parameters(period).失业警戒月数)


@formula("未在册而用电少")
def unlisted_and_dark(population: Any, period: Any, parameters: Any) -> Any:
    little = population("户月均用电量", period) < parameters(period).用电偏低
    return 2 * (population("不在保或在册", period) & little)


@formula("刚性支出比例高")
def rigid_share(population: Any, period: Any, parameters: Any) -> Any:
    spending = population("家庭年刚性支出", period)
    high = spending >= population("家庭年核定收入", period) * parameters(period).刚性支出比例
    return 2 * (high & (spending > 0))


@formula("成员得分", PERSON)
def member_points(population: Any, period: Any) -> Any:
    return sum(population(name, period) for name in ("残疾", "自付超线", "久失业"))


@formula("得分")
def household_score(population: Any, period: Any) -> Any:
    each = ("无劳动力", "有汽车", "低于低保标准", "低于低边线", "未在册而用电少", "刚性支出比例高")
    size = population("家庭人口数", period)
    total = sum(population(name, period) for name in each) * size + population("两名在校生", period)
    return (total + population.sum(population.members("成员得分", period))) / size


def system(parameters: dict[str, Parameter]) -> TaxBenefitSystem:
    """变量与参数都装好的税费系统。"""
    made = TaxBenefitSystem([PERSON, HOUSEHOLD])
    made.parameters = ParameterNode("", data={name: _history(parameters[name]) for name in (*SHARED, *PLACED)})
    for kind, tables in ((float, NUMBERS), (bool, FLAGS)):
        for entity, names in tables.items():
            for name in names:
                made.add_variable(_variable(name, kind, entity))
    made.add_variables(*COMPUTED)
    return made


def _history(parameter: Parameter) -> dict[str, Any]:
    def values(side: str) -> dict[str, Any]:
        return {"values": {day.isoformat(): {"value": getattr(value, side)} for day, value in parameter.values.items()}}

    return {"城": values("urban"), "乡": values("rural")} if parameter.name in PLACED else values("urban")


def load(households: Arrays, persons: Arrays) -> tuple[Arrays, np.ndarray]:
    """numpy 列 → OpenFisca 的输入:布尔未知作不成立,“不在保或在册”未知也作不成立。"""
    inputs = {name: households[name] for name in NUMBERS[HOUSEHOLD]} | {name: persons[name] for name in NUMBERS[PERSON]}
    inputs |= {
        "城": households["城乡"] == "城",
        "无劳动力户": households["无劳动力户"] == 1,
        "不在保或在册": households["在保或在册"] == 0,
        "重度残疾": persons["重度残疾"] == 1,
    }
    return inputs, np.searchsorted(households["household"], persons["household"])


def simulation(made: TaxBenefitSystem, inputs: Arrays, positions: np.ndarray, households: int) -> Simulation:
    """人与户连好、输入放好的一次模拟。"""
    builder = SimulationBuilder()
    builder.create_entities(made)
    builder.declare_person_entity("person", np.arange(len(positions)))
    declared = builder.declare_entity("household", np.arange(households))
    builder.join_with_persons(declared, positions, roles=np.repeat("member", len(positions)))
    built = builder.build(made)
    for name, values in inputs.items():
        built.set_input(name, PERIOD, values)
    return built


def score(built: Simulation) -> np.ndarray:
    """每户得分,次序同户的输入。"""
    return np.asarray(built.calculate("得分", PERIOD))
