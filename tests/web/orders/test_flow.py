"""一张单从点单到办结的各条路：派、接、退、改派、办、反馈、回访、核对。"""

from datetime import date
from decimal import Decimal

import pytest
from django.utils import timezone
from tests.web.cast import every

from jiuzhu.web.ground.errors import Conflict, NotAllowed, ServiceError
from jiuzhu.web.orders import selectors, services
from jiuzhu.web.orders.models import Asked, Measure, Order, OrderPart, Setting, Source
from jiuzhu.web.process.chain import chain_problems
from jiuzhu.web.process.models import Task
from jiuzhu.web.process.services import task_complete, task_transfer
from jiuzhu.web.registry.models import Event

from .conftest import HOME, SCHOOL, Desk, part_of, task_of


def help_out(desk: Desk, order: Order, who: str, office: object, **changed: object) -> None:
    """接单、登记一笔现金、反馈已落实。"""
    desk.act(who, services.part_accept, task_id=task_of(order, "take", office).pk)
    handle = task_of(order, "handle", office)
    measure = {
        "kind": "cash",
        "programme": "医疗救助",
        "amount": Decimal("3000.00"),
        "on": timezone.localdate(),
    } | changed
    desk.act(who, services.measure_add, task_id=handle.pk, **measure)
    desk.act(who, services.part_feed_back, task_id=handle.pk, outcome="helped", note="已拨付")


def check(desk: Desk, order: Order, outcome: str, who: str = "镇窗口") -> None:
    desk.act(who, task_complete, task_id=task_of(order, "check").pk, outcome=outcome, note="已答复本户")


def kinds(order: Order) -> list[str]:
    rows = every(Event).filter(household=order.household, source_kind="orders.order").order_by("at", "pk")
    return list(rows.values_list("kind", flat=True))


def test_派两个部门_各办各的_核对后办结_链上一环不少(desk_of: Desk) -> None:
    order = desk_of.open()
    assert {part.organisation_id for part in every(OrderPart).filter(order=order, branch__isnull=False)} == {
        desk_of.yibao.pk, desk_of.jiaoyu.pk,
    }  # fmt: skip
    help_out(desk_of, order, "部门经办", desk_of.yibao)
    assert not every(Task).filter(instance=order.instance, node="check").exists()
    desk_of.act("教育经办", services.part_accept, task_id=task_of(order, "take", desk_of.jiaoyu).pk)
    handle = task_of(order, "handle", desk_of.jiaoyu)
    desk_of.act("教育经办", services.part_feed_back, task_id=handle.pk, outcome="not_eligible", note="不在资助范围")
    check(desk_of, order, "carried_out")
    state = selectors.orders_of("test", ["1", "没有"], desk_of["镇窗口"].scope)
    assert {key: (found.code, found.outcome) for key, found in state.items()} == {"1": ("closed", "carried_out")}
    assert kinds(order) == [
        "ordered", "sent", "sent", "accepted", "aided", "fed_back", "accepted", "fed_back", "done",
    ]  # fmt: skip
    order.instance.refresh_from_db()
    assert list(chain_problems(order.instance)) == []


def test_同一来由只开一张_同户同类的并进去(desk_of: Desk) -> None:
    first = desk_of.open(needs=desk_of.needs[:1])
    assert desk_of.open(needs=desk_of.needs[:1]) == first
    again = desk_of.open(source_key="2", needs=[services.Need(desk_of.yibao.pk, "再核", (SCHOOL,)), desk_of.needs[1]])
    assert again == first
    assert [item["code"] for item in part_of(first, desk_of.yibao).indicators] == ["YL-03", "JY-01"]
    assert task_of(first, "take", desk_of.jiaoyu)
    assert every(Order).count() == 1
    assert set(every(Source).values_list("key", flat=True)) == {"1", "2"}
    assert desk_of.open(source_key="3", kind="check") != first


def test_退回写理由_回到首问单位改派(desk_of: Desk) -> None:
    order = desk_of.open(needs=desk_of.needs[:1])
    take = task_of(order, "take")
    with pytest.raises(ServiceError) as error:
        desk_of.act("部门经办", services.part_return, task_id=take.pk, note="")
    assert error.value.code == "note_missing"
    desk_of.act("部门经办", services.part_return, task_id=take.pk, note="不属本局职责")
    again = task_of(order, "reassign")
    assert selectors.states_of([order], desk_of["镇窗口"].scope)[order.pk].code == "returned"
    same = services.Need(desk_of.yibao.pk, "再派")
    with pytest.raises(ServiceError) as error:
        desk_of.act("镇窗口", services.part_reassign, task_id=again.pk, need=same)
    assert error.value.code == "same_receiver"
    desk_of.act("镇窗口", services.part_reassign, task_id=again.pk, need=desk_of.needs[1])
    assert task_of(order, "take").organisation == desk_of.jiaoyu
    assert kinds(order)[-2:] == ["returned", "sent"]


def test_确属其职责_请它接单(desk_of: Desk) -> None:
    order = desk_of.open(needs=desk_of.needs[:1])
    desk_of.act("部门经办", services.part_return, task_id=task_of(order, "take").pk, note="不归我管")
    desk_of.act("镇窗口", services.part_insist, task_id=task_of(order, "reassign").pk, note="医疗救助归医保局")
    assert task_of(order, "take").organisation == desk_of.yibao


def test_没有登记措施_不能反馈已落实(desk_of: Desk) -> None:
    order = desk_of.open(needs=desk_of.needs[:1])
    desk_of.act("部门经办", services.part_accept, task_id=task_of(order, "take").pk)
    handle = task_of(order, "handle")
    with pytest.raises(Conflict) as error:
        desk_of.act("部门经办", services.part_feed_back, task_id=handle.pk, outcome="helped", note="办好了")
    assert error.value.code == "no_measure"
    assert task_of(order, "handle").pk == handle.pk


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"kind": "cash"}, "incomplete"),
        ({"kind": "service"}, "incomplete"),
        ({"kind": "scheme", "programme": " "}, "incomplete"),
        ({"kind": "scheme", "on": date(2999, 1, 1)}, "future"),
        ({"kind": "scheme", "note": "打 13912345678"}, "long_number"),
    ],
)
def test_措施写得不对的不收(desk_of: Desk, given: dict[str, object], code: str) -> None:
    order = desk_of.open(needs=desk_of.needs[:1])
    desk_of.act("部门经办", services.part_accept, task_id=task_of(order, "take").pk)
    measure = {"programme": "医疗救助", "on": timezone.localdate()} | given
    with pytest.raises(ServiceError) as error:
        desk_of.act("部门经办", services.measure_add, task_id=task_of(order, "handle").pk, **measure)
    assert error.value.code == code
    assert not every(Measure).exists()


def test_登错的措施反馈前可撤_反馈后不能(desk_of: Desk) -> None:
    order = desk_of.open(needs=desk_of.needs[:1])
    help_out(desk_of, order, "部门经办", desk_of.yibao)
    with pytest.raises(Conflict) as error:
        desk_of.act("部门经办", services.measure_withdraw, measure=every(Measure).get(), reason="金额错了")
    assert error.value.code == "measure_fixed"


def test_中途加派与撤回(desk_of: Desk) -> None:
    order = desk_of.open(needs=desk_of.needs[:1])
    part = desk_of.act("镇窗口", services.part_add, order=order, need=desk_of.needs[1])
    assert part.facts == [desk_of.needs[1].facts[0]]
    with pytest.raises(NotAllowed):
        desk_of.act("县经办", services.part_withdraw, part=part, reason="不用了")
    desk_of.act("镇窗口", services.part_withdraw, part=part, reason="不用了")
    help_out(desk_of, order, "部门经办", desk_of.yibao)
    assert task_of(order, "check")
    with pytest.raises(Conflict) as error:
        desk_of.act("镇窗口", services.part_add, order=order, need=desk_of.needs[1])
    assert error.value.code == "nothing_to_join"


def test_汇总之后又来的_列为拟派_再派时带上(desk_of: Desk) -> None:
    order = desk_of.open(needs=desk_of.needs[:1])
    help_out(desk_of, order, "部门经办", desk_of.yibao)
    desk_of.open(source_key="2", needs=desk_of.needs[1:])
    planned = part_of(order, desk_of.jiaoyu)
    assert planned.branch_id is None
    check(desk_of, order, "again")
    desk_of.act(
        "镇窗口",
        services.order_send,
        task_id=task_of(order, "send").pk,
        needs=[services.Need(desk_of.jiaoyu.pk, ask="请核教育资助")],
    )
    sent = part_of(order, desk_of.jiaoyu)
    assert (sent.pk, sent.facts) == (planned.pk, planned.facts)
    assert sent.branch_id is not None


def test_改派不改期限_那一份跟着走(desk_of: Desk) -> None:
    order = desk_of.open(needs=desk_of.needs[:1])
    take = task_of(order, "take")
    desk_of.act("部门经办", task_transfer, task_id=take.pk, organisation_id=desk_of.jiaoyu.pk, reason="送错了")
    moved = task_of(order, "take")
    assert (moved.pk, moved.due_at, moved.opened_at) == (take.pk, take.due_at, take.opened_at)
    assert part_of(order, desk_of.jiaoyu).branch_id == take.scope_id
    assert not every(OrderPart).filter(organisation=desk_of.yibao).exists()


def test_回访没有解决_不能按已落实办结_再派(desk_of: Desk) -> None:
    Setting.objects.update(asked_percent=100)
    order = desk_of.open(needs=desk_of.needs[:1])
    help_out(desk_of, order, "部门经办", desk_of.yibao)
    ask = task_of(order, "ask_village")
    with pytest.raises(Conflict) as error:
        desk_of.act("村协理员", task_complete, task_id=ask.pk, outcome="asked", note="")
    assert error.value.code == "not_asked"
    desk_of.act(
        "村协理员", services.household_ask, task_id=ask.pk, solved="no", how="visit", satisfaction=2, words="钱没到账"
    )
    assert every(Asked).get().satisfaction == 2
    with pytest.raises(Conflict) as error:
        check(desk_of, order, "carried_out")
    assert error.value.code == "still_unsolved"
    check(desk_of, order, "again")
    assert task_of(order, "send")


def test_联系不上的写明经过_没有回访记录(desk_of: Desk) -> None:
    Setting.objects.update(asked_percent=100)
    order = desk_of.open(needs=desk_of.needs[:1])
    help_out(desk_of, order, "部门经办", desk_of.yibao)
    desk_of.act(
        "村协理员",
        services.household_ask,
        task_id=task_of(order, "ask_village").pk,
        solved="",
        how="phone",
        words="三次没人接",
    )
    assert not every(Asked).exists()
    check(desk_of, order, "carried_out")


def test_一事一议_四种结果之三(desk_of: Desk) -> None:
    order = desk_of.open(needs=desk_of.needs[:1])
    help_out(desk_of, order, "部门经办", desk_of.yibao)
    check(desk_of, order, "complicated")
    desk_of.act("县经办", task_complete, task_id=task_of(order, "discuss").pk, outcome="decided", note="临时救助")
    order.instance.refresh_from_db()
    assert selectors.outcomes(desk_of["县经办"].scope).get()["outcome"] == "deliberated"


def test_紧急的一天接单三天办好(desk_of: Desk) -> None:
    order = desk_of.open(urgent=True, needs=desk_of.needs[:1])
    assert order.instance.definition.code == "order_urgent"
    assert task_of(order, "take").limit == "1wd"
    desk_of.act("部门经办", services.part_accept, task_id=task_of(order, "take").pk)
    assert task_of(order, "handle").limit == "3wd"


def test_首问单位_村里点的归镇窗口_核查的归县里(desk_of: Desk) -> None:
    village = desk_of.open("村协理员", needs=[])
    send = task_of(village, "send")
    assert (send.role, send.organisation) == ("town_window", desk_of["镇窗口"].post.organisation)
    from jiuzhu.web.access.scope import Scope
    from jiuzhu.web.audit.actor import Actor

    finding = services.order_open(
        household=desk_of.home, origin="finding", kind="check", source_kind="monitoring.finding", source_key="9",
        title="去世后仍在领取", words="", needs=[services.Need(desk_of["县经办"].post.organisation_id, "请核实")],
        actor=Actor.system("监测"), scope=Scope.everything(),
    )  # fmt: skip
    take = task_of(finding, "take")
    assert (take.role, finding.instance.first_role) == ("county_officer", "county_officer")
    assert finding.instance.data == {"村里回访": False, "镇里回访": False}


@pytest.mark.parametrize("who", ["青禾二.镇窗口", "禾丰.镇窗口", "部门经办"])
def test_别处的人不能给这一户开单(desk_of: Desk, who: str) -> None:
    with pytest.raises(NotAllowed):
        desk_of.open(who)
    assert not every(Order).exists()


def test_没有档案的人也能开单(desk_of: Desk) -> None:
    order = desk_of.open(household=None, division_code="429998101200", person_name="石望春", phone="13912345678")
    assert order.who == "石**"
    assert order.instance.subject_key == str(order.pk)
    assert every(Order).get().phone == "13912345678"
    assert HOME not in order.instance.subject_label
