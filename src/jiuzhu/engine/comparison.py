"""两次运行相比:谁新进来、谁出去、谁升、谁降,以及为什么。

只读两个结果文件夹。变动先看级别;为什么,看指标的得失、成员的进出,再看这些指标用到的来源里,这一户的行有什么不同。
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import polars as pl

from jiuzhu.engine.assessment.warnings import SEVERITY
from jiuzhu.engine.edition import rulebook_of
from jiuzhu.engine.facts import DICTIONARY
from jiuzhu.engine.increment import ASIDE, REGISTER

MOVES = ("new", "gone", "up", "down", "same")
MOVED = {
    "household_id": pl.String, "move": pl.String, "band_before": pl.String, "band_after": pl.String,
    "score_before": pl.Float64, "score_after": pl.Float64, "members_before": pl.Int64, "members_after": pl.Int64,
    "village_code": pl.String,
}  # fmt: skip


@dataclass(frozen=True)
class Step:
    """一项指标的得失:前后各几分,没有命中为空。"""

    indicator: str
    before: float | None
    after: float | None


@dataclass(frozen=True)
class Cause:
    """一个来源里这一户的行有什么不同。``files`` 是多出的行所在的文件,没有多出的行则是少掉的行原在的文件。"""

    source: str
    added: int
    removed: int
    files: tuple[str, ...]


@dataclass(frozen=True)
class Why:
    """一户为什么变了。``joined``、``left`` 是在世成员的进出人数。"""

    steps: tuple[Step, ...]
    joined: int
    left: int
    causes: tuple[Cause, ...]


def moved(before: Path, after: Path) -> pl.DataFrame:
    """两次里任一次有级别的户,每户一行(列见 ``MOVED``);按级别从重到轻、得分从高到低。"""
    old, new = (_scores(out) for out in (before, after))
    both = new.join(old, on="household_id", how="full", coalesce=True, suffix="_before")
    both = both.rename({name: f"{name}_after" for name in ("band", "score", "members")})
    now, past = (pl.col(f"band_{side}").replace_strict(SEVERITY, default=0) for side in ("after", "before"))
    move = (
        pl.when((past == 0) & (now > 0)).then(pl.lit("new"))
        .when((past > 0) & (now == 0)).then(pl.lit("gone"))
        .when(now > past).then(pl.lit("up"))
        .when(now < past).then(pl.lit("down"))
        .otherwise(pl.lit("same"))
    )  # fmt: skip
    banded = both.with_columns(now=now, past=past, move=move).filter((pl.col("now") > 0) | (pl.col("past") > 0))
    places = pl.concat([_places(after), _places(before)]).unique("household_id", keep="first", maintain_order=True)
    ordered = banded.join(places, on="household_id", how="left").sort(
        ["now", "past", "score_after", "household_id"], descending=[True, True, True, False], nulls_last=True
    )
    return ordered.select(list(MOVED)).cast(MOVED)  # type: ignore[arg-type]


def reasons(before: Path, after: Path, households: Sequence[str]) -> dict[str, Why]:
    """各户为什么变了。给一页的户,不是全县:要读各来源的行。"""
    steps = _steps(before, after, households)
    joined, left = _members(before, after, households)
    wanted = _sources_of(after, {step.indicator for each in steps.values() for step in each})
    found = _causes(before, after, households, set().union(*wanted.values()) if wanted else set())
    return {
        household: Why(
            steps=tuple(steps.get(household, ())),
            joined=joined.get(household, 0),
            left=left.get(household, 0),
            causes=tuple(
                cause
                for cause in found.get(household, ())
                if any(cause.source in wanted[step.indicator] for step in steps.get(household, ()))
            ),
        )
        for household in households
    }


def _scores(out: Path) -> pl.DataFrame:
    return pl.read_parquet(out / "household_scores.parquet", columns=["household_id", "band", "score", "members"])


def _places(out: Path) -> pl.DataFrame:
    """每户的村:取户内首个有村码的成员。"""
    people = pl.read_parquet(out / "people.parquet", columns=["household_id", "village_code"])
    return people.drop_nulls().unique("household_id", keep="first", maintain_order=True)


def _steps(before: Path, after: Path, households: Sequence[str]) -> dict[str, list[Step]]:
    """得失的指标,分差大的在前。"""
    old, new = (_points(out, households) for out in (before, after))
    both = new.join(old, on=["household_id", "indicator"], how="full", coalesce=True, suffix="_before")
    changed = both.filter(pl.col("points").ne_missing(pl.col("points_before")))
    gap = (pl.col("points").fill_null(0) - pl.col("points_before").fill_null(0)).abs()
    told: dict[str, list[Step]] = {}
    for household, indicator, now, past in changed.sort(["household_id", gap, "indicator"], descending=[False, True, False])[
        ["household_id", "indicator", "points", "points_before"]
    ].iter_rows():  # fmt: skip
        told.setdefault(household, []).append(Step(indicator, past, now))
    return told


def _points(out: Path, households: Sequence[str]) -> pl.DataFrame:
    hits = pl.scan_parquet(out / "hits.parquet").filter(pl.col("household_id").is_in(list(households)))
    return hits.group_by("household_id", "indicator").agg(pl.col("points").sum()).collect()


def _members(before: Path, after: Path, households: Sequence[str]) -> tuple[Mapping[str, int], Mapping[str, int]]:
    old, new = (_people(out, households).filter("alive") for out in (before, after))
    same = ["household_id", "person_id"]
    return _counted(new.join(old, on=same, how="anti")), _counted(old.join(new, on=same, how="anti"))


def _people(out: Path, households: Sequence[str]) -> pl.DataFrame:
    rows = pl.scan_parquet(out / "members.parquet").filter(pl.col("household_id").is_in(list(households)))
    return rows.select("household", "person", "household_id", "person_id", "alive").collect()


def _counted(rows: pl.DataFrame) -> dict[str, int]:
    return dict(rows.group_by("household_id").len().iter_rows())


def _sources_of(out: Path, indicators: Iterable[str]) -> dict[str, frozenset[str]]:
    """指标 → 它直接、间接用到的来源(户籍除外)。手册里已没有的指标没有来源。"""
    book, _, _ = rulebook_of(out)
    rules = {item.code: item.rule.names for item in book.indicators}
    return {code: _sources_of_names(tuple(rules.get(code, ()))) for code in indicators}


@lru_cache(maxsize=512)
def _sources_of_names(names: tuple[str, ...]) -> frozenset[str]:
    return frozenset(source for name in names for source in DICTIONARY.sources_of(name)) - {REGISTER}


def _causes(
    before: Path, after: Path, households: Sequence[str], sources: Iterable[str]
) -> dict[str, list[Cause]]:  # fmt: skip
    old, new = (_people(out, households) for out in (before, after))
    told: dict[str, list[Cause]] = {}
    for source in sorted(sources):
        past, now = _rows(before, source, old), _rows(after, source, new)
        added, removed = (
            now.join(past, on=["mark", "again"], how="anti"),
            past.join(now, on=["mark", "again"], how="anti"),
        )
        for household in sorted({*added["household_id"], *removed["household_id"]}):
            more, less = (rows.filter(pl.col("household_id") == household) for rows in (added, removed))
            files = tuple(sorted(set((more if more.height else less)["file"])))
            told.setdefault(household, []).append(Cause(source, more.height, less.height, files))
    return told


def _rows(out: Path, source: str, people: pl.DataFrame) -> pl.DataFrame:
    """这些户在一个来源里的行:``household_id file mark again``;内容(连同归谁)相同的行 mark 相同,again 数第几次。"""
    path = out / "warehouse" / f"{source}.parquet"
    empty = pl.DataFrame(schema={"household_id": pl.String, "file": pl.String, "mark": pl.UInt64, "again": pl.UInt32})
    if not path.is_file():
        return empty
    wanted = people["household"].unique()
    rows = pl.scan_parquet(path).filter(pl.col("household").is_in(wanted.implode()) & ~pl.col("duplicate")).collect()
    if rows.is_empty():
        return empty
    owned = rows.join(people.select("person", "person_id", "household_id"), on="person")
    content = owned.select("person_id", *(name for name in rows.columns if name not in ASIDE))
    return owned.select("household_id", "file", mark=content.hash_rows(0)).with_columns(
        again=pl.int_range(pl.len(), dtype=pl.UInt32).over("mark")
    )
