"""试算的计算：引擎在这里载入。"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import polars as pl

from jiuzhu.engine.assessment.rulebook import Rulebook, load_rulebook
from jiuzhu.engine.simulation import (
    HitRate,
    Sample,
    SampleError,
    Scored,
    Suggestions,
    compare,
    cuts_of,
    histogram,
    hit_rates,
    sample_of,
    score,
    suggest_bands,
    suggest_points,
)
from jiuzhu.engine.simulation.learn import cut_for_rate
from jiuzhu.web.ground.errors import ServiceError
from jiuzhu.web.monitoring.models import Run
from jiuzhu.web.policies.models import RulebookVersion
from jiuzhu.web.policies.rulebook.checking import book_of
from jiuzhu.web.policies.rulebook.folders import digest_of, shipped_folder

from .models import Trial

BELOW, ABOVE = -1.0, 24.0
KEPT = 4
LEAST = 20  # 核实过的不足这些户，命中率说明不了什么
LEARNT: dict[tuple[str, str, tuple[tuple[int, Path], ...]], Suggestions] = {}


@dataclass(frozen=True)
class Computed:
    """一次试算算出的东西。"""

    households: pl.DataFrame
    why: pl.DataFrame
    figures: dict[str, Any]
    against_name: str
    against_digest: str


def computed(
    version: RulebookVersion, against: RulebookVersion | None, run: Run, villages: Sequence[str], most: int
) -> Computed:
    """两边各算一遍。"""
    sample = sample_of(Path(run.out_dir), villages=villages)
    if sample.households.height > most:
        raise ServiceError(
            f"样本有 {sample.households.height:,} 户，一次最多试算 {most:,} 户。请少选几个村。", code="sample_too_big"
        )
    old, new = against_book(against), book_of(version.files)
    before, after = score(sample, old), score(sample, new)
    found = compare(before, after)
    figures = {
        "before": dict(found.before),
        "after": dict(found.after),
        "flows": [[one, two, count] for (one, two), count in sorted(found.flows().items())],
        "lows_before": cuts_of(old).as_dict(),
        "lows_after": cuts_of(new).as_dict(),
        "bins": bins(before, after),
        "indicators": {code: item[0] for scored in (before, after) for code, item in scored.indicators.items()},
    }
    name = str(against) if against else f"{old.title} {old.version}"
    return Computed(found.households, found.why, figures, name, old.digest)


def bins(before: Scored, after: Scored) -> list[dict[str, float]]:
    """两边的得分分布，一分一段；零分以下、二十四分以上各并成一段。"""
    pairs = [histogram(scored.scores, low=BELOW, high=ABOVE) for scored in (before, after)]
    if not all(pairs):
        return []
    return [
        {"low": one["low"], "high": one["high"], "before": one["count"], "after": two["count"]}
        for one, two in zip(*pairs, strict=True)
    ]


def against_book(against: RulebookVersion | None) -> Rulebook:
    """施行的一版；没有发布过就是随程序发布的。"""
    return book_of(against.files) if against else _shipped(str(shipped_folder()))


@lru_cache(maxsize=2)
def _shipped(folder: str) -> Rulebook:
    return load_rulebook(folder)


def scored_on(outcomes: pl.DataFrame, outs: Mapping[int, Path], book: Rulebook) -> Scored:
    """在核实过的各户上、用当时那次监测的事实打分。``outs``：监测编号 → 结果文件夹；不在了的略过。"""
    parts: list[Scored] = []
    for number, rows in outcomes.group_by("run"):
        out = outs.get(int(str(number[0])))
        if out is None or not (out / "person_facts.parquet").is_file():
            continue
        try:
            sample: Sample = sample_of(out, households=rows["household_id"].to_list())
        except SampleError:
            continue
        parts.append(score(sample, book))
    if not parts:
        raise SampleError("核实过的户，当时的监测结果都不在了，不能对照。")
    return Scored(
        scores=pl.concat([part.scores for part in parts]),
        hits=pl.concat([part.hits for part in parts]),
        indicators=parts[0].indicators,
    )


@dataclass(frozen=True)
class Against:
    """对照核实结果：两边各一份成绩，与由草稿学得的建议。"""

    before: HitRate
    after: HitRate
    scored: Scored


def against_outcomes(found: Trial, outcomes: pl.DataFrame, outs: Mapping[int, Path]) -> Against:
    """施行的与草稿，各对着同一批核实结果。"""
    before = scored_on(outcomes, outs, against_book(found.against))
    after = scored_on(outcomes, outs, book_of(found.version.files))
    return Against(hit_rates(before, outcomes), hit_rates(after, outcomes), after)


def checked(
    found: Trial, outcomes: pl.DataFrame, outs: Mapping[int, Path], *, side: str, category: str
) -> pl.DataFrame:
    """核实过的各户：两边的得分与级别、属不属实；``category`` 只留在 ``side`` 那边按这一类加了分的。"""
    before = scored_on(outcomes, outs, against_book(found.against))
    after = scored_on(outcomes, outs, book_of(found.version.files))
    known = outcomes.drop_nulls().unique("household_id", keep="last")
    rows = after.scores.select("household_id", "village_code", "members", after="score", band_after="band")
    rows = rows.join(before.scores.select("household_id", before="score", band_before="band"), on="household_id")
    rows = rows.join(known, on="household_id")
    if category:
        mine = after if side == "after" else before
        codes = [code for code, item in mine.indicators.items() if item[1] == category]
        told = mine.hits.filter(pl.col("indicator").is_in(codes) & (pl.col("points") > 0))
        rows = rows.join(told, on="household_id", how="semi")
    return rows.sort([side, "household_id"], descending=[True, False])


def learnt(found: Trial, outcomes: pl.DataFrame, outs: Mapping[int, Path]) -> Suggestions:
    """由核实结果学出的分值建议。同一份草稿、同一批结果学出来总是一样，学一次要几秒，所以留着最近几份。"""
    rows = outcomes.sort("household_id").write_csv()
    key = (digest_of(found.version.files), rows, tuple(sorted(outs.items())))
    made = LEARNT.get(key)
    if made is None:
        made = LEARNT[key] = suggest_points(scored_on(outcomes, outs, book_of(found.version.files)), outcomes)
        while len(LEARNT) > KEPT:
            LEARNT.pop(next(iter(LEARNT)), None)
    return made


def rate_cut(found: Trial, outcomes: pl.DataFrame, outs: Mapping[int, Path], wanted: float) -> float | None:
    """要命中率不低于 ``wanted``，蓝色至少从几分起；现在的区间已经达到的，就是现在的。"""
    book = book_of(found.version.files)
    scored = scored_on(outcomes, outs, book)
    now = hit_rates(scored, outcomes).warned
    if now.verified >= LEAST and now.hit >= wanted * now.verified:
        return cuts_of(book).blue
    return cut_for_rate(scored, outcomes, wanted, LEAST)


def visit_cuts(found: Trial, visits: int) -> dict[str, float] | None:
    """样本里合计约 ``visits`` 户的四个下限。"""
    scores = pl.read_parquet(found.folder / "households.parquet", columns=["after"])["after"].drop_nulls().to_list()
    cuts = suggest_bands(scores, cuts_of(book_of(found.version.files)), visits)
    return cuts.as_dict() if cuts else None
