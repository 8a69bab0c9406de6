"""事实测试共用:几个人、几行数据,算出两张宽表。"""

from collections.abc import Callable
from datetime import date
from typing import Any

import polars as pl
import pytest

from jiuzhu.engine.catalog import load_catalog
from jiuzhu.engine.facts import Context, build
from jiuzhu.engine.identity.output import SENSITIVE
from jiuzhu.engine.parameters import ParameterSet, PlacedValue
from jiuzhu.engine.warehouse import Engine, Warehouse

DAY = date(2026, 10, 31)
PARAMETERS = ParameterSet(
    DAY,
    {
        "低保标准": PlacedValue(780, 640),
        "金融资产年收益率": PlacedValue(0.01, 0.01),
        "务工成本扣减比例": PlacedValue(0.1, 0.1),
        "劳动力月核定收入": PlacedValue(1600, 1200),
        "重度残疾年必需支出": PlacedValue(3600, 3600),
    },
    {},
)
PEOPLE: dict[str, Any] = {
    "person": pl.String(),
    "household": pl.String(),
    "village_code": pl.String(),
    "alive": pl.Boolean(),
    "sex": pl.String(),
    "birth_date": pl.Date(),
    "relation": pl.String(),
    "status": pl.String(),
    "status_date": pl.Date(),
    "registered": pl.Boolean(),
}
Rows = list[dict[str, Any]]
Built = tuple[dict[str, dict[str, Any]], dict[str, dict[str, Any]]]


def person(name: str, household: str = "甲户", born: date = date(1980, 1, 1), **more: Any) -> dict[str, Any]:
    """一个乡村在册的人。"""
    base = {
        "person": name, "household": household, "village_code": "420999101205", "alive": True, "sex": "男",
        "birth_date": born, "relation": "户主", "status": "正常", "status_date": None, "registered": True,
    }  # fmt: skip
    return {**base, **more}


def source_frame(source: str, rows: Rows) -> pl.DataFrame:
    """一个来源去敏后的表;没写的字段为空。"""
    fields = [field for field in load_catalog().sources[source].fields if field.key not in SENSITIVE]
    schema = {"person": pl.String(), "file": pl.String(), "row": pl.Int64(), "duplicate": pl.Boolean()}
    schema |= {field.key: field.type.dtype for field in fields}
    filled = [{"file": "f", "row": n, "duplicate": False, **row} for n, row in enumerate(rows, 1)]
    return pl.DataFrame(filled, schema=schema)


@pytest.fixture
def computed() -> Callable[..., Built]:
    """``computed(people, {来源: 行}, engine=...)`` → (人事实, 户事实),各以编号为键。"""

    def compute(people: Rows, sources: dict[str, Rows], engine: Engine = "duckdb") -> Built:
        with Warehouse.open(engine) as warehouse:
            names, homes = ([row[key] for row in people] for key in ("person", "household"))
            serial = pl.col("person").replace_strict(
                names, list(range(len(names))), default=len(names), return_dtype=pl.Int32
            )
            places = {home: homes.index(home) for home in homes}
            household = pl.col("household").replace_strict(places, return_dtype=pl.Int32)
            tables = {
                key: warehouse.put(f"source_{key}", source_frame(key, rows).with_columns(serial))
                for key, rows in sources.items()
            }
            put = warehouse.put("people", pl.DataFrame(people, schema=PEOPLE).with_columns(serial, household))
            facts = build(warehouse, put, tables, Context(DAY, PARAMETERS))
            persons = {names[row["person"]]: row for row in warehouse.fetch(facts.persons).to_dicts()}
            households = {homes[row["household"]]: row for row in warehouse.fetch(facts.households).to_dicts()}
            return persons, households

    return compute
