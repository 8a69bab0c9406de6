"""政策找人:14.5 万人 × 全部救助项目,规则编成的查询与人直接写的 SQL 相比;一户带完整解释要多少毫秒。

两边同一次运行、交替进行,取各自最快的一次;先核对两边的结论逐人逐项相同、金额到分相同。
两边算的一样:结论、金额、是否已享受;“到名单”只给要办的行算金额,还包括缺什么。
"""

import statistics
import time
from datetime import date
from pathlib import Path

import duckdb
import polars as pl

from benchmarks import synthetic
from benchmarks.counties import demo_county, result_of
from benchmarks.machine import line, race, timed
from jiuzhu.engine.assessment import load_rulebook
from jiuzhu.engine.assessment.answers import AMOUNT, HELD, Answers, Sweep
from jiuzhu.engine.assessment.frames import Frames
from jiuzhu.engine.assessment.sweep import sweep
from jiuzhu.engine.entitled import entitled
from jiuzhu.engine.facts import FactTables
from jiuzhu.engine.parameters import on_day
from jiuzhu.engine.warehouse import Warehouse

PEOPLE = 145_000
TWIN = 20_000
HOUSEHOLDS = 200
DAY = date(2026, 10, 31)
BY_HAND = Path(__file__).with_name("sweep.sql")
# 手写的一边只取人表;户表另写一句取出
HOMES = "SELECT * FROM homes"
HOME_NUMBERS = {"人均金融资产": "round(-9000 * ln(1 - u), 2)"}
HOME_COUNTS = {"低保在册人数": 0.1, "其余老幼人数": 0.3, "家庭公司数": 0.03, "登记失业人数": 0.02, "重残重病人数": 0.1,
               "高等教育在校生数": 0.05}  # fmt: skip
HOME_FLAGS = {"户内登记受灾": 0.002, "户有刚性支出": 0.005}
FLAGS = {"事实无人抚养儿童": 0.001, "低保在册": 0.07, "低保边缘在册": 0.02, "劳动年龄有劳动能力": 0.55, "在校": 0.17,
         "在职参保": 0.2, "孤儿": 0.0005, "已享受资助": 0.05, "持残疾证": 0.05, "有收入记录": 0.5, "未成年": 0.2,
         "特困在册": 0.01, "老年人": 0.22, "返贫风险未消除": 0.01}  # fmt: skip
NUMBERS = {
    "年龄": "floor(u * 103)",
    "近12个月住院自付": "CASE WHEN u > 0.9 THEN round(-9000 * ln(1 - u), 2) ELSE 0 END",
    "近12个月门诊慢特病自付": "CASE WHEN u > 0.93 THEN round(u * 6000, 2) ELSE 0 END",
}
TEXTS = {
    "学段": ("无", "无", "无", "学前", "小学", "初中", "高中", "中职", "大专", "大学"),
    "残疾等级": ("无",) * 12 + ("一级", "二级", "三级", "四级"),
    "残疾类别": ("无",) * 12 + ("智力", "精神", "肢体", "视力"),
    "特困自理能力": ("无",) * 9 + ("全自理", "半自理", "全护理"),
}


def run() -> None:
    book = load_rulebook()
    plan = Sweep(book.programmes, on_day(book.parameters, DAY), masks=False)
    with Warehouse.open(memory_limit="8GB") as warehouse:
        connection = warehouse.connection.con
        _fill(connection, PEOPLE)
        facts = FactTables(warehouse.connection.table("persons"), warehouse.connection.table("households"))
        frames = Frames.fetched(warehouse, facts)
        by_hand = BY_HAND.read_text("utf-8")
        _check_equal(connection, plan, plan.answers(frames), by_hand)
        ours, theirs = race([lambda: plan.answers(frames), lambda: _theirs(connection, by_hand)], rounds=11)
        line(
            f"{PEOPLE:,} 人 × {len(book.programmes.programmes)} 个项目",
            f"规则 {ours:.3f} 秒,手写 SQL {theirs:.3f} 秒,{ours / theirs:.2f} 倍",
            "≤ 2 倍",
        )
        with timed() as whole:
            found = sweep(warehouse, facts, book.programmes, plan.parameters)
        line("到名单", f"{whole.seconds:.2f} 秒,{found.height:,} 行")
    _explained()


def _theirs(connection: duckdb.DuckDBPyConnection, by_hand: str) -> None:
    connection.execute(f"CREATE OR REPLACE TABLE hand_homes AS {_hand_homes(by_hand)}")
    connection.execute(f"CREATE OR REPLACE TABLE hand_persons AS {by_hand}")


def _hand_homes(by_hand: str) -> str:
    """同一段 SQL 只取到户表为止。"""
    return by_hand[: by_hand.index("), joined AS (")] + f") {HOMES}"


def _check_equal(connection: duckdb.DuckDBPyConnection, plan: Sweep, ours: Answers, by_hand: str) -> None:
    for level, key, left, right in (
        ("household", "household", ours.households, _hand_homes(by_hand)),
        ("person", "person", ours.persons, by_hand),
    ):
        mine, theirs = left.sort(key), _fetch(connection, right, key)
        assert mine.height == theirs.height > 0
        for item in plan.book.at("household" if level == "household" else "person"):
            assert mine[item.code].equals(theirs[item.code], null_equal=True), item.code
            if item.held is not None:
                assert mine[item.code + HELD].equals(theirs[item.code + HELD], null_equal=True), item.code
            amount = item.code + AMOUNT
            if amount not in theirs.columns:
                assert mine[amount].drop_nulls().is_empty(), amount
                continue
            one, other = mine[amount], theirs[amount].cast(pl.Float64)
            assert one.is_null().equals(other.is_null()), amount
            worst = float((one - other).abs().fill_null(0).max() or 0)  # type: ignore[arg-type]
            assert worst < 0.0101, f"{amount} 最多差 {worst}"


def _fetch(connection: duckdb.DuckDBPyConnection, sql: str, key: str) -> pl.DataFrame:
    frame = pl.from_arrow(connection.sql(sql).to_arrow_table())
    assert isinstance(frame, pl.DataFrame)
    return frame.sort(key)


def _explained() -> None:
    out = result_of(demo_county(TWIN))
    chosen = pl.read_parquet(out / "entitlements.parquet")["household_id"].unique().sort()
    households = chosen.gather_every(max(1, len(chosen) // HOUSEHOLDS)).head(HOUSEHOLDS).to_list()
    entitled(out, households[0])
    seconds = []
    for household in households:
        started = time.perf_counter()
        entitled(out, household)
        seconds.append(time.perf_counter() - started)
    late = statistics.quantiles(seconds, n=20)[-1]
    line(
        f"一户全部项目带解释({len(seconds)} 户)",
        f"中位 {statistics.median(seconds) * 1e3:.1f} 毫秒,第 95 百分位 {late * 1e3:.1f} 毫秒",
    )


def _fill(connection: duckdb.DuckDBPyConnection, people: int) -> None:
    """打分用的宽表,加上救助项目另要的列。"""
    synthetic.fill(connection, people)
    homes = [
        *(synthetic.number(name, sql) for name, sql in HOME_NUMBERS.items()),
        *(synthetic.number(name, f"CASE WHEN u < {rate} THEN 1 ELSE 0 END") for name, rate in HOME_COUNTS.items()),
        *(synthetic.flag(name, rate) for name, rate in HOME_FLAGS.items()),
    ]
    connection.execute(
        f"CREATE OR REPLACE TABLE households AS SELECT *, {', '.join(homes)} FROM (SELECT *, household AS i FROM households)"
    )
    persons = [
        *(synthetic.number(name, sql) for name, sql in NUMBERS.items()),
        *(synthetic.flag(name, rate) for name, rate in FLAGS.items()),
        *(_text(name, values) for name, values in TEXTS.items()),
    ]
    connection.execute(
        f"CREATE OR REPLACE TABLE persons AS SELECT *, '420999101201' AS village_code, {', '.join(persons)}"
        " FROM (SELECT *, person AS i FROM persons)"
    )


def _text(name: str, values: tuple[str, ...]) -> str:
    listed = ", ".join(f"'{value}'" for value in values)
    return f"CASE WHEN hash(i, '{name}?') % 50 = 0 THEN NULL ELSE [{listed}][(1 + hash(i, '{name}') % {len(values)})::BIGINT] END AS {name}"
