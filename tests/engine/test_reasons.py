"""成批的原因与逐户的解释是同一回事。"""

import random
import re
from pathlib import Path

import polars as pl

from jiuzhu.engine.explain import explain_household
from jiuzhu.engine.reasons import OWN_RULEBOOK, reasons_of

NUMBERS = re.compile(r"\d[\d,.]*")


def test_与逐户的解释相同(out: Path) -> None:
    ids = pl.read_parquet(out / "warnings.parquet")["household_id"].to_list()
    chosen = random.Random(4).sample(ids, 12)
    found = dict(reasons_of(out, chosen))
    assert set(found) == set(chosen)
    for household, reasons in found.items():
        hits = [item for item in explain_household(out, household).indicators if item.outcome == "hit"]
        plus = {(item.code, item.person_id or ""): item.trace for item in hits if item.points > 0}
        assert {(item.code, item.person_id) for item in reasons} == set(plus)
        for item in reasons:
            traced = NUMBERS.findall(plus[item.code, item.person_id])
            assert set(NUMBERS.findall(item.words)) <= set(traced), "同样的数，写成平常的话"
        assert [item.points for item in reasons] == sorted((item.points for item in reasons), reverse=True)


def test_事实有出处_参数出自规则手册_人级的说明是谁(out: Path) -> None:
    ids = pl.read_parquet(out / "warnings.parquet")["household_id"].to_list()
    reasons = [item for _, items in reasons_of(out, ids) for item in items]
    facts = [fact for item in reasons for fact in item.facts]
    assert all(fact.source for fact in facts)
    assert all(fact.date is None for fact in facts if fact.source == OWN_RULEBOOK)
    assert any(fact.date for fact in facts)
    assert {bool(item.who) == bool(item.person_id) for item in reasons} == {True}


def test_没有命中的户不给(out: Path) -> None:
    assert dict(reasons_of(out, ["H" + "A" * 16])) == {}
