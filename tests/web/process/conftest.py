"""流程测试的共用部分：发布好的流程、坐在岗位上的人、以正式运行的身份访问数据库。"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from jiuzhu.web.access.models import Post, User
from jiuzhu.web.access.scope import Scope
from jiuzhu.web.audit.actor import Actor
from jiuzhu.web.divisions.names import NAMES
from jiuzhu.web.process import services
from jiuzhu.web.process.models import Instance, Task
from jiuzhu.web.process.workdays import BEIJING

SYSTEM = Actor.system("测试")
VILLAGE = "429998101200"
OWN = Path(__file__).parent / "processes"


@dataclass(frozen=True)
class Worker:
    """一个人坐在一个岗位上。"""

    user: User
    post: Post

    @property
    def scope(self) -> Scope:
        return self.post.scope()

    @property
    def actor(self) -> Actor:
        return Actor(self.user.pk, str(self.user), self.post.pk, self.post.title, str(self.post.organisation))

    @property
    def who(self) -> dict[str, Any]:
        """各服务都要的两个参数。"""
        return {"actor": self.actor, "scope": self.scope}


@contextmanager
def walled(scope: Scope) -> Iterator[None]:
    """与正式运行一样：以什么也不拥有的身份，按这个范围访问数据库。"""
    with connection.cursor() as cursor:
        cursor.execute("SET ROLE jiuzhu_web")
    try:
        with scope.applied():
            yield
    finally:
        if not connection.needs_rollback:
            with connection.cursor() as cursor:
                cursor.execute("RESET ROLE")


def at(text: str) -> datetime:
    """北京时间。"""
    return datetime.fromisoformat(text).replace(tzinfo=BEIJING)


def all_tasks(**filters: object) -> list[Task]:
    """不论范围，按先后。"""
    return list(Task.objects.within(Scope.everything()).filter(**filters).order_by("id"))


def open_nodes(instance: Instance) -> dict[str, Task]:
    """还没办结的任务：步骤 → 任务。"""
    return {task.node: task for task in all_tasks(instance=instance, done_at=None)}


@pytest.fixture(autouse=True)
def fresh_names() -> None:
    """上一个测试回滚了，手里的地名要重新看版本。"""
    NAMES.forget()


@pytest.fixture
def people(cast: dict[str, User]) -> Callable[[str], Worker]:
    """按名字取人：``people("青禾.镇窗口")``。"""

    def find(name: str) -> Worker:
        user = cast[name]
        return Worker(user, Post.objects.select_related("organisation").filter(user=user).earliest("id"))

    return find


@pytest.fixture
def published(db: None) -> Mapping[str, Any]:
    """随程序发布的流程，和测试自己的（转介：一件事分送几个部门）。"""
    when = at("2026-01-05 09:00")
    rows = services.definitions_publish(actor=SYSTEM, now=when)
    return {row.code: row for row in [*rows, *services.definitions_publish(actor=SYSTEM, folder=OWN, now=when)]}


@pytest.fixture
def apply(people: Callable[[str], Worker], published: Mapping[str, Any]) -> Callable[..., Instance]:
    """镇窗口发起一件事。"""

    def make(code: str = "dibao_review", *, opened: str = "2026-09-07 10:00", **rest: Any) -> Instance:
        window = people("青禾.镇窗口")
        with walled(window.scope):
            return services.instance_open(
                code=code,
                subject_kind="cases.application",
                subject_key="1",
                subject_label="张*的申请",
                division_code=VILLAGE,
                now=at(opened),
                **window.who,
                **rest,
            )

    return make
