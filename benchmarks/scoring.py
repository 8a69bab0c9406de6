"""从事实到得分:规则编成的查询,与人直接写的 SQL 相比。

两边同一引擎、同一次运行、交替进行,取各自最快的一次;先核对两边的得分与区间逐户相同。
"""

from datetime import date
from functools import partial
from pathlib import Path

import duckdb
import polars as pl

from benchmarks import synthetic
from benchmarks.machine import line, race, timed
from jiuzhu.engine.assessment import Assessor, load_rulebook
from jiuzhu.engine.facts import FactTables
from jiuzhu.engine.parameters import on_day
from jiuzhu.engine.warehouse import Warehouse

SIZES = (145_000, 1_000_000, 6_000_000)
DAY = date(2026, 10, 31)
BY_HAND = Path(__file__).with_name("scoring.sql")


def assessor() -> Assessor:
    book = load_rulebook()
    return Assessor(book, on_day(book.parameters, DAY))


def facts_of(warehouse: Warehouse) -> FactTables:
    return FactTables(warehouse.connection.table("persons"), warehouse.connection.table("households"))


def run() -> None:
    ours: dict[int, float] = {}
    for people in SIZES:
        with Warehouse.open(memory_limit="8GB") as warehouse:
            connection = warehouse.connection.con
            synthetic.fill(connection, people)
            with timed() as compiling:
                compiled = warehouse.connection.compile(assessor().scores(facts_of(warehouse)))
            by_hand = BY_HAND.read_text("utf-8")
            _check_equal(connection, compiled, by_hand)
            pair = race([partial(_store, connection, sql) for sql in (compiled, by_hand)])
            ours[people] = pair[0]
            line(
                f"{people:,} 人",
                f"规则 {pair[0]:.3f} 秒,手写 SQL {pair[1]:.3f} 秒,{pair[0] / pair[1]:.2f} 倍;"
                f"手册读入并编译 {compiling.seconds:.2f} 秒(一部手册一次)",
                "≤ 1.5 倍",
            )
    growth = ours[6_000_000] / ours[1_000_000]
    line("600 万人 ÷ 100 万人", f"{growth:.2f} 倍", "≤ 7.8 倍")


def _store(connection: duckdb.DuckDBPyConnection, sql: str) -> None:
    connection.execute(f"CREATE OR REPLACE TABLE scored AS {sql}")


def _check_equal(connection: duckdb.DuckDBPyConnection, compiled: str, by_hand: str) -> None:
    columns = "household, members, score, band, poverty_index, need_index"
    frames = [_fetch(connection, f"SELECT {columns} FROM ({sql})") for sql in (compiled, by_hand)]
    left, right = frames
    assert left.height == right.height > 0
    assert left["band"].equals(right["band"], null_equal=True), "区间不同"
    for column in ("score", "poverty_index", "need_index"):
        assert left[column].is_null().equals(right[column].is_null()), f"{column} 的未知不同"
        worst = float((left[column] - right[column]).abs().fill_null(0).to_numpy().max())
        assert worst < 1e-6, f"{column} 最多差 {worst}"
    assert left.filter(pl.col("band").is_not_null()).height > 0


def _fetch(connection: duckdb.DuckDBPyConnection, sql: str) -> pl.DataFrame:
    frame = pl.from_arrow(connection.sql(sql).to_arrow_table())
    assert isinstance(frame, pl.DataFrame)
    return frame.sort("household")
