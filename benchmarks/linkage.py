"""认人的准与全:样本县(有的话)与四种方言、两个种子的演示县,对着真相。

精确率 = 认对的行 ÷ 认了的行;召回率 = 认对的行 ÷ 真相里的全部行(读不进来的也算没认到)。户籍的行不计入,它就是底册。
"""

import os
from collections.abc import Iterator

import polars as pl

from benchmarks.counties import KEY, Measured, anlan, demo_county
from benchmarks.machine import line
from benchmarks.truth import rows_with_truth
from jiuzhu.demo import DIALECTS
from jiuzhu.engine.catalog import load_catalog
from jiuzhu.engine.identity import link
from jiuzhu.engine.intake import read_folder
from jiuzhu.engine.pipeline import latest_date

PEOPLE = 20_000
SEEDS = (11, 12)
PRECISION, RECALL = 0.9995, 0.985
WORST = 4


def counties() -> Iterator[Measured]:
    sample = anlan()
    if sample is None:
        line("安澜(样本县)", "不在,略过(JIUZHU_ANLAN 指出它在哪里)")
    else:
        yield sample
    people = int(os.environ.get("JIUZHU_BENCH_TWIN", PEOPLE))
    for dialect in DIALECTS:
        for seed in SEEDS:
            yield demo_county(people, seed, dialect)


def run() -> None:
    for county in counties():
        rows = judged(county)
        total = figures(rows).row(0, named=True)
        line(county.name, _figures(total), f"精确率 ≥ {PRECISION},召回率 ≥ {RECALL}")
        for row in figures(rows.filter(pl.col("linked")), "method").iter_rows(named=True):
            line(
                f"  方法 {row['method']}", f"认 {row['linked']:,} 行,错 {row['wrong']} 行,精确率 {row['precision']:.5f}"
            )
        for row in figures(rows, "file").sort("recall").head(WORST).iter_rows(named=True):
            line(f"  召回最低的文件 {row['file']}", _figures(row))


def judged(county: Measured) -> pl.DataFrame:
    """一个县各行的结论:file, row, method, linked, correct;户籍的行除外。"""
    intake = read_folder(county.files, load_catalog())
    links = link(intake.tables, key=KEY, as_of=latest_date(intake.tables)).links
    rows = rows_with_truth(county.truth, links)
    register = rows.filter(pl.col("method") == "register")["file"].unique()
    return rows.filter(~pl.col("file").is_in(register.implode())).with_columns(
        linked=pl.col("person_id").is_not_null(),
        correct=(pl.col("person_id") == pl.col("right")).fill_null(value=False),
    )


def figures(rows: pl.DataFrame, *by: str) -> pl.DataFrame:
    """rows, linked, wrong, precision, recall;按 ``by`` 分组,不给就是一行总数。"""
    keys = by or (pl.lit("全部").alias("all"),)
    return (
        rows.group_by(*keys)
        .agg(pl.len().alias("rows"), pl.col("linked").sum(), correct=pl.col("correct").sum())
        .with_columns(
            wrong=pl.col("linked") - pl.col("correct"),
            precision=pl.col("correct") / pl.col("linked"),
            recall=pl.col("correct") / pl.col("rows"),
        )
        .sort(pl.nth(0))
    )


def _figures(row: dict[str, float]) -> str:
    return f"{row['rows']:,} 行,精确率 {row['precision']:.5f}(错 {row['wrong']} 行),召回率 {row['recall']:.4f}"
