"""解释一户,与给 14.5 万人全部打分相比。

打分有两种算法,结果相同,得分与命中都取出:编成查询的(数据放不进内存时、在 Spark 上用)与在内存里的(监测平常用)。
另报只算得分的秒数。解释取 200 户(各分数段都有),先热身。
"""

import cProfile
import os
import statistics
from collections.abc import Callable
from functools import partial
from pathlib import Path

import polars as pl

from benchmarks.counties import demo_county, result_of
from benchmarks.machine import line, race, timed
from jiuzhu.engine.assessment import Assessor
from jiuzhu.engine.assessment.frames import Frames
from jiuzhu.engine.assessment.marking import Marking
from jiuzhu.engine.edition import rulebook_of
from jiuzhu.engine.explain import explain
from jiuzhu.engine.facts import FactTables
from jiuzhu.engine.warehouse import Warehouse

PEOPLE = 145_000
HOUSEHOLDS = 200
# 报告的各部分 → 各自最外层的函数(所在的包, 名称);改了名会报错,不会悄悄报 0
PARTS = {
    "读手册与摘要": ("jiuzhu", "rulebook_of"),
    "读事实与来源行": ("polars", "collect_all"),
    "逐条求值": ("jiuzhu", "assess_household"),
    "写成原话": ("jiuzhu", "trace"),
}


def run() -> None:
    people = int(os.environ.get("JIUZHU_BENCH_PEOPLE", PEOPLE))
    out = result_of(demo_county(people))
    households = _chosen(out)
    one_by_one = partial(_explain_all, out, households)
    one_by_one()
    with Warehouse.open() as warehouse:
        assessor, facts = _assessor(out), _facts(warehouse, out)
        sql = warehouse.connection.compile(assessor.scores(facts))
        scores = partial(_fetch, warehouse, sql)
        queried = partial(_score_by_query, warehouse, assessor, facts)
        in_memory = partial(_score_in_memory, warehouse, assessor, facts)
        scoring, quick, scores_only = race([queried, in_memory, scores], rounds=5)
    seconds = [min(pair) for pair in zip(*(one_by_one() for _ in range(3)), strict=True)]
    median, late = statistics.median(seconds), statistics.quantiles(seconds, n=20)[-1]
    line(
        f"{people:,} 人全部打分",
        f"编成查询 {scoring:.3f} 秒,在内存里 {quick:.3f} 秒,只算得分(语句已编好) {scores_only:.3f} 秒",
    )
    line(f"解释一户({len(seconds)} 户)", f"中位 {median * 1e3:.1f} 毫秒,第 95 百分位 {late * 1e3:.1f} 毫秒")
    for title, whole in (("编成查询", scoring), ("在内存里", quick)):
        line(
            f"解释一户 ÷ 全部打分({title})", f"中位 1/{whole / median:.0f},第 95 百分位 1/{whole / late:.0f}", "≤ 1/20"
        )
    line("时间用在", _shares(one_by_one))


def _chosen(out: Path) -> list[str]:
    scores = pl.read_parquet(out / "household_scores.parquet").sort("score", "household_id")
    return scores.gather_every(max(1, scores.height // HOUSEHOLDS))["household_id"].head(HOUSEHOLDS).to_list()


def _explain_all(out: Path, households: list[str]) -> list[float]:
    taken = []
    for household in households:
        with timed() as watch:
            explain(out, household)
        taken.append(watch.seconds)
    return taken


def _assessor(out: Path) -> Assessor:
    book, parameters, _day = rulebook_of(out)
    return Assessor(book, parameters)


def _facts(warehouse: Warehouse, out: Path) -> FactTables:
    """把 OUT 里的事实放回仓库;仓库里人与户用序号。"""
    households = pl.read_parquet(out / "household_facts.parquet").with_row_index("household")
    persons = pl.read_parquet(out / "person_facts.parquet").with_row_index("person")
    persons = persons.join(households.select("household_id", "household"), on="household_id", how="left")
    ordinals = pl.col("^(person|household)$").cast(pl.Int32)
    kept = [
        warehouse.keep(warehouse.put(f"{name}_read", frame.with_columns(ordinals).drop("^.*_id$")), name)
        for name, frame in (("persons", persons), ("households", households))
    ]
    return FactTables(*kept)


def _score_by_query(warehouse: Warehouse, assessor: Assessor, facts: FactTables) -> None:
    assert warehouse.fetch(assessor.scores(facts)).height
    assert warehouse.fetch(assessor.hits(facts)).height


def _score_in_memory(warehouse: Warehouse, assessor: Assessor, facts: FactTables) -> None:
    marked = Marking(assessor.rulebook, assessor.parameters).marks(Frames.fetched(warehouse, facts))
    assert marked.scores.height
    assert marked.hits.height


def _fetch(warehouse: Warehouse, sql: str) -> None:
    assert warehouse.connection.con.sql(sql).to_arrow_table().num_rows


def _shares(action: Callable[[], object]) -> str:
    """各部分占的份额(剖析器下,函数多的部分会偏高)。"""
    profile = cProfile.Profile()
    profile.runcall(action)
    taken: dict[tuple[str, str], float] = {}
    for entry in profile.getstats():
        if isinstance(entry.code, str):
            continue
        for package in ("jiuzhu", "polars"):
            if package in Path(entry.code.co_filename).parts:
                key = (package, entry.code.co_name)
                taken[key] = max(entry.totaltime, taken.get(key, 0.0))
    shares = {part: taken[key] / taken["jiuzhu", "explain"] for part, key in PARTS.items()}
    shares["其余"] = 1 - sum(shares.values())
    return ",".join(f"{part} {share:.0%}" for part, share in shares.items())
