"""解释:与当次结果同一个分,每个数有来处,不知道的说不知道。"""

from pathlib import Path

import polars as pl
import pytest

from jiuzhu.engine.explain import ExplainError, explain


def chosen(out: Path) -> list[str]:
    scores = pl.read_parquet(out / "household_scores.parquet").sort("household_id")
    return scores.gather_every(scores.height // 60)["household_id"].to_list()


def test_逐户解释与全县打分同一结果(out: Path) -> None:
    scores = {row["household_id"]: row for row in pl.read_parquet(out / "household_scores.parquet").to_dicts()}
    hits = pl.read_parquet(out / "hits.parquet")
    for household in chosen(out):
        told, row = explain(out, household), scores[household]
        assert told.score == pytest.approx(row["score"])
        assert told.band == row["band"]
        assert told.poverty_index == pytest.approx(row["poverty_index"], nan_ok=True)
        assert told.need_index == pytest.approx(row["need_index"], nan_ok=True)
        mine = hits.filter(pl.col("household_id") == household).select("indicator", "person_id", "points").rows()
        seen = [(item.code, item.person_id, item.points) for item in told.indicators if item.outcome == "hit"]
        assert sorted(seen, key=str) == sorted(mine, key=str)


def test_每个命中的事实有值_来自部门的能找到那一行(out: Path) -> None:
    links = {tuple(row) for row in pl.read_parquet(out / "links.parquet").select("file", "row", "person_id").rows()}
    warning = pl.read_parquet(out / "warnings.parquet")["household_id"][0]
    told = explain(out, warning)
    people = {member.person_id for member in told.members}
    rows = [row for item in told.indicators for fact in item.facts for row in fact.rows]
    assert rows
    assert all(any((row.file, row.row, person) in links for person in people) for row in rows)
    assert all(item.trace.endswith("→ 成立") for item in told.indicators if item.outcome == "hit")
    assert all(fact.value is not None for item in told.indicators if item.outcome == "hit" for fact in item.facts[:1])


def test_按人的编号也能查(out: Path) -> None:
    member = pl.read_parquet(out / "members.parquet").row(0, named=True)
    assert explain(out, member["person_id"]).household_id == member["household_id"]


@pytest.mark.parametrize("identifier", ["P不存在", "H不存在", ""])
def test_没有的编号说清楚(out: Path, identifier: str) -> None:
    with pytest.raises(ExplainError, match="没有编号"):
        explain(out, identifier)


def test_发现写成一句话(out: Path) -> None:
    findings = pl.read_parquet(out / "findings.parquet").unique("finding", keep="first", maintain_order=True)
    for row in findings.to_dicts():
        told = explain(out, row["household_id"])
        text = next(item.text for item in told.findings if item.finding == row["finding"])
        assert text
        assert "{" not in text
        assert "None" not in text
