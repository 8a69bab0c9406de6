"""核实过的预警：规则准不准，拿它们来回测。"""

import polars as pl

from jiuzhu.web.access.scope import Scope
from jiuzhu.web.monitoring.models import Closing, HouseholdWarning, Run
from jiuzhu.web.orders.models import Source

from .handling import FALSE, SOURCE, TRUE

SCHEMA: dict[str, pl.DataType] = {
    "household_id": pl.String(),
    "run": pl.Int64(),
    "band": pl.String(),
    "score": pl.Float64(),
    "true": pl.Boolean(),
    "outcome": pl.String(),
    "categories": pl.List(pl.String),
}


def verified_outcomes(scope: Scope) -> pl.DataFrame:
    """所辖之内有结论的预警，一户一次监测一行。

    列：household_id；run 监测编号；band、score 当次的级别与得分；true 是否属实；outcome 结论代码（派单的办结结果，
    或 ``closing.`` 加排除的原因）；categories 指标类别。单子记在它派出之前（或当天）最近一次监测名下。
    """
    return pl.DataFrame([*ended_orders(scope), *closings(scope)], schema=SCHEMA, orient="row").sort(
        "run", "household_id", "outcome"
    )


def ended_orders(scope: Scope) -> list[tuple[object, ...]]:
    """办结的预警单，配上派出时的那条预警。"""
    sources = Source.objects.within(scope).filter(kind=SOURCE, order__instance__outcome__in=(*TRUE, *FALSE))
    told = {
        household: (opened, outcome)
        for household, opened, outcome in sources.exclude(order__instance__ended_at=None)
        .order_by("order__instance__ended_at")
        .values_list("order__household__household_id", "order__opened_at", "order__instance__outcome")
    }
    warned = HouseholdWarning.objects.within(scope).filter(household_id__in=list(told), run__status=Run.Status.DONE)
    warned = warned.filter(run__is_replay=False)
    rows: dict[str, tuple[object, ...]] = {}
    fields = ("household_id", "run__number", "band", "score", "categories", "run__finished_at")
    for household, number, band, score, categories, finished in warned.order_by("run__number").values_list(*fields):
        opened, outcome = told[household]
        if finished <= opened or household not in rows:
            rows[household] = (household, number, band, score, outcome in TRUE, outcome, categories)
    return list(rows.values())


def closings(scope: Scope) -> list[tuple[object, ...]]:
    """直接排除的。"""
    rows = Closing.objects.within(scope).filter(undone_at=None)
    fields = ("household_id", "run__number", "band", "score", "reason", "categories")
    return [
        (household, number, band, score, False, f"closing.{reason}", categories)
        for household, number, band, score, reason, categories in rows.values_list(*fields)
    ]
