"""成批点单：写下的与一张一张开的相同；一批之内不重；一户派不成不碍别的；一批一则通知。"""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.db import models, transaction
from django.utils import timezone
from tests.web.cast import every

from jiuzhu.web.access.scope import Scope
from jiuzhu.web.audit.actor import Actor
from jiuzhu.web.audit.models import Entry
from jiuzhu.web.notices.models import Notice, Receipt
from jiuzhu.web.orders.models import Order, OrderPart, Source
from jiuzhu.web.orders.services import Need, Opening, Wanted, order_open, orders_tell
from jiuzhu.web.process.chain import chain_problems
from jiuzhu.web.process.models import Event as Step
from jiuzhu.web.process.models import Instance, Task
from jiuzhu.web.process.models import Scope as Branch
from jiuzhu.web.registry.models import Event, Household

from .conftest import HOME, Desk, walled

EVERYTHING = Scope.everything()
SYSTEM = Actor.system("自动派单", division_code="429998000000")
KEYED: tuple[type[models.Model], ...] = (Instance, Branch, Task, Order, OrderPart, Source)
BY_CHAIN = {"seq", "event_head", "lane", "previous", "digest", "body"}  # 由编号与时间算出，另行核验
AUDIT_CHAIN = {"lane", "seq", "at"}


class Undone(Exception):
    """撤回这一遍。"""


def written(act: Callable[[], Any]) -> dict[str, list[Any]]:
    """做一遍，看写下了什么，再撤回。编号换成第几个。"""
    found: dict[str, list[Any]] = {}
    last = Entry.objects.count()
    try:
        with transaction.atomic():
            act()
            found = rows_of() | audits_of(last)
            raise Undone
    except Undone:
        return found


def rows_of() -> dict[str, list[Any]]:
    keys = {(model, pk): number for model in KEYED for number, pk in enumerate(pks(model))}
    found: dict[str, list[Any]] = {}
    for model in (*KEYED, Event):
        rows = every(model).order_by("pk")
        rows = rows.filter(source_kind="orders.order") if model is Event else rows
        found[model.__name__] = [plain(row, keys) for row in rows]
    steps = [json.loads(row.body) for row in every(Step).order_by("instance_id", "seq")]
    for step in steps:
        step["instance"] = keys[Instance, step["instance"]]
        step["task"] = keys[Task, step["task"]] if step["task"] else None
        if "scope" in step["data"]:
            step["data"]["scope"] = keys[Branch, step["data"]["scope"]]
    found["steps"] = steps
    found["chains"] = [list(chain_problems(row)) for row in every(Instance)]
    found["households"] = list(every(Household).order_by("pk").values_list("household_id", "changed_at"))
    return found


def pks(model: type[models.Model]) -> list[int]:
    return list(every(model).order_by("pk").values_list("pk", flat=True))


def plain(row: models.Model, keys: dict[Any, int]) -> dict[str, Any]:
    """一行的各列；编号换成第几个，由编号算出的略去。"""
    found: dict[str, Any] = {}
    for item in row._meta.concrete_fields:
        value = getattr(row, item.attname)
        if item.primary_key or item.name in BY_CHAIN:
            continue
        if item.is_relation and value is not None:
            value = keys.get((item.related_model, value), value)
        found[item.name] = value
    if isinstance(row, Event):
        found["detail"] = {"order": keys[Order, row.detail["order"]]}
        owner = Order if row.kind == Event.Kind.ORDERED else Instance
        pk, _, rest = row.source_key.partition(":")
        found["source_key"] = (keys[owner, int(pk)], rest)
    return found


def audits_of(since: int) -> dict[str, list[Any]]:
    found = []
    for entry in list(Entry.objects.order_by("at", "seq"))[since:]:
        body = {name: value for name, value in json.loads(entry.body).items() if name not in AUDIT_CHAIN}
        if body["subject_kind"] in {"process.instance", "process.task", "orders.order"}:
            body["subject_key"] = ""
        body["subject_label"] = re.sub(r"P\d+-\d+", "单号", body["subject_label"])
        found.append(body)
    return {"audits": sorted(found, key=str)}


def homes() -> list[Household]:
    return list(every(Household).select_related("head").order_by("pk"))


def wanted(desk: Desk, households: list[Household], needs: list[Need] | None = None) -> list[Wanted]:
    given = desk.needs if needs is None else needs
    return [Wanted(row, f"W{row.pk}", "红色预警：大病", "请核实并落实。", given) for row in households]


def opening(now: Any = None) -> Opening:
    return Opening(origin="warning", source_kind="test", actor=SYSTEM, scope=EVERYTHING, now=now)


@pytest.mark.parametrize("urgent", [False, True])
@pytest.mark.parametrize("kind", ["aid", "check"])
def test_成批开的与一张一张开的写下的一样(desk_of: Desk, kind: str, urgent: bool) -> None:
    now = timezone.now()
    same = [*desk_of.needs, Need(desk_of.yibao.pk, ask="另请看门诊慢特病", days=5)]  # 同一单位两份，并成一份
    given = [replace(each, kind=kind, urgent=urgent) for each in wanted(desk_of, homes(), same)]
    given.append(replace(given[0], household=given[0].household, source_key="没有派给谁", needs=[]))
    assert len(homes()) > 1

    def singly() -> None:
        for each in given:
            order_open(
                household=each.household, origin="warning", source_kind="test", source_key=each.source_key,
                title=each.title, words=each.words, needs=each.needs, kind=each.kind, urgent=each.urgent,
                actor=SYSTEM, scope=EVERYTHING, now=now,
            )  # fmt: skip

    with walled(EVERYTHING):
        one, many = written(singly), written(lambda: opening(now).open(given))
    assert len(one["Order"]) == len(homes())
    assert len(one["steps"]) > len(one["Order"]) * 4
    assert not any(one["chains"])
    assert not any(many["chains"])
    assert set(one) == set(many)
    for name in one:
        assert many[name] == one[name], name


def test_没有派给谁的_留在派单一步(desk_of: Desk) -> None:
    [made] = opening().open(wanted(desk_of, homes()[:1], []))
    assert made.order is not None
    task = every(Task).get(instance=made.order.instance)
    assert (task.node, task.done_at) == ("send", None)


def test_再来一次不另开_同一户又有来由并进去(desk_of: Desk) -> None:
    given = wanted(desk_of, homes())
    first = opening().open(given)
    assert all(each.is_new for each in first)
    again = opening().open(given)
    assert [each.order for each in again] == [each.order for each in first]
    assert not any(each.is_new for each in again)
    [joined] = opening().open([Wanted(given[0].household, "另一条", "橙色预警", "", desk_of.needs)])
    assert (joined.order, joined.is_new) == (first[0].order, False)
    assert every(Order).count() == len(given)


def test_一户派不成_别的照派(desk_of: Desk) -> None:
    rows = homes()
    bad = Need(10**9, "没有这个单位")
    made = opening().open([*wanted(desk_of, rows[:1], [bad]), *wanted(desk_of, rows[1:])])
    assert made[0].order is None
    assert "不在用" in made[0].problem
    assert all(each.is_new for each in made[1:])
    assert every(Order).count() == len(rows) - 1


def test_不归他管的_不开(desk_of: Desk) -> None:
    scope = desk_of["禾丰.县经办"].scope
    given = wanted(desk_of, [desk_of.home])
    found = Opening(origin="warning", source_kind="test", actor=SYSTEM, scope=scope).open(given)
    assert all(each.order is None for each in found)
    assert not every(Order).exists()


def test_一批一则通知_写明几张_同一批不再告诉(desk_of: Desk) -> None:
    now = timezone.now()
    made = opening(now).open(wanted(desk_of, homes()))
    orders = [each.order.pk for each in made if each.order]
    given: dict[str, Any] = {"orders": orders, "since": now, "what": "第 1 次监测", "key": "test:1", "actor": SYSTEM}
    assert orders_tell(**given, weighty=orders[:1], weighty_title="红色") == 2  # 医保局、教育局各一则
    notices = list(every(Notice))
    assert {row.title for row in notices} == {f"第 1 次监测派来 {len(orders)} 张单，其中红色 1 张"}
    assert every(Receipt).count() == 2
    assert orders_tell(**given) == 0
    home = Household.objects.within(EVERYTHING).get(household_id=HOME)
    assert str(home.household_id) not in notices[0].body
