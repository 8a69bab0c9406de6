"""增量:补一批、更正一批、撤回一批之后,只重算有变动的户,结果与全部重算分毫不差。"""

import random
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from jiuzhu.engine.assessment import load_rulebook
from jiuzhu.engine.batches import BatchIntake, gather, read_batch
from jiuzhu.engine.catalog import load_catalog
from jiuzhu.engine.intake import Intake
from jiuzhu.engine.intake.folder import list_files
from jiuzhu.engine.outputs import CONTRACT, read_summary
from jiuzhu.engine.pipeline import PipelineError, monitor_batches

from .conftest import ANLAN, KEY

CATALOG = load_catalog()
DAY = date(2026, 10, 31)
COMPARED = (*CONTRACT, "ignored", "doubtful", "places", "members", "person_facts", "household_facts", "fingerprints")


@dataclass
class County:
    """一个县现有的各批;``full`` 全部重算,``again`` 接着上一次算。"""

    folder: Path
    batches: dict[str, BatchIntake]
    done: int = 0
    last: Path | None = None
    told: list[str] = field(default_factory=list)

    def intake(self) -> Intake:
        return gather(self.batches.values(), CATALOG)

    def again(self, rulebook: str | Path = "default", day: date = DAY) -> Path:
        self.done += 1
        out = self.folder / f"run{self.done}"
        monitor_batches(self.intake(), out, key=KEY, as_of=day, rulebook=rulebook, previous_state=self.last)
        self.last = out
        return out

    def full(self, rulebook: str | Path = "default", day: date = DAY) -> Path:
        out = self.folder / "full"
        monitor_batches(self.intake(), out, key=KEY, as_of=day, rulebook=rulebook)
        return out


def taken(folder: Path) -> dict[str, BatchIntake]:
    return {
        batch.label: batch
        for file in list_files(folder)
        for batch in read_batch(file, label=file.relative_to(folder).as_posix(), catalog=CATALOG)
        if batch.source
    }


def differences(left: Path, right: Path) -> list[str]:
    """哪些结果文件不同;行的先后不论,小数一位不差。"""
    names = [*COMPARED, *(f"warehouse/{path.stem}" for path in sorted((right / "warehouse").glob("*.parquet")))]
    return [name for name in names if not _same(left / f"{name}.parquet", right / f"{name}.parquet")]


def _same(left: Path, right: Path) -> bool:
    frames = [pl.read_parquet(path) for path in (left, right)]
    ordered = [frame.select(sorted(frame.columns)) for frame in frames]
    keys = [pl.struct(frame.columns).hash() if frame.columns else pl.lit(0) for frame in ordered]
    return ordered[0].sort(keys[0]).equals(ordered[1].sort(keys[1]))


@pytest.fixture
def small(county: Path, tmp_path: Path) -> Iterator[County]:
    yield County(tmp_path, taken(county / "files"))
    shutil.rmtree(tmp_path, ignore_errors=True)


# ── 一步一步的变动 ────────────────────────────────────────────────────────────


def of_source(county: County, chance: random.Random, *, besides: frozenset[str] = frozenset()) -> str:
    return chance.choice([label for label, batch in county.batches.items() if batch.source not in besides])


def add_rows(county: County, chance: random.Random) -> str:
    """补一批:同一来源另一个文件,取原有的一部分行改了数,另有几行是不在户籍的人。"""
    label = of_source(county, chance, besides=frozenset({"hukou"}))
    old = county.batches[label]
    rows = old.rows.sample(min(40, old.rows.height), seed=chance.randrange(10**6))
    rows = _bumped(rows, chance).with_columns(row=pl.int_range(1, pl.len() + 1, dtype=pl.Int64))
    fresh = BatchIntake(old.source, rows, report={**old.report, "rows_accepted": rows.height})
    county.batches[f"补{county.done}-{label}"] = fresh.labelled(f"补{county.done}-{label}")
    return f"补 {old.source}"


def correct_rows(county: County, chance: random.Random) -> str:
    """更正一批:整批换掉,几行改数、几行号码错了一位、几行删去。"""
    label = of_source(county, chance)
    old = county.batches[label]
    picked = pl.int_range(pl.len()) % 29 == chance.randrange(29)
    kept = old.rows.filter(~(pl.int_range(pl.len()) % 31 == chance.randrange(31)))
    kept = pl.concat([kept.filter(~picked), _bumped(kept.filter(picked), chance)])
    county.batches[label] = BatchIntake(old.source, kept, old.quarantine, old.ignored, old.report)
    return f"更正 {old.source}"


def withdraw(county: County, chance: random.Random) -> str:
    """撤回补充的一批;没有补充的就不动。"""
    extra = [label for label in county.batches if label.startswith("补")]
    if not extra:
        return "不动"
    gone = county.batches.pop(chance.choice(extra))
    return f"撤回 {gone.source}"


def swap_number(county: County, chance: random.Random) -> str:
    """几行改成别人的名字与号码:行归了另一个人。"""
    label = of_source(county, chance, besides=frozenset({"hukou"}))
    old = county.batches[label]
    if old.rows.height < 4:
        return "不动"
    turned = old.rows.select("name", "id_number").reverse()
    picked = pl.int_range(pl.len()) % 17 == chance.randrange(17)
    rows = old.rows.with_columns(
        pl.when(picked).then(turned[name]).otherwise(pl.col(name)).alias(name) for name in ("name", "id_number")
    )
    county.batches[label] = BatchIntake(old.source, rows, old.quarantine, old.ignored, old.report)
    return f"换人 {old.source}"


def _bumped(rows: pl.DataFrame, chance: random.Random) -> pl.DataFrame:
    """数都加一点,号码隔几行错一位。"""
    amount = chance.randrange(1, 900)
    floats = [name for name, kind in rows.schema.items() if kind == pl.Float64]
    wrong = pl.col("id_number").str.slice(0, 16) + pl.lit(str(chance.randrange(10))) + pl.col("id_number").str.slice(17)
    every = pl.int_range(pl.len()) % 7 == 0
    return rows.with_columns(
        *(pl.col(name) + amount for name in floats),
        id_number=pl.when(every).then(wrong).otherwise("id_number"),
    )


MOVES: tuple[Callable[[County, random.Random], str], ...] = (add_rows, correct_rows, withdraw, swap_number)


def test_随意补充更正撤回_每一步都与全部重算相等(small: County) -> None:
    chance = random.Random(11)
    small.again()
    modes = []
    for move in (add_rows, correct_rows, swap_number, withdraw, chance.choice(MOVES)):
        small.told.append(move(small, chance))
        out = small.again()
        assert differences(out, small.full()) == [], small.told
        modes.append(read_summary(out)["work"]["mode"])
    assert modes.count("partial") >= 4, small.told


def test_什么也没变_一户也不重算_换手册只重新打分(small: County, tmp_path: Path) -> None:
    small.again()
    out = small.again()
    work = read_summary(out)["work"]
    assert (work["mode"], work["households"], work["sources"], work["why"]) == ("partial", 0, [], [])
    assert pl.read_parquet(out / "touched.parquet").is_empty()
    assert differences(out, small.last or out) == []
    raised = _with_points(tmp_path / "book", "YL-03", 20)
    out = small.again(raised)
    work = read_summary(out)["work"]
    assert (work["mode"], work["scores"], work["households"]) == ("partial", "full", 0)
    assert work["why"] == ["规则手册不同"]
    assert differences(out, small.full(raised)) == []


def test_评估日不同_来源有增减_全部重算并说明(small: County) -> None:
    small.again()
    out = small.again(day=date(2026, 9, 30))
    assert "评估日不同" in read_summary(out)["work"]["why"]
    gone = next(label for label, batch in small.batches.items() if batch.source == "vehicle")
    del small.batches[gone]
    out = small.again(day=date(2026, 9, 30))
    work = read_summary(out)["work"]
    assert (work["mode"], work["why"], work["sources"]) == ("full", ["来源有增减"], ["vehicle"])
    assert not (out / "touched.parquet").exists()
    assert pl.read_parquet(out / "household_facts.parquet")["家庭汽车数"].null_count() > 0


def test_重算的户列在_touched_里_不多也不少(small: County) -> None:
    before = small.again()
    label, old = next((label, batch) for label, batch in small.batches.items() if batch.source == "medical_settlement")
    rows = old.rows.with_columns(
        self_paid=pl.when(pl.int_range(pl.len()) == 5).then(pl.col("self_paid") + 1).otherwise("self_paid")
    )
    small.batches[label] = BatchIntake(old.source, rows, old.quarantine, old.ignored, old.report)
    out = small.again()
    links = pl.read_parquet(before / "links.parquet").filter(
        (pl.col("file") == label) & (pl.col("row") == old.rows["row"][5])
    )
    people = pl.read_parquet(before / "people.parquet").join(links, on="person_id", how="semi")
    assert pl.read_parquet(out / "touched.parquet").rows() == [(people["household_id"][0], False)]
    assert read_summary(out)["work"]["sources"] == ["medical_settlement"]


def test_结果里没有上一次的状态_照样全部算(small: County) -> None:
    out = small.again()
    (out / "state.json").unlink()
    assert read_summary(small.again())["work"]["why"] == ["没有可以照抄的上一次结果"]


def test_没有一批可用_是错误(tmp_path: Path) -> None:
    with pytest.raises(PipelineError, match="没有接收好的批"):
        monitor_batches(gather([], CATALOG), tmp_path / "out", key=KEY)


@pytest.mark.skipif(not ANLAN.is_dir(), reason="没有 anlan 数据")
def test_安澜县_补一批与更正一批(tmp_path: Path) -> None:
    county, chance = County(tmp_path, taken(ANLAN)), random.Random(5)
    county.again()
    add_rows(county, chance)
    correct_rows(county, chance)
    out = county.again()
    assert read_summary(out)["work"]["mode"] == "partial"
    assert differences(out, county.full()) == []


def _with_points(folder: Path, code: str, points: int) -> Path:
    """默认手册的一份,改了一项指标的分值。"""
    shutil.copytree(load_rulebook().folder, folder)
    (path,) = (path for path in (folder / "indicators").glob("*.yaml") if f"code: {code}," in path.read_text("utf-8"))
    lines = path.read_text("utf-8").splitlines()
    told = [re.sub(r"points: [0-9.-]+", f"points: {points}", x) if f"code: {code}," in x else x for x in lines]
    path.write_text("\n".join(told) + "\n", "utf-8")
    return folder
