"""几个人同时办：同一项只成一次，两支同时办完只汇合一次。"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from jiuzhu.web.access.models import User
from jiuzhu.web.access.scope import Scope
from jiuzhu.web.ground.errors import Conflict
from jiuzhu.web.process import services
from jiuzhu.web.process.chain import chain_problems
from jiuzhu.web.process.models import Instance

from .conftest import SYSTEM, VILLAGE, all_tasks, open_nodes

EVERYTHING = Scope.everything()
pytestmark = pytest.mark.django_db(transaction=True)


def at_once(jobs: list[tuple[int, str]]) -> list[str]:
    """各在自己的线程与连接里，同时办结；返回“成”或错误代码。"""
    start = Barrier(len(jobs))

    def work(job: tuple[int, str]) -> str:
        start.wait()
        try:
            services.task_complete(task_id=job[0], outcome=job[1], actor=SYSTEM, scope=EVERYTHING)
        except Conflict as error:
            return error.code
        finally:
            connection.close()
        return "成"

    with ThreadPoolExecutor(len(jobs)) as pool:
        return list(pool.map(work, jobs))


@pytest.fixture
def opened(cast: dict[str, User]) -> Callable[[], Instance]:
    """后台发起的一件事。"""
    services.definitions_publish(actor=SYSTEM)

    def make() -> Instance:
        return services.instance_open(
            code="dibao_review",
            subject_kind="test",
            subject_key="1",
            subject_label="某*的申请",
            division_code=VILLAGE,
            actor=SYSTEM,
            scope=EVERYTHING,
        )

    return make


def test_八个人同时办结一项_只成一次(opened: Callable[[], Instance]) -> None:
    instance = opened()
    answers = at_once([(open_nodes(instance)["accept"].pk, "accepted")] * 8)
    assert sorted(answers) == ["task_closed"] * 7 + ["成"]
    assert sorted(task.node for task in all_tasks(instance=instance)) == ["accept", "check", "survey"]


def test_两支同时办完_只汇合一次(opened: Callable[[], Instance]) -> None:
    for _ in range(5):
        instance = opened()
        at_once([(open_nodes(instance)["accept"].pk, "accepted")])
        nodes = open_nodes(instance)
        assert at_once([(nodes["survey"].pk, "surveyed"), (nodes["check"].pk, "checked")]) == ["成", "成"]
        assert [task.node for task in all_tasks(instance=instance, done_at=None)] == ["review"]
        instance.refresh_from_db()
        assert list(chain_problems(instance)) == []
