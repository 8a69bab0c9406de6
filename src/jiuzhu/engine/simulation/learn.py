"""由核实结果学出建议:一个普通的逻辑回归记分卡,和达到想要的走访数、命中率的区间。

建议只是建议:写明由多少户学得、自助抽样的范围,从不自己生效。只有核实过的户有结果,
没有预警过的户多半没有核实,所以学得的分值说的是“在预警过的户里,哪些理由更可靠”。
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from jiuzhu.engine.assessment.rulebook import BANDS
from jiuzhu.engine.simulation.bands import Cuts
from jiuzhu.engine.simulation.score import Scored

LEAST, LEAST_EACH, LEAST_HITS = 120, 30, 15
DRAWS, SEED, LOW, HIGH = 60, 20261101, 5.0, 95.0
STRENGTH = 1.0
MOST_POINTS = 12.0
Matrix = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Suggestion:
    """一项指标:现在的分、建议的分与范围,由 ``hits`` 户命中(其中 ``true`` 户属实)学得。"""

    code: str
    name: str
    category: str
    points: float
    suggested: int
    low: int
    high: int
    hits: int
    true: int

    @property
    def changed(self) -> bool:
        """现在的分不在范围之内,值得一看。"""
        return not self.low <= self.points <= self.high

    @property
    def share(self) -> float:
        """命中这项的户里有几成属实。"""
        return self.true / self.hits if self.hits else 0.0


@dataclass(frozen=True)
class Suggestions:
    """``missing`` 是还差多少条核实结果,各项够了才有 ``items``。``quiet`` 是命中太少、不给建议的指标。"""

    households: int
    true: int
    missing: dict[str, int] = field(default_factory=dict)
    items: tuple[Suggestion, ...] = ()
    quiet: tuple[str, ...] = ()
    accuracy_now: float | None = None
    accuracy: float | None = None


def suggest_points(scored: Scored, outcomes: pl.DataFrame) -> Suggestions:
    """``outcomes``:household_id、true。分值的正负不改:加分的只能加分,扣分的只能扣分。"""
    known = outcomes.select("household_id", "true").drop_nulls().unique("household_id", keep="last")
    rows = scored.scores.join(known, on="household_id", how="inner").sort("household_id")
    answers = rows["true"].to_numpy().astype(bool)
    total, true = len(answers), int(answers.sum())
    missing = {
        "核实结果": max(0, LEAST - total),
        "属实的": max(0, LEAST_EACH - true),
        "不属实的": max(0, LEAST_EACH - (total - true)),
    }
    if any(missing.values()):
        return Suggestions(total, true, {name: count for name, count in missing.items() if count})
    with threadpool_limits(limits=1):  # 几百行的小题，几个线程互相等着反而慢八倍
        return _learnt(scored, rows, answers)


def _learnt(scored: Scored, rows: pl.DataFrame, answers: Flags) -> Suggestions:
    codes, times = _features(scored, rows)
    usable = [n for n in range(len(codes)) if _tells(times[:, n])]
    chosen = [codes[n] for n in usable]
    columns = times[:, usable]
    present = np.array([scored.indicators[code][2] for code in chosen])
    scores = rows["score"].to_numpy()
    drawn = _bootstrap(columns, answers, present)
    middle = _fitted(columns, answers, present)
    items = [
        _suggestion(scored, code, middle[n], drawn[:, n], columns[:, n] > 0, answers) for n, code in enumerate(chosen)
    ]
    return Suggestions(
        households=len(answers),
        true=int(answers.sum()),
        items=tuple(items),
        quiet=tuple(code for code in codes if code not in chosen),
        accuracy_now=_auc(answers, scores),
        accuracy=_cross_checked(columns, answers, present),
    )


def suggest_bands(scores: Sequence[float], now: Cuts, visits: int) -> Cuts | None:
    """红到蓝合计约 ``visits`` 户的四个下限,四级之间的比例照现在的;做不到(样本太小)为空。

    下限取半分一档;同分的户同进同出,所以合计不会超过 ``visits``,可能略少。
    """
    ordered = np.sort(np.asarray([value for value in scores if value is not None], dtype=float))[::-1]
    present = [int((ordered >= getattr(now, band)).sum()) for band in BANDS]
    if not present[-1] or visits < 1 or visits > len(ordered):
        return None
    lows: list[float] = []
    for count in present:
        wanted = max(1, round(visits * count / present[-1]))
        low = _half_up(ordered[wanted] if wanted < len(ordered) else ordered[-1] - 0.5)
        lows.append(low)
    for place in range(len(lows) - 2, -1, -1):  # 同分太多时,上面的级别至少高半分
        lows[place] = max(lows[place], lows[place + 1] + 0.5)
    return Cuts(*lows)


def cut_for_rate(scored: Scored, outcomes: pl.DataFrame, wanted: float, least: int = 20) -> float | None:
    """命中率不低于 ``wanted`` 的最低蓝色下限(半分一档);核实过的户不足 ``least`` 的不算。"""
    known = outcomes.select("household_id", "true").drop_nulls().unique("household_id", keep="last")
    rows = scored.scores.join(known, on="household_id", how="inner").drop_nulls("score")
    if rows.is_empty():
        return None
    values, answers = rows["score"].to_numpy(), rows["true"].to_numpy().astype(bool)
    for low in np.arange(np.floor(values.min() * 2) / 2, values.max() + 0.5, 0.5):
        inside = values >= low
        if inside.sum() >= least and answers[inside].mean() >= wanted:
            return float(low)
    return None


def _half_up(value: float) -> float:
    """大于 ``value`` 的最小半分。"""
    return float(np.floor(value * 2) / 2 + 0.5)


def _features(scored: Scored, rows: pl.DataFrame) -> tuple[list[str], Matrix]:
    """户 × 指标,值是每人平均命中几次:得分恰是它与分值的乘积之和。"""
    codes = list(scored.indicators)
    place = {code: n for n, code in enumerate(codes)}
    index = {name: n for n, name in enumerate(rows["household_id"])}
    table: Matrix = np.zeros((len(index), len(codes)))
    hits = scored.hits.join(rows.select("household_id"), on="household_id", how="semi")
    for household, code, times in hits.select("household_id", "indicator", "times").iter_rows():
        table[index[household], place[code]] = times
    return codes, table


def _tells(column: Matrix) -> bool:
    """命中的、没命中的都够多。"""
    hits = int((column > 0).sum())
    return LEAST_HITS <= hits <= len(column) - LEAST_HITS


def _fitted(times: Matrix, answers: Flags, present: Matrix) -> Matrix:
    """折成分值的系数。方向与现在相反的逐个拿掉再拟合,剩下的都同向。"""
    signs = np.where(present < 0, -1.0, 1.0)
    kept = np.ones(len(present), dtype=bool)
    weights: Matrix = np.zeros(len(present))
    while kept.any():
        found = _logistic(times[:, kept] * signs[kept], answers)
        if (found >= 0).all():
            weights[kept] = found
            break
        places = np.flatnonzero(kept)
        kept[places[found < 0]] = False
    raw, scale = times @ (weights * signs), float(np.std(times @ present))
    spread = float(np.std(raw))
    factor = scale / spread if spread > 0 and scale > 0 else 1.0
    return np.clip(weights * signs * factor, -MOST_POINTS, MOST_POINTS)


def _logistic(columns: Matrix, answers: Flags) -> Matrix:
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415 载入很慢,学的时候才用

    model: Any = LogisticRegression(C=STRENGTH, max_iter=1000).fit(columns, answers)
    return np.asarray(model.coef_[0], dtype=float)


def _bootstrap(times: Matrix, answers: Flags, present: Matrix) -> Matrix:
    """有放回地抽 ``DRAWS`` 次,每次各学一遍。只有一种结果的那次重抽。"""
    generator = np.random.default_rng(SEED)
    rows: list[Matrix] = []
    while len(rows) < DRAWS:
        chosen = generator.integers(0, len(answers), len(answers))
        if 0 < answers[chosen].sum() < len(answers):
            rows.append(_fitted(times[chosen], answers[chosen], present))
    return np.vstack(rows)


def _suggestion(scored: Scored, code: str, middle: float, drawn: Matrix, hit: Flags, answers: Flags) -> Suggestion:
    name, category, points = scored.indicators[code]
    low, high = np.percentile(drawn, [LOW, HIGH])
    suggested = round(float(middle))
    return Suggestion(
        code=code,
        name=name,
        category=category,
        points=points,
        suggested=suggested,
        low=min(suggested, int(np.floor(low))),
        high=max(suggested, int(np.ceil(high))),
        hits=int(hit.sum()),
        true=int(answers[hit].sum()),
    )


def _auc(answers: Flags, scores: Matrix) -> float:
    from sklearn.metrics import roc_auc_score  # noqa: PLC0415 同上

    return float(roc_auc_score(answers, scores))


def _cross_checked(times: Matrix, answers: Flags, present: Matrix) -> float:
    """五折:用别的户学、在没用过的户上看,才不自夸。"""
    from sklearn.model_selection import StratifiedKFold  # noqa: PLC0415 同上

    told: Matrix = np.zeros(len(answers))
    for fit, held in StratifiedKFold(5, shuffle=True, random_state=SEED).split(times, answers):
        told[held] = times[held] @ _fitted(times[fit], answers[fit], present)
    return _auc(answers, told)
