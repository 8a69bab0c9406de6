"""OUT 是约定:文件、列、计数对得上,没有个人信息。"""

import json
import re
from pathlib import Path

import polars as pl
import pytest

from jiuzhu.engine import outputs
from jiuzhu.engine.assessment.rulebook import BANDS, FINDINGS

DOCUMENT = Path(__file__).parents[2] / "docs" / "output.md"
ID_NUMBER = re.compile(r"(?<![\d.])(\d{17}[\dX]|\d{15})(?!\d)")
PHONE = re.compile(r"(?<![\d.])1[3-9]\d{9}(?!\d)")


def table(out: Path, name: str) -> pl.DataFrame:
    return pl.read_parquet(out / f"{name}.parquet")


@pytest.mark.parametrize("name", outputs.CONTRACT)
def test_约定文件的列(out: Path, name: str) -> None:
    assert table(out, name).columns == list(outputs.CONTRACT[name])


def test_文档写的就是约定() -> None:
    rows = dict(re.findall(r"^\| (\w+)\.parquet \| (.+?) \|$", DOCUMENT.read_text("utf-8"), re.MULTILINE))
    for name, columns in outputs.CONTRACT.items():
        written = [re.sub(r"\(.*?\)", "", column).strip() for column in re.sub(r"\([^)]*\)", "", rows[name]).split(",")]
        assert written == list(columns), name


def test_每个文件的行数对得上(out: Path) -> None:
    batches = table(out, "batches")
    assert batches.height == 18
    total = batches["rows_accepted"] + batches["rows_quarantined"] + batches["rows_ignored"]
    assert (batches["rows_read"] == total).all()


def test_每个被接受的行恰有一条认定(out: Path) -> None:
    links, batches = table(out, "links"), table(out, "batches")
    assert links.select("file", "row").is_unique().all()
    counted = links.group_by("file").agg(n=pl.len()).join(batches, on="file")
    assert (counted["n"] == counted["rows_accepted"]).all()
    assert (links["person_id"].is_null() == links["method"].is_in(["doubtful", "unlinked"])).all()
    assert links.filter(pl.col("person_id").is_not_null())["probability"].min() > 0.9


def test_编号互相对得上(out: Path) -> None:
    people, scores = table(out, "people"), table(out, "household_scores")
    assert people["person_id"].is_unique().all()
    assert set(table(out, "links")["person_id"].drop_nulls()) <= set(people["person_id"])
    assert set(scores["household_id"]) <= set(people["household_id"])
    living = people.filter("alive").group_by("household_id").agg(members=pl.len())
    assert (
        scores.select("household_id", "members")
        .sort("household_id")
        .equals(living.cast({"members": pl.Int64}).sort("household_id"))
    )


def test_命中的分加起来就是得分(out: Path) -> None:
    total = table(out, "hits").group_by("household_id").agg(pl.col("points").sum())
    joined = table(out, "household_scores").join(total, on="household_id", how="left")
    difference = joined["score"] - joined["points"].fill_null(0.0) / joined["members"]
    assert difference.abs().max() < 1e-9


def test_命中的事实是合格的_JSON(out: Path) -> None:
    for text in table(out, "hits")["facts"].unique().to_list():
        assert json.loads(text)


def test_区间按手册(out: Path) -> None:
    summary = outputs.read_summary(out)
    scores = table(out, "household_scores")
    for band in summary["rulebook"]["bands"]:
        inside = scores.filter(pl.col("band") == band["band"])["score"]
        assert inside.min() >= band["low"]
        assert band["high"] is None or inside.max() < band["high"]
    outside = scores.filter(pl.col("band").is_null())["score"]
    assert outside.max() < min(band["low"] for band in summary["rulebook"]["bands"])
    assert set(scores["band"].drop_nulls()) <= set(BANDS)


def test_预警有理由与部门(out: Path) -> None:
    warnings = table(out, "warnings")
    assert warnings.height > 0
    assert warnings["warning_id"].is_unique().all()
    assert warnings["indicators"].list.len().min() >= 1
    assert warnings["departments"].list.len().min() >= 1
    assert warnings["score"].is_sorted(descending=True)


def test_发现的种类与依据(out: Path) -> None:
    findings = table(out, "findings")
    assert set(findings["finding"]) <= set(FINDINGS)
    assert {"property_over_limit", "income_over_limit", "entitled_unaided"} <= set(findings["finding"])
    assert all(json.loads(text) for text in findings["detail"])


def test_摘要的计数与文件一致(out: Path) -> None:
    counts = outputs.read_summary(out)["counts"]
    assert counts["rows_read"] == table(out, "batches")["rows_read"].sum()
    assert counts["warnings"] == table(out, "warnings").height
    assert counts["rows_linked"] == table(out, "links")["person_id"].is_not_null().sum()
    assert sum(counts["findings"].values()) == table(out, "findings").height


def test_任何文件里都没有个人信息(out: Path, county: Path) -> None:
    truth = pl.read_parquet(county / "truth" / "persons.parquet")
    names, numbers = set(truth["name"]), set(truth["id"])
    for path in out.rglob("*.parquet"):
        frame = pl.read_parquet(path)
        for column in frame.select(pl.col(pl.String)).columns:
            values = set(frame[column].drop_nulls().unique())
            assert not values & names, (path.name, column)
            assert not values & numbers, (path.name, column)
            found = [value for value in values if ID_NUMBER.search(value) or PHONE.search(value)]
            assert found == [], (path.name, column)
