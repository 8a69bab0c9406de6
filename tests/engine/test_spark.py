"""两个引擎,一部手册:DuckDB 与 Spark 的事实、得分、命中、预警、发现相同。"""

import json
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from jiuzhu.engine.pipeline import monitor

from .conftest import KEY

pytest.importorskip("pyspark")
pytestmark = pytest.mark.spark


@pytest.fixture(scope="module")
def spark_out(county: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("spark") / "out"
    monitor(county / "files", folder, key=KEY, engine="spark")
    return folder


@pytest.mark.parametrize(
    ("name", "keys"),
    [
        ("person_facts", ["person_id"]),
        ("household_facts", ["household_id"]),
        ("household_scores", ["household_id"]),
        ("warnings", ["household_id"]),
    ],
)
def test_结果相同(out: Path, spark_out: Path, name: str, keys: list[str]) -> None:
    ours, theirs = (pl.read_parquet(folder / f"{name}.parquet").sort(keys) for folder in (out, spark_out))
    assert_frame_equal(ours, theirs.select(ours.columns), rel_tol=1e-9, abs_tol=1e-9)


@pytest.mark.parametrize(("name", "column"), [("hits", "facts"), ("findings", "detail")])
def test_带_JSON_的结果相同(out: Path, spark_out: Path, name: str, column: str) -> None:
    def rows(folder: Path) -> list[dict[str, object]]:
        frame = pl.read_parquet(folder / f"{name}.parquet")
        found = frame.with_columns(pl.col(column).map_elements(_plain, return_dtype=pl.String)).to_dicts()
        return sorted(found, key=str)

    assert rows(out) == rows(spark_out)


def _plain(text: str) -> str:
    """数字的写法不同(1.0E7 与 10000000.0)不算不同。"""
    content = json.loads(text, parse_float=lambda number: round(float(number), 6), parse_int=float)
    return json.dumps(content, ensure_ascii=False, sort_keys=True)
