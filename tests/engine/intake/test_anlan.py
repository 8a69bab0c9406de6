"""安澜县样例:18 个文件全部认出,行数对得上,没有误伤。样例不在时跳过。"""

import os
from pathlib import Path

import polars as pl
import pytest

from jiuzhu.engine.intake import Intake, read_folder

ROOT = Path(os.environ.get("JIUZHU_SAMPLES", Path(__file__).parents[4] / "shared" / "data"))
pytestmark = pytest.mark.skipif(not (ROOT / "anlan").is_dir(), reason="没有安澜县样例")


@pytest.fixture(scope="module")
def taken(catalog) -> Intake:
    return read_folder(ROOT / "anlan", catalog)


def test_全部认出(taken) -> None:
    assert taken.batches.height == 18
    assert taken.batches["source"].n_unique() == 18
    assert taken.batches["unknown_columns"].list.len().sum() == 0


def test_没有误伤(taken) -> None:
    assert taken.quarantine.height == 0
    assert taken.ignored.height == 0


def test_行号与真值一致(taken) -> None:
    truth = pl.read_parquet(ROOT / "anlan-truth" / "links.parquet").select("file", "row").unique()
    rows = pl.concat([table.select("file", "row") for table in taken.tables.values()])
    assert truth.join(rows, on=["file", "row"], how="anti").height == 0
    assert rows.join(truth, on=["file", "row"], how="anti").height == 0


def test_必需的字段都有值(taken, catalog) -> None:
    for key, table in taken.tables.items():
        for field in catalog[key].fields:
            if field.required and field.key != "id_number":
                assert table[field.key].null_count() == 0, (key, field.key)


def test_代码都在目录里(taken, catalog) -> None:
    for key, table in taken.tables.items():
        for field in catalog[key].fields:
            if field.codes and field.type == "code":
                assert set(table[field.key].drop_nulls()) <= set(field.canonical_codes), (key, field.key)
