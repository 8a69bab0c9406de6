"""预警与发现准不准:对着真相,并与一个直接学真相的提升树相比。

样本县(有的话)与几个演示县。提升树只为比较:它见过真相,五折交叉,取与预警同样多的户。
"""

import os
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import polars as pl
import polars.selectors as cs

from benchmarks.counties import Measured, anlan, demo_county, result_of
from benchmarks.machine import line
from benchmarks.truth import households_of, rows_with_truth

PEOPLE = 20_000
TWINS = (("standard", 21), ("standard", 22), ("tabs", 23), ("parts", 24), ("harsh", 25))
OVER = ("property_over_limit", "income_over_limit")
UNLISTED = "无"
SEED = 1


def run() -> None:
    with_model = find_spec("sklearn") is not None
    if not with_model:
        line("提升树", "没有装 scikit-learn(make bench 会装好),只报预警自己的数字")
    for county in counties():
        out = result_of(county)
        households = judged(county, out)
        _report_warnings(county.name, households, with_model=with_model)
        _report_findings(households)


def counties() -> Iterator[Measured]:
    sample = anlan()
    if sample is None:
        line("安澜(样本县)", "不在,略过(JIUZHU_ANLAN 指出它在哪里)")
    else:
        yield sample
    people = int(os.environ.get("JIUZHU_BENCH_TWIN", PEOPLE))
    for dialect, seed in TWINS:
        yield demo_county(people, seed, dialect)


def judged(county: Measured, out: Path) -> pl.DataFrame:
    """真相的每一户,加我们的结论(warned, over, entitled)与户级事实。"""
    rows = rows_with_truth(county.truth, pl.read_parquet(out / "links.parquet"))
    truth = households_of(county.truth, rows, pl.read_parquet(out / "members.parquet"))
    findings = pl.read_parquet(out / "findings.parquet")
    told = {
        "warned": pl.read_parquet(out / "warnings.parquet")["household_id"],
        "over": findings.filter(pl.col("finding").is_in(OVER))["household_id"],
        "entitled": findings.filter(pl.col("finding") == "entitled_unaided")["household_id"],
    }
    marked = truth.with_columns(
        pl.col("household_id").is_in(ids.unique().implode()).fill_null(value=False).alias(name)
        for name, ids in told.items()
    )
    facts = pl.read_parquet(out / "household_facts.parquet").drop("village_code").rename(lambda name: f"事实:{name}")
    return marked.join(facts, left_on="household_id", right_on="事实:household_id", how="left")


def _report_warnings(name: str, households: pl.DataFrame, *, with_model: bool) -> None:
    unlisted = households.filter(pl.col("on_list") == UNLISTED)
    warned = unlisted.filter("warned").height
    hit, found = rates(unlisted, "warned", "missed")
    line(f"{name}:预警", f"{households['warned'].sum()} 户,不在任何名单的 {warned} 户")
    line("  其中确应救助", f"{hit:.1%}(名单外的户平均 {unlisted.filter('missed').height / unlisted.height:.1%})")
    if with_model:
        best = model_rate(unlisted, warned)
        line("  ÷ 提升树取同样多户", f"{hit:.3f} ÷ {best:.3f} = {hit / best:.2f}", "≥ 0.8")
    line("  应救未救的找到", f"{found:.1%}(共 {unlisted['missed'].sum()} 户)", "≥ 35%")


def _report_findings(households: pl.DataFrame) -> None:
    hit, found = rates(households, "over", "wrongly_on")
    line("  财产或收入超标", f"{households['over'].sum()} 户,真不应享 {hit:.1%}", "≥ 50%")
    line("  不应享而享的找到", f"{found:.1%}(共 {households['wrongly_on'].sum()} 户)", "≥ 45%")
    hit, found = rates(households, "entitled", "missed")
    line("  符合条件未救助", f"{households['entitled'].sum()} 户,确应救助 {hit:.1%},找到 {found:.1%}")


def rates(households: pl.DataFrame, told: str, true: str) -> tuple[float, float]:
    """(说中的占说了的, 说中的占真有的)。"""
    both = households.select((pl.col(told) & pl.col(true)).sum()).item()
    return both / max(1, households[told].sum()), both / max(1, households[true].sum())


def model_rate(unlisted: pl.DataFrame, number: int) -> float:
    """提升树五折交叉打分,取最高的 ``number`` 户,其中确应救助的比例。"""
    # 基准依赖组里才有
    from sklearn.ensemble import HistGradientBoostingClassifier  # type: ignore[import-untyped]  # noqa: PLC0415
    from sklearn.model_selection import StratifiedKFold, cross_val_predict  # type: ignore[import-untyped]  # noqa: PLC0415
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]  # noqa: PLC0415

    features, labels = _features(unlisted), unlisted["missed"].to_numpy()
    model = HistGradientBoostingClassifier(random_state=SEED, max_iter=150, learning_rate=0.06, min_samples_leaf=20)
    folds = StratifiedKFold(5, shuffle=True, random_state=SEED)
    with threadpool_limits(1):  # 机器忙时多线程互相空等,反而慢几十倍
        chances = cross_val_predict(model, features, labels, cv=folds, method="predict_proba")[:, 1]
    return float(labels[np.argsort(-chances, kind="stable")[:number]].mean())


def _features(households: pl.DataFrame) -> np.ndarray:
    """全部户级事实成数;未知为 NaN,从不变化的列去掉(提升树不收)。"""
    facts = households.select(cs.starts_with("事实:"))
    numbers = facts.select(
        cs.numeric().cast(pl.Float64),
        cs.boolean().cast(pl.Float64),
        cs.date().to_physical().cast(pl.Float64),
        cs.string().cast(pl.Categorical).to_physical().cast(pl.Float64),
    )
    varying = [column for column in numbers.columns if numbers[column].drop_nulls().n_unique() > 1]
    return numbers.select(varying).to_numpy()
