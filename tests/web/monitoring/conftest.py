"""预警处置的测试共用：一次监测、对象库、单位、流程都齐了的县。"""

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.web.cast import COUNTY
from tests.web.conftest import KEY

from jiuzhu.engine.pipeline import monitor
from jiuzhu.engine.roster import Roster
from jiuzhu.web.access.models import Post, User
from jiuzhu.web.access.scope import Scope
from jiuzhu.web.audit.actor import Actor
from jiuzhu.web.divisions.services import divisions_ensure_from_places
from jiuzhu.web.monitoring.models import HouseholdWarning, Run
from jiuzhu.web.monitoring.places import read_places
from jiuzhu.web.monitoring.selectors import warnings
from jiuzhu.web.process.services import definitions_publish
from jiuzhu.web.registry.services import households_load

SYSTEM = Actor.system("测试", division_code=COUNTY)
EVERYTHING = Scope.everything()


@pytest.fixture(scope="session")
def roster(county: Path, tmp_path_factory: pytest.TempPathFactory) -> Roster:
    """与 ``county_out`` 同一个县的名册。"""
    kept: list[Roster] = []
    monitor(county, tmp_path_factory.mktemp("roster") / "run", key=KEY, on_people=kept.append)
    return kept[0]


@pytest.fixture
def warned(cast: dict[str, User], make_run: Callable[..., Run], county_out: Path, roster: Roster) -> Run:
    """第 1 次监测已完成，对象库已装好，流程已发布。"""
    with EVERYTHING.applied():
        run = make_run()
        households_load(run_number=1, roster=roster, out=county_out, actor=SYSTEM)
        divisions_ensure_from_places(read_places(county_out).to_dicts(), actor=SYSTEM)
        definitions_publish(actor=SYSTEM)
    return run


def acting(user: User) -> tuple[Actor, Scope]:
    """这个人此刻的身份与范围。"""
    post = Post.objects.select_related("organisation").get(user=user)
    return (
        Actor(user.pk, str(user), post.pk, post.title, str(post.organisation), division_code=post.division_code),
        post.scope(),
    )


def first(run: Run, scope: Scope = EVERYTHING) -> HouseholdWarning:
    """最重的一条预警。"""
    found = warnings(scope, run).first()
    assert found is not None
    return found
