"""两次运行相比:变动的户数对得上,每户说得出为什么。"""

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from jiuzhu.engine.assessment.warnings import SEVERITY
from jiuzhu.engine.batches import BatchIntake, gather, read_batch
from jiuzhu.engine.catalog import load_catalog
from jiuzhu.engine.comparison import moved, reasons
from jiuzhu.engine.intake.folder import list_files
from jiuzhu.engine.pipeline import monitor_batches

from .conftest import KEY

CATALOG = load_catalog()
DAY = date(2026, 10, 31)


@pytest.fixture(scope="module")
def both(county: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """前后两次:后一次多了一批医保结算,每人自付八万;低保名单少了一半人。"""
    files, folder = county / "files", tmp_path_factory.mktemp("both")
    batches = [
        batch
        for file in list_files(files)
        for batch in read_batch(file, label=file.name, catalog=CATALOG)
        if batch.source
    ]
    first, second = folder / "first", folder / "second"
    monitor_batches(gather(batches, CATALOG), first, key=KEY, as_of=DAY)
    medical = next(batch for batch in batches if batch.source == "medical_settlement")
    rows = medical.rows.head(60).with_columns(self_paid=pl.lit(80_000.0), settled_date=pl.lit(date(2026, 10, 20)))
    batches.append(BatchIntake(medical.source, rows, report=medical.report).labelled("补报.csv"))
    batches = [
        BatchIntake(one.source, one.rows.head(one.rows.height // 2), report=one.report)
        if one.source == "dibao"
        else one
        for one in batches
    ]
    monitor_batches(gather(batches, CATALOG), second, key=KEY, as_of=DAY, previous_state=first)
    return first, second


def test_每户恰在一类_与两次的级别相符(both: tuple[Path, Path]) -> None:
    table = moved(*both)
    bands = [
        dict(pl.read_parquet(out / "household_scores.parquet")["household_id", "band"].iter_rows()) for out in both
    ]
    assert table["household_id"].is_unique().all()
    assert set(table["household_id"]) == {h for side in bands for h, band in side.items() if band}
    for row in table.iter_rows(named=True):
        past, now = (SEVERITY.get(side.get(row["household_id"]) or "", 0) for side in bands)
        expected = (
            "same" if past == now else "new" if not past else "gone" if not now else "up" if now > past else "down"
        )
        assert row["move"] == expected
    assert {"new", "up"} <= set(table["move"])
    assert table.filter(pl.col("village_code").is_null()).is_empty()


def test_新进来的户_说得出是哪一批带来的哪项指标(both: tuple[Path, Path]) -> None:
    table = moved(*both).filter(pl.col("move").is_in(["new", "up"]))
    told = reasons(*both, table["household_id"].to_list())
    medical = [why for why in told.values() if any(cause.source == "medical_settlement" for cause in why.causes)]
    assert medical
    for why in medical:
        (cause,) = (cause for cause in why.causes if cause.source == "medical_settlement")
        assert cause.files == ("补报.csv",)
        assert cause.added > 0
        assert any(step.after and step.indicator.startswith("YL-") for step in why.steps)


def test_名单上去掉的_说得出少了哪些行(both: tuple[Path, Path]) -> None:
    before, after = both
    listed = [pl.read_parquet(out / "people.parquet").filter(pl.col("classes").list.contains("dibao")) for out in both]
    gone = listed[0].join(listed[1], on="person_id", how="anti")["household_id"].unique().to_list()
    told = reasons(before, after, gone)
    removed = [cause for why in told.values() for cause in why.causes if cause.source == "dibao"]
    assert removed
    assert all(cause.removed > 0 and not cause.added and cause.files for cause in removed)


def test_没有变的户_没有得失(both: tuple[Path, Path]) -> None:
    before, _ = both
    some = pl.read_parquet(before / "household_scores.parquet")["household_id"].head(5).to_list()
    assert all(
        (why.steps, why.joined, why.left, why.causes) == ((), 0, 0, ())
        for why in reasons(before, before, some).values()
    )
    assert set(moved(before, before)["move"]) == {"same"}
