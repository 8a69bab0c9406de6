"""各页：看得到什么、做得到什么，别的岗位看不到也做不到。"""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from tests.web.cast import signed_in

from jiuzhu.web.access.models import Post, User
from jiuzhu.web.divisions import names
from jiuzhu.web.process.models import Absence, CalendarDay, Instance, Task
from jiuzhu.web.process.services import Branch

from .conftest import Worker, all_tasks, open_nodes

People = Callable[[str], Worker]
Apply = Callable[..., Instance]
PAGES = ["inbox", "overdue", "definitions", "absences"]


@pytest.fixture
def fresh(apply: Apply) -> Callable[..., Instance]:
    """此刻发起的一件事。"""

    def make(code: str = "dibao_review", **rest: object) -> Instance:
        return apply(code, opened=timezone.localtime().strftime("%Y-%m-%d %H:%M"), **rest)

    return make


def text(client: object, *route: object, **query: object) -> str:
    response = client.get(reverse(*route[:1], args=route[1:]), query)  # type: ignore[attr-defined]
    assert response.status_code == 200, response.status_code
    return str(response.content.decode())


def test_待办里有归我办的(fresh: Apply, people: People) -> None:
    fresh()
    page = text(signed_in(people("青禾.镇窗口").user), "process:inbox")
    assert "受理" in page
    assert "张*的申请" in page
    assert "麦岭镇" in page
    assert "到期" in page
    for name in ("青禾.镇调查", "青禾二.镇窗口", "禾丰.镇窗口"):
        other = text(signed_in(people(name).user), "process:inbox")
        assert "没有待办" in other
        assert "张*的申请" not in other


@pytest.mark.parametrize("tab", ["mine", "office", "soon", "late", "done", "乱写"])
def test_各栏都打得开_空的说明怎么回事(cast: dict[str, User], published: object, tab: str) -> None:
    client = signed_in(cast["青禾.镇窗口"])
    assert "empty-state" in text(client, "process:inbox", tab=tab, township="谁", page="x")


def test_任务页_办结_经过都在(fresh: Apply, people: People) -> None:
    instance = fresh()
    task = open_nodes(instance)["accept"]
    client = signed_in(people("青禾.镇窗口").user)
    page = text(client, "process:task", task.pk)
    for words in ("办理结果", "不予受理", "1个工作日", "社会救助法第37条", "停计期限", "<svg", "进入“受理”"):
        assert words in page, words
    url = reverse("process:task_complete", args=[task.pk])
    empty = client.post(url, {"note": "写了一半"})
    assert empty.status_code == 400
    assert "请选一个办理结果" in empty.content.decode()
    assert "写了一半" in empty.content.decode()
    refused = client.post(url, {"outcome": "not_accepted"})
    assert (refused.status_code, "请写明情况或理由" in refused.content.decode()) == (400, True)
    done = client.post(url, {"outcome": "accepted"}, follow=True)
    assert "已办结“受理”。" in done.content.decode()
    assert open_nodes(instance).keys() == {"survey", "check"}
    assert "受理" in text(client, "process:inbox", tab="done")
    after = text(client, "process:task", task.pk)
    assert "办结“受理”" in after
    assert 'name="outcome"' not in after


def test_入户调查在页上选同办人(fresh: Apply, people: People) -> None:
    instance = fresh()
    signed_in(people("青禾.镇窗口").user).post(
        reverse("process:task_complete", args=[open_nodes(instance)["accept"].pk]), {"outcome": "accepted"}
    )
    task, client = open_nodes(instance)["survey"], signed_in(people("青禾.镇调查").user)
    window = people("青禾.镇窗口").user
    assert str(window) in text(client, "process:task", task.pk)
    url = reverse("process:task_complete", args=[task.pk])
    assert "须2人以上" in client.post(url, {"outcome": "surveyed"}).content.decode()
    client.post(url, {"outcome": "surveyed", "companions": [window.pk]})
    assert open_nodes(instance).keys() == {"check"}


@pytest.mark.parametrize(
    "name", ["青禾二.镇窗口", "禾丰.县经办", "青禾.部门经办", "青禾.系统管理员", "青禾.审计管理员", "没有岗位"]
)
def test_看不到的人打不开也办不了(fresh: Apply, people: People, cast: dict[str, User], name: str) -> None:
    instance = fresh()
    task, client = open_nodes(instance)["accept"], signed_in(cast[name])
    for route, pk in [("process:task", task.pk), ("process:instance", instance.pk)]:
        assert client.get(reverse(route, args=[pk])).status_code in {403, 404}
    actions = ["complete", "claim", "delegate", "transfer", "pause", "resume", "urge", "supervise"]
    urls = [reverse(f"process:task_{action}", args=[task.pk]) for action in actions]
    urls += [reverse(f"process:instance_{action}", args=[instance.pk]) for action in ("withdraw", "pause", "resume")]
    urls += [reverse(f"process:{action}", args=[instance.pk]) for action in ("scope_add", "scope_withdraw")]
    for url in urls:
        assert client.post(url, {"outcome": "accepted", "note": "试", "reason": "试"}).status_code in {403, 404}, url
    assert [row.done_at for row in all_tasks()] == [None]


def test_看得到而不归我办的_说明归谁_办不了(fresh: Apply, people: People) -> None:
    task = open_nodes(fresh())["accept"]
    client = signed_in(people("青禾.县经办").user)
    page = text(client, "process:task", task.pk)
    assert "麦岭镇社会事务办 镇窗口办理" in page
    assert 'name="outcome"' not in page
    answer = client.post(reverse("process:task_complete", args=[task.pk]), {"outcome": "accepted"})
    assert answer.status_code == 403
    assert "您当前的岗位不能办" in answer.content.decode()


def test_认领之后别人办不了_可以指派(fresh: Apply, people: People) -> None:
    task, window = open_nodes(fresh())["accept"], people("青禾.镇窗口")
    client = signed_in(window.user)
    assert "已认领" in client.post(reverse("process:task_claim", args=[task.pk]), follow=True).content.decode()
    assert all_tasks()[0].assignee_id == window.user.pk
    answer = client.post(reverse("process:task_delegate", args=[task.pk]), {"user": people("青禾二.镇窗口").user.pk})
    assert "只能指派给同单位、同角色" in answer.content.decode()


def test_停计与恢复在页上(fresh: Apply, people: People) -> None:
    task, client = open_nodes(fresh())["accept"], signed_in(people("青禾.镇窗口").user)
    page = client.post(
        reverse("process:task_pause", args=[task.pk]), {"rule": "papers", "note": "缺户口簿"}, follow=True
    ).content.decode()
    assert "停计中" in page
    assert "恢复计时" in page
    assert 'name="outcome"' not in page
    client.post(reverse("process:task_resume", args=[task.pk]))
    assert all_tasks()[0].paused_at is None


def test_逾期名单_有权的督办(apply: Apply, people: People) -> None:
    apply("field_report", opened="2026-01-05 10:00")
    task = all_tasks()[0]
    leader = signed_in(people("青禾.领导").user)
    page = text(leader, "process:overdue")
    assert "已逾期" in page
    assert "督办" in page
    assert "没有逾期的任务" in text(signed_in(people("禾丰.领导").user), "process:overdue")
    url = reverse("process:task_supervise", args=[task.pk])
    assert "请写明督办的理由" in leader.post(url, {"note": ""}).content.decode()
    assert "已督办" in leader.post(url, {"note": "三日内办结"}, follow=True).content.decode()
    assert all_tasks()[0].urge == Task.Urge.SUPERVISED
    assert signed_in(people("青禾.镇窗口").user).post(url, {"note": "试"}).status_code == 403


def test_事项页_首问单位可以加送撤回(fresh: Apply, people: People) -> None:
    yibao, social = people("青禾.部门经办"), people("青禾.社会组织")
    instance = fresh("referral", branches=(Branch(yibao.post.organisation_id, label="医疗救助"),))
    client = signed_in(people("青禾.镇窗口").user)
    page = text(client, "process:instance", instance.pk)
    for words in ("送出的部门", "医疗救助", "加送一个部门", "撤回这件事", "发起“转介办理”"):
        assert words in page, words
    add = reverse("process:scope_add", args=[instance.pk])
    sent = {"organisation": social.post.organisation_id, "days": "5", "label": "陪护"}
    assert "已加送" in client.post(add, sent, follow=True).content.decode()
    assert "这个部门已经在办" in client.post(add, sent).content.decode()
    assert "期限要填工作日数" in client.post(add, sent | {"days": "五"}).content.decode()
    scope = all_tasks(organisation=social.post.organisation)[0].scope_id
    back = reverse("process:scope_withdraw", args=[instance.pk])
    assert "已撤回" in client.post(back, {"scope": scope, "reason": "重复"}, follow=True).content.decode()
    theirs = text(signed_in(yibao.user), "process:instance", instance.pk)
    assert "撤回这件事" not in theirs
    ending = reverse("process:instance_withdraw", args=[instance.pk])
    assert signed_in(yibao.user).post(ending, {"reason": "试"}).status_code == 403
    client.post(ending, {"reason": "群众撤回"})
    assert open_nodes(instance) == {}


def test_代办人看得到办得了_回来就看不到(fresh: Apply, people: People, cast: dict[str, User]) -> None:
    from tests.web.cast import make_person

    fresh()
    deputy = make_person("青禾.代班", "town_surveyor", "青禾")
    away, today = people("青禾.镇窗口"), timezone.localdate()
    client = signed_in(away.user)
    form = {"deputy": deputy.pk, "from_date": today.isoformat(), "to_date": (today + timedelta(3)).isoformat()}
    assert "期间由青禾.代班代办" in client.post(reverse("process:absences"), form, follow=True).content.decode()
    assert "已经登记过代办" in client.post(reverse("process:absences"), form).content.decode()
    other = signed_in(deputy)
    assert "张*的申请" in text(other, "process:inbox")
    task = all_tasks()[0]
    other.post(reverse("process:task_complete", args=[task.pk]), {"outcome": "accepted"})
    assert all_tasks()[0].done_by == deputy
    other.post(reverse("process:absence_cancel", args=[Absence.objects.get().pk]))
    again = open_nodes(fresh())["accept"]
    assert reverse("process:task", args=[again.pk]) not in text(other, "process:inbox")
    assert other.post(reverse("process:task_complete", args=[again.pk]), {"outcome": "accepted"}).status_code == 403


def test_代办人的手不能相冲突(people: People, published: object) -> None:
    reviewer = people("青禾.镇审核负责人")
    client = signed_in(people("青禾.县确认人").user)
    today = timezone.localdate().isoformat()
    cashier = people("青禾.资金").user
    form = {"deputy": cashier.pk, "from_date": today, "to_date": today}
    assert "审核、确认、发放须分开" in client.post(reverse("process:absences"), form).content.decode()
    outside = {"deputy": reviewer.user.pk, "from_date": today, "to_date": today}
    assert "代办人须是同单位" in client.post(reverse("process:absences"), outside).content.decode()
    assert not Absence.objects.exists()


def test_办事流程(people: People, published: dict[str, object]) -> None:
    client = signed_in(people("青禾.镇窗口").user)
    page = text(client, "process:definitions")
    assert "低保审核确认" in page
    detail = text(client, "process:definition", published["dibao_review"].pk)  # type: ignore[attr-defined]
    for words in (
        "全程不超过30个工作日",
        "从“受理”办结的次日起算",
        "所在乡镇（街道）镇调查",
        "2人以上",
        "不得同一人",
        "<svg",
    ):
        assert words in detail, words
    assert client.get(reverse("process:definition", args=[999999])).status_code == 404
    assert signed_in(people("青禾.审计管理员").user).get(reverse("process:definitions")).status_code == 403


def test_工作日历只归系统管理员(people: People, published: object) -> None:
    keeper = signed_in(people("青禾.系统管理员").user)
    url = reverse("process:calendar")
    form = {"day": "2026-12-01", "is_working": "0", "note": "防汛", "source": "县政府通知"}
    assert "已另定12月1日放假" in keeper.post(url, form, follow=True).content.decode()
    assert keeper.post(url, form | {"day": "明天"}).status_code == 400
    day = CalendarDay.objects.get()
    assert (day.county_code, day.is_working) == ("429998", False)
    window = signed_in(people("青禾.镇窗口").user)
    assert window.get(url).status_code == window.post(url, form).status_code == 403
    assert signed_in(people("禾丰.系统管理员").user).post(
        reverse("process:calendar_remove", args=[day.pk])
    ).status_code == 404  # fmt: skip
    assert keeper.post(reverse("process:calendar_recalculate"), follow=True).status_code == 200
    keeper.post(reverse("process:calendar_remove", args=[day.pk]))
    assert not CalendarDay.objects.exists()


@pytest.mark.parametrize("page", PAGES)
def test_没有岗位的进不来(cast: dict[str, User], page: str) -> None:
    assert signed_in(cast["没有岗位"]).get(reverse(f"process:{page}")).status_code == 403


def test_待办再多_查询次数不变(fresh: Apply, people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(names, "SECONDS", 600.0)  # 地名表隔两秒看一次版本；机器慢时不能多算这一次
    client = signed_in(people("青禾.镇窗口").user)

    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as caught:
            text(client, "process:inbox")
        return len(caught)

    fresh()
    queries()
    few = queries()
    for _ in range(12):
        fresh()
    assert queries() == few


def test_经过被改动_事项页说得出(fresh: Apply, people: People) -> None:
    instance = fresh()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("UPDATE process_event SET body = replace(body, '受理', '变造') WHERE seq = 2")
        cursor.execute("SET LOCAL session_replication_role = DEFAULT")
    assert "第 2 条的内容被改动过" in text(signed_in(people("青禾.镇窗口").user), "process:instance", instance.pk)


def test_数据库拒绝改动事件与定义(fresh: Apply) -> None:
    from django.db import Error, transaction

    fresh()
    for statement in (
        "UPDATE process_event SET body = ''",
        "DELETE FROM process_event",
        "UPDATE process_definition SET body = ''",
        "DELETE FROM process_definition",
    ):
        with pytest.raises(Error, match="只能添加"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_服务记了审计(fresh: Apply, people: People) -> None:
    from jiuzhu.web.audit.models import Entry

    task = open_nodes(fresh())["accept"]
    client = signed_in(people("青禾.镇窗口").user)
    client.post(reverse("process:task_claim", args=[task.pk]))
    client.post(reverse("process:task_complete", args=[task.pk]), {"outcome": "accepted"})
    actions = list(Entry.objects.filter(action__startswith="process.task").values_list("action", flat=True))
    assert sorted(actions) == ["process.task_claim", "process.task_complete"]


def test_另一个岗位的事_指路并换过去就能办(fresh: Apply, people: People) -> None:
    task = open_nodes(fresh())["accept"]
    surveyor = people("青禾.镇调查")
    second = Post.objects.create(
        user=surveyor.user,
        role="town_window",
        organisation=surveyor.post.organisation,
        division_code=surveyor.post.division_code,
    )
    client = signed_in(surveyor.user, surveyor.post)
    page = reverse("process:task", args=[task.pk])
    assert "换到您的“镇窗口”岗位来办" in text(client, "process:task", task.pk)
    assert "那里有 <strong>1</strong> 件待办" in text(client, "process:inbox")
    moved = client.post(reverse("access:post_switch"), {"post": second.pk, "next": page}, follow=True)
    assert moved.redirect_chain[-1][0] == page
    assert 'name="outcome"' in moved.content.decode()
    away = client.post(reverse("access:post_switch"), {"post": surveyor.post.pk, "next": "https://example.org/"})
    assert away.url == "/"


def test_没有别的岗位_不指路(fresh: Apply, people: People) -> None:
    task = open_nodes(fresh())["accept"]
    client = signed_in(people("青禾.镇调查").user)
    assert "岗位来办" not in text(client, "process:task", task.pk)
    assert "您还任" not in text(client, "process:inbox")


@pytest.mark.parametrize("number", ["429998195510232359", "42999819551023235X", "13800001234", "6222021234567890123"])
def test_办理情况里不收证件号电话账号_写的还在_没有办(fresh: Apply, people: People, number: str) -> None:
    task = open_nodes(fresh())["accept"]
    client = signed_in(people("青禾.镇窗口").user)
    url = reverse("process:task_complete", args=[task.pk])
    answer = client.post(url, {"outcome": "accepted", "note": f"已核，{number}"})
    assert answer.status_code == 400
    assert "没有办" in answer.content.decode()
    assert f"已核，{number}" in answer.content.decode()
    assert "accept" in open_nodes(task.instance)
    urged = signed_in(people("青禾.镇审核负责人").user)
    assert urged.post(reverse("process:task_urge", args=[task.pk]), {"note": number}).status_code == 400
    assert client.post(url, {"outcome": "accepted", "note": "已核，12000 元，电话 0710-3456789"}).status_code == 302
