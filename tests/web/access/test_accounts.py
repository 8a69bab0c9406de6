"""账号与岗位各页：开账号、改、停、恢复、重设密码；授岗位、收岗位。"""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from tests.web.cast import WalledClient, make_organisation, make_person, signed_in

from jiuzhu.web.access.models import Post, User
from jiuzhu.web.access.services import account_close
from jiuzhu.web.access.usernames import initials, suggest
from jiuzhu.web.audit.actor import Actor
from jiuzhu.web.audit.models import Entry

from .conftest import actions_of, is_in, sign_in

ACTOR = Actor.system("测试")


@pytest.fixture
def system(worker: User) -> WalledClient:
    """青禾县系统管理员的浏览器。"""
    return signed_in(make_person("xitong", "system_admin", "青禾"))


@pytest.fixture
def security(worker: User) -> WalledClient:
    """青禾县安全管理员的浏览器。"""
    return signed_in(make_person("anquan", "security_admin", "青禾"))


def url(name: str, *args: int) -> str:
    """本部分的网址。"""
    return reverse(f"access:{name}", args=args)


def test_开账号_初始密码只显示一次_本人须改(system: WalledClient) -> None:
    answer = system.post(url("account_new"), {"display_name": "何 春燕", "username": "hechunyan"})
    password = answer.context["password"]
    assert password in answer.content.decode()
    user = User.objects.get(username="hechunyan")
    assert (user.display_name, user.division_code) == ("何春燕", "429998000000")
    assert password not in system.get(url("account", user.pk)).content.decode()
    assert password not in "".join(Entry.objects.values_list("body", flat=True))
    client = WalledClient()
    sign_in(client, "hechunyan", password)
    assert client.get(reverse("desk:home"))["Location"] == reverse("account_change_password")


@pytest.mark.parametrize(
    ("name", "username", "word"),
    [
        ("", "abc", "请填写姓名"),
        ("张三", "SUJINGBAN", "已有用户名"),
        ("张三", "429998199001011234", "像是证件号"),
        ("张三", "张三", "用字母"),
        ("张三", "13812345678", "像是证件号"),
    ],
)
def test_开账号填错了说得清楚(system: WalledClient, name: str, username: str, word: str) -> None:
    count = User.objects.count()
    answer = system.post(url("account_new"), {"display_name": name, "username": username})
    assert word in answer.content.decode()
    assert User.objects.count() == count


@pytest.mark.parametrize(
    ("name", "letters"), [("张三", "zs"), ("欧阳春", "oyc"), ("Tom王", "tomw"), ("阿依古丽", "aygl"), ("李琚", "l")]
)
def test_按姓名拟用户名(db: None, name: str, letters: str) -> None:
    assert initials(name) == letters


def test_拟的用户名没有人用(system: WalledClient) -> None:
    for username in ("zs", "ZS2"):
        User.objects.create_user(username, display_name="张三")
    assert suggest("张三") == "zs3"
    assert 'value="zs3"' in system.get(url("username_suggest"), {"display_name": "张三"}).content.decode()
    assert suggest("") == "yh"


def test_改姓名用户名_留下改前改后(system: WalledClient, worker: User) -> None:
    system.post(url("account_edit", worker.pk), {"display_name": "苏文静", "username": "suwenjing"})
    worker.refresh_from_db()
    assert (worker.display_name, worker.username) == ("苏文静", "suwenjing")
    entry = Entry.objects.get(action="access.account_change")
    assert "sujingban" in entry.body
    assert "suwenjing" in entry.body


def test_停用_岗位收回_立即退出_不能再登录(system: WalledClient, worker: User) -> None:
    client = WalledClient()
    sign_in(client, worker.username)
    assert system.post(url("account_close", worker.pk), {"reason": ""}).status_code == 400
    assert client.get(url("mine")).status_code == 200
    system.post(url("account_close", worker.pk), {"reason": "离职"})
    worker.refresh_from_db()
    assert not worker.is_active
    assert not worker.posts.get().in_force()
    assert client.get(url("mine")).status_code == 302
    sign_in(client, worker.username)
    assert not is_in(client)


def test_恢复_新密码_岗位须重新授予(system: WalledClient, worker: User) -> None:
    account_close(user=worker, reason="离职", actor=ACTOR)
    answer = system.post(url("account_reopen", worker.pk), {"reason": "返岗"})
    client = WalledClient()
    sign_in(client, worker.username, answer.context["password"])
    assert is_in(client)
    assert not any(post.in_force() for post in worker.posts.all())


def test_重设密码_须写事由(system: WalledClient, worker: User) -> None:
    assert system.post(url("account_password", worker.pk)).status_code == 400
    answer = system.post(url("account_password", worker.pk), {"reason": "忘记密码"})
    worker.refresh_from_db()
    assert worker.check_password(answer.context["password"])
    assert worker.must_change_password
    assert Entry.objects.get(action="access.password_reset").reason == "忘记密码"


@pytest.mark.parametrize("name", ["account_close", "account_password"])
def test_自己的账号自己动不了(worker: User, name: str) -> None:
    admin = make_person("xitong", "system_admin", "青禾")
    answer = signed_in(admin).post(url(name, admin.pk), {"reason": "试一试"})
    assert answer.status_code == 409
    admin.refresh_from_db()
    assert admin.is_active


def test_授予岗位_只列相配的单位与片区(security: WalledClient, worker: User) -> None:
    for kind in ("department", "township_station", "social_organisation"):
        make_organisation("青禾", kind)
    make_organisation("禾丰", "department")
    page = security.get(url("post_new", worker.pk), {"role": "department_officer"}, headers={"HX-Target": "post-form"})
    text = page.content.decode()
    assert "<html" not in text
    assert "青禾县医疗保障局" in text
    assert "麦岭镇社会事务办" not in text
    assert "禾丰" not in text
    towns = security.get(url("post_new", worker.pk), {"role": "town_window"}).content.decode()
    assert "麦岭镇社会事务办" in towns
    assert "青禾县医疗保障局" not in towns
    villages = security.get(url("post_new", worker.pk), {"role": "village_worker"}).content.decode()
    assert "麦岭镇社会事务办" in villages
    county = security.get(url("post_new", worker.pk), {"role": "county_officer"}).content.decode()
    assert "麦岭镇社会事务办" not in county
    assert 'value="429998101000"' in towns
    assert 'value="429998000000"' not in towns
    assert 'value="429997101000"' not in towns


def test_授予岗位_收回岗位(security: WalledClient, worker: User) -> None:
    station = make_organisation("青禾", "township_station")
    data = {"role": "town_window", "organisation": station.pk, "division_code": "429998101000"}
    assert security.post(url("post_new", worker.pk), data).status_code == 302
    post = Post.objects.get(user=worker, role="town_window")
    assert post.in_force()
    assert security.post(url("post_end", worker.pk, post.pk), {"reason": " "}).status_code == 400
    security.post(url("post_end", worker.pk, post.pk), {"reason": "轮岗"})
    post.refresh_from_db()
    assert not post.in_force()
    assert actions_of(worker)[-2:] == ["access.post_grant", "access.post_end"]


@pytest.mark.parametrize(
    ("role", "place", "word"),
    [
        ("town_window", "429997101000", "不能选"),
        ("town_window", "429998000000", "不能选"),
        ("village_worker", "", "请选择片区"),
        ("", "429998101000", "请选择角色"),
    ],
)
def test_授予岗位填错了不授(security: WalledClient, worker: User, role: str, place: str, word: str) -> None:
    station = make_organisation("青禾", "township_station")
    data = {"role": role, "organisation": station.pk, "division_code": place}
    answer = security.post(url("post_new", worker.pk), data)
    assert answer.status_code == 200
    form = answer.context["form"]
    assert any(word in error for errors in form.errors.values() for error in errors), form.errors
    assert worker.posts.count() == 1


def test_邻县的单位授不了(security: WalledClient, worker: User) -> None:
    other = make_organisation("禾丰", "township_station")
    data = {"role": "town_window", "organisation": other.pk, "division_code": "429998101000"}
    security.post(url("post_new", worker.pk), data)
    assert worker.posts.count() == 1


@pytest.mark.parametrize(
    ("held", "wanted"),
    [
        ("town_reviewer", "county_approver"),
        ("county_approver", "cashier"),
        ("town_window", "system_admin"),
        ("system_admin", "security_admin"),
        ("audit_admin", "county_officer"),
    ],
)
def test_相冲突的岗位授不了_说明为什么(security: WalledClient, held: str, wanted: str) -> None:
    person = make_person("renyuan", held, "青禾")
    warned = security.get(url("post_new", person.pk), {"role": wanted}).content.decode()
    assert "请换一个人，或先收回原岗位" in warned
    data = {
        "role": wanted,
        "organisation": make_organisation("青禾", "county_office").pk,
        "division_code": "429998000000",
    }
    answer = security.post(url("post_new", person.pk), data)
    assert "审核、确认、发放须分由不同的人" in answer.content.decode()
    assert person.posts.count() == 1


def test_明天才开始的岗位也算冲突(security: WalledClient, worker: User) -> None:
    tomorrow = timezone.localdate() + timedelta(days=1)
    office = make_organisation("青禾", "county_office")
    person = User.objects.create_user("xinren", display_name="新人")
    data = {"organisation": office.pk, "division_code": "429998000000", "valid_from": tomorrow.isoformat()}
    security.post(url("post_new", person.pk), {**data, "role": "cashier"})
    security.post(url("post_new", person.pk), {**data, "role": "county_approver"})
    assert [post.role for post in person.posts.all()] == ["cashier"]


def test_还没开始的岗位可以收回_停用时一并收回(security: WalledClient, worker: User) -> None:
    tomorrow = timezone.localdate() + timedelta(days=1)
    station = make_organisation("青禾", "township_station")
    data = {"role": "town_window", "organisation": station.pk, "division_code": "429998101000"}
    security.post(url("post_new", worker.pk), {**data, "valid_from": tomorrow.isoformat()})
    coming = worker.posts.get(role="town_window")
    assert "还没开始" in security.get(url("account", worker.pk)).content.decode()
    security.post(url("post_end", worker.pk, coming.pk), {"reason": "改派他人"})
    coming.refresh_from_db()
    assert not coming.in_force(tomorrow)
    security.post(url("post_new", worker.pk), {**data, "valid_from": tomorrow.isoformat()})
    account_close(user=worker, reason="离职", actor=ACTOR)
    assert not any(post.in_force(tomorrow) for post in worker.posts.all())


def test_安全管理员不能给自己授岗位(worker: User) -> None:
    admin = make_person("anquan", "security_admin", "青禾")
    office = make_organisation("青禾", "county_office")
    data = {"role": "security_admin", "organisation": office.pk, "division_code": "429998000000"}
    signed_in(admin).post(url("post_new", admin.pk), data)
    assert admin.posts.count() == 1


def test_解锁(security: WalledClient, worker: User) -> None:
    client = WalledClient()
    for _ in range(5):
        sign_in(client, worker.username, "wrong")
    assert "锁到" in security.get(url("account", worker.pk)).content.decode()
    security.post(url("account_unlock", worker.pk), {"reason": "本人输错"})
    sign_in(client, worker.username)
    assert is_in(client)


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({"q": "jingban"}, {"sujingban"}),
        ({"role": "cashier"}, {"zijin"}),
        ({"state": "no_post"}, {"wugang"}),
        ({"state": "closed"}, {"lizhi"}),
        ({"state": "locked"}, {"suozhu"}),
        ({"q": "没有这个人"}, set()),
        ({"role": "乱写的"}, {"sujingban", "zijin", "wugang", "lizhi", "suozhu", "xitong"}),
    ],
)
def test_名单的筛选(system: WalledClient, cashier: User, query: dict[str, str], names: set[str]) -> None:
    User.objects.create_user("wugang", display_name="无岗")
    User.objects.create_user("lizhi", display_name="离职", is_active=False)
    locked = make_person("suozhu", "verifier", "青禾")
    User.objects.filter(pk=locked.pk).update(locked_until=timezone.now() + timedelta(minutes=5))
    page = system.get(url("accounts"), query)
    assert {person.username for person in page.context["page"]} == names


def test_名单的查询次数不随人数增加(system: WalledClient) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as caught:
            system.get(url("accounts"))
        return len(caught)

    queries()
    few = queries()
    for number in range(40):
        make_person(f"duo{number}", "town_window", "青禾")
    assert queries() == few


def test_我的账号_写着每个岗位能做什么(worker: User) -> None:
    page = signed_in(worker).get(url("mine")).content.decode()
    assert "承办全县救助事务" in page
    assert "青禾县民政局" in page
    assert "片区：青禾县" in page
