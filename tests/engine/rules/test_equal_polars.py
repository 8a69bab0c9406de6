"""两种求值相等:在内存的整列上算,与逐行解释,结果逐位相同,未知也相同。"""

from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.engine.rules.test_equal_duckdb import SQUARE, kept
from tests.engine.rules.vocabulary import PLAIN, ROW, expressions

from jiuzhu.engine.rules import compile_polars, evaluate, parse
from jiuzhu.engine.rules.columns import POLARS_TYPES

SCHEMA = {name: POLARS_TYPES[symbol.type] for name, symbol in PLAIN.items()}


@SQUARE
@given(
    texts=st.lists(st.one_of(expressions("bool"), expressions("number")), min_size=8, max_size=12),
    rows=st.lists(ROW, min_size=12, max_size=30),
)
def test_随机规则在随机行上两种求值相等(texts: list[str], rows: list[dict[str, Any]]) -> None:
    rules = kept(texts)
    frame = pl.DataFrame(rows, schema=SCHEMA)
    columns = {f"r{index}": compile_polars(rule.tree, pl.col) for index, rule in enumerate(rules)}
    answers = frame.with_columns(**columns).select(*columns).rows() if columns else []
    for row, told in zip(rows, answers, strict=False):
        assert list(told) == [evaluate(rule, row) for rule in rules]


@pytest.mark.parametrize("parameter", [640, 0.2, None])
def test_参数可以是python的值_也可以未知(parameter: float | None) -> None:
    rules = [parse("收入 < 支出 * 1.5", PLAIN), parse("0.1 + 支出 == 0.3", PLAIN), parse("支出 * 0.1 + 0.2", PLAIN)]
    incomes = [959.99, 960.0, None]
    frame = pl.DataFrame({"收入": incomes}, schema={"收入": pl.Float64})
    known: dict[str, Any] = {"支出": parameter, "收入": pl.col("收入")}
    columns = {f"r{index}": compile_polars(rule.tree, known.__getitem__) for index, rule in enumerate(rules)}
    for income, told in zip(incomes, frame.with_columns(**columns).select(*columns).rows(), strict=True):
        assert list(told) == [evaluate(rule, {"收入": income, "支出": parameter}) for rule in rules]


def test_整数列按双精度计算() -> None:
    frame = pl.DataFrame({"收入": [1, 2], "支出": [3, 3]}, schema={"收入": pl.Int32, "支出": pl.Int64})
    rule = parse("收入 / 支出", PLAIN)
    assert frame.select(compile_polars(rule.tree, pl.col)).to_series().to_list() == [1 / 3, 2 / 3]


def test_很长的或不会嵌得很深() -> None:
    rule = parse(" or ".join(f"收入=={number}" for number in range(130)), PLAIN)
    frame = pl.DataFrame({"收入": [129.0, 130.0, None]})
    assert frame.select(compile_polars(rule.tree, pl.col)).to_series().to_list() == [True, False, None]
