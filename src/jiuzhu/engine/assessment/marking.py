"""给内存里的全部住户打分、列命中:每条规则是一列,一次算完;得分的算法见 ``scoring``,两者结果相同。"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce
from operator import add

import polars as pl

from jiuzhu.engine.assessment.frames import MEMBERS, PLACE, VILLAGE, Frames, facts_json, resolver, with_parameters
from jiuzhu.engine.assessment.programmes import Level
from jiuzhu.engine.assessment.rulebook import Indicator, Rulebook
from jiuzhu.engine.division import divided
from jiuzhu.engine.facts import exact
from jiuzhu.engine.parameters import ParameterSet
from jiuzhu.engine.rules import Rule, compile_polars

HITS = {"household": pl.Int32, "person": pl.Int64, "indicator": pl.String, "points": pl.Float64, "facts": pl.String}
LIMITS = {"household": pl.Int32, "finding": pl.String, "code": pl.String, "facts": pl.String}


@dataclass(frozen=True)
class Marked:
    """``scores``:每户一行 household, village_code, members, score, 各指数, band;
    ``hits``:命中的指标一项一行 household, person, indicator, points, facts(JSON)。"""

    scores: pl.DataFrame
    hits: pl.DataFrame


@dataclass(frozen=True)
class Marking:
    """一部手册在某一天的用法。"""

    rulebook: Rulebook
    parameters: ParameterSet

    def marks(self, frames: Frames) -> Marked:
        """得分与命中。每项指标先算成一列“是否成立”,得分、命中都由它来。"""
        homes = self._marked(frames.households, "household", [index.rule for index in self.rulebook.indices])
        names = [name for item in self._at("person") for name in item.rule.names]
        people = self._marked(frames.living(names), "person", [])
        return Marked(self._scores(homes, people), self._hits({"household": homes, "person": people}))

    def limit_hits(self, frames: Frames) -> pl.DataFrame:
        """findings 里由规则得出的:household, finding, code, facts(JSON)。"""
        limits = self.rulebook.findings.limits
        table = self._narrow(frames.households, ["household"], [limit.rule for limit in limits])
        resolve = resolver(self.parameters, table.columns)
        parts = [
            table.lazy()
            .filter(compile_polars(limit.rule.tree, resolve))
            .select(
                "household",
                finding=pl.lit(limit.finding),
                code=pl.lit(limit.code),
                facts=facts_json(limit.rule.names, self.parameters, table.schema),
            )
            for limit in limits
        ]
        return pl.concat(
            [pl.DataFrame(schema={**LIMITS, "household": table.schema["household"]}), *pl.collect_all(parts)]
        )

    def _at(self, level: Level) -> list[Indicator]:
        return [item for item in self.rulebook.indicators if item.level == level]

    def _narrow(self, table: pl.DataFrame, keys: list[str], rules: Iterable[Rule]) -> pl.DataFrame:
        """只留规则用到的列,加上分地方的参数。"""
        names = dict.fromkeys(name for rule in rules for name in rule.names)
        wanted = dict.fromkeys([*keys, VILLAGE, PLACE, *names])
        return with_parameters(table.select([name for name in wanted if name in table.columns]), self.parameters, names)

    def _marked(self, table: pl.DataFrame, level: Level, more: list[Rule]) -> pl.DataFrame:
        """添上各项指标“是否成立”的列。"""
        items, keys = self._at(level), ["household", MEMBERS] if level == "household" else ["household", "person"]
        narrow = self._narrow(table, keys, [*(item.rule for item in items), *more])
        resolve = resolver(self.parameters, narrow.columns)
        return narrow.with_columns(compile_polars(item.rule.tree, resolve).alias(_mark(item)) for item in items)

    def _scores(self, homes: pl.DataFrame, people: pl.DataFrame) -> pl.DataFrame:
        mine, table = self._at("household"), homes
        points = _sum(item for item in mine if item.per == "person") * pl.col(MEMBERS)
        points += _sum(item for item in mine if item.per == "household")
        if personal := self._at("person"):
            table = homes.join(_by_household(people, personal), on="household", how="left", maintain_order="left")
            points += pl.col("person_points").fill_null(0)
        resolve = resolver(self.parameters, homes.columns)
        scored = table.select(
            "household",
            VILLAGE,
            members=pl.col(MEMBERS).cast(pl.Int64),
            score=points / pl.col(MEMBERS),
            **{index.key: compile_polars(index.rule.tree, resolve) for index in self.rulebook.indices},
        )
        return scored.with_columns(band=self._band(pl.col("score")))

    def _band(self, score: pl.Expr) -> pl.Expr:
        branches = [
            pl.when((score >= band.low) & (pl.lit(value=True) if band.high is None else score < band.high)).then(
                pl.lit(band.band)
            )
            for band in self.rulebook.bands
        ]
        return pl.coalesce(*branches, pl.lit(None, dtype=pl.String))

    def _hits(self, tables: dict[Level, pl.DataFrame]) -> pl.DataFrame:
        parts = pl.collect_all([self._hits_of(item, tables[item.level]) for item in self.rulebook.indicators])
        return pl.concat([pl.DataFrame(schema={**HITS, "household": tables["household"].schema["household"]}), *parts])

    def _hits_of(self, item: Indicator, table: pl.DataFrame) -> pl.LazyFrame:
        personal = item.level == "person"
        times = pl.col(MEMBERS) if item.per == "person" and not personal else pl.lit(1.0)
        return (
            table.lazy()
            .filter(pl.col(_mark(item)))
            .select(
                "household",
                person=pl.col("person").cast(pl.Int64) if personal else pl.lit(None, dtype=pl.Int64),
                indicator=pl.lit(item.code),
                points=(times * item.points).cast(pl.Float64),
                facts=facts_json(item.rule.names, self.parameters, table.schema),
            )
        )


def _mark(item: Indicator) -> str:
    """记“是否成立”的列名;不会与事实同名。"""
    return f"{item.code}?"


def _by_household(people: pl.DataFrame, items: list[Indicator]) -> pl.DataFrame:
    """各户在世成员的人级分合计;分有小数的换成整数再加,与次序无关(见 ``facts.exact``)。"""
    points = _sum(items)
    if all(item.points.is_integer() for item in items):
        return people.group_by("household").agg(person_points=points.sum())
    parts = (points * exact.PARTS).round(mode="half_away_from_zero").cast(pl.Int64)
    total = divided(pl.col("person_points").cast(pl.Float64), pl.lit(float(exact.PARTS)))
    return people.group_by("household").agg(person_points=parts.sum()).with_columns(person_points=total)


def _sum(items: Iterable[Indicator]) -> pl.Expr:
    """成立得分,不成立或未知得 0。"""
    terms = [pl.col(_mark(item)).fill_null(value=False).cast(pl.Int64) * _points(item) for item in items]
    return reduce(add, terms) if terms else pl.lit(0.0)


def _points(item: Indicator) -> pl.Expr:
    return pl.lit(int(item.points), dtype=pl.Int64) if item.points.is_integer() else pl.lit(item.points)
