"""核对测试共用：一个真的小县监测好、装好，流程发布好。"""

from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
from tests.web.cast import every
from tests.web.registry.acting import actor, scope

from jiuzhu.engine.pipeline import monitor
from jiuzhu.engine.roster import Roster
from jiuzhu.web.access.models import User
from jiuzhu.web.access.scope import Scope
from jiuzhu.web.audit.actor import Actor
from jiuzhu.web.monitoring.models import Run
from jiuzhu.web.process.services import definitions_publish
from jiuzhu.web.registry.models import Household
from jiuzhu.web.registry.services import households_load

TOWN = "429998101"


@pytest.fixture(scope="session")
def checked_out(county: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Roster]:
    """这个县的监测结果与名册，整场只算一次。"""
    out = tmp_path_factory.mktemp("checked") / "run"
    kept: list[Roster] = []
    monitor(county, out, key=bytes(range(32)), on_people=kept.append)
    return out, kept[0]


@pytest.fixture
def ready(cast: dict[str, User], make_run: Callable[..., Run], checked_out: tuple[Path, Roster]) -> dict[str, User]:
    """监测完成、对象库装好、流程发布好的县，全班在岗。"""
    out, roster = checked_out
    make_run(out_dir=str(out))
    with Scope.everything().applied():
        households_load(run_number=1, roster=roster, out=out)
        definitions_publish(actor=Actor.system("测试"))
    return cast


@pytest.fixture
def window(ready: dict[str, User]) -> tuple[Actor, Scope]:
    """镇窗口。"""
    user = ready["青禾.镇窗口"]
    return actor(user), scope(user)


@pytest.fixture
def centre(ready: dict[str, User]) -> tuple[Actor, Scope]:
    """县核对中心。"""
    user = ready["青禾.核对中心"]
    return actor(user), scope(user)


@pytest.fixture
def homes(ready: dict[str, User], checked_out: tuple[Path, Roster]) -> Callable[[str], Household]:
    """对照低保得出某种结论的一户：``yes`` 本镇的，符合；``car`` 县里的，有汽车而不符合。"""
    out, _ = checked_out
    facts = pl.read_parquet(out / "household_facts.parquet")
    entitled = pl.read_parquet(out / "entitlements.parquet").filter(programme="dibao", answer="yes")
    wanted = {
        "yes": set(entitled["household_id"]),
        "car": set(facts.filter(pl.col("家庭汽车数") > 0)["household_id"]),
    }

    def find(kind: str) -> Household:
        rows = every(Household).filter(
            division_code__startswith=TOWN if kind == "yes" else TOWN[:6], household_id__in=wanted[kind]
        )
        found = rows.order_by("household_id").first()
        assert found is not None
        return found

    return find
