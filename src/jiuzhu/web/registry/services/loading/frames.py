"""装库之前在内存里备好的表：户、人、类别。各表的列与临时表（``tables.py``）相同。"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from jiuzhu.engine.outputs import read_summary
from jiuzhu.engine.roster import Roster

SEVERITY = {"red": 1, "orange": 2, "yellow": 3, "blue": 4}
PLACE = r"^[1-9][0-9]{11}$"


@dataclass(frozen=True)
class Frames:
    """``households``、``people``、``classes``，列见 ``tables.py``。"""

    households: pl.DataFrame
    people: pl.DataFrame
    classes: pl.DataFrame


def make_frames(roster: Roster, out: Path, *, known: set[str], fallback: str) -> Frames:
    """要装的户：有人在册、预警、有发现，或库里已有（``known``）。``fallback`` 是所在村不详时的县代码。"""
    scores = pl.read_parquet(out / "household_scores.parquet")
    findings = pl.read_parquet(out / "findings.parquet", columns=["household_id"]).drop_nulls()
    listed = roster.people.join(roster.classes.select("person_id").unique(), on="person_id", how="semi")
    flagged = pl.concat([scores.filter(pl.col("band").is_not_null())["household_id"], findings["household_id"]])
    wanted = pl.concat([listed["household_id"], flagged, pl.Series("household_id", sorted(known), pl.String)]).unique()
    people = placed(roster.people.filter(pl.col("household_id").is_in(wanted.implode())), fallback)
    households = (
        heads(people)
        .join(scores.drop("members"), on="household_id", how="left")
        .join(reasons(out), on="household_id", how="left")
        .with_columns(
            band=pl.col("band").fill_null(""),
            severity=pl.col("band").replace_strict(SEVERITY, default=9, return_dtype=pl.Int16),
            score=pl.col("score").fill_null(0.0),
            reasons=pl.col("reasons").fill_null("[]"),
            flagged=pl.col("household_id").is_in(flagged.unique().implode()),
        )
    )
    classes = roster.classes.join(people.select("person_id"), on="person_id", how="semi")
    return Frames(households, people, classes)


def placed(people: pl.DataFrame, fallback: str) -> pl.DataFrame:
    """一户一个所在地：户主的村；户主的不详用同户人的；都不详用 ``fallback``。"""
    village = pl.when(pl.col("village_code").str.contains(PLACE)).then("village_code")
    head = village.filter(pl.col("relation") == "户主").drop_nulls().first()
    return people.with_columns(
        division_code=pl.coalesce(
            head.over("household_id"), village.drop_nulls().first().over("household_id")
        ).fill_null(fallback),
        address=clean("address", 200),
        name=clean("name", 60),
        relation=clean("relation", 20),
        sex=pl.col("sex").replace_strict({"男": "男", "女": "女"}, default="", return_dtype=pl.String),
    ).drop("village_code", "registered")


def clean(column: str, length: int) -> pl.Expr:
    """空值写空文本，去掉数据库存不了的空字节，过长的截断。"""
    return pl.col(column).fill_null("").str.replace_all("\x00", "", literal=True).str.slice(0, length)


def heads(people: pl.DataFrame) -> pl.DataFrame:
    """每户一行：户主（没有在世的户主取最年长的在世者）、所在地、住址。"""
    first = people.sort(
        "household_id",
        ~pl.col("alive"),
        pl.col("relation") != "户主",
        "birth_date",
        "person_id",
        nulls_last=True,
    ).unique("household_id", keep="first", maintain_order=True)
    return first.select("household_id", "division_code", "address", head_person_id="person_id")


def reasons(out: Path) -> pl.DataFrame:
    """每户命中的指标，JSON 文本：``[{indicator, name, category, points, person}]``。

    预警户照预警名单里的先后，其余分值高的在前；两处看到的主要原因因此一致。
    """
    indicators: dict[str, dict[str, Any]] = read_summary(out)["rulebook"]["indicators"]
    codes = list(indicators)
    names = pl.DataFrame(
        {
            "indicator": codes,
            "name": [indicators[code]["name"] for code in codes],
            "category": [indicators[code]["category"] for code in codes],
        },
        schema={"indicator": pl.String, "name": pl.String, "category": pl.String},
    )
    hits = pl.read_parquet(out / "hits.parquet", columns=["household_id", "person_id", "indicator", "points"])
    listed = pl.read_parquet(out / "warnings.parquet", columns=["household_id", "indicators"])
    places = listed.with_columns(place=pl.int_ranges(pl.col("indicators").list.len())).explode("indicators", "place")
    ordered = (
        hits.join(names, on="indicator", how="left")
        .join(places.rename({"indicators": "indicator"}), on=["household_id", "indicator"], how="left")
        .sort(["household_id", "place", "points", "indicator"], descending=[False, False, True, False], nulls_last=True)
    )
    told = pl.struct("indicator", "name", "category", "points", person=pl.col("person_id")).struct.json_encode()
    return ordered.group_by("household_id", maintain_order=True).agg(reasons=pl.format("[{}]", told.str.join(",")))
