"""猜:证据不足以证明的主张,算后验概率;够高的认定,不够的列出候选交人工。"""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date

import polars as pl

from jiuzhu.engine.identity import priors
from jiuzhu.engine.identity.decide import CANDIDATES
from jiuzhu.engine.identity.names import EQUAL

_ELSEWHERE = 0.04  # 住处已知时,未列为候选的同名人仍可能住处对不上的比例
_MISBORN = 0.02  # 出生日期已知时,同上
_NAMED_RIGHT = 0.985


@dataclass(frozen=True)
class Known:
    """估计先验要看的:规范表、各来源已认定的行、号码合格而不在册的行、总表、户主与监护人、评估日期。"""

    tables: Mapping[str, pl.DataFrame]
    found: Mapping[str, pl.DataFrame]
    outside: pl.DataFrame
    people: pl.DataFrame
    relatives: pl.DataFrame
    as_of: date


def guess(left: pl.DataFrame, pairs: pl.DataFrame, known: Known) -> tuple[pl.DataFrame, pl.DataFrame]:
    """未决的主张与候选对 → (认定 `claim person method probability`, 待人工的候选 `claim person probability`)。"""
    from jiuzhu.engine.identity import probabilistic  # noqa: PLC0415  Splink 载入较慢,不认人的进程用不着

    pairs = pairs.join(left.select("claim"), on="claim", how="semi")
    agreement = priors.agreement(known.tables, known.found, known.people, known.relatives)
    with ThreadPoolExecutor(1) as beside:  # 打分与数先验互不相干,同时做
        weights = beside.submit(probabilistic.score, pairs.select("claim", "person"), left, known.people, agreement)
        scored = pairs.select("claim", "person", "level")
        scored = scored.join(left.select("claim", "source", "period", "name", "pattern", "township_code"), on="claim")
        scored = _with_priors(scored, known)
    # 浮点数相加与先后有关:排好,结果才不随连接的次序变
    scored = scored.join(weights.result(), on=["claim", "person"]).sort("person", "claim")
    ranked = probabilistic.posterior(scored)
    best = ranked.sort("claim", "probability", "person", descending=[False, True, False])
    best = best.with_columns(
        rank=pl.int_range(pl.len()).over("claim") + 1, top=pl.col("probability").max().over("claim")
    )
    sure = best.filter((pl.col("rank") == 1) & (pl.col("probability") >= probabilistic.SURE))
    linked = sure.select("claim", "person", pl.lit("splink").alias("method"), "probability")
    asking = best.filter((pl.col("top") < probabilistic.SURE) & (pl.col("top") >= probabilistic.WORTH_ASKING))
    asking = asking.filter((pl.col("rank") <= probabilistic.MOST_CANDIDATES) & (pl.col("probability") > 0.001))
    return linked, asking.select("claim", "person", "probability").cast(CANDIDATES)  # type: ignore[arg-type]


def _with_priors(scored: pl.DataFrame, known: Known) -> pl.DataFrame:
    """加 `inside favour background`(见 probabilistic.posterior)。"""
    cells = priors.person_cells(known.people, known.as_of.year)
    taken, again = priors.occupied(known.tables, known.found, scored)
    counts = priors.name_counts(scored["name"], known.people)
    found, outside = priors.seen_elsewhere(known.found, known.outside, known.people)
    scored = (
        scored.join(priors.coverage(found, outside, scored["source"]), on="source", how="left")
        .with_columns(cell=cells.gather(scored["person"]))
        .join(priors.role_ratio(known.found, cells), on=["source", "cell"], how="left")
        .join(again, on="source", how="left")
        .join(taken.with_columns(taken=True), on=["source", "period", "person"], how="left", nulls_equal=True)
        .join(counts, on="name", how="left")
    )
    repeat = pl.when(pl.col("taken").fill_null(False)).then("again").otherwise(1.0)
    scored = scored.with_columns(favour=pl.col("ratio").fill_null(1.0) * repeat)
    return scored.with_columns(background=_background())


def _background() -> pl.Expr:
    """未列为候选的同名人、漏字或写错字后同名的人合计的赔率;住处、出生日期已知时,他们大多对不上。"""
    seen = (pl.col("level") == EQUAL).sum().over("claim")
    unseen = (pl.col("holders") - seen).clip(0)
    located = pl.when(pl.col("township_code").is_not_null()).then(_ELSEWHERE).otherwise(1.0)
    dated = pl.col("pattern").str.slice(6, 8).str.contains(r"^[0-9]{8}$").fill_null(False)
    born = pl.when(dated).then(_MISBORN).otherwise(1.0)
    miswritten = priors.DROPPED_SHARE / 2 * pl.col("droppers") + priors.LOOKALIKE_SHARE * pl.col("lookers")
    mass = (_NAMED_RIGHT * unseen + miswritten) / pl.col("holders").clip(1)
    return pl.col("inside") * mass * located * born
