"""整县:样本县与各方言的演示县,准确率与召回率。"""

import os
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from tests.engine.identity.small_county import AS_OF, KEY, measure

from jiuzhu.demo import DIALECTS, generate
from jiuzhu.engine.catalog import load_catalog
from jiuzhu.engine.identity import link
from jiuzhu.engine.intake import read_folder

SAMPLE = Path(os.environ.get("JIUZHU_SAMPLES", Path(__file__).parents[4] / "shared" / "data"))


def check(files: Path, truth: Path, as_of: date = AS_OF) -> None:
    linkage = link(read_folder(files, load_catalog()).tables, key=KEY, as_of=as_of)
    people = pl.read_parquet(truth / "persons.parquet", columns=["pid", "id"])
    expected = pl.read_parquet(truth / "links.parquet").join(people, on="pid")
    whole = pl.col("file").str.replace("#.*$", "")  # 接收把工作簿的表写作“文件#表”;真相只在有两张数据表时才这样写
    named = linkage.links.with_columns(
        file=pl.when(pl.col("file").is_in(expected["file"].unique().to_list())).then("file").otherwise(whole)
    )
    precision, recall = measure(named, expected)
    assert precision >= 0.9995
    assert recall >= 0.985
    wrong = linkage.links.filter(pl.col("method").is_in(["doubtful", "unlinked"]) != pl.col("person_id").is_null())
    assert wrong.is_empty()
    assert set(linkage.doubtful["candidate"]) <= set(linkage.people["person_id"])


@pytest.mark.skipif(not (SAMPLE / "anlan-truth").is_dir(), reason="没有样本县")
def test_样本县():
    check(SAMPLE / "anlan", SAMPLE / "anlan-truth")


@pytest.mark.parametrize("dialect", sorted(DIALECTS))
def test_演示县(dialect, tmp_path):
    made = generate(tmp_path, people=6_000, seed=11, dialect=dialect, as_of=AS_OF)
    check(made.files, made.truth)
