"""对照已核实的结果:命中率、漏掉的,按级别、按类别。

``outcomes`` 每户一行:household_id、true(确有困难)。只有核实过的户算得出;没有核实的不作数。
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl

from jiuzhu.engine.assessment.rulebook import BANDS
from jiuzhu.engine.simulation.score import Scored


@dataclass(frozen=True)
class Rate:
    """``verified`` 核实过的户,``hit`` 其中确有困难的。"""

    verified: int
    hit: int

    @property
    def share(self) -> float | None:
        """命中率,0–1;没有核实过的为空。"""
        return self.hit / self.verified if self.verified else None


@dataclass(frozen=True)
class HitRate:
    """``warned`` 是在区间里的合计;``missed`` 是确有困难而不在区间的户数,``needy`` 是全部确有困难的。"""

    warned: Rate
    missed: int
    needy: int
    bands: Mapping[str, Rate] = field(default_factory=dict)
    categories: Mapping[str, Rate] = field(default_factory=dict)

    @property
    def caught(self) -> int:
        """确有困难的里面,在区间里的户数。"""
        return self.needy - self.missed


def hit_rates(scored: Scored, outcomes: pl.DataFrame) -> HitRate:
    """一部手册对着核实结果的成绩。类别按加分的命中指标算,一户可在几类里。"""
    known = outcomes.select("household_id", "true").drop_nulls().unique("household_id", keep="last")
    joined = scored.scores.join(known, on="household_id", how="inner")
    warned = joined.filter(pl.col("band").is_not_null())
    missed = joined.filter(pl.col("band").is_null() & pl.col("true"))
    return HitRate(
        warned=_rate(warned),
        missed=missed.height,
        needy=int(joined["true"].sum()),
        bands={band: _rate(warned.filter(pl.col("band") == band)) for band in BANDS},
        categories=_by_category(scored, warned),
    )


def _by_category(scored: Scored, warned: pl.DataFrame) -> dict[str, Rate]:
    names = pl.DataFrame(
        [(code, category) for code, (_, category, _) in scored.indicators.items()],
        schema={"indicator": pl.String, "category": pl.String},
        orient="row",
    )
    told = scored.hits.filter(pl.col("points") > 0).join(names, on="indicator")
    rows = told.select("household_id", "category").unique().join(warned, on="household_id")
    order = list(dict.fromkeys(category for _, category, _ in scored.indicators.values()))
    return {category: _rate(rows.filter(pl.col("category") == category)) for category in order}


def _rate(rows: pl.DataFrame) -> Rate:
    return Rate(rows.height, int(rows["true"].sum()))
