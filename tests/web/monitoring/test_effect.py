"""成效：每个数与一户一户数出来的相同；名单与数对得上；范围之外的不算。"""

from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any

import polars as pl
import pytest
from dateutil.relativedelta import relativedelta
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from tests.web.cast import COUNTY, every, signed_in

from jiuzhu.web.access.models import User
from jiuzhu.web.access.scope import Scope, narrowed
from jiuzhu.web.audit.actor import Actor
from jiuzhu.web.monitoring.effect import DEFINITIONS, Filters, effect_of, effect_shown, listed
from jiuzhu.web.monitoring.effect.listing import CONDITIONS, TITLES
from jiuzhu.web.monitoring.models import Finding, HouseholdWarning, Run
from jiuzhu.web.monitoring.selectors import verified_outcomes
from jiuzhu.web.monitoring.services import finding_record, finding_undo, warning_close, warnings_order
from jiuzhu.web.monitoring.services.reporting import effect_notices_send
from jiuzhu.web.notices.models import Notice
from jiuzhu.web.orders.models import Asked, Measure, Order, OrderPart
from jiuzhu.web.process.models import Instance, Task

from .conftest import EVERYTHING, acting

Made = dict[str, Any]


def this_month(**given: str) -> Filters:
    day = timezone.localdate().replace(day=1)
    return Filters(since=day, until=day, **given)


@pytest.fixture
def handled(warned: Run, cast: dict[str, User]) -> Made:
    """六户派单：两户属实（四天、十天办结）、一户不属实、三户在办；另有一户直接排除。"""
    actor, scope = acting(cast["青禾.县经办"])
    rows = list(HouseholdWarning.objects.within(scope).filter(run=warned)[:7])
    with EVERYTHING.applied():
        warnings_order(warnings=rows[:6], actor=actor, scope=scope)
        orders = [every(Order).get(household__household_id=row.household_id) for row in rows[:6]]
        for order, outcome, days in zip(orders, ("carried_out", "included", "untrue"), (4, 10, 1), strict=False):
            ended = order.instance.opened_at + timedelta(days=days)
            every(Instance).filter(pk=order.instance_id).update(ended_at=ended, outcome=outcome)
        part = every(OrderPart).filter(order=orders[0]).order_by("pk")[0]
        common = {
            "part": part, "order": orders[0], "organisation": part.organisation, "division_code": part.division_code,
            "on": timezone.localdate(), "by_name": "某", "at": timezone.now(),
        }  # fmt: skip
        Measure.objects.create(kind="cash", programme="临时救助", amount=Decimal(1000), **common)
        Measure.objects.create(kind="scheme", programme="低保", amount=Decimal(640), period="month", **common)
        Measure.objects.create(
            kind="cash", programme="写错的", amount=Decimal(9), withdrawn_at=timezone.now(), **common
        )
        Asked.objects.create(
            order=orders[0], division_code=part.division_code, task_id=1, how="visit", solved="yes", satisfaction=5,
            by_name="某", at=timezone.now(),
        )  # fmt: skip
        warning_close(warning=rows[6], reason="gone", words="迁走", actor=actor, scope=scope)
    return {"run": warned, "rows": rows, "orders": orders, "scope": scope}


def test_各数与一户一户数的相同(handled: Made) -> None:
    effect = effect_of(handled["scope"], this_month())
    total = effect.total
    assert total.warned == every(HouseholdWarning).filter(run=handled["run"]).count()
    assert (total.sent, total.ended, total.verified, total.true, total.false) == (6, 3, 4, 2, 2)
    assert total.hit_rate == round(200 / total.warned, 1)
    assert total.precision == 50.0
    assert total.median_days == pytest.approx(4)
    assert total.p90_days == pytest.approx(8.8)
    assert (effect.helped, effect.money, effect.monthly) == (1, Decimal(1000), Decimal("640.00"))
    assert {row.code: row.households for row in effect.aided} == {"cash": 1, "scheme": 1}
    assert (effect.asked, effect.satisfied, effect.solved) == (1, 100.0, 100.0)
    assert [(row["warned"], row["sent"], row["true"]) for row in effect.months] == [(total.warned, 6, 2)]


def test_留着的与现算的相同_数据变了就重算(handled: Made) -> None:
    scope, month = handled["scope"], this_month()
    cache.clear()
    assert effect_shown(scope, month) == effect_of(scope, month)
    with CaptureQueriesContext(connection) as kept:
        assert effect_shown(scope, month) == effect_of(scope, month)
    assert sum("monitoring_householdwarning" in query["sql"] for query in kept) == 1, "留着的不再算，这一回是现算的那边"
    assert effect_shown(scope, month, by="band").groups != effect_shown(scope, month).groups
    assert effect_shown(scope, this_month(band="red")).total.warned < effect_shown(scope, month).total.warned
    every(Measure).filter(kind="cash", withdrawn_at=None).update(withdrawn_at=timezone.now())
    assert effect_shown(scope, month).money == effect_of(scope, month).money == 0
    warning_close(
        warning=every(HouseholdWarning).filter(run=handled["run"]).exclude(pk__in=[row.pk for row in handled["rows"]])[0],
        reason="gone", words="迁走", actor=Actor.system("测试", division_code=COUNTY), scope=scope,
    )  # fmt: skip
    assert effect_shown(scope, month).total.false == effect_of(scope, month).total.false == 3


def test_分组相加等于合计(handled: Made) -> None:
    for by in ("township", "band"):
        effect = effect_of(handled["scope"], this_month(), by=by)
        for name in ("warned", "sent", "ended", "true", "false"):
            assert sum(getattr(row, name) for row in effect.groups) == getattr(effect.total, name)
    for row in effect_of(handled["scope"], this_month(), by="department").groups:
        alone = effect_of(handled["scope"], this_month(department=row.code)).total
        assert (row.warned, row.sent, row.true) == (alone.warned, alone.sent, alone.true), row.name
    categories = effect_of(handled["scope"], this_month(), by="category").groups
    assert max(row.warned for row in categories) <= effect_of(handled["scope"], this_month()).total.warned


@pytest.mark.parametrize(
    "measure",
    [
        "warned",
        "sent",
        "ended",
        "verified",
        "true",
        "false",
        "aided",
        "asked",
        "money",
        "monthly",
        "satisfied",
        "solved",
    ],
)
def test_名单与数对得上(handled: Made, measure: str) -> None:
    effect = effect_of(handled["scope"], this_month())
    counts = {"aided": effect.helped} | dict.fromkeys(("asked", "money", "monthly", "satisfied", "solved"), 1)
    rows = listed(handled["scope"], this_month(), measure)
    assert len(rows) == counts.get(measure, getattr(effect.total, measure, None))
    shown = rows[0 : len(rows)]
    assert len({row["household_id"] for row in shown}) == len(rows)


def test_帮扶的名单写着各户的金额_加起来就是那个数(handled: Made) -> None:
    effect = effect_of(handled["scope"], this_month())
    for measure, column in (("money", "money"), ("monthly", "monthly"), ("aided", "money")):
        shown = listed(handled["scope"], this_month(), measure)[0:9]
        assert sum(row[column] or 0 for row in shown) == getattr(effect, column)
    cash = listed(handled["scope"], this_month(), "aided", kind="scheme")[0:9]
    assert [(row["money"], row["monthly"]) for row in cash] == [(None, Decimal("640.00"))]


def test_发现的数点开是核实结果_个数与金额对得上(warned: Run, cast: dict[str, User]) -> None:
    actor, scope = acting(cast["青禾.县经办"])
    unaided, over = every(Finding).filter(run=warned, kind="entitled_unaided")[:3], Finding.Kind.DECEASED_RECEIVING
    common = {"words": "核过", "actor": actor, "scope": scope}
    finding_record(finding=unaided[0], outcome="admitted", per_month=Decimal("412.50"), **common)
    finding_record(finding=unaided[1], outcome="untrue", **common)
    dead = every(Finding).filter(run=warned, kind=over)[0]
    finding_record(finding=dead, outcome="recovered", once=Decimal(900), **common)
    gone = finding_record(finding=unaided[2], outcome="admitted", per_month=Decimal(1), **common)
    finding_undo(outcome=gone, reason="写错", actor=actor, scope=scope)
    client = signed_in(cast["青禾.领导"])
    for measure, count in (("findings_true", 2), ("findings_false", 1), ("saved", 0), ("granted", 1), ("recovered", 1)):
        page = client.get(reverse("monitoring:effect_findings"), {"measure": measure})
        assert page.context["page"].paginator.count == count, measure
    assert "900.00 元" in page.content.decode()
    assert reverse("monitoring:finding", args=[dead.pk]) in page.content.decode()
    assert client.get(reverse("monitoring:effect_findings"), {"measure": "没有"}).status_code == 404
    last = timezone.localdate().replace(day=1) - relativedelta(months=1)
    before = client.get(reverse("monitoring:effect_findings"), {"since": f"{last:%Y-%m}", "until": f"{last:%Y-%m}"})
    assert "一个也没有" in before.content.decode()


def test_按时接单与超期(handled: Made) -> None:
    takes = every(Task).filter(node="take", instance__in=[order.instance_id for order in handled["orders"]])
    first, second = takes.order_by("pk")[:2]
    every(Task).filter(pk=first.pk).update(done_at=first.due_at)
    every(Task).filter(pk=second.pk).update(due_at=timezone.now() - timedelta(days=1))
    effect = effect_of(handled["scope"], this_month())
    assert (effect.in_time, effect.late, effect.in_time_rate) == (1, 1, 50.0)
    assert len(listed(handled["scope"], this_month(), "late")) == 1


def test_条件_乡镇_类别_级别_部门_时间(handled: Made) -> None:
    scope, row = handled["scope"], handled["rows"][0]
    whole = every(HouseholdWarning).filter(run=handled["run"])
    for given, wanted in (
        ({"township": row.township_code}, whole.filter(township_code=row.township_code).count()),
        ({"band": "red"}, whole.filter(band="red").count()),
        ({"category": "医疗"}, whole.filter(categories__contains=["医疗"]).count()),
        ({"department": "yibao"}, whole.filter(departments__contains=["医保局"]).count()),
    ):
        assert effect_of(scope, this_month(**given)).total.warned == wanted
    last = timezone.localdate().replace(day=1) - relativedelta(months=1)
    assert effect_of(scope, Filters(since=last, until=last)).total.warned == 0


def test_只算所辖之内的(handled: Made, cast: dict[str, User]) -> None:
    town = handled["rows"][0].township_code
    inside = effect_of(narrowed(handled["scope"], [town]), this_month())
    assert inside.total.warned == every(HouseholdWarning).filter(township_code=town).count()
    assert effect_of(acting(cast["禾丰.县经办"])[1], this_month()).total.warned == 0
    assert effect_of(Scope.nothing(), this_month()).total.warned == 0


def test_回测拿到属实与不属实(handled: Made) -> None:
    frame = verified_outcomes(handled["scope"])
    assert sorted(frame["outcome"].to_list()) == ["carried_out", "closing.gone", "included", "untrue"]
    assert frame["true"].sum() == 2


def test_页面_名单_导出(handled: Made, cast: dict[str, User]) -> None:
    client = signed_in(cast["青禾.领导"])
    page = client.get(reverse("monitoring:effect")).content.decode()
    assert "孝昌公开数 59%" in page
    assert all(item.meaning in page for item in DEFINITIONS.values())
    rows = client.get(reverse("monitoring:effect_list"), {"measure": "true"}).content.decode()
    assert "政策已落实" in rows
    assert client.get(reverse("monitoring:effect_list"), {"measure": "没有"}).status_code == 404
    assert "没有用这个条件" in client.get(reverse("monitoring:effect"), {"since": "坏"}).content.decode()
    answer = client.get(reverse("monitoring:effect_export"))
    book = pl.read_excel(BytesIO(answer.content), sheet_id=0, engine="calamine")
    assert list(book) == ["数字", "按乡镇", "按月", "口径"]
    assert book["按月"]["月份"].to_list() == [f"{timezone.localdate():%Y}年{timezone.localdate().month}月"]
    told = dict(book["数字"].select("名称", "数").iter_rows())
    assert [float(told[name]) for name in ("派单", "属实", "帮扶金额（一次性）")] == [6, 2, 1000]
    assert told["条件"] == "不限"
    some = client.get(reverse("monitoring:effect_export"), {"category": "医疗", "by": "department"})
    book = pl.read_excel(BytesIO(some.content), sheet_id=0, engine="calamine")
    assert dict(book["数字"].select("名称", "数").iter_rows())["条件"] == "医疗"
    assert "医疗保障局" in book["按部门"]["名称"].to_list()


def test_看不得的岗位(warned: Run, cast: dict[str, User]) -> None:
    for name in ("青禾.镇调查", "青禾.部门经办", "没有岗位"):
        for route in ("effect", "effect_list", "effect_findings", "effect_export"):
            assert signed_in(cast[name]).get(reverse(f"monitoring:{route}")).status_code == 403


def test_每个名单都有名目() -> None:
    assert set(TITLES) == set(CONDITIONS)


def test_每月发给领导_同一月只发一次(handled: Made, cast: dict[str, User]) -> None:
    day = timezone.localdate().replace(day=1) + relativedelta(months=1)
    with EVERYTHING.applied():
        assert effect_notices_send(day=day) == 1
        assert effect_notices_send(day=day) == 0
        assert effect_notices_send(day=date(2020, 1, 1)) == 0
        notice = every(Notice).get(key__startswith="monitoring.effect:429998")
    assert "派单 6 户" in notice.body
    assert notice.recipients == 1
