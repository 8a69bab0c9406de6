"""如果:标准提高,进来的、金额、各乡镇之和都对得上;什么也没改就没有变化。"""

import shutil
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from jiuzhu.engine.assessment import Rulebook, load_rulebook
from jiuzhu.engine.simulation.whatif import WhatIf, what_if


@pytest.fixture(scope="module")
def draft(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Rulebook]:
    def make(*changes: tuple[str, str, str]) -> Rulebook:
        folder = shutil.copytree(load_rulebook().folder, tmp_path_factory.mktemp("draft") / "book")
        for name, old, new in changes:
            path = folder / name
            text = path.read_text("utf-8")
            assert old in text
            path.write_text(text.replace(old, new, 1), "utf-8")
        return load_rulebook(str(folder))

    return make


@pytest.fixture(scope="module")
def raised(out: Path, draft: Callable[..., Rulebook]) -> WhatIf:
    """低保标准城 780→900、乡 640→760。"""
    return what_if(out, draft(("parameters.yaml", "{城: 780, 乡: 640}", "{城: 900, 乡: 760}")))


def test_没有改就没有变化(out: Path, draft: Callable[..., Rulebook]) -> None:
    same = what_if(out, draft())
    assert same.changed() == ()
    recorded = pl.read_parquet(out / "entitlements.parquet").filter(pl.col("answer") == "yes")
    assert same.frame.height == recorded.height
    assert same.frame["amount_before"].sum() == recorded["amount"].sum()


def test_提高标准(raised: WhatIf) -> None:
    dibao = next(cost for cost in raised.costs() if cost.programme == "dibao")
    assert dibao.entered > 0
    assert dibao.left == 0
    assert dibao.after == dibao.before + dibao.entered
    assert dibao.monthly_change > 0
    assert dibao.yearly_change == dibao.monthly_change * 12
    assert set(raised.frame.filter(pl.col("programme") == "gaoling")["change"]) == {"same"}


@pytest.mark.parametrize("by", ["township_code", "group"])
def test_分开的加起来等于合计(raised: WhatIf, by: str) -> None:
    whole = next(cost for cost in raised.costs() if cost.programme == "dibao")
    parts = [cost for cost in raised.costs([by]) if cost.programme == "dibao"]
    assert len(parts) > 1
    for name in ("before", "after", "entered", "left"):
        assert sum(getattr(part, name) for part in parts) == getattr(whole, name)
    assert sum((part.monthly_after for part in parts), Decimal(0)) == whole.monthly_after


def test_分布的总数等于符合的数(raised: WhatIf) -> None:
    told = raised.distribution("dibao")
    dibao = next(cost for cost in raised.costs() if cost.programme == "dibao")
    assert told["before"].sum() == dibao.before
    assert told["after"].sum() == dibao.after


def test_由参数推出的事实跟着变(out: Path, draft: Callable[..., Rulebook]) -> None:
    """没有收入记录的劳动力核定得少了,够低保的就多了。"""
    lowered = what_if(
        out, draft(("parameters.yaml", "{城: 1600, 乡: 1200}", "{城: 800, 乡: 600}")), programmes=["dibao"]
    )
    (dibao,) = lowered.costs()
    assert dibao.entered > 0


def test_改一条规则(out: Path, draft: Callable[..., Rulebook]) -> None:
    """放宽“没有汽车”,有车的进来;收紧“高龄”,不满九十的出去。"""
    changed = what_if(out, draft(
        ("programmes/10_dibao.yaml", "when: 家庭汽车数 == 0", "when: 家庭汽车数 <= 1"),
        ("programmes/84_gaoling.yaml", "when: 高龄老人", "when: 年龄 >= 90"),
    ))  # fmt: skip
    costs = {cost.programme: cost for cost in changed.costs()}
    assert costs["dibao"].entered > 0
    assert costs["gaoling"].left > 0
    assert costs["gaoling"].entered == 0


def test_将来才起的标准按那一天算(out: Path, draft: Callable[..., Rulebook]) -> None:
    """草稿只添一行明年的标准：按当次的评估日没有变化，按明年那天才有。"""
    later = draft(("parameters.yaml", "{城: 780, 乡: 640}", "{城: 780, 乡: 640}\n    2027-01-01: {城: 900, 乡: 760}"))
    assert what_if(out, later, programmes=["dibao"]).changed() == ()
    told: list[str] = []
    found = what_if(
        out, later, programmes=["dibao"], standards_on=date(2027, 1, 1), progress=lambda step, _, __: told.append(step)
    )
    assert found.standards_on == date(2027, 1, 1) > found.as_of
    assert found.costs()[0].entered > 0
    assert len(told) == 4
