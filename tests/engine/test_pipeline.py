"""整条路:稳定、不半途留下残局、只对新的预警、坏文件不妨碍好文件。"""

import shutil
from datetime import date, datetime
from pathlib import Path

import polars as pl
import pytest

from jiuzhu.engine import outputs
from jiuzhu.engine.pipeline import CHINA, PipelineError, latest_date, monitor

from .conftest import ANLAN, KEY

RESULTS = ("household_scores", "hits", "warnings", "findings", "people", "links")


def same(left: Path, right: Path, name: str) -> bool:
    frames = [pl.read_parquet(folder / f"{name}.parquet") for folder in (left, right)]
    keys = [column for column in frames[0].columns if frames[0][column].dtype != pl.List]
    return frames[0].sort(keys).equals(frames[1].sort(keys))


def test_再算一次_结果完全相同(county: Path, out: Path, tmp_path: Path) -> None:
    monitor(county / "files", tmp_path / "again", key=KEY)
    assert [name for name in RESULTS if not same(out, tmp_path / "again", name)] == []


def test_换一把密钥_编号全换_得分不变(county: Path, out: Path, tmp_path: Path) -> None:
    monitor(county / "files", tmp_path / "other", key=bytes(32))
    ours, theirs = (pl.read_parquet(folder / "household_scores.parquet") for folder in (out, tmp_path / "other"))
    assert not set(ours["household_id"]) & set(theirs["household_id"])
    assert sorted(ours["score"]) == pytest.approx(sorted(theirs["score"]))


def test_上一次已预警的不再预警(county: Path, out: Path, tmp_path: Path) -> None:
    monitor(county / "files", tmp_path / "second", key=KEY, previous=out)
    assert pl.read_parquet(tmp_path / "second" / "warnings.parquet").is_empty()
    assert same(out, tmp_path / "second", "household_scores")


def test_升到更重区间的要预警(county: Path, out: Path, tmp_path: Path) -> None:
    before = tmp_path / "before"
    before.mkdir()
    scores = pl.read_parquet(out / "household_scores.parquet")
    red = scores.filter(pl.col("band") == "red")["household_id"]
    lowered = pl.when(pl.col("band") == "red").then(pl.lit("blue")).otherwise("band").alias("band")
    scores.with_columns(lowered).write_parquet(before / "household_scores.parquet")
    monitor(county / "files", tmp_path / "after", key=KEY, previous=before)
    assert set(pl.read_parquet(tmp_path / "after" / "warnings.parquet")["household_id"]) == set(red)


def test_坏文件说清楚_其余照常(county: Path, out: Path, tmp_path: Path) -> None:
    files = tmp_path / "files"
    shutil.copytree(county / "files", files)
    (files / "空文件.csv").write_bytes(b"")
    (files / "坏表.xlsx").write_bytes(b"PK\x03\x04" + bytes(200))
    (files / "不认识.csv").write_text("品名,单价\n苹果,3\n", "utf-8")
    monitor(files, tmp_path / "out", key=KEY)
    quarantine = pl.read_parquet(tmp_path / "out" / "quarantine.parquet").filter(pl.col("row") == 0)
    assert set(quarantine["file"]) == {"空文件.csv", "坏表.xlsx", "不认识.csv"}
    assert same(out, tmp_path / "out", "household_scores")


def test_缺一个来源_相关指标无法判断而不是没有(county: Path, out: Path, tmp_path: Path) -> None:
    files = tmp_path / "files"
    shutil.copytree(county / "files", files)
    batches = pl.read_parquet(out / "batches.parquet")
    (gone,) = batches.filter(pl.col("source") == "vehicle")["file"]
    (files / gone).unlink()
    monitor(files, tmp_path / "out", key=KEY)
    facts = pl.read_parquet(tmp_path / "out" / "household_facts.parquet")
    assert facts["家庭汽车数"].null_count() == facts.height
    hits = pl.read_parquet(tmp_path / "out" / "hits.parquet")
    assert not hits["indicator"].is_in(["CS-09", "CS-10", "CS-11"]).any()


def test_一个文件也读不成_是错误_原结果不动(out: Path, tmp_path: Path) -> None:
    kept = tmp_path / "out"
    shutil.copytree(out, kept)
    empty = tmp_path / "files"
    empty.mkdir()
    (empty / "说明.txt").write_text("你好", "utf-8")
    with pytest.raises(PipelineError, match="没有读成任何一个文件"):
        monitor(empty, kept, key=KEY)
    assert same(out, kept, "household_scores")
    with pytest.raises(PipelineError, match="没有文件夹"):
        monitor(tmp_path / "没有", kept, key=KEY)


def test_结果文件夹里有别的东西_不动它(county: Path, tmp_path: Path) -> None:
    mine = tmp_path / "我的文件"
    mine.mkdir()
    (mine / "要紧.txt").write_text("别删", "utf-8")
    for out in (mine, mine / "要紧.txt"):
        with pytest.raises(outputs.OutputError, match="换一个文件夹"):
            monitor(county / "files", out, key=KEY)
    with pytest.raises(outputs.OutputError):
        monitor(county / "files", county / "files", key=KEY)
    assert (mine / "要紧.txt").read_text("utf-8") == "别删"
    assert any((county / "files").iterdir())


def test_中途失败_原结果不动(out: Path, tmp_path: Path) -> None:
    kept = tmp_path / "out"
    shutil.copytree(out, kept)
    with pytest.raises(PipelineError), outputs.replacing(kept) as fresh:
        _half_then_fail(fresh)
    assert same(out, kept, "household_scores")


def test_换上的瞬间断电_下次先找回原结果(out: Path, tmp_path: Path) -> None:
    kept = tmp_path / "out"
    shutil.copytree(out, tmp_path / ".out.old")
    with pytest.raises(PipelineError), outputs.replacing(kept) as fresh:
        _half_then_fail(fresh)
    assert same(out, kept, "household_scores")
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def _half_then_fail(folder: Path) -> None:
    (folder / "半个文件").write_text("…")
    raise PipelineError("中途失败")


def test_评估日取数据里最晚的日期() -> None:
    tables = {
        "financial_asset": pl.DataFrame({"reference_date": [date(2026, 10, 31), date(2026, 9, 30)]}),
        "vehicle": pl.DataFrame({"registered_date": [date(2999, 1, 1)]}),
    }
    assert latest_date(tables) == date(2026, 10, 31)
    assert latest_date({}) == datetime.now(CHINA).date()


@pytest.mark.skipif(not ANLAN.is_dir(), reason="没有 anlan 数据")
def test_安澜县(tmp_path: Path) -> None:
    counts = monitor(ANLAN, tmp_path / "out", key=KEY).content["counts"]
    assert counts["files"] == 18
    assert counts["files_unread"] == 0
    assert counts["rows_read"] == 81381
    assert counts["warnings"] > 0
