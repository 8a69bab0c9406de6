"""批量核对与逐户核对的结论处处相同;没有授权的户不在输入里就不出现。"""

import shutil
from pathlib import Path

import polars as pl
import pytest

from jiuzhu.demo import generate
from jiuzhu.engine.pipeline import monitor
from jiuzhu.engine.verification import check
from jiuzhu.engine.verification_batch import check_many

CODES = ("dibao", "dibao_bianyuan", "gangxing_zhichu", "dibao_danren")


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("verification")
    monitor(generate(folder / "files", people=500, seed=11).files, folder / "run", key=bytes(32))
    return folder / "run"


def test_same_conclusions(out: Path) -> None:
    homes = pl.read_parquet(out / "household_facts.parquet")["household_id"].to_list()[:40]
    many = check_many(out, homes, CODES)
    told = {(row[0], row[1] or "", row[2]): row[3] for row in many.iter_rows()}
    single = {
        (home, one.person_id, one.programme): one.conclusion
        for home in homes
        for one in check(out, home, CODES).conclusions
    }
    assert told == single
    assert {"fits", "over", "unfit"} <= set(told.values())


def test_household_without_facts_is_undecided_both_ways(out: Path, tmp_path: Path) -> None:
    """在册的人都已去世的户没有事实。"""
    without = shutil.copytree(out, tmp_path / "run")
    gone = pl.read_parquet(out / "household_facts.parquet")["household_id"][0]
    for name in ("household_facts", "person_facts"):
        file = without / f"{name}.parquet"
        pl.read_parquet(file).filter(pl.col("household_id") != gone).write_parquet(file)
    many = check_many(without, [gone], CODES)
    household = {(row[0], row[2], row[3]) for row in many.iter_rows() if row[1] is None}
    assert household == {(gone, one.programme, one.conclusion) for one in check(without, gone, CODES).conclusions}
    assert {conclusion for _, _, conclusion in household} == {"undecided"}


def test_over_conditions_are_those_found(out: Path) -> None:
    homes = pl.read_parquet(out / "household_facts.parquet")["household_id"].to_list()[:40]
    many = check_many(out, homes, ["dibao"])
    for home, over in many.select("household_id", "over").iter_rows():
        found = {
            seen.text.split("”")[0].removeprefix("“")
            for seen in check(out, home, ["dibao"]).seen
            if seen.severity == "over"
        }
        assert set(over) == found


def test_only_given_households(out: Path) -> None:
    home = pl.read_parquet(out / "household_facts.parquet")["household_id"][0]
    assert set(check_many(out, [home], CODES)["household_id"]) == {home}
