"""五个一：立、改、谁看得到、谁改得了。"""

import json

import pytest
from django.urls import reverse
from tests.web.cast import COUNTY, every, signed_in

from jiuzhu.engine.facts import CATEGORIES as ENGINE_CATEGORIES
from jiuzhu.web.access.models import Post, User
from jiuzhu.web.access.scope import Scope
from jiuzhu.web.audit.actor import Actor
from jiuzhu.web.audit.models import Entry
from jiuzhu.web.divisions.models import Organisation
from jiuzhu.web.ground.errors import Conflict, NotAllowed, ServiceError
from jiuzhu.web.monitoring.labels import CATEGORIES
from jiuzhu.web.monitoring.models import Plan, PlanMember
from jiuzhu.web.monitoring.selectors import plan_of, plans_in_force
from jiuzhu.web.monitoring.services import Member, demo_plans_ensure, plan_save

SYSTEM = Actor.system("测试")
CONTENT = {
    "words": "镇里先核实",
    "duty": "谁主管谁负责",
    "rhythm": "weekly",
    "limit_days": 15,
    "auto_bands": ["red"],
    "quiet_days": 60,
}


def save(version: int = 0, scope: Scope | None = None, **changes: object) -> Plan:
    given = {
        "division_code": COUNTY,
        "category": "医疗",
        "version": version,
        "leader_id": Post.objects.get(role="leader", division_code=COUNTY).pk,
        "members": [Member(Organisation.objects.get(code="青禾-department").pk, "牵头")],
        "content": CONTENT,
        "actor": SYSTEM,
        "scope": scope or Scope.everything(),
    }
    return plan_save(**{**given, **changes})


def test_类别与引擎的相同() -> None:
    assert CATEGORIES == ENGINE_CATEGORIES


def test_改一次添一版_没改不添_审计记下前后(cast: dict[str, User]) -> None:
    first = save()
    assert save(1).pk == first.pk
    second = save(1, content=CONTENT | {"limit_days": 10})
    assert (second.version, every(Plan).count()) == (2, 2)
    now = plan_of(Scope.everything(), COUNTY, "医疗")
    assert now is not None
    assert now.limit_days == 10
    entry = Entry.objects.filter(action="monitoring.plan_save").order_by("-at").first()
    assert entry is not None
    told = json.loads(entry.body)
    assert (told["before"]["limit_days"], told["after"]["limit_days"]) == (15, 10)


def test_别人先改过就不存(cast: dict[str, User]) -> None:
    save()
    with pytest.raises(Conflict) as caught:
        save(0)
    assert caught.value.code == "plan_changed"


def test_外县的单位与领导不收_没有的类别不收(cast: dict[str, User]) -> None:
    other = Organisation.objects.get(code="禾丰-department")
    for changes, code in (
        ({"members": [Member(other.pk)]}, "other_county"),
        ({"leader_id": Post.objects.get(role="leader", division_code__startswith="429997").pk}, "other_county"),
        ({"category": "没有"}, "no_category"),
    ):
        with pytest.raises(ServiceError) as caught:
            save(**changes)
        assert caught.value.code == code
    neighbour = Post.objects.get(user=cast["禾丰.县经办"]).scope()
    with pytest.raises(NotAllowed):
        save(scope=neighbour)


def test_本县的岗位与部门看得到_邻县看不到(cast: dict[str, User]) -> None:
    save()
    for name, seen in (
        ("青禾.镇窗口", True), ("青禾.部门经办", True), ("青禾.县经办", True), ("禾丰.县经办", False), ("禾丰.部门经办", False),
    ):  # fmt: skip
        scope = Post.objects.get(user=cast[name]).scope()
        assert Plan.objects.within(scope).exists() is seen, name
        assert PlanMember.objects.within(scope).exists() is seen, name


def test_页面上改(cast: dict[str, User]) -> None:
    client = signed_in(cast["青禾.县经办"])
    url = reverse("monitoring:plan_edit", args=["住房"])
    assert client.get(url).status_code == 200
    office = Organisation.objects.get(code="青禾-department")
    post = Post.objects.get(user=cast["青禾.部门经办"])
    form = {
        "version": "0", "leader": str(Post.objects.get(user=cast["青禾.领导"]).pk), "words": "先看房", "duty": "", "rhythm": "monthly",
        "limit_days": "20", "quiet_days": "90", "auto_bands": ["red", "orange"],
        "members-TOTAL_FORMS": "2", "members-INITIAL_FORMS": "0",
        "members-0-organisation": str(office.pk), "members-0-post": str(post.pk), "members-0-duty": "牵头",
        "members-1-organisation": "", "members-1-post": "", "members-1-duty": "",
    }  # fmt: skip
    assert client.post(url, form).status_code == 302
    page = client.get(reverse("monitoring:plan", args=["住房"])).content.decode()
    assert "青禾领导" in page
    assert "先看房" in page
    assert "青禾部门经办" in page
    twice = form | {"version": "1", "members-INITIAL_FORMS": "1", "members-1-organisation": str(office.pk)}
    answer = client.post(url, twice)
    assert answer.status_code == 400
    assert "同一个单位列了两次" in answer.content.decode()
    stale = client.post(url, form)
    assert stale.status_code == 409
    assert "刚被别人改过" in stale.content.decode()


def test_镇里能看不能改_没有岗位的看不到_小卡写明时限(cast: dict[str, User]) -> None:
    save()
    window = signed_in(cast["青禾.镇窗口"])
    assert "青禾领导" in window.get(reverse("monitoring:plans")).content.decode()
    assert window.get(reverse("monitoring:plan_edit", args=["医疗"])).status_code == 403
    card = window.get(reverse("monitoring:plan_card"), {"category": "医疗"}).content.decode()
    assert "15 个工作日" in card
    assert signed_in(cast["没有岗位"]).get(reverse("monitoring:plans")).status_code == 403
    assert window.get(reverse("monitoring:plans"), {"county": "429997"}).status_code == 404
    department = signed_in(cast["青禾.部门经办"])
    assert "15 个工作日" in department.get(reverse("monitoring:plan_card"), {"category": "医疗"}).content.decode()


def test_演示县的八类都立了_重做不再添(cast: dict[str, User]) -> None:
    assert demo_plans_ensure(division_code=COUNTY, actor=SYSTEM) == 8
    assert demo_plans_ensure(division_code=COUNTY, actor=SYSTEM) == 0
    found = plans_in_force(Scope.everything(), COUNTY)
    assert set(found) == set(CATEGORIES)
    assert found["医疗"].auto_bands == ["red"]
    assert str(found["医疗"].members.all()[0].organisation) == "青禾县医疗保障局"
