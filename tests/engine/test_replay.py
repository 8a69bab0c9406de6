"""重放:当时的结论用当时的手册与行再算一遍,逐分相同;今天的手册、数据怎么变都不影响;被改过就看得出来。"""

import shutil
from pathlib import Path

import polars as pl
import pytest

from jiuzhu.engine.assessment import load_rulebook
from jiuzhu.engine.entitled import entitled
from jiuzhu.engine.facts import DICTIONARY
from jiuzhu.engine.replay import ReplayError, replay
from jiuzhu.engine.stored import sweep_again

BOOK = load_rulebook()
NAMES = {*DICTIONARY.facts, *BOOK.parameters, *BOOK.programmes.questions, *BOOK.programmes.exposed}


@pytest.fixture(scope="module")
def listed(out: Path) -> pl.DataFrame:
    return pl.read_parquet(out / "entitlements.parquet")


def _some(listed: pl.DataFrame, count: int) -> list[str]:
    """各个项目各取几户。"""
    first = listed.group_by("programme", "state", maintain_order=True).first()
    return first["household_id"].unique(maintain_order=True).to_list()[:count]


def test_逐分相同(out: Path, listed: pl.DataFrame) -> None:
    for household in _some(listed, 4):
        done = replay(out, household)
        assert done.differences == ()
        assert [item for item in done.answers if not item.equal] == []
        assert any(item.recorded is not None for item in done.answers)


def test_今天的数据和手册变了也一样(
    out: Path, county: Path, listed: pl.DataFrame, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """另一次运行用了新手册;当时的 OUT 仍按当时的算。"""
    household = listed.filter(pl.col("programme") == "dibao", pl.col("state") == "entitled_unaided")["household_id"][0]
    amount = listed.filter(pl.col("programme") == "dibao", pl.col("household_id") == household)["amount"][0]
    draft = shutil.copytree(load_rulebook().folder, tmp_path / "draft")
    parameters = draft / "parameters.yaml"
    parameters.write_text(parameters.read_text("utf-8").replace("{城: 780, 乡: 640}", "{城: 900, 乡: 800}", 1), "utf-8")
    monkeypatch.setattr(
        "jiuzhu.engine.assessment.rulebook.rulebook_folder", lambda name: draft if name == "default" else Path(name)
    )
    assert load_rulebook().digest != replay(out, household).book.digest
    again = sweep_again(out, load_rulebook())
    changed = again.filter(pl.col("programme") == "dibao", pl.col("household_id") == household)["amount"][0]
    done = replay(out, household, "dibao")
    assert done.equal
    assert done.answers[0].recomputed.amount == amount
    assert changed > amount


def test_改了金额看得出来(out: Path, listed: pl.DataFrame, tmp_path: Path) -> None:
    folder = shutil.copytree(out, tmp_path / "out")
    row = listed.filter(pl.col("programme") == "dibao", pl.col("answer") == "yes").row(0, named=True)
    here = (pl.col("household_id") == row["household_id"]) & (pl.col("programme") == "dibao")
    more = (
        pl.when(here)
        .then(pl.col("amount") + pl.lit(1).cast(pl.Decimal(12, 2)))
        .otherwise("amount")
        .cast(pl.Decimal(12, 2))
    )
    listed.with_columns(amount=more).write_parquet(folder / "entitlements.parquet")
    done = replay(folder, row["household_id"], "dibao")
    assert not done.equal
    assert replay(folder, row["household_id"], "gaoling").equal


def test_改了事实看得出来(out: Path, listed: pl.DataFrame, tmp_path: Path) -> None:
    folder = shutil.copytree(out, tmp_path / "out")
    household = listed["household_id"][0]
    facts = pl.read_parquet(folder / "household_facts.parquet")
    here = pl.col("household_id") == household
    facts.with_columns(pl.when(here).then(99.0).otherwise("家庭汽车数").alias("家庭汽车数")).write_parquet(
        folder / "household_facts.parquet"
    )
    assert [item.name for item in replay(folder, household).differences] == ["家庭汽车数"]


def test_改了手册副本就拒绝(out: Path, listed: pl.DataFrame, tmp_path: Path) -> None:
    folder = shutil.copytree(out, tmp_path / "out")
    path = folder / "rulebook" / "parameters.yaml"
    path.write_text(path.read_text("utf-8").replace("640", "700"), "utf-8")
    with pytest.raises(ReplayError, match="摘要不符"):
        replay(folder, listed["household_id"][0])


def test_没有的户和项目(out: Path, listed: pl.DataFrame) -> None:
    with pytest.raises(ReplayError, match="没有编号"):
        replay(out, "H没有")
    with pytest.raises(ReplayError, match="没有代码为“nothing”的项目"):
        replay(out, listed["household_id"][0], "nothing")


def test_同一部手册再查一遍与当时相同(out: Path, listed: pl.DataFrame) -> None:
    keys = ["household_id", "programme", "person_id"]
    again = sweep_again(out, load_rulebook(str(out / "rulebook")))
    assert again.sort(keys).equals(listed.sort(keys), null_equal=True)


def test_一户的解释与普查相同(out: Path, listed: pl.DataFrame) -> None:
    for household in _some(listed, 12):
        told = entitled(out, household)
        rows = {
            (row["programme"], row["person_id"]): row
            for row in listed.filter(pl.col("household_id") == household).to_dicts()
        }
        for item in told.programmes:
            row = rows.get((item.programme.code, item.person_id))
            if item.answer == "yes":
                assert row is not None
            if row is not None:
                assert (row["answer"], row["amount"], row["held"]) == (item.answer, item.amount, item.held)
            named = {fact.name for condition in item.conditions for fact in condition.facts}
            assert named <= NAMES
        kinds = [line.yearly for line in told.income.lines]
        if told.income.total is not None and None not in kinds:
            assert abs(sum(kinds) - told.income.total) <= len(kinds) * 0.01


def test_缺什么说得出问谁(out: Path, listed: pl.DataFrame) -> None:
    household = listed.filter(pl.col("programme") == "tekun", pl.col("state") == "unknown")["household_id"][0]
    item = next(item for item in entitled(out, household, codes=["tekun"]).of("unknown"))
    assert [lacking.name for lacking in item.lacking] == ["法定义务人能履行义务"]
    assert item.lacking[0].ask.endswith("怎么样？")
    person = str(item.person_id)
    answered = entitled(out, household, codes=["tekun"], personal_answers={person: {"法定义务人能履行义务": False}})
    assert person in [told.person_id for told in answered.of("yes")]
