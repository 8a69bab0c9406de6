"""演示县与引擎对得上:字段与数据目录一致,每种方言的每一行都被接收,户籍值原样读回。"""

import polars as pl
import pytest

from jiuzhu.demo import DIALECTS
from jiuzhu.demo.dialects import header_table, source_words
from jiuzhu.engine.catalog import load_catalog
from jiuzhu.engine.intake import Intake, read_folder


@pytest.fixture(scope="module")
def readings(counties) -> dict[str, Intake]:
    catalog = load_catalog()
    return {name: read_folder(county.files, catalog) for name, county in counties.items()}


def test_字段与数据目录一致() -> None:
    catalog = load_catalog()
    for source, entry in header_table().items():
        known = [field.key for field in catalog.sources[source].fields]
        assert list(entry["fields"]) == [key for key in known if key in entry["fields"]], source


@pytest.mark.parametrize("dialect", list(DIALECTS))
def test_同一张表里表头不重(dialect: str) -> None:
    for source in header_table():
        headers = list(source_words(source, DIALECTS[dialect]).headers.values())
        assert len(set(headers)) == len(headers), source


@pytest.mark.parametrize("dialect", list(DIALECTS))
def test_引擎接收的正是真相里的每一行(readings, counties, dialect: str) -> None:
    reading = readings[dialect]
    accepted = pl.concat([table.select("file", "row") for table in reading.tables.values()])
    truth = pl.read_parquet(counties[dialect].truth / "links.parquet").select("file", "row")
    book = pl.col("file").str.split("#").list.first().alias("book")
    counts = [rows.group_by(book).len().sort("book") for rows in (accepted, truth)]
    assert counts[0].equals(counts[1])
    whole = accepted.filter(~pl.col("file").str.contains("#", literal=True))
    assert whole.join(truth, on=["file", "row"], how="anti").is_empty()
    counted = pl.col("rows_accepted") + pl.col("rows_quarantined") + pl.col("rows_ignored")
    assert reading.batches.select((pl.col("rows_read") == counted).all()).item()


@pytest.mark.parametrize("dialect", list(DIALECTS))
def test_户籍读回的号码与真相相同(readings, counties, dialect: str) -> None:
    read = readings[dialect].tables["hukou"]["id_number"]
    truth = pl.read_parquet(counties[dialect].truth / "persons.parquet")["id"]
    assert read.sort().equals(truth.sort(), check_names=False)
