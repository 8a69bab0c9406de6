"""一件申请：几个项目一起登记，问的只有数据里没有的，一次性告知，受理，核对与调查同时启动。"""

from typing import Any

import pytest
from django.urls import reverse
from tests.web.cast import every, signed_in
from tests.web.registry.acting import actor as acting
from tests.web.registry.acting import scope as area

from jiuzhu.web.access.models import User
from jiuzhu.web.access.scope import Scope
from jiuzhu.web.audit.actor import Actor
from jiuzhu.web.cases import services
from jiuzhu.web.cases.models import Application, Applied
from jiuzhu.web.documents.models import Paper
from jiuzhu.web.ground.errors import ServiceError
from jiuzhu.web.process.models import Task
from jiuzhu.web.process.services import task_complete
from jiuzhu.web.registry.models import Event, Household, Person

Who = tuple[Actor, Scope]
CHOSEN = [("dibao", ""), ("linshi_jinan", "")]


def opened(home: Household, head: Person, window: Who, chosen: Any = CHOSEN) -> Application:
    """登记好的草稿。"""
    actor, scope = window
    return services.application_open(household=home, applicant=head, chosen=chosen, actor=actor, scope=scope)


def described(application: Application, window: Who, **more: Any) -> Application:
    """填好事由、问过近亲属的。"""
    given: dict[str, Any] = {
        "channel": "window", "words": "老伴住院，借了三万", "behalf_name": "", "behalf_relation": "", "relatives": [],
    }  # fmt: skip
    actor, scope = window
    return services.application_describe(application=application, actor=actor, scope=scope, **given | more)


def submitted(home: Household, head: Person, window: Who, chosen: Any = CHOSEN) -> Application:
    """提交了的。"""
    actor, scope = window
    row = described(opened(home, head, window, chosen), window)
    return services.application_submit(application=row, actor=actor, scope=scope)


def marked(application: Application, window: Who, state: str) -> Application:
    """全部材料都标成一样。"""
    actor, scope = window
    states = {row["name"]: state for row in application.materials}
    return services.materials_set(application=application, states=states, actor=actor, scope=scope)


def test_同一项目不重复登记_新选的并进草稿(home: Household, head: Person, window: Who) -> None:
    first = opened(home, head, window)
    second = opened(home, head, window, [("dibao", ""), ("tekun", head.person_id)])
    assert second.pk == first.pk
    assert {row.code for row in every(Applied).filter(application=first)} == {"dibao", "linshi_jinan", "tekun"}
    assert [row["name"] for row in second.materials].count("身份证") == 1
    assert not any("授权" in row["name"] or "承诺" in row["name"] for row in second.materials)


def test_提交后再选同一项目回到那一件(home: Household, head: Person, window: Who) -> None:
    row = submitted(home, head, window)
    again = opened(home, head, window)
    assert again.pk == row.pk
    other = opened(home, head, window, [("dibao", ""), ("falv", head.person_id)])
    assert other.pk != row.pk
    assert [one.code for one in every(Applied).filter(application=other)] == ["falv"]


@pytest.mark.parametrize(
    ("chosen", "code"),
    [([], "no_programme"), ([("没有", "")], "unknown_programme"), ([("gaoling", "")], "no_person"),
     ([("gaoling", "P234567ABCDEFGH")], "not_member")],
)  # fmt: skip
def test_选得不对说清(home: Household, head: Person, window: Who, chosen: Any, code: str) -> None:
    with pytest.raises(ServiceError) as caught:
        opened(home, head, window, chosen)
    assert caught.value.code == code


def test_别的镇不能登记(ready: dict[str, User], home: Household, head: Person) -> None:
    user = ready["青禾二.镇窗口"]
    with pytest.raises(ServiceError) as caught:
        opened(home, head, (acting(user), area(user)))
    assert caught.value.code == "outside_area"


def test_只问数据里没有的_答了重新算(ready: dict[str, User], home: Household, head: Person, window: Who) -> None:
    row = opened(home, head, window, [("linshi_xiaoe", ""), ("dibao", "")])
    client = signed_in(ready["青禾.镇窗口"])
    page = client.get(reverse("cases:application", args=[row.pk])).content.decode()
    assert "有没有一样实在拿不出钱" in page
    assert "还有 1 句没有问" in page
    path = reverse("cases:answer", args=[row.pk])
    part = client.post(path, {"q|基本生活眼下过不下去|": "yes"}, headers={"HX-Request": "true"}).content.decode()
    assert "已保存，重新算过" in part
    assert "您家符合临时救助（小额快救）" in part
    assert "还有 1 句" not in part
    fresh = every(Application).get(pk=row.pk)
    assert fresh.answers == {"household": {"基本生活眼下过不下去": True}, "persons": {}}
    wrong = client.post(path, {"q|基本生活眼下过不下去|": "也许"})
    assert wrong.status_code == 400


def test_本人说的写在旁边_数据不改(ready: dict[str, User], home: Household, head: Person, window: Who) -> None:
    row = opened(home, head, window)
    client = signed_in(ready["青禾.镇窗口"])
    path = reverse("cases:statement", args=[row.pk])
    bad = client.post(path, {"name": "家庭汽车数", "said": "没有车了", "reason": ""})
    assert "为什么与数据不一样" in bad.content.decode()
    assert client.post(path, {"name": "家庭汽车数", "said": "没有车了", "reason": "去年报废"}).status_code == 302
    page = client.get(reverse("cases:application", args=[row.pk])).content.decode()
    assert "本人说：没有车了" in page
    assert every(Application).get(pk=row.pk).statements[0]["reason"] == "去年报废"


def test_没问近亲属不能提交_问了才行(home: Household, head: Person, window: Who) -> None:
    actor, scope = window
    row = opened(home, head, window)
    with pytest.raises(ServiceError) as caught:
        services.application_submit(application=row, actor=actor, scope=scope)
    assert caught.value.code == "relatives_unasked"
    relatives = [{"name": "王某某", "relation": "侄子", "office": "镇民政办"}]
    described(row, window, relatives=relatives)
    done = services.application_submit(application=row, actor=actor, scope=scope)
    assert done.instance is not None
    assert done.instance.data["近亲属备案"] is True
    assert done.instance.definition.code == "application_urgent"
    assert {one.answer for one in every(Applied).filter(application=done)} <= {"yes", "no", "unknown"}
    assert every(Event).filter(household=home, kind="asked", source_kind="cases.application").count() == 1


def test_缺材料一次说清_停计_补齐了受理(home: Household, head: Person, window: Who) -> None:
    actor, scope = window
    row = submitted(home, head, window, [("dibao", "")])
    with pytest.raises(ServiceError) as caught:
        services.application_accept(application=row, actor=actor, scope=scope)
    assert caught.value.code == "materials_unseen"
    row = marked(row, window, "missing")
    with pytest.raises(ServiceError) as caught:
        services.application_accept(application=row, actor=actor, scope=scope)
    assert caught.value.code == "still_missing"
    letter = services.application_notice(application=row, actor=actor, scope=scope)
    assert letter.template == "supplement"
    task = every(Task).get(instance=row.instance, node="accept")
    assert task.paused_at is not None
    with pytest.raises(ServiceError) as caught:
        services.application_notice(application=row, actor=actor, scope=scope)
    assert caught.value.code == "already_told"
    row = marked(row, window, "received")
    accepted = services.application_accept(application=row, actor=actor, scope=scope)
    assert accepted.template == "acceptance"
    assert every(Paper).filter(subject_kind="cases.application", subject_key=str(row.pk)).count() == 2
    waiting = every(Task).filter(instance=row.instance, done_at=None).values_list("node", "role")
    assert set(waiting) == {("check", "town_window"), ("survey", "town_surveyor")}


def test_受理之后不能再改(home: Household, head: Person, window: Who) -> None:
    actor, scope = window
    row = marked(submitted(home, head, window, [("dibao", "")]), window, "received")
    services.application_accept(application=row, actor=actor, scope=scope)
    with pytest.raises(ServiceError) as caught:
        described(row, window)
    assert caught.value.code == "already_accepted"
    with pytest.raises(ServiceError) as caught:
        services.application_check(application=row, actor=actor, scope=scope)
    assert caught.value.code == "unauthorised"


def test_调查在镇调查的待办里办结_申请了结(ready: dict[str, User], home: Household, head: Person, window: Who) -> None:
    actor, scope = window
    row = marked(submitted(home, head, window, [("dibao", "")]), window, "received")
    services.application_accept(application=row, actor=actor, scope=scope)
    user = ready["青禾.镇调查"]
    page = signed_in(user).get(reverse("cases:task", args=[every(Task).get(node="survey").pk])).content.decode()
    assert "入户调查" in page
    assert "去办" in page
    task_complete(
        task_id=every(Task).get(node="check").pk, outcome="unchecked", note="没有授权", actor=actor, scope=scope
    )
    task_complete(
        task_id=every(Task).get(node="survey").pk, outcome="surveyed", note="两人入户，属实",
        companions=(ready["青禾.镇窗口"].pk,), actor=acting(user), scope=area(user),
    )  # fmt: skip
    row = every(Application).get(pk=row.pk)
    assert row.closed_at is not None
    assert "转审核" in row.closed_reason
    assert not every(Applied).filter(application=row, closed_at=None).exists()


def test_草稿撤下要写原因_项目放开(home: Household, head: Person, window: Who) -> None:
    actor, scope = window
    row = opened(home, head, window)
    with pytest.raises(ServiceError) as caught:
        services.application_drop(application=row, reason=" ", actor=actor, scope=scope)
    assert caught.value.code == "reason_missing"
    services.application_drop(application=row, reason="本人不申请了", actor=actor, scope=scope)
    assert opened(home, head, window).pk != row.pk


def test_村里只能写草稿(ready: dict[str, User], home: Household, head: Person, window: Who) -> None:
    row = described(opened(home, head, window), window)
    worker = signed_in(ready["青禾.村协理员"])
    assert worker.post(reverse("cases:submit", args=[row.pk])).status_code == 403
    assert worker.post(reverse("cases:accept", args=[row.pk])).status_code == 403


ROUTES = ("answer", "describe", "statement", "materials", "remove", "drop", "submit", "notice", "accept", "check")


def test_别处与别的岗位办不了(ready: dict[str, User], home: Household, head: Person, window: Who) -> None:
    row = opened(home, head, window)
    refused = {"青禾二.镇窗口": 404, "青禾.镇审核负责人": 403, "青禾.部门经办": 403}
    for who, status in refused.items():
        client = signed_in(ready[who])
        found = {route: client.post(reverse(f"cases:{route}", args=[row.pk])).status_code for route in ROUTES}
        assert found == dict.fromkeys(ROUTES, status), who


def test_名单按范围(ready: dict[str, User], home: Household, head: Person, window: Who) -> None:
    row = opened(home, head, window)
    mine = signed_in(ready["青禾.县经办"]).get(f"{reverse('cases:list')}?tab=draft").content.decode()
    assert row.number in mine
    other = signed_in(ready["青禾二.镇窗口"]).get(f"{reverse('cases:list')}?tab=draft").content.decode()
    assert row.number not in other
    assert "没有草稿" in other
