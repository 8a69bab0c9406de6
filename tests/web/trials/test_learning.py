"""对照核实结果与学得的建议：数对得上，结果不够说还差多少，采纳一条写一条。"""

import hashlib
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
from django.urls import reverse
from tests.web.cast import every, signed_in

from jiuzhu.web.access.models import User
from jiuzhu.web.audit.models import Entry
from jiuzhu.web.monitoring.models import HouseholdWarning, Run
from jiuzhu.web.monitoring.services import warning_close
from jiuzhu.web.monitoring.trials import outcomes
from jiuzhu.web.monitoring.trials.models import Trial
from jiuzhu.web.policies.models import RulebookVersion
from jiuzhu.web.policies.rulebook import content

from .conftest import acting

Given = Callable[[int], pl.DataFrame]


@pytest.fixture
def given(monkeypatch: pytest.MonkeyPatch, run: Run, county_out: Path) -> Given:
    """造出前几户的核实结果：大病自付多的多半属实，其余随编号定，次次相同。"""

    def give(count: int) -> pl.DataFrame:
        hits = pl.read_parquet(county_out / "hits.parquet")
        ill = set(hits.filter(pl.col("indicator").is_in(["YL-05", "GX-01"]))["household_id"])
        names = (
            pl.read_parquet(county_out / "household_scores.parquet").sort("household_id")["household_id"].head(count)
        )
        chance = [int(hashlib.sha256(name.encode()).hexdigest()[:4], 16) / 65536 for name in names]
        true = [value < (0.85 if name in ill else 0.2) for name, value in zip(names, chance, strict=True)]
        frame = pl.DataFrame({"household_id": names, "run": [run.number] * len(names), "true": true})
        monkeypatch.setattr(outcomes, "verified", lambda scope: frame)
        return frame

    return give


def test_没有核实过的要说清(cast: dict[str, User], trial: Trial) -> None:
    client = signed_in(cast["青禾.县经办"])
    assert "还没有核实过的户" in client.get(reverse("trials:outcomes", args=[trial.pk])).content.decode()
    assert "还没有核实结果" in client.get(reverse("trials:suggestions", args=[trial.pk])).content.decode()


def test_排除的预警就是核实结果(cast: dict[str, User], trial: Trial, run: Run) -> None:
    actor, scope = acting(cast["青禾.县经办"])
    for warning in every(HouseholdWarning).filter(run=run)[:3]:
        warning_close(warning=warning, reason="data_wrong", words="存款已核对", actor=actor, scope=scope)
    found = outcomes.verified(scope)
    assert found.height == 3
    assert not found["true"].any()
    page = signed_in(cast["青禾.县经办"]).get(reverse("trials:outcomes", args=[trial.pk])).content.decode()
    assert "核实过 <strong>3</strong> 户" in page
    assert "0.0%" in page


def test_两边的成绩对着同一批(cast: dict[str, User], trial: Trial, given: Given) -> None:
    frame = given(300)
    answer = signed_in(cast["青禾.县经办"]).get(reverse("trials:outcomes", args=[trial.pk]))
    before, after = answer.context["before"], answer.context["after"]
    assert before.needy == after.needy == frame["true"].sum()
    assert after.warned.verified >= before.warned.verified
    assert after.missed <= before.missed


def test_每个数点开是那几户(cast: dict[str, User], trial: Trial, given: Given) -> None:
    given(300)
    client = signed_in(cast["青禾.县经办"])
    answer = client.get(reverse("trials:outcomes", args=[trial.pk]))
    url = reverse("trials:outcome_list", args=[trial.pk])
    for side in ("before", "after"):
        told = answer.context[side]
        cases = [
            ({"part": "warned"}, told.warned.verified),
            ({"part": "hit"}, told.warned.hit),
            ({"part": "wrong"}, told.warned.verified - told.warned.hit),
            ({"part": "missed"}, told.missed),
            ({"part": "hit", "band": "blue"}, told.bands["blue"].hit),
            ({"part": "warned", "category": "医疗"}, told.categories["医疗"].verified),
        ]
        for query, count in cases:
            page = client.get(url, {**query, "side": side})
            assert page.context["page"].paginator.count == count, (side, query)
    assert client.get(url, {"part": "没有"}).status_code == 404
    assert signed_in(cast["没有岗位"]).get(url).status_code == 403


def test_现在的区间已经达到的不劝人改(cast: dict[str, User], trial: Trial, given: Given) -> None:
    given(300)
    client, url = signed_in(cast["青禾.县经办"]), reverse("trials:suggestions", args=[trial.pk])
    now = client.get(reverse("trials:outcomes", args=[trial.pk])).context["after"].warned
    reached = int(100 * now.hit / now.verified)
    assert "不用改" in client.get(url, {"rate": reached}).content.decode()
    assert "不用改" not in client.get(url, {"rate": min(99, reached + 1)}).content.decode()


def test_结果不够说还差多少(cast: dict[str, User], trial: Trial, given: Given) -> None:
    given(50)
    page = signed_in(cast["青禾.县经办"]).get(reverse("trials:suggestions", args=[trial.pk])).content.decode()
    assert "核实结果还不够" in page
    assert "核实结果 70 户" in page


def test_采纳一条只改一条(cast: dict[str, User], trial: Trial, given: Given) -> None:
    given(400)
    client = signed_in(cast["青禾.县监测员"])
    answer = client.get(reverse("trials:suggestions", args=[trial.pk]), {"visits": 40, "rate": 30})
    learnt = answer.context["learnt"]
    item = next(item for item in learnt.items if item.suggested != item.points)
    before = every(RulebookVersion).get(pk=trial.version_id)
    done = client.post(reverse("trials:suggestion_accept", args=[trial.pk]), {"code": item.code, "points": "99"})
    assert done.status_code == 302
    after = every(RulebookVersion).get(pk=trial.version_id)
    row = content.indicator(after.files, item.code)
    assert row is not None
    assert row.values["points"] == item.suggested
    same = [
        one.values == two.values
        for one, two in zip(content.indicators(before.files), content.indicators(after.files), strict=True)
    ]
    assert same.count(False) == 1
    entry = Entry.objects.get(action="trials.suggestion_accept")
    assert f"{item.hits} 户命中" in entry.reason
    assert client.post(reverse("trials:suggestion_accept", args=[trial.pk]), {"code": "没有"}).status_code == 409


def test_没有人采纳就什么也不变(cast: dict[str, User], trial: Trial, given: Given) -> None:
    given(400)
    before = every(RulebookVersion).get(pk=trial.version_id).digest
    signed_in(cast["青禾.县监测员"]).get(reverse("trials:suggestions", args=[trial.pk]))
    assert every(RulebookVersion).get(pk=trial.version_id).digest == before
