"""派单各页：开单、派单、接单、办理、反馈、核对都点得下去；部门只看得到自己那一份；越权的进不来。"""

import pytest
from django.urls import reverse
from django.utils import timezone
from tests.web.cast import every, signed_in

from jiuzhu.web.orders import services
from jiuzhu.web.orders.models import Measure, Order, OrderPart, Setting
from jiuzhu.web.process.models import Task
from jiuzhu.web.registry.models import Household

from .conftest import BILL, FEES, HOME, ILLNESS, Desk, part_of, task_of


def text(desk: Desk, who: str, url: str, status: int = 200) -> str:
    answer = signed_in(desk[who].user).get(url)
    assert answer.status_code == status, answer.status_code
    return answer.content.decode()


def form_of(desk: Desk, **changed: object) -> dict[str, object]:
    given = {
        "form_key": "5f2d9c1e-0000-4000-8000-000000000001", "origin": "phone", "title": "住院自付多", "words": "孩子在读高中",
        f"to_{desk.yibao.pk}": "on", f"ask_{desk.yibao.pk}": "请核医疗救助",
    }  # fmt: skip
    return given | changed


def test_开单_连按两次只有一张(desk_of: Desk) -> None:
    client = signed_in(desk_of["镇窗口"].user)
    url = f"{reverse('orders:new')}?household={HOME}"
    assert "青禾县医疗保障局" in client.get(url).content.decode()
    for _ in range(2):
        answer = client.post(url, form_of(desk_of))
        assert answer.status_code == 302
    order = every(Order).get()
    assert (order.origin, order.opened_name) == ("phone", "青禾镇窗口")
    page = client.get(answer["Location"]).content.decode()
    assert "请核医疗救助" in page
    assert "等接单" in page


def test_开单缺事由_写好的都在(desk_of: Desk) -> None:
    answer = signed_in(desk_of["镇窗口"].user).post(
        f"{reverse('orders:new')}?household={HOME}", form_of(desk_of, title="")
    )
    assert answer.status_code == 400
    assert "请写是什么事" in answer.content.decode()
    assert "孩子在读高中" in answer.content.decode()
    assert not every(Order).exists()


def test_找户_姓名不进网址_没有档案的直接登记(desk_of: Desk) -> None:
    client = signed_in(desk_of["村协理员"].user)
    found = client.post(reverse("orders:find"), {"q": "张三丰"}).content.decode()
    assert f"household={HOME}" in found
    assert "张三丰" not in found
    url = f"{reverse('orders:new')}?person=1"
    given = {"form_key": "5f2d9c1e-0000-4000-8000-000000000002", "origin": "field", "title": "腿摔了没人照料",
             "person_name": "石望春", "phone": "13912345678", "division_code": "429998101200"}  # fmt: skip
    assert client.post(url, given).status_code == 302
    order = every(Order).get()
    page = client.get(reverse("orders:order", args=[order.pk])).content.decode()
    assert "石**" in page
    assert "13912345678" not in page
    assert "139****5678" in page


def test_从接单到办结_都在页上(desk_of: Desk) -> None:
    order = desk_of.open(needs=desk_of.needs[:1])
    yibao, window = signed_in(desk_of["部门经办"].user), signed_in(desk_of["镇窗口"].user)
    take = task_of(order, "take")
    assert yibao.get(reverse("process:task", args=[take.pk]))["Location"] == reverse("orders:task", args=[take.pk])
    page = yibao.get(reverse("orders:task", args=[take.pk])).content.decode()
    assert BILL["value"] in page
    assert yibao.post(reverse("orders:act", args=[take.pk]), {"outcome": "accepted"}).status_code == 302
    handle = reverse("orders:act", args=[task_of(order, "handle").pk])
    early = yibao.post(handle, {"outcome": "helped", "note": "办好了"})
    assert early.status_code == 409
    assert "先登记措施" in early.content.decode()
    assert "办好了" in early.content.decode()
    measure = {
        "kind": "cash",
        "programme": "医疗救助",
        "amount": "3000",
        "period": "once",
        "on": str(timezone.localdate()),
    }
    new = reverse("orders:measure_new", args=[task_of(order, "handle").pk])
    assert "请写是哪项政策" in yibao.post(new, measure | {"programme": ""}).content.decode()
    assert yibao.post(new, measure).status_code == 302
    assert "3,000.00 元" in yibao.get(reverse("orders:order", args=[order.pk])).content.decode()
    assert yibao.post(handle, {"outcome": "helped", "note": "已拨付"}).status_code == 302
    check = task_of(order, "check")
    page = window.get(reverse("orders:task", args=[check.pk])).content.decode()
    assert "已拨付" in page
    window.post(reverse("orders:act", args=[check.pk]), {"outcome": "carried_out", "note": "已答复"})
    order.instance.refresh_from_db()
    assert order.instance.outcome == "carried_out"
    chain = window.get(reverse("registry:household", args=[HOME]), {"tab": "chain"}).content.decode()
    assert "医疗救助 3,000.00元" in chain


def test_登错的措施撤下(desk_of: Desk) -> None:
    order = desk_of.open(needs=desk_of.needs[:1])
    desk_of.act("部门经办", services.part_accept, task_id=task_of(order, "take").pk)
    desk_of.act(
        "部门经办",
        services.measure_add,
        task_id=task_of(order, "handle").pk,
        kind="scheme",
        programme="低保",
        on=timezone.localdate(),
    )
    url = reverse("orders:measure_withdraw", args=[every(Measure).get().pk])
    assert signed_in(desk_of["教育经办"].user).post(url, {"reason": "试"}).status_code == 404
    assert signed_in(desk_of["部门经办"].user).post(url, {"reason": "登错了"}).status_code == 302
    assert every(Measure).get().withdrawn_at is not None


def test_一个部门看不到另一个部门的(desk_of: Desk) -> None:
    order = desk_of.open()
    for who, own, other in (("部门经办", BILL, FEES), ("教育经办", FEES, BILL)):
        page = text(desk_of, who, reverse("orders:order", args=[order.pk]))
        assert own["value"] in page
        assert other["value"] not in page
        assert "住院花费大" not in page
        flow = text(desk_of, who, reverse("process:instance", args=[order.instance_id]))
        assert other["value"] not in flow
    window = text(desk_of, "镇窗口", reverse("orders:order", args=[order.pk]))
    assert BILL["value"] in window
    assert FEES["value"] in window
    assert "住院花费大" in window


def test_部门看一户一档_没有经济状况_走访_救助链(desk_of: Desk) -> None:
    desk_of.open(needs=desk_of.needs[:1])
    url = reverse("registry:household", args=[HOME])
    page = text(desk_of, "部门经办", url)
    for tab in ("economy", "classes", "chain", "visits"):
        assert f"?tab={tab}" not in page
        assert "1,000" not in text(desk_of, "部门经办", f"{url}?tab={tab}")
    assert "?tab=economy" in text(desk_of, "镇窗口", url)


def test_部门看一户一档与名单_没有得分与别的部门的指标(desk_of: Desk) -> None:
    reasons = [{"indicator": "JY-01", "name": "学费负担重", "category": "教育", "points": 3, "person": None}]
    every(Household).filter(household_id=HOME).update(reasons=reasons, band="red", score=42.5)
    desk_of.open(needs=desk_of.needs[:1])
    for url in (reverse("registry:household", args=[HOME]), reverse("registry:households")):
        for words in ("学费负担重", "42.5"):
            assert words not in text(desk_of, "部门经办", url)
            assert words in text(desk_of, "镇窗口", url)


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("教育经办", 404),
        ("青禾二.镇窗口", 404),
        ("禾丰.县经办", 404),
        ("系统管理员", 403),
        ("核对中心", 403),
        ("县经办", 200),
    ],
)
def test_看不到的单(desk_of: Desk, who: str, status: int) -> None:
    order = desk_of.open(needs=desk_of.needs[:1])
    take = task_of(order, "take")
    for url in (reverse("orders:order", args=[order.pk]), reverse("orders:task", args=[take.pk])):
        assert signed_in(desk_of[who].user).get(url).status_code == status
    refused = signed_in(desk_of[who].user).post(reverse("orders:act", args=[take.pk]), {"outcome": "accepted"})
    assert refused.status_code in {403, 404}
    assert task_of(order, "take").pk == take.pk


@pytest.mark.parametrize(
    ("who", "route"),
    [
        ("部门经办", "orders:new"), ("部门经办", "orders:find"), ("领导", "orders:new"), ("镇窗口", "orders:setting"),
        ("系统管理员", "orders:list"),
    ],
)  # fmt: skip
def test_没有权限的进不去(desk_of: Desk, who: str, route: str) -> None:
    client = signed_in(desk_of[who].user)
    assert client.get(reverse(route)).status_code in {403, 405}
    assert client.post(reverse(route)).status_code in {403, 405}


@pytest.mark.parametrize("who", ["部门经办", "县经办", "青禾二.镇窗口"])
def test_加派撤回只有首问单位(desk_of: Desk, who: str) -> None:
    order = desk_of.open(needs=desk_of.needs[:1])
    client = signed_in(desk_of[who].user)
    given = {"organisation": desk_of.jiaoyu.pk, "ask": "核", "reason": "试"}
    part = part_of(order, desk_of.yibao)
    for route, key in (("orders:part_add", order.pk), ("orders:part_withdraw", part.pk), ("orders:withdraw", order.pk)):
        assert client.post(reverse(route, args=[key]), given).status_code in {403, 404}
    assert every(OrderPart).filter(order=order).count() == 1


def test_首问单位加派再撤回(desk_of: Desk) -> None:
    order = desk_of.open(needs=desk_of.needs[:1])
    client = signed_in(desk_of["镇窗口"].user)
    add = reverse("orders:part_add", args=[order.pk])
    assert client.post(add, {"organisation": desk_of.jiaoyu.pk, "ask": "请核教育资助"}).status_code == 302
    part = part_of(order, desk_of.jiaoyu)
    assert client.post(reverse("orders:part_withdraw", args=[part.pk]), {"reason": "不用了"}).status_code == 302
    assert "已撤回" in client.get(reverse("orders:order", args=[order.pk])).content.decode()


def test_退回后在页上改派(desk_of: Desk) -> None:
    order = desk_of.open(needs=desk_of.needs[:1])
    desk_of.act("部门经办", services.part_return, task_id=task_of(order, "take").pk, note="不归我管")
    client = signed_in(desk_of["镇窗口"].user)
    task = task_of(order, "reassign")
    assert "不归我管" in client.get(reverse("orders:task", args=[task.pk])).content.decode()
    url = reverse("orders:act", args=[task.pk])
    assert client.post(url, {"outcome": "elsewhere"}).status_code == 400
    assert client.post(url, {"outcome": "elsewhere", "organisation": desk_of.jiaoyu.pk}).status_code == 302
    assert task_of(order, "take").organisation == desk_of.jiaoyu
    moved = part_of(order, desk_of.jiaoyu)
    assert (moved.ask, moved.facts, moved.indicators) == ("请核医疗救助", [BILL], [ILLNESS]), "要用的情况跟着走"


def test_开单时没有派的_派单时照样按命中的指标勾好_情况随单带上(desk_of: Desk) -> None:
    ill = every(Household).get(household_id="HLI22222222222222")
    order = desk_of.open("县经办", household=ill, origin="phone", needs=[])
    client, task = signed_in(desk_of["县经办"].user), task_of(order, "send")
    page = client.get(reverse("orders:task", args=[task.pk]))
    assert "已按命中的指标勾上主管单位" in page.content.decode()
    asked = page.context["receivers"][f"ask_{desk_of.yibao.pk}"].value()
    given = {f"to_{desk_of.yibao.pk}": "on", f"ask_{desk_of.yibao.pk}": asked}
    assert client.post(reverse("orders:act", args=[task.pk]), given).status_code == 302
    part = part_of(order, desk_of.yibao)
    assert [item["code"] for item in part.indicators] == ["YL-03"]
    assert not every(OrderPart).filter(order=order).exclude(pk=part.pk).exists(), "没有勾的不派"


def test_核对没办成_写好的都在(desk_of: Desk) -> None:
    Setting.objects.update(asked_percent=100)
    order = desk_of.open(needs=desk_of.needs[:1])
    desk_of.act("部门经办", services.part_accept, task_id=task_of(order, "take").pk)
    desk_of.act(
        "部门经办", services.part_feed_back, task_id=task_of(order, "handle").pk, outcome="unable", note="再等等"
    )
    ask = task_of(order, "ask_village")
    desk_of.act("村协理员", services.household_ask, task_id=ask.pk, solved="no", how="visit", satisfaction=2)
    url = reverse("orders:act", args=[task_of(order, "check").pk])
    given = {"outcome": "carried_out", "note": "已电话答复"}
    page = signed_in(desk_of["镇窗口"].user).post(url, given)
    assert page.status_code == 409
    assert 'value="carried_out" required checked' in page.content.decode()
    assert page.content.decode().index("满意度 2 分") < page.content.decode().index("办结这一步"), (
        "回访怎么说的，写在核对的上面"
    )
    assert "已电话答复</textarea>" in page.content.decode()


def test_回访页_填全了才登记(desk_of: Desk) -> None:
    Setting.objects.update(asked_percent=100)
    order = desk_of.open(needs=desk_of.needs[:1])
    desk_of.act("部门经办", services.part_accept, task_id=task_of(order, "take").pk)
    desk_of.act(
        "部门经办", services.part_feed_back, task_id=task_of(order, "handle").pk, outcome="not_eligible", note="不符合"
    )
    client = signed_in(desk_of["村协理员"].user)
    url = reverse("orders:act", args=[task_of(order, "ask_village").pk])
    answer = client.post(url, {"solved": "no", "how": "visit"})
    assert answer.status_code == 400
    assert "请选满不满意" in answer.content.decode()
    assert client.post(url, {"solved": "no", "how": "visit", "satisfaction": "2"}).status_code == 302
    assert task_of(order, "check")
    assert "没有解决" in text(desk_of, "镇窗口", reverse("orders:order", args=[order.pk]))


@pytest.mark.parametrize("tab", ["mine", "open", "late", "accepting", "closed", "all", "乱写"])
def test_名单各栏(desk_of: Desk, tab: str) -> None:
    order = desk_of.open(needs=desk_of.needs[:1])
    Task._base_manager.filter(instance=order.instance, done_at=None).update(
        due_at=timezone.now() - timezone.timedelta(days=3)
    )
    page = text(desk_of, "部门经办", f"{reverse('orders:list')}?tab={tab}")
    assert (reverse("orders:order", args=[order.pk]) in page) == (tab != "closed")
    empty = text(desk_of, "教育经办", f"{reverse('orders:list')}?tab={tab}")
    assert "empty-state" in empty


def test_名单的条件(desk_of: Desk) -> None:
    order = desk_of.open(needs=desk_of.needs[:1])
    link = reverse("orders:order", args=[order.pk])
    list_ = reverse("orders:list")
    for query, found in {
        f"office={desk_of.yibao.pk}": True, f"office={desk_of.jiaoyu.pk}": False, "origin=window": True, "origin=warning": False,
        "township=429998101": True, "township=429998103": False, "band=red": False, "kind=aid": True, "band=乱写": True,
    }.items():  # fmt: skip
        assert (link in text(desk_of, "县经办", f"{list_}?{query}")) == found, query


def test_派单设置(desk_of: Desk) -> None:
    client = signed_in(desk_of["县经办"].user)
    url = reverse("orders:setting")
    assert client.post(url, {"asked_percent": "120", "data_sender": "county"}).status_code == 400
    assert client.post(url, {"asked_percent": "35", "data_sender": "county"}).status_code == 302
    found = Setting.of("429998101200")
    assert (found.asked_percent, found.data_sender) == (35, "county")
