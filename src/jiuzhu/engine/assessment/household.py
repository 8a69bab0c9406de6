"""一户的评估:逐条求值。与全县的列式查询同一部手册、同一结果,用于解释、测试用例与单户重算。"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from jiuzhu.engine.assessment.frames import MEMBERS, PLACE, TOWNSHIP_DIGITS, VILLAGE
from jiuzhu.engine.assessment.rulebook import Band, Indicator, Rulebook
from jiuzhu.engine.parameters import ParameterSet
from jiuzhu.engine.rules import evaluate

Values = Mapping[str, object]


@dataclass(frozen=True)
class Outcome:
    """一项指标对一户(一人)的结论:``hit`` 为 ``None`` 是未知。``points`` 是计入户总分的分。"""

    indicator: Indicator
    person: int | None
    hit: bool | None
    points: float
    values: Values


@dataclass(frozen=True)
class HouseholdAssessment:
    """一户的结果。``person`` 是成员在输入里的序号。"""

    outcomes: tuple[Outcome, ...]
    total: float
    members: float
    score: float
    band: Band | None
    indices: Mapping[str, float | None]


def assess_household(
    rulebook: Rulebook, parameters: ParameterSet, household: Values, persons: Sequence[Values]
) -> HouseholdAssessment:
    """``household``、``persons`` 是事实名 → 值,缺的即未知;``persons`` 只给在世成员。"""
    shared = with_parameters(parameters, household)
    members = household.get(MEMBERS)
    size = float(members) if isinstance(members, int | float) else float(len(persons))
    outcomes: list[Outcome] = []
    for indicator in rulebook.indicators:
        if indicator.level == "household":
            outcomes.append(_outcome(indicator, None, shared, size if indicator.per == "person" else 1.0))
            continue
        for number, person in enumerate(persons):
            outcomes.append(_outcome(indicator, number, {**shared, **person}, 1.0))
    total = sum(outcome.points for outcome in outcomes)
    score = total / size if size else 0.0
    return HouseholdAssessment(
        outcomes=tuple(outcomes),
        total=total,
        members=size,
        score=score,
        band=rulebook.band_of(score),
        indices={index.key: _number(evaluate(index.rule, shared)) for index in rulebook.indices},
    )


def with_parameters(parameters: ParameterSet, household: Values) -> dict[str, object]:
    """户级事实加上参数在这一户的取值。"""
    place, village = household.get(PLACE), household.get(VILLAGE)
    known = place if isinstance(place, str) else None
    township = village[:TOWNSHIP_DIGITS] if isinstance(village, str) else None
    return {**{name: value.at(known, township) for name, value in parameters.values.items()}, **household}


def _outcome(indicator: Indicator, person: int | None, values: Values, times: float) -> Outcome:
    verdict = evaluate(indicator.rule, values)
    hit = verdict if isinstance(verdict, bool) else None
    used = {name: values.get(name) for name in indicator.rule.names}
    return Outcome(indicator, person, hit, indicator.points * times if hit else 0.0, used)


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
