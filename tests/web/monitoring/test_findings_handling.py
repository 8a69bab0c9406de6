"""数据发现：派核查单，登记核实结果与省下、补给的钱。"""

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from tests.web.cast import every, signed_in

from jiuzhu.web.access.models import User
from jiuzhu.web.ground.errors import Conflict, ServiceError
from jiuzhu.web.monitoring.models import Finding, FindingOutcome, Run
from jiuzhu.web.monitoring.selectors import (
    FINDING,
    FindingState,
    finding_handlings,
    finding_key,
    finding_money,
    findings_with_state,
)
from jiuzhu.web.monitoring.services import finding_record, finding_undo, findings_order
from jiuzhu.web.orders.models import Measure, Order, OrderPart, Source

from .conftest import EVERYTHING, acting


def overpaid() -> Finding:
    """一个多发的。"""
    found = every(Finding).exclude(kind="entitled_unaided").exclude(household_id="").order_by("pk").first()
    assert found is not None
    return found


def unaided() -> Finding:
    """一个该享未享的。"""
    found = every(Finding).filter(kind="entitled_unaided").order_by("pk").first()
    assert found is not None
    return found


def test_派核查单_同一个不派两次(warned: Run, cast: dict[str, User]) -> None:
    actor, scope = acting(cast["青禾.县经办"])
    row = overpaid()
    made = findings_order(findings=[row], actor=actor, scope=scope)
    assert (made.opened, made.problems) == (1, [])
    order = every(Order).get()
    assert (order.kind, order.origin) == ("check", "finding")
    part = every(OrderPart).get(order=order)
    assert part.facts[0]["name"] == row.get_kind_display()
    assert finding_handlings(scope, [row])[row.pk].state == FindingState.IN_HAND
    assert findings_with_state(every(Finding).filter(pk=row.pk), scope).get().state == "in_hand"
    again = findings_order(findings=[row], actor=actor, scope=scope)
    assert (again.opened, again.joined, len(again.problems)) == (0, 0, 1)


def test_成批派核查单_次数不随个数长_已派的说明(warned: Run, cast: dict[str, User]) -> None:
    actor, scope = acting(cast["青禾.县经办"])
    rows = list(every(Finding).exclude(household_id="").order_by("pk")[:30])
    with CaptureQueriesContext(connection) as few:
        assert findings_order(findings=rows[:2], actor=actor, scope=scope).opened == 2
    with CaptureQueriesContext(connection) as many:
        made = findings_order(findings=rows, actor=actor, scope=scope)
    assert (made.opened + made.joined, made.skipped) == (28, 2)
    assert every(Order).count() == len({row.household_id for row in rows})
    assert len(many) < len(few) + 25
    assert every(Source).filter(kind=FINDING).count() == len(rows)


def test_核查单办了什么_照着填好核实结果(warned: Run, cast: dict[str, User]) -> None:
    actor, scope = acting(cast["青禾.县经办"])
    row = overpaid()
    findings_order(findings=[row], actor=actor, scope=scope)
    part = every(OrderPart).get()
    shared = {"order": part.order, "part": part, "organisation": part.organisation, "division_code": part.division_code}
    for kind, amount, period in (("stop", "7680", "year"), ("recover", "1280", "once")):
        Measure.objects.create(
            **shared, kind=kind, programme="低保", amount=amount, period=period, on=date(2026, 11, 2), at=timezone.now()
        )
    page = signed_in(cast["青禾.县经办"]).get(reverse("monitoring:finding", args=[row.pk]))
    form = page.context["form"]
    assert (form["outcome"].value(), form["per_month"].value()) == ("stopped", Decimal("640.00"))
    assert form["once"].value() == Decimal(1280)
    assert "2026年11月2日停发 低保 每年7,680.00 元" in form["words"].value()
    assert "请核对之后再登记" in page.text
    other = every(Finding).exclude(pk=row.pk).exclude(household_id="").order_by("pk")[0]
    Source.objects.create(
        order=part.order, division_code=part.division_code, kind=FINDING, key=finding_key(other), at=timezone.now()
    )
    page = signed_in(cast["青禾.县经办"]).get(reverse("monitoring:finding", args=[row.pk]))
    assert not page.context["form"].is_proposed, "一张单管着两个发现，分不清哪样归哪个"


def test_登记结果_钱分少发新给追回_撤回即不算(warned: Run, cast: dict[str, User]) -> None:
    actor, scope = acting(cast["青禾.县经办"])
    given = {"actor": actor, "scope": scope, "words": "已听取本人意见"}
    stopped = finding_record(finding=overpaid(), outcome="stopped", per_month=Decimal("640.50"), **given)
    finding_record(finding=unaided(), outcome="admitted", per_month=Decimal(320), **given)
    money = finding_money(scope)
    assert (money["saved"], money["granted"], money["recovered"]) == (Decimal("640.50"), Decimal(320), Decimal(0))
    assert (money["true"], money["false"]) == (2, 0)
    with pytest.raises(Conflict) as caught:
        finding_record(finding=overpaid(), outcome="untrue", **given)
    assert caught.value.code == "outcome_recorded"
    finding_undo(outcome=stopped, reason="算错了", actor=actor, scope=scope)
    assert finding_money(scope)["saved"] == Decimal(0)
    finding_record(finding=overpaid(), outcome="recovered", once=Decimal(1200), per_month=Decimal(9), **given)
    assert finding_money(scope)["recovered"] == Decimal(1200)
    assert every(FindingOutcome).get(outcome="recovered").per_month == Decimal(0)


def test_结果要对得上种类_该写钱的要写_外县的看不到(warned: Run, cast: dict[str, User]) -> None:
    actor, scope = acting(cast["青禾.县经办"])
    for finding, outcome, words, code in (
        (overpaid(), "admitted", "x", "bad_outcome"), (unaided(), "stopped", "x", "bad_outcome"),
        (overpaid(), "stopped", "x", "money_missing"), (overpaid(), "untrue", " ", "words_missing"),
    ):  # fmt: skip
        with pytest.raises(ServiceError) as caught:
            finding_record(finding=finding, outcome=outcome, words=words, actor=actor, scope=scope)
        assert caught.value.code == code
    neighbour, elsewhere = acting(cast["禾丰.县经办"])
    with pytest.raises(Finding.DoesNotExist):
        finding_record(finding=overpaid(), outcome="untrue", words="x", actor=neighbour, scope=elsewhere)


def test_页面上派单_登记_撤回(warned: Run, cast: dict[str, User]) -> None:
    client, row = signed_in(cast["青禾.县经办"]), overpaid()
    page = reverse("monitoring:finding", args=[row.pk])
    assert "核实结果" in client.get(page).content.decode()
    client.post(reverse("monitoring:findings_open"), {"finding": [str(row.pk)]})
    assert every(Order).count() == 1
    assert "派单核查中" in client.get(reverse("monitoring:findings") + "?state=in_hand").content.decode()
    url = reverse("monitoring:finding_outcome", args=[row.pk])
    bad = client.post(url, {"outcome": "stopped", "words": "去世三个月", "per_month": ""})
    assert bad.status_code == 400
    assert "要写金额" in bad.content.decode()
    assert client.post(url, {"outcome": "stopped", "words": "去世三个月", "per_month": "640"}).status_code == 302
    assert "640.00 元" in client.get(reverse("monitoring:findings") + "?state=done").content.decode()
    undo = reverse("monitoring:finding_undo", args=[row.pk])
    assert client.post(undo, {"reason": "金额写错"}).status_code == 302
    assert client.post(undo, {"reason": "再撤"}).status_code == 404


def test_没有权限的拒绝(warned: Run, cast: dict[str, User]) -> None:
    row = overpaid()
    url = reverse("monitoring:finding_outcome", args=[row.pk])
    assert signed_in(cast["青禾.镇调查"]).post(url, {}).status_code == 403
    assert signed_in(cast["禾丰.县经办"]).get(reverse("monitoring:finding", args=[row.pk])).status_code == 404
    signed_in(cast["禾丰.县经办"]).post(reverse("monitoring:findings_open"), {"finding": [str(row.pk)]})
    assert not every(Order).within(EVERYTHING).exists()
