"""试算：同一部手册没有差别、下限单调、参数变了照新参数重算事实、抽村可重做。"""

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiuzhu.engine.assessment import load_rulebook
from jiuzhu.engine.assessment.rulebook import Rulebook
from jiuzhu.engine.parameters import PlacedValue
from jiuzhu.engine.simulation import (
    Cuts,
    Sample,
    SampleError,
    Scored,
    banded,
    compare,
    counts,
    cuts_of,
    draw_villages,
    histogram,
    hit_rates,
    sample_of,
    score,
    suggest_bands,
    suggest_points,
    villages_of,
)
from jiuzhu.engine.simulation.bands import CutsError
from jiuzhu.engine.simulation.learn import LEAST, cut_for_rate

SCORES = st.lists(st.floats(-30, 30, allow_nan=False), min_size=1, max_size=60)
LOWS = st.lists(st.integers(-40, 60), min_size=4, max_size=4, unique=True)


@pytest.fixture(scope="module")
def book() -> Rulebook:
    return load_rulebook("default")


@pytest.fixture(scope="module")
def sample(out: Path) -> Sample:
    return sample_of(out)


@pytest.fixture(scope="module")
def scored(sample: Sample, book: Rulebook) -> Scored:
    return score(sample, book)


def frame(values: Sequence[float]) -> pl.DataFrame:
    return pl.DataFrame({"score": values}, schema={"score": pl.Float64})


def cuts(lows: list[int]) -> Cuts:
    blue, yellow, orange, red = sorted(lows)
    return Cuts(red / 2, orange / 2, yellow / 2, blue / 2)


def test_与正式监测同分同级(out: Path, scored: Scored) -> None:
    official = pl.read_parquet(out / "household_scores.parquet").sort("household_id")
    assert scored.scores["household_id"].to_list() == official["household_id"].to_list()
    assert (scored.scores["score"] - official["score"]).abs().max() < 1e-9  # type: ignore[operator]
    assert scored.scores["band"].equals(official["band"])


def test_得分是分值乘次数之和(scored: Scored) -> None:
    total = scored.hits.group_by("household_id").agg(total=pl.col("points").sum())
    joined = scored.scores.join(total, on="household_id", how="left").with_columns(pl.col("total").fill_null(0.0))
    assert (joined["score"] - joined["total"]).abs().max() < 1e-9  # type: ignore[operator]


def test_只取选中的村(out: Path) -> None:
    rows = villages_of(out)
    chosen = rows["village_code"].to_list()[:3]
    part = sample_of(out, villages=chosen)
    assert part.households.height == rows.filter(pl.col("village_code").is_in(chosen))["households"].sum()
    assert set(part.households["village_code"]) == set(chosen)


def test_没有户是错误(out: Path) -> None:
    with pytest.raises(SampleError):
        sample_of(out, villages=["000000000000"])


def test_同一部手册没有差别(scored: Scored) -> None:
    found = compare(scored, scored)
    assert found.moved.is_empty()
    assert found.why.is_empty()
    assert found.before == found.after


def test_加分的指标加到底只升不降(sample: Sample, book: Rulebook, scored: Scored) -> None:
    heavier = replace(
        book, indicators=tuple(replace(i, points=i.points + 2) if i.code == "CS-02" else i for i in book.indicators)
    )
    found = compare(scored, score(sample, heavier))
    assert found.households.filter(pl.col("after") < pl.col("before") - 1e-9).is_empty()
    assert set(found.why["indicator"]) == {"CS-02"}
    assert set(found.why["kind"]) == {"points"}
    assert sum(found.flows().values()) == sample.households.height


def test_参数变了照新参数重算事实(sample: Sample, book: Rulebook, scored: Scored) -> None:
    """劳动力月核定收入不在规则里，只在事实里：只换规则而不重算事实，就看不出差别。"""
    old = book.parameters["劳动力月核定收入"]
    richer = {**book.parameters, old.name: replace(old, values={date(2021, 1, 1): PlacedValue(6000.0, 6000.0)})}
    found = compare(scored, score(sample, replace(book, parameters=richer)))
    assert found.households.filter((pl.col("after") - pl.col("before")).abs() > 1e-9).height > 50


def test_重算的事实与当次的相同(sample: Sample, book: Rulebook, scored: Scored) -> None:
    """参数只差一丝，逼它重算：得分应与用当次事实的一样。"""
    old = book.parameters["用电偏高"]
    nudged = {**book.parameters, old.name: replace(old, values={date(2021, 1, 1): PlacedValue(160.0, 160.000001)})}
    again = score(sample, replace(book, parameters=nudged))
    assert (again.scores["score"] - scored.scores["score"]).abs().max() < 1e-9  # type: ignore[operator]


@given(SCORES, LOWS)
def test_每户恰在一级(values: list[float], lows: list[int]) -> None:
    assert sum(counts(banded(frame(values), cuts(lows))).values()) == len(values)


@given(SCORES, LOWS, st.integers(0, 20))
def test_下限都抬高预警不会变多(values: list[float], lows: list[int], up: int) -> None:
    lower, higher = cuts(lows), cuts([low + up for low in lows])
    assert counts(banded(frame(values), higher))["none"] >= counts(banded(frame(values), lower))["none"]


@given(SCORES)
def test_分布的合计是户数(values: list[float]) -> None:
    bins = histogram(frame(values), low=-1.0, high=24.0)
    assert sum(item["count"] for item in bins) == len(values)


@given(st.sets(st.integers(100, 999), min_size=1), st.integers(1, 50), st.integers(0, 10**6))
def test_抽村可以重做(codes: set[int], count: int, seed: int) -> None:
    names = [str(code) for code in codes]
    first = draw_villages(names, count, seed)
    assert first == draw_villages(list(reversed(names)), count, seed)
    assert len(set(first)) == min(count, len(names))


@given(SCORES, LOWS, st.integers(1, 60))
def test_走访数不超过想要的(values: list[float], lows: list[int], visits: int) -> None:
    now = cuts(lows)
    found = suggest_bands(values, now, visits)
    if found is not None:
        assert len([value for value in values if value >= found.blue]) <= max(visits, 1)


def test_下限要由高到低() -> None:
    with pytest.raises(CutsError):
        Cuts(10, 12, 14, 16)


def test_区间照手册重分与手册相同(scored: Scored, book: Rulebook) -> None:
    assert banded(scored.scores, cuts_of(book)).equals(scored.scores["band"])


@pytest.fixture(scope="module")
def outcomes(scored: Scored) -> pl.DataFrame:
    """半真半假的结果：患重病、自付多的多半属实，登记失业的与属实无关。每户的结果由编号定，次次相同。"""
    strong = {"YL-01": 3.0, "YL-05": 2.0, "GX-01": 2.0}
    weights = pl.DataFrame({"indicator": list(strong), "w": list(strong.values())})
    total = (
        scored.hits.join(weights, on="indicator").group_by("household_id").agg(w=(pl.col("w") * pl.col("times")).sum())
    )
    rows = scored.scores.join(total, on="household_id", how="left").with_columns(pl.col("w").fill_null(0.0))
    true = [
        float(w) + int(hashlib.sha256(name.encode()).hexdigest()[:4], 16) / 65536 * 2 > 2.2
        for name, w in rows.select("household_id", "w").iter_rows()
    ]
    return rows.select("household_id").with_columns(true=pl.Series(true))


def test_命中率的几个数对得上(scored: Scored, outcomes: pl.DataFrame) -> None:
    found = hit_rates(scored, outcomes)
    assert found.needy == outcomes["true"].sum()
    assert found.missed + found.warned.hit == found.needy
    assert sum(rate.verified for rate in found.bands.values()) == found.warned.verified
    assert sum(rate.hit for rate in found.bands.values()) == found.warned.hit
    assert all(rate.hit <= rate.verified for rate in found.categories.values())


def test_结果不够说还差多少(scored: Scored, outcomes: pl.DataFrame) -> None:
    found = suggest_points(scored, outcomes.head(20))
    assert not found.items
    assert found.missing["核实结果"] == LEAST - 20


def test_学出的分方向不反且认得出要紧的(scored: Scored, outcomes: pl.DataFrame) -> None:
    found = suggest_points(scored, outcomes)
    items = {item.code: item for item in found.items}
    for item in found.items:
        assert item.low <= item.suggested <= item.high
        assert item.suggested * (1 if item.points >= 0 else -1) >= 0
        assert 0 <= item.true <= item.hits
    assert found.accuracy is not None
    assert found.accuracy_now is not None
    assert found.accuracy > found.accuracy_now
    strong = max(item.suggested for code, item in items.items() if code in {"YL-01", "YL-05", "GX-01"})
    assert strong >= max(item.suggested for code, item in items.items() if code.startswith("RK"))
    assert suggest_points(scored, outcomes) == found


def test_要命中率就给下限(scored: Scored, outcomes: pl.DataFrame) -> None:
    low = cut_for_rate(scored, outcomes, 0.5)
    assert low is not None
    inside = scored.scores.filter(pl.col("score") >= low).join(outcomes, on="household_id")
    assert inside["true"].mean() >= 0.5  # type: ignore[operator]
    assert cut_for_rate(scored, outcomes.with_columns(true=pl.lit(value=False)), 0.9) is None
