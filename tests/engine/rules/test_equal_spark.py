"""同一句规则在 PySpark 上与逐行解释相等:有代表性的规则,一次查询。"""

import itertools

import ibis
import pytest
from tests.engine.rules.vocabulary import PLAIN, POOLS

from jiuzhu.engine.rules import compile_ibis, evaluate, parse

pytestmark = pytest.mark.spark
pytest.importorskip("pyspark")

RULES = [
    "收入 > 支出 * 0.5",
    "收入 < 支出 - 0.1",
    "0.1 + 0.2 == 0.3",
    "0 <= 收入 <= 24000",
    "收入 / 支出 >= 0.6",
    "收入 / 人数 / 12",
    "收入 / (支出 - 支出)",
    "(收入 - 支出) * 人数",
    "-收入 + 绝对值(收入)",
    "最大(收入, 支出, 0)",
    "最小(收入 - 500, 支出)",
    "取整(收入 / 7)",
    "取整(-收入)",
    "四舍五入(收入 / 3, 2)",
    "四舍五入(-收入)",
    "四舍五入(收入, 6)",
    "收入 in [0, 640, 0.3]",
    "收入 not in [1, -1]",
    "收入 == 支出 or 收入 != 人数",
    "等级 == “一级”",
    "等级 in [“一级”, “O'Neil”]",
    "等级 not in ['他说\"好\"', '100%_', '']",
    "等级 != 类别",
    "生日 < “2010-01-01”",
    "生日 in [“1960-02-29”] or 认定日 >= 生日",
    "not 有车 or 在校",
    "有车 and not 在校 and 收入 > 1000",
    "(not 有车) == 在校",
    "已知(not 有车)",
    "已知(收入 / 支出) and not 已知(等级 in [“一级”])",
    "如果(有车, 收入, 支出 * 1.5)",
    "如果(收入 > 600, 等级 == “一级”, 在校)",
    "缺省(收入, 支出) < 缺省(人数, 0)",
    "缺省(有车, 假) or 缺省(生日 > “2000-01-01”, 真)",
]


@pytest.fixture(scope="module")
def spark(tmp_path_factory):
    from pyspark.sql import SparkSession

    session = (
        SparkSession.builder.master("local[1]")
        .appName("jiuzhu-rules")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.shuffle.partitions", "1")
        .config("spark.sql.warehouse.dir", str(tmp_path_factory.mktemp("spark")))
        .getOrCreate()
    )
    yield ibis.pyspark.connect(session)
    session.stop()


def rows() -> list[dict]:
    """每种取值都轮到;各列周期不同,使组合错开。"""
    cycles = {
        name: itertools.cycle(POOLS[symbol.type][index % 3 :] + POOLS[symbol.type][: index % 3])
        for index, (name, symbol) in enumerate(PLAIN.items())
    }
    return [{name: next(cycle) for name, cycle in cycles.items()} for _ in range(120)]


def test_代表性规则在Spark上与解释相等(spark):
    from pyspark.sql import types as t

    kinds = {"number": t.DoubleType(), "bool": t.BooleanType(), "text": t.StringType(), "date": t.DateType()}
    schema = t.StructType([t.StructField(name, kinds[symbol.type]) for name, symbol in PLAIN.items()])
    data = rows()
    frame = spark._session.createDataFrame([tuple(row.values()) for row in data], schema).coalesce(1)
    frame.createOrReplaceTempView("rules_facts")
    table = spark.table("rules_facts")
    rules = [parse(text, PLAIN) for text in RULES]
    answers = spark.to_pyarrow(
        table.select(**{f"r{index}": compile_ibis(rule, table.__getitem__) for index, rule in enumerate(rules)})
    ).to_pylist()
    wrong = [
        f"{rule.text} {row}: {answer} ≠ {evaluate(rule, row)}"
        for row, answer_row in zip(data, answers, strict=True)
        for rule, answer in zip(rules, answer_row.values(), strict=True)
        if answer != evaluate(rule, row)
    ]
    assert not wrong, "\n".join(wrong[:5])
