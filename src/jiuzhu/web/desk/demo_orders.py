"""演示用的几张单：有的等接单，有的在办，有的等核对，有的已办结。人名是编的；全走正式的服务，与真办一样。"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from jiuzhu.web.access.models import Post
from jiuzhu.web.access.scope import Scope
from jiuzhu.web.audit.actor import Actor
from jiuzhu.web.orders.models import Order, Source
from jiuzhu.web.orders.services import Need, household_ask, measure_add, order_open, part_accept, part_feed_back
from jiuzhu.web.process.models import Task
from jiuzhu.web.process.services import task_complete
from jiuzhu.web.registry.models import Report

SOURCE = "orders.demo"
EVERYTHING = Scope.everything()


@dataclass(frozen=True)
class DemoOrder:
    """一张单：谁、什么事、派给谁（账号）、几天前开、办到哪里；``measure`` 是登记的措施。"""

    key: str
    name: str
    title: str
    words: str
    to: str
    ask: str
    days: int
    reach: int
    origin: str = "phone"
    measure: Mapping[str, Any] | None = None
    report: str = ""


WAITING, ACCEPTED, FED_BACK, CLOSED = range(4)
ORDERS = (
    DemoOrder("1", "", "住院自付多", "每周透析三次，来回车费也是负担。", "yibao", "请核医疗救助与门诊慢特病待遇", 3, FED_BACK,
              origin="field", measure={"kind": "cash", "programme": "医疗救助", "amount": "4600"}, report="石望春"),
    DemoOrder("2", "孙有福", "慢性病买药贵", "来窗口说高血压、糖尿病的药一个月要四百多。", "yibao", "请核门诊慢特病待遇", 5, ACCEPTED,
              origin="window"),
    DemoOrder("3", "周桂香", "独居老人无人照料", "女儿从外地打来电话，母亲出院后没人做饭。", "shegong", "请上门助餐、陪同复诊", 14, CLOSED,
              measure={"kind": "service", "programme": "居家照护", "quantity": "12", "unit": "次"}),
    DemoOrder("4", "李长顺", "医保断缴", "打电话问，去年没有交医保，现在住院报不了。", "yibao", "请核参保资助", 0, WAITING),
)  # fmt: skip


def demo_orders_ensure(*, window: Post, division_code: str) -> int:
    """以镇窗口的名义开这几张，办到各自的一步；开过的不重开。返回新开的张数。"""
    made = 0
    with EVERYTHING.applied():
        known = set(Source.objects.within(EVERYTHING).filter(kind=SOURCE).values_list("key", flat=True))
        for item in ORDERS:
            if item.key not in known:
                walk(item, window, division_code, timezone.now() - timedelta(days=item.days, hours=1))
                made += 1
    return made


def walk(item: DemoOrder, window: Post, division_code: str, opened: datetime) -> None:
    """开一张，走到它该到的那一步。"""
    officer = Post.objects.select_related("organisation", "user").filter(user__username=item.to).earliest("pk")
    report = Report.objects.within(EVERYTHING).filter(name=item.report).first() if item.report else None
    order = order_open(
        household=None, report=report, origin=item.origin, source_kind=SOURCE, source_key=item.key, title=item.title,
        words=item.words, needs=[Need(officer.organisation_id, ask=item.ask)], person_name=item.name,
        division_code=division_code, now=opened, **who(window),
    )  # fmt: skip
    if item.reach >= ACCEPTED:
        part_accept(task_id=step(order, "take").pk, now=later(opened, 3), **who(officer))
    if item.reach >= FED_BACK and item.measure:
        measure_add(
            task_id=step(order, "handle").pk, on=timezone.localdate(later(opened, 24)), now=later(opened, 24),
            **measure_of(item.measure), **who(officer),
        )  # fmt: skip
        part_feed_back(
            task_id=step(order, "handle").pk,
            outcome="helped",
            note="已办好，告知了本人。",
            now=later(opened, 26),
            **who(officer),
        )
        ask(order, later(opened, 48))
    if item.reach >= CLOSED:
        task_complete(
            task_id=step(order, "check").pk,
            outcome="carried_out",
            note="已答复本人。",
            now=later(opened, 72),
            **who(window),
        )


def measure_of(given: Mapping[str, Any]) -> dict[str, Any]:
    """金额、数量写成数。"""
    return {key: Decimal(value) if key in {"amount", "quantity"} else value for key, value in given.items()}


def ask(order: Order, now: datetime) -> None:
    """抽到回访的，由坐在那个岗位上的人问。"""
    task = (
        Task.objects.within(EVERYTHING).filter(instance=order.instance, node__startswith="ask_", done_at=None).first()
    )
    if task is None:
        return
    post = (
        Post.objects.select_related("organisation", "user")
        .filter(role=task.role, organisation=task.organisation)
        .earliest("pk")
    )
    household_ask(
        task_id=task.pk, solved="yes", how="phone", satisfaction=5, words="办得快，谢谢。", now=now, **who(post)
    )


def step(order: Order, node: str) -> Task:
    """等着办的那一步。"""
    return Task.objects.within(EVERYTHING).get(instance=order.instance, node=node, done_at=None)


def who(post: Post) -> dict[str, Any]:
    """办事人与范围。"""
    actor = Actor(
        post.user_id, str(post.user), post.pk, post.title, str(post.organisation), division_code=post.division_code
    )
    return {"actor": actor, "scope": post.scope()}


def later(opened: datetime, hours: int) -> datetime:
    """开单之后几个钟头。"""
    return opened + timedelta(hours=hours)
