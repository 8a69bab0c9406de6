"""两种求值相等:编译成查询一次算许多行,与逐行解释,结果逐位相同,未知也相同。"""

import ibis
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.engine.rules.vocabulary import PLAIN, ROW, expressions

from jiuzhu.engine.rules import Rule, RuleError, compile_ibis, evaluate, parse, trace

TYPES = {"number": "float64", "bool": "boolean", "text": "string", "date": "date"}
SCHEMA = ibis.schema({"序号": "int64"} | {name: TYPES[symbol.type] for name, symbol in PLAIN.items()})
SQUARE = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.fixture(scope="module")
def duckdb():
    connection = ibis.duckdb.connect(threads=1)
    yield connection
    connection.disconnect()


def kept(texts: list[str]) -> list[Rule]:
    """除以零、可能大得无法计算的规则会被拒绝,这里跳过;别的拒绝照样抛出。"""
    rules = []
    for text in texts:
        try:
            rules.append(parse(text, PLAIN))
        except RuleError as error:
            if error.code not in {"number_range", "zero_division"}:
                raise
    return rules


def compiled(connection, rules: list[Rule], rows: list[dict]) -> list[tuple]:
    """全部规则合成一次查询,按行返回。"""
    numbered = [{"序号": index, **row} for index, row in enumerate(rows)]
    columns = {name: [row[name] for row in numbered] for name in SCHEMA.names}
    table = ibis.memtable(columns, schema=SCHEMA)
    columns = {f"r{index}": compile_ibis(rule, table.__getitem__) for index, rule in enumerate(rules)}
    result = connection.to_pyarrow(table.select("序号", **columns).order_by("序号"))
    return [tuple(row[name] for name in columns) for row in result.to_pylist()]


@SQUARE
@given(
    texts=st.lists(st.one_of(expressions("bool"), expressions("number")), min_size=8, max_size=12),
    rows=st.lists(ROW, min_size=12, max_size=30),
)
def test_随机规则在随机行上两种求值相等(duckdb, texts, rows):
    rules = kept(texts)
    if not rules:
        return
    for row, answers in zip(rows, compiled(duckdb, rules, rows), strict=True):
        for rule, answer in zip(rules, answers, strict=True):
            assert answer == evaluate(rule, row), f"{rule.text}\n{row}"
            assert trace(rule, row).value == answer


def test_参数可以是python的值_也可以未知(duckdb):
    rules = [parse("收入 < 支出 * 1.5", PLAIN), parse("0.1 + 支出 == 0.3", PLAIN), parse("支出 * 0.1 + 0.2", PLAIN)]
    table = ibis.memtable({"收入": [959.99, 960.0, None]}, schema=ibis.schema({"收入": "float64"}))
    for parameter in (640, 0.2, None):
        known = {"支出": parameter}
        columns = [compile_ibis(rule, lambda name, known=known: known.get(name, table.收入)) for rule in rules]
        result = duckdb.to_pyarrow(table.select(**{f"r{index}": column for index, column in enumerate(columns)}))
        for income, row in zip([959.99, 960.0, None], result.to_pylist(), strict=True):
            assert list(row.values()) == [evaluate(rule, {"收入": income, **known}) for rule in rules]


def test_整数列与定点数列按双精度计算(duckdb):
    table = ibis.memtable(
        {"收入": [1, 2], "支出": [3, 3]}, schema=ibis.schema({"收入": "int32", "支出": "decimal(10,2)"})
    )
    rule = parse("收入 / 支出", PLAIN)
    result = duckdb.to_pyarrow(table.select(r=compile_ibis(rule, table.__getitem__)))
    assert result["r"].to_pylist() == [1 / 3, 2 / 3]


def test_很长的或不会嵌得很深(duckdb):
    rule = parse(" or ".join(f"收入=={number}" for number in range(130)), PLAIN)
    table = ibis.memtable({"收入": [129.0, 130.0, None]}, schema=ibis.schema({"收入": "float64"}))
    result = duckdb.to_pyarrow(table.select(r=compile_ibis(rule, table.__getitem__)))
    assert result["r"].to_pylist() == [True, False, None]
