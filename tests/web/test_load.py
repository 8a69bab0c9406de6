"""入库:装进数据库的与引擎写出的一致,分布加得回总数。"""

import json
from pathlib import Path

import polars as pl
import pytest

from jiuzhu.web.monitoring.models import Finding, HouseholdWarning, Run, RunFile
from jiuzhu.web.monitoring.services.load import run_load
from jiuzhu.web.monitoring.services.summarise import nice_width, score_bins

from .cast import COUNTY, every


def test_文件与行数一一对上(run: Run, county_out: Path) -> None:
    batches = pl.read_parquet(county_out / "batches.parquet")
    assert every(RunFile).filter(run=run).count() == batches.height
    assert all(file.reconciles for file in every(RunFile))
    assert sum(file.rows_read for file in every(RunFile)) == batches["rows_read"].sum()


def test_预警一户不少且带地名(run: Run, county_out: Path) -> None:
    warnings = pl.read_parquet(county_out / "warnings.parquet")
    stored = {row.warning_id: row for row in every(HouseholdWarning).filter(run=run)}
    assert len(stored) == warnings.height > 0
    for row in warnings.iter_rows(named=True):
        mine = stored[row["warning_id"]]
        assert (mine.household_id, mine.band, mine.score) == (row["household_id"], row["band"], row["score"])
        assert mine.indicators == row["indicators"]
        assert mine.departments == row["departments"]
        assert set(mine.categories) == {run.rulebook["indicators"][code]["category"] for code in row["indicators"]}
        assert mine.members > 0
    assert all(row.township and row.village for row in stored.values())


def test_发现的根据原样保存(run: Run, county_out: Path) -> None:
    findings = pl.read_parquet(county_out / "findings.parquet")
    assert every(Finding).filter(run=run).count() == findings.height > 0
    expected = sorted(json.dumps(json.loads(text), sort_keys=True) for text in findings["detail"])
    assert sorted(json.dumps(row.detail, sort_keys=True) for row in every(Finding)) == expected


def test_分布加得回总数(run: Run) -> None:
    summary = run.summary
    totals = summary["totals"]
    assert totals["rows_read"] == totals["rows_accepted"] + totals["rows_quarantined"] + totals["rows_ignored"]
    assert summary["scores"]["zero"] + sum(item["count"] for item in summary["scores"]["bins"]) == totals["households"]
    assert sum(row["households"] for row in summary["townships"]) == totals["households"]
    assert sum(row["warnings"] for row in summary["townships"]) == totals["warnings"]
    assert sum(summary["warning_bands"].values()) == totals["warnings"]
    for row in [*summary["townships"], *summary["categories"]]:
        assert sum(row[band] for band in ("red", "orange", "yellow", "blue")) == row["warnings"]
    assert sum(summary["findings"].values()) == every(Finding).filter(run=run).count()
    assert sum(summary["links"].values()) == totals["rows_accepted"]


def test_数据库里没有姓名和证件号(run: Run, county: Path) -> None:
    register = next(path for path in sorted(county.rglob("*")) if "户籍" in path.name)
    numbers = {row.household_id for row in every(HouseholdWarning)}
    assert register.exists()
    assert all(number.startswith("H") and len(number) == 17 for number in numbers)
    text = json.dumps(list(every(Finding).values_list("detail", flat=True)), ensure_ascii=False)
    assert not any(len(part) == 18 and part[:17].isdigit() for part in text.replace('"', " ").split())


def test_已中断的监测不再装入(db: None, county: Path, county_out: Path) -> None:
    run = Run.objects.create(
        division_code=COUNTY, number=1, status=Run.Status.INTERRUPTED, folder=str(county), out_dir=str(county_out)
    )
    run_load(run=run, progress=lambda step, done, total: None)
    run.refresh_from_db()
    assert run.status == Run.Status.INTERRUPTED
    assert not every(HouseholdWarning).exists()


def test_装入途中出错则一行不留(db: None, county: Path, county_out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run = Run.objects.create(
        division_code=COUNTY, number=1, status=Run.Status.RUNNING, folder=str(county), out_dir=str(county_out)
    )

    def broken(out: Path, rulebook: object) -> None:
        raise OSError("磁盘满")

    monkeypatch.setattr("jiuzhu.web.monitoring.services.load.summarise", broken)
    with pytest.raises(OSError, match="磁盘满"):
        run_load(run=run, progress=lambda step, done, total: None)
    run.refresh_from_db()
    assert run.status == Run.Status.RUNNING
    assert not every(RunFile).exists()


@pytest.mark.parametrize(("raw", "width"), [(0.3, 0.5), (1, 1), (1.1, 2), (4.2, 5), (7, 10), (37, 50)])
def test_段宽取整齐的数(raw: float, width: float) -> None:
    assert nice_width(raw) == pytest.approx(width)


def test_全是零分也能画() -> None:
    scores = pl.DataFrame({"score": [0.0, -2.0, None]}, schema={"score": pl.Float64})
    assert score_bins(scores, []) == {"zero": 3, "width": 1, "bins": [], "bands": []}


def test_分段含下限不含上限_与级别的线一致(run: Run, county_out: Path) -> None:
    scores = pl.read_parquet(county_out / "household_scores.parquet")
    bins = run.summary["scores"]["bins"]
    for item in bins[:-1]:
        inside = (pl.col("score") >= item["low"]) & (pl.col("score") < item["high"]) & (pl.col("score") > 0)
        assert item["count"] == scores.filter(inside).height
    lines = {item["low"] for item in run.rulebook["bands"]}
    assert lines <= {item["low"] for item in bins} | {item["high"] for item in bins}
