"""命中、发现里写出的事实:数的写法,文字、是否、未知、分地方的参数。"""

import json
from datetime import date

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from jiuzhu.engine.assessment.frames import facts_json, number_text, with_parameters
from jiuzhu.engine.parameters import ParameterSet, PlacedValue

PARAMETERS = ParameterSet(
    day=date(2026, 10, 31),
    values={
        "线": PlacedValue(1.5, 1.5),
        "低保标准": PlacedValue(780.0, 640.0, {"420999103": 700.0}),
        "同": PlacedValue(2.0, 2.0, {"420999103": 3.0}),
    },
    units={},
)


@given(st.lists(st.none() | st.floats()))
def test_数的写法同repr(numbers: list[float | None]) -> None:
    told = number_text(pl.Series(numbers, dtype=pl.Float64)).to_list()
    assert told == [None if number is None else repr(number) for number in numbers]


def test_写出的是合格的JSON() -> None:
    table = pl.DataFrame(
        {"收入": [1e16, None, 0.1], "在校": [True, False, None], "等级": ["一级", None, "无"]},
        schema={"收入": pl.Float64, "在校": pl.Boolean, "等级": pl.String},
    )
    told = table.select(facts_json(["收入", "线", "在校", "等级", "低保标准"], PARAMETERS, table.schema)).to_series()
    assert told[0] == '{"收入": 1e+16, "线": 1.5, "在校": true, "等级": "一级", "低保标准": null}'
    assert [json.loads(text)["在校"] for text in told] == [True, False, None]
    assert table.select(facts_json([], PARAMETERS, table.schema)).item(0, 0) == "{}"
    assert table.select(facts_json(["线"], PARAMETERS, table.schema)).item(0, 0) == '{"线": 1.5}'


def test_分地方的参数_看城乡与乡镇() -> None:
    villages = ["420999101005", "420999101205", "420999103201", None, "420999101205"]
    table = pl.DataFrame({"village_code": villages, "城乡": ["城", "乡", "乡", None, None]})
    placed = with_parameters(table, PARAMETERS, ["低保标准", "同", "线"])
    assert placed["低保标准"].to_list() == [780.0, 640.0, 700.0, None, None]
    assert placed["同"].to_list() == [2.0, 2.0, 3.0, 2.0, 2.0]
    assert "线" not in placed.columns
    assert "低保标准" not in with_parameters(table.drop("城乡"), PARAMETERS, ["低保标准"]).columns
