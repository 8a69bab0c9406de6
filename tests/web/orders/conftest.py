"""派单测试的共用部分：两户人家、发布好的流程、坐在岗位上的人。"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from tests.web.cast import COUNTY, every, make_person
from tests.web.process.conftest import Worker, walled
from tests.web.registry.county import County, make_county

from jiuzhu.web.access.models import Post, User
from jiuzhu.web.access.scope import Scope
from jiuzhu.web.audit.actor import Actor
from jiuzhu.web.divisions.models import Organisation
from jiuzhu.web.orders.models import Order, OrderPart, Setting
from jiuzhu.web.orders.services import Need, order_open
from jiuzhu.web.process.models import Task
from jiuzhu.web.process.services import definitions_publish
from jiuzhu.web.registry.models import Household

HOME = "HZHANG22222222222"
ILLNESS = {"code": "YL-03", "name": "大病自付过高", "category": "医疗", "reason": "近12个月自付医疗费 4.2 万元"}
BILL = {"name": "近12个月自付医疗费", "value": "42,000.00 元", "source": "医保结算", "date": "2026年9月30日"}
SCHOOL = {"code": "JY-01", "name": "学费负担重", "category": "教育", "reason": "两人在读高中"}
FEES = {"name": "本学年学费", "value": "9,600.00 元", "source": "学籍", "date": "2026年9月1日"}

__all__ = ["Worker", "walled"]


@dataclass(frozen=True)
class Desk:
    """一桌人：医保局、教育局两个部门，镇窗口，县经办，村协理员。"""

    people: dict[str, Worker]
    yibao: Organisation
    jiaoyu: Organisation
    home: Household

    def __getitem__(self, name: str) -> Worker:
        return self.people[name]

    @property
    def needs(self) -> list[Need]:
        """医保局看医药费，教育局看学费。"""
        return [
            Need(self.yibao.pk, "核医疗救助", (ILLNESS,), (BILL,), "请核医疗救助"),
            Need(self.jiaoyu.pk, "核教育资助", (SCHOOL,), (FEES,), "请核教育资助"),
        ]

    def open(self, who: str = "镇窗口", **changed: Any) -> Order:
        """窗口开一张单。"""
        worker = self.people[who]
        given: dict[str, Any] = {
            "household": self.home, "origin": "window", "source_kind": "test", "source_key": "1", "title": "住院与上学",
            "words": "住院花费大，孩子上学难", "needs": self.needs, **worker.who,
        }  # fmt: skip
        with walled(worker.scope):
            return order_open(**(given | changed))

    def act(self, who: str, service: Callable[..., Any], **given: Any) -> Any:
        """某人以正式运行的身份办一步。"""
        worker = self.people[who]
        with walled(worker.scope):
            return service(**given, **worker.who)


def worker_of(user: User) -> Worker:
    return Worker(user, Post.objects.select_related("organisation").filter(user=user).earliest("id"))


def task_of(order: Order, node: str, organisation: Organisation | None = None) -> Task:
    """还没办结的一步。"""
    rows = every(Task).filter(instance=order.instance, node=node, done_at=None)
    return rows.get(organisation=organisation) if organisation else rows.get()


def part_of(order: Order, organisation: Organisation) -> OrderPart:
    return every(OrderPart).filter(order=order, organisation=organisation).latest("pk")


@pytest.fixture
def small(tmp_path: Any, db: None) -> County:
    return make_county(tmp_path / "out")


@pytest.fixture
def desk_of(small: County, cast: dict[str, User]) -> Desk:
    """一桌人坐好了。"""
    return make_desk(small, cast)


def make_desk(small: County, cast: dict[str, User]) -> Desk:
    """装好两户，发布流程，添一个教育局；默认不抽回访。"""
    small.load(1)
    definitions_publish(actor=Actor.system("测试"))
    Setting.objects.create(county_code="429998", asked_percent=0)
    jiaoyu = Organisation.objects.create(
        code="青禾-jiaoyu", name="青禾县教育局", kind="department", department="jiaoyu", division_code=COUNTY
    )
    teacher = make_person("青禾教育经办", "department_officer", "青禾")
    Post.objects.filter(user=teacher).update(organisation=jiaoyu)
    people = {name.partition(".")[2]: worker_of(user) for name, user in cast.items() if name.startswith("青禾.")}
    people |= {name: worker_of(user) for name, user in cast.items() if name.startswith(("青禾二", "禾丰"))}
    people["教育经办"] = worker_of(teacher)
    yibao = Organisation.objects.get(code="青禾-department")
    home = Household.objects.within(Scope.everything()).select_related("head").get(household_id=HOME)
    return Desk(people, yibao, jiaoyu, home)
