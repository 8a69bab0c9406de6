"""政策测算测试共用：一次监测、一个把低保标准提到 900、760 的草稿（从 2027 年起）。"""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings
from tests.web.cast import every

from jiuzhu.web.access.models import Post, User
from jiuzhu.web.access.scope import Scope
from jiuzhu.web.audit.actor import Actor
from jiuzhu.web.monitoring.models import Run
from jiuzhu.web.monitoring.whatif import computing
from jiuzhu.web.monitoring.whatif.models import Costing
from jiuzhu.web.monitoring.whatif.services import Asked, costing_execute, costing_start
from jiuzhu.web.policies.models import RulebookVersion
from jiuzhu.web.policies.rulebook import content
from jiuzhu.web.policies.services import rulebook_change, rulebook_draft

COUNTY = "429998000000"
NEXT_YEAR = date(2027, 1, 1)


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


KEPT: dict[tuple[object, ...], Any] = {}
COMPUTED = computing.computed


@pytest.fixture(autouse=True)
def computed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """同样的两版、同样的日子，整场只算一遍；算的仍是真的。"""

    def computed(costing: Costing, progress: computing.Progress) -> Any:
        made = costing
        key = (made.version_digest, made.against_digest, made.run.out_dir, made.standards_on, tuple(made.programmes))
        if key not in KEPT:
            KEPT[key] = COMPUTED(costing, progress)
        return KEPT[key]

    monkeypatch.setattr(computing, "computed", computed)


@pytest.fixture
def draft(cast: dict[str, User]) -> RulebookVersion:
    """提高低保标准的草稿。"""
    actor, scope = acting(cast["青禾.县监测员"])
    version = rulebook_draft(name="提高低保标准", division_code=COUNTY, actor=actor, scope=scope)
    item = content.parameters(version.files)["低保标准"]
    values = {day: content.placed(value) for day, value in item["values"].items()} | {
        NEXT_YEAR: {"城": 900.0, "乡": 760.0}
    }
    files = content.with_parameter(
        version.files, "低保标准", unit=str(item["unit"]), basis=str(item["basis"]), values=values
    )
    rulebook_change(
        version_id=version.pk, revision=None, files=files, part="参数 低保标准", before=None, after=None,
        actor=actor, scope=scope,
    )  # fmt: skip
    return every(RulebookVersion).get(pk=version.pk)


@pytest.fixture
def start(cast: dict[str, User], run: Run, draft: RulebookVersion) -> Callable[..., Costing]:
    """发起一次；默认按明年的标准，只算低保与低保边缘。"""

    def made(on: date = NEXT_YEAR, programmes: tuple[str, ...] = ("dibao", "dibao_bianyuan")) -> Costing:
        actor, scope = acting(cast["青禾.县监测员"])
        asked = Asked(on, programmes, "测试")
        return costing_start(version=draft, against=None, run=run, asked=asked, actor=actor, scope=scope)

    return made


@pytest.fixture
def costing(start: Callable[..., Costing]) -> Costing:
    """算完的一次。"""
    made = start()
    costing_execute(costing_id=made.pk)
    return every(Costing).get(pk=made.pk)
