"""一户逐条求值与全县列式查询:结论、金额、是否已享受处处相同,缺的名称一个不漏。"""

import random
from collections.abc import Iterator
from datetime import date
from typing import Any

import polars as pl
import pytest

from jiuzhu.engine.assessment import load_rulebook
from jiuzhu.engine.assessment.answers import AMOUNT, HELD, NULLS, UNKNOWN, Sweep
from jiuzhu.engine.assessment.entitlement import Answer, assess_programmes, money
from jiuzhu.engine.assessment.frames import Frames
from jiuzhu.engine.facts import DICTIONARY, FactTables
from jiuzhu.engine.facts.dictionary import Fact
from jiuzhu.engine.parameters import on_day
from jiuzhu.engine.warehouse import Warehouse

BOOK = load_rulebook()
PARAMETERS = on_day(BOOK.parameters, date(2026, 10, 31))
PLAN = Sweep(BOOK.programmes, PARAMETERS)
NAMES = {name for item in BOOK.programmes for rule in item.rules for name in rule.names}
TEXTS = {
    "城乡": ["城", "乡"],
    "残疾等级": ["无", "一级", "二级", "三级", "四级"],
    "残疾类别": ["无", "智力", "精神", "肢体", "视力", "听力", "多重"],
    "学段": ["无", "学前", "小学", "初中", "高中", "中职", "大专", "大学", "研究生", "特殊教育"],
    "特困自理能力": ["无", "全自理", "半自理", "全护理"],
}
# 恰在线上、差一分的数要常见
EDGES = [
    0.0,
    1.0,
    2.0,
    24.0,
    36.0,
    639.99,
    640.0,
    640.01,
    780.0,
    959.99,
    960.0,
    1170.0,
    21600.0,
    39600.0,
    50000.0,
    80000.0,
]
POLARS = {"number": pl.Float64, "bool": pl.Boolean, "text": pl.String, "date": pl.Date}


def _value(fact: Fact, chance: random.Random, poor: bool) -> Any:
    if chance.random() < (0.01 if poor else 0.12):
        return None
    if fact.kind == "bool":
        return chance.random() < (0.3 if poor else 0.5)
    if fact.kind == "text":
        return chance.choice(TEXTS[fact.name])
    if fact.unit in {"人", "辆", "处", "个", "次", "套"}:
        return float(chance.choice([0, 0, 0, 1] if poor else [0, 1, 1, 2, 3, 5]))
    if fact.unit == "岁":
        return float(chance.choice([0, 5, 6, 7, 15, 16, 17, 18, 40, 59, 60, 79, 80, 89, 90, 99, 100]))
    if poor and "收入" in fact.name and fact.name != "家庭年核定收入":
        return chance.choice([0.0, 320.5, 639.99, 640.0, 700.0])
    if poor and fact.unit in {"月", "元"}:
        return chance.choice([0.0, 3.5, 24.0])
    return chance.choice([*EDGES, round(chance.uniform(0, 60000), 2), round(chance.uniform(0, 1500), 2)])


def _county(seed: int, households: int) -> tuple[pl.DataFrame, pl.DataFrame]:
    chance = random.Random(seed)
    facts = {level: [f for f in DICTIONARY.facts.values() if f.level == level and f.name in NAMES | {"家庭人口数", "城乡"}]
             for level in ("household", "person")}  # fmt: skip
    homes, people = [], []
    for number in range(households):
        poor = chance.random() < 0.5
        home = {fact.name: _value(fact, chance, poor) for fact in facts["household"]}
        homes.append({"household": number, "village_code": "420999101201", **home})
        for _ in range(chance.choice([1, 1, 2, 3])):
            person = {fact.name: _value(fact, chance, poor) for fact in facts["person"]}
            people.append(
                {"household": number, "person": len(people), "village_code": "420999101201", **person, "在世": True}
            )
    schema = {fact.name: POLARS[fact.kind] for level in facts.values() for fact in level}
    return (
        pl.DataFrame(homes, schema_overrides=schema, infer_schema_length=None),
        pl.DataFrame(people, schema_overrides=schema, infer_schema_length=None),
    )


def _told(answer: Answer) -> tuple[object, object, object]:
    return answer.answer, answer.amount, answer.held


def _swept(homes: pl.DataFrame, people: pl.DataFrame, engine: Any = "duckdb") -> tuple[pl.DataFrame, pl.DataFrame]:
    with Warehouse.open(engine) as warehouse:
        facts = FactTables(warehouse.put("persons", people), warehouse.put("households", homes))
        answers = PLAN.answers(Frames.fetched(warehouse, facts))
    return answers.households.sort("household"), answers.persons.sort("person")


def _pairs(homes: pl.DataFrame, people: pl.DataFrame, swept: tuple[pl.DataFrame, pl.DataFrame]) -> Iterator[Any]:
    """(逐户求值的回答, 列式查询的那一行, 这一级的名称表)。"""
    by_home = {row["household"]: row for row in swept[0].to_dicts()}
    by_person = {row["person"]: row for row in swept[1].to_dicts()}
    members: dict[int, list[dict[str, Any]]] = {}
    for row in people.to_dicts():
        members.setdefault(row["household"], []).append(row)
    for home in homes.to_dicts():
        persons = members[home["household"]]
        for answer in assess_programmes(BOOK.programmes, PARAMETERS, home, persons):
            row = by_home[home["household"]] if answer.person is None else by_person[persons[answer.person]["person"]]
            yield answer, row


@pytest.mark.parametrize("seed", range(3))
def test_逐户与列式相同(seed: int) -> None:
    homes, people = _county(seed, 150)
    seen: set[tuple[str, bool | None]] = set()
    for answer, row in _pairs(homes, people, _swept(homes, people)):
        code = answer.programme.code
        seen.add((code, answer.answer))
        swept = row[code], money(row[code + AMOUNT]), row[code + HELD]
        assert swept == _told(answer), f"{code} {answer.conditions}"
        bits = PLAN.nullable(answer.programme.level)
        lacking = {name for position, name in enumerate(bits) if row[NULLS] >> position & 1}
        if answer.answer is None:
            assert row[code + UNKNOWN] > 0
            assert set(answer.missing) - set(BOOK.programmes.exposed) <= lacking
        else:
            assert row[code + UNKNOWN] == 0
            assert answer.missing == ()
    assert {code for code, _ in seen} == set(BOOK.programmes.codes)


@pytest.mark.spark
def test_Spark_相同() -> None:
    pytest.importorskip("pyspark")
    homes, people = _county(99, 60)
    ours, theirs = _swept(homes, people), _swept(homes, people, "spark")
    for left, right in zip(ours, theirs, strict=True):
        assert left.equals(right.select(left.columns), null_equal=True)


def test_三种结论都出现过() -> None:
    """造出来的户不能全是一种结论,否则上面的相同没有意义。"""
    homes, people = _county(1, 1500)
    swept = _swept(homes, people)
    told = {"household": swept[0], "person": swept[1]}
    for item in BOOK.programmes:
        asked = any(name in BOOK.programmes.questions for c in item.conditions for name in c.rule.names)
        wanted = {None} if asked else {False} if item.code == "jiage" else {True, False}
        assert set(told[item.level][item.code].unique().to_list()) >= wanted, item.code
