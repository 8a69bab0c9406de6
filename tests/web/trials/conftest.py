"""试算测试共用：一次监测、一个草稿，和造出来的核实结果。"""

from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
from pytest_django import Settings
from tests.web.cast import every

from jiuzhu.web.access.models import Post, User
from jiuzhu.web.access.scope import Scope
from jiuzhu.web.audit.actor import Actor
from jiuzhu.web.monitoring.models import Run
from jiuzhu.web.monitoring.trials import computing
from jiuzhu.web.monitoring.trials.models import Trial
from jiuzhu.web.monitoring.trials.services import Choice, trial_run
from jiuzhu.web.policies.models import RulebookVersion
from jiuzhu.web.policies.services import rulebook_draft, rulebook_points_set

COUNTY = "429998000000"


def acting(user: User) -> tuple[Actor, Scope]:
    """办事人与范围。"""
    post = Post.objects.select_related("organisation").get(user=user)
    actor = Actor(user.pk, str(user), post.pk, post.title, str(post.organisation), division_code=post.division_code)
    return actor, post.scope()


@pytest.fixture(autouse=True)
def folders_here(settings: Settings, tmp_path: Path) -> None:
    """明细写到测试自己的文件夹。"""
    settings.RUNS_DIR = tmp_path / "runs"
    settings.RULEBOOKS_DIR = tmp_path / "rulebooks"


@pytest.fixture(autouse=True)
def computed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """同一版、同样的村，整场只算一遍；算的仍是真的。"""
    monkeypatch.setattr(computing, "computed", _computed)


KEPT: dict[tuple[object, ...], computing.Computed] = {}
COMPUTED = computing.computed


def _computed(
    version: RulebookVersion, against: RulebookVersion | None, run: Run, villages: list[str], most: int
) -> computing.Computed:
    key = (version.digest, against and against.digest, run.out_dir, tuple(villages))
    if key not in KEPT:
        KEPT[key] = COMPUTED(version, against, run, villages, most)
    return KEPT[key]


@pytest.fixture
def draft(cast: dict[str, User]) -> RulebookVersion:
    """低收入两项加到 4 分的草稿：预警会明显多起来。"""
    actor, scope = acting(cast["青禾.县监测员"])
    version = rulebook_draft(name="加重低收入", division_code=COUNTY, actor=actor, scope=scope)
    for code in ("CS-02", "CS-03"):
        rulebook_points_set(version_id=version.pk, code=code, points=4, actor=actor, scope=scope, reason="试")
    return every(RulebookVersion).get(pk=version.pk)


@pytest.fixture
def villages(county_out: Path) -> list[str]:
    """有户的村。"""
    codes = pl.read_parquet(county_out / "household_facts.parquet")["village_code"].drop_nulls().unique().sort()
    return codes.to_list()


@pytest.fixture
def make_trial(cast: dict[str, User], run: Run, draft: RulebookVersion, villages: list[str]) -> Callable[..., Trial]:
    """在这些村（默认前六个）试算。"""

    def make(chosen: list[str] | None = None, how: str = "hand") -> Trial:
        actor, scope = acting(cast["青禾.县监测员"])
        choice = Choice(how, villages[:6] if chosen is None else chosen)
        return trial_run(version=draft, run=run, choice=choice, note="测试", actor=actor, scope=scope)

    return make


@pytest.fixture
def trial(make_trial: Callable[..., Trial]) -> Trial:
    """一次试算。"""
    return make_trial()
