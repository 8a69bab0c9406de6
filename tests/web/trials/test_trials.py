"""样本村试算：两边各算一遍、移动区间、名单、存进草稿、别处的人看不到。"""

from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
from django.urls import reverse
from tests.web.cast import every, signed_in

from jiuzhu.web.access.models import User
from jiuzhu.web.audit.models import Entry
from jiuzhu.web.ground.errors import NotAllowed, ServiceError
from jiuzhu.web.monitoring.models import Run
from jiuzhu.web.monitoring.trials import selectors
from jiuzhu.web.monitoring.trials.models import Trial
from jiuzhu.web.monitoring.trials.selectors import BANDS, NONE, Filter
from jiuzhu.web.monitoring.trials.services import Choice, trial_bands_save, trial_run
from jiuzhu.web.policies.models import RulebookVersion
from jiuzhu.web.policies.rulebook import content

from .conftest import acting

LOWS = {"red": 16.0, "orange": 14.0, "yellow": 12.0, "blue": 10.0}
Maker = Callable[..., Trial]


def test_施行的一边与当次监测相同(trial: Trial, run: Run) -> None:
    official = pl.read_parquet(Path(run.out_dir) / "household_scores.parquet").select("household_id", "score", "band")
    joined = selectors.households(trial).collect().join(official, on="household_id")
    assert joined.height == trial.households > 50
    assert (joined["before"] - joined["score"]).abs().max() < 1e-9  # type: ignore[operator]
    assert joined.filter(pl.col("band_before").ne_missing(pl.col("band"))).is_empty()


def test_各级户数与流向对得上(trial: Trial) -> None:
    figures = trial.figures
    assert sum(figures["before"].values()) == sum(figures["after"].values()) == trial.households
    for band in (*BANDS, NONE):
        assert sum(count for one, _, count in figures["flows"] if one == band) == figures["before"][band]
        assert sum(count for _, two, count in figures["flows"] if two == band) == figures["after"][band]
    assert sum(item["before"] for item in figures["bins"]) == trial.households
    assert sum(figures["after"][band] for band in BANDS) > sum(figures["before"][band] for band in BANDS)


def test_不移动时重数等于算出的(trial: Trial) -> None:
    result = selectors.recount(trial, trial.figures["lows_after"])
    assert {row["band"]: row["after"] for row in result["rows"]} == trial.figures["after"]


def test_下限越高户越少(trial: Trial) -> None:
    totals = [
        selectors.recount(trial, {band: low + step for band, low in LOWS.items()})["total"]
        for step in (-4, -2, 0, 2, 4)
    ]
    assert totals == sorted(totals, reverse=True)
    assert totals[0] > totals[-1]


def test_名单与户数一致并说明为什么(trial: Trial) -> None:
    result = selectors.recount(trial, LOWS)
    entering = selectors.listed(trial, Filter(LOWS, "enter"))
    assert entering.height == result["enter"] > 0
    assert selectors.listed(trial, Filter(LOWS, "leave")).height == result["leave"]
    why = selectors.reasons(trial, entering["household_id"].to_list())
    assert set(why) == set(entering["household_id"])
    assert {item["name"] for rows in why.values() for item in rows} <= {
        "核定收入低于低保标准",
        "核定收入低于低保边缘线",
    }


def test_存进草稿并留作依据(cast: dict[str, User], trial: Trial) -> None:
    actor, scope = acting(cast["青禾.县监测员"])
    lows = {"red": 18.0, "orange": 15.5, "yellow": 13.0, "blue": 11.0}
    trial_bands_save(trial_id=trial.pk, lows=lows, actor=actor, scope=scope)
    version = every(RulebookVersion).get(pk=trial.version_id)
    assert {row["band"]: float(row["low"]) for row in content.bands(version.files)} == lows
    kept = selectors.trial(scope, trial.pk)
    assert kept is not None
    assert kept.chosen == lows
    assert kept.outdated
    assert Entry.objects.filter(action="trials.bands_save").count() == 1


def test_别县的监测不能用(cast: dict[str, User], run: Run, draft: RulebookVersion) -> None:
    actor, scope = acting(cast["禾丰.县监测员"])
    with pytest.raises(NotAllowed):
        trial_run(version=draft, run=run, choice=Choice("county", ["429998"]), note="", actor=actor, scope=scope)


def test_样本里没有户要说清(make_trial: Maker) -> None:
    with pytest.raises(ServiceError) as caught:
        make_trial(["429998999999"])
    assert caught.value.code == "no_sample"


def test_在页面上从抽村到移动区间(cast: dict[str, User], run: Run, draft: RulebookVersion) -> None:
    client = signed_in(cast["青禾.县监测员"])
    form = {"version": draft.pk, "how": "random", "count": 4, "seed": 20261, "note": "抽四个村"}
    answer = client.post(reverse("trials:new"), form)
    assert answer.status_code == 302
    made = every(Trial).get()
    assert made.seed == 20261
    assert len(made.villages) == 4
    page = client.get(answer["Location"]).content.decode()
    assert "抽样种子 20261" in page
    moved = client.get(reverse("trials:bands", args=[made.pk]), {"red": 20, "orange": 18, "yellow": 16, "blue": 14})
    assert "移动之后" in moved.content.decode()
    wrong = client.get(reverse("trials:bands", args=[made.pk]), {"red": 9, "orange": 18, "yellow": 16, "blue": 14})
    assert "由高到低" in wrong.content.decode()
    listed = client.get(reverse("trials:households", args=[made.pk]), {"move": "enter"}).content.decode()
    assert "新进预警" in listed
    client.post(reverse("trials:bands_save", args=[made.pk]), {"red": 20, "orange": 18, "yellow": 16, "blue": 14})
    version = every(RulebookVersion).get(pk=draft.pk)
    assert [float(row["low"]) for row in content.bands(version.files)] == [20, 18, 16, 14]


def test_同一个种子抽到同样的村(cast: dict[str, User], run: Run, draft: RulebookVersion) -> None:
    client = signed_in(cast["青禾.县监测员"])
    for _ in range(2):
        client.post(reverse("trials:new"), {"version": draft.pk, "how": "random", "count": 2, "seed": 5})
    first, second = every(Trial).order_by("number")
    assert first.villages == second.villages
    assert first.figures["after"] == second.figures["after"]


@pytest.mark.parametrize("who", ["青禾.镇审核负责人", "青禾.部门经办", "禾丰.县监测员", "没有岗位"])
def test_不该看的看不到(cast: dict[str, User], trial: Trial, who: str) -> None:
    client = signed_in(cast[who])
    for name in ("trial", "households", "outcomes", "suggestions", "bands"):
        assert client.get(reverse(f"trials:{name}", args=[trial.pk])).status_code in {403, 404}, name


def test_确认人能看不能存(cast: dict[str, User], trial: Trial) -> None:
    client = signed_in(cast["青禾.县确认人"])
    assert client.get(reverse("trials:trial", args=[trial.pk])).status_code == 200
    assert client.post(reverse("trials:bands_save", args=[trial.pk]), LOWS).status_code == 403
    assert client.post(reverse("trials:suggestion_accept", args=[trial.pk]), {"code": "YL-03"}).status_code == 403
