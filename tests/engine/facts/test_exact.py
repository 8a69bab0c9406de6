"""合计与平均:行的次序怎样都一样,一分不差。"""

import itertools
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from functools import reduce
from operator import add
from typing import Any

import pytest

from .conftest import person

AMOUNTS = (0.1, 0.2, 0.3, 10.07)
MONTHS = ("2026-08-01", "2026-09-01", "2026-10-01")


def household_of(computed: Callable[..., Any], order: tuple[float, ...]) -> dict[str, Any]:
    rows = [{"person": "张", "asset_kind": "存款", "balance": amount} for amount in order]
    _, households = computed([person("张")], {"financial_asset": rows})
    return dict(households["甲户"])


def test_合计与次序无关_等于一分一分加(computed: Callable[..., Any]) -> None:
    assert len({reduce(add, order) for order in itertools.permutations(AMOUNTS)}) > 1  # 直接相加,次序不同就不同
    found = [household_of(computed, order) for order in (AMOUNTS, AMOUNTS[::-1], (*AMOUNTS[2:], *AMOUNTS[:2]))]
    assert found[0] == found[1] == found[2]
    assert found[0]["家庭金融资产"] == float(sum(Decimal(str(amount)) for amount in AMOUNTS))


def test_平均与次序无关(computed: Callable[..., Any]) -> None:
    def facts(values: tuple[float, ...]) -> dict[str, Any]:
        rows = [
            {"person": "张", "month": date.fromisoformat(month), "electricity_kwh": value}
            for month, value in zip(MONTHS, values, strict=True)
        ]
        persons, _ = computed([person("张")], {"living_expense": rows})
        return dict(persons["张"])

    found = [facts(order) for order in itertools.permutations((0.1, 0.2, 0.3))]
    assert all(one == found[0] for one in found)
    assert found[0]["月均用电量"] == pytest.approx(0.2)
    assert facts((1e14, 10.0, 20.0))["月均用电量"] == 15.0


def test_大得离谱的一个数不计_不耽误别人(computed: Callable[..., Any]) -> None:
    assert household_of(computed, (1e14, 100.25))["家庭金融资产"] == 100.25
