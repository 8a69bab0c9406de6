"""三员分立：每个网址谁能打开；谁也办不了另一员的事，谁也看不到邻县的人。"""

import pytest
from django.urls import reverse
from tests.web.cast import make_person, make_places, signed_in

from jiuzhu.web.access.models import Post, User
from jiuzhu.web.access.roles import ROLES

SYSTEM, SECURITY, AUDIT = "system_admin", "security_admin", "audit_admin"
BOTH = {SYSTEM, SECURITY}
# 网址名、方法、谁能办
PAGES = [
    ("access:accounts", "get", BOTH),
    ("access:account", "get", BOTH),
    ("access:account_new", "get", {SYSTEM}),
    ("access:account_new", "post", {SYSTEM}),
    ("access:username_suggest", "get", {SYSTEM}),
    ("access:account_edit", "get", {SYSTEM}),
    ("access:account_edit", "post", {SYSTEM}),
    ("access:account_password", "post", {SYSTEM}),
    ("access:account_close", "post", {SYSTEM}),
    ("access:account_reopen", "post", {SYSTEM}),
    ("access:post_new", "get", {SECURITY}),
    ("access:post_new", "post", {SECURITY}),
    ("access:post_end", "post", {SECURITY}),
    ("access:account_unlock", "post", {SECURITY}),
    ("access:second_factor_reset", "post", {SECURITY}),
    ("access:sessions_end", "post", {SECURITY}),
]
OPEN_TO_ALL = {"access:mine", "access:sessions", "access:post_switch"}


def address(name: str, person: User) -> str:
    """网址；带人的填上此人。"""
    if name == "access:post_end":
        return reverse(name, args=[person.pk, person.posts.get().pk])
    alone = {"access:accounts", "access:account_new", "access:username_suggest"}
    return reverse(name) if name in alone else reverse(name, args=[person.pk])


@pytest.mark.parametrize(("name", "method", "allowed"), PAGES)
def test_每个网址谁能办(worker: User, name: str, method: str, allowed: set[str]) -> None:
    for role in ROLES:
        client = signed_in(make_person(f"r-{role}", role, "青禾"))
        answer = getattr(client, method)(address(name, worker))
        assert (answer.status_code != 403) is (role in allowed), f"{role} {method} {name} {answer.status_code}"


def test_表里写全了本部分的网址() -> None:
    from jiuzhu.web.access.urls import pages

    assert {f"access:{page.name}" for page in pages} == {name for name, _, _ in PAGES} | OPEN_TO_ALL


@pytest.mark.parametrize(("name", "method", "allowed"), [row for row in PAGES if "account_new" not in row[0]])
def test_邻县的管理员办不到(worker: User, name: str, method: str, allowed: set[str]) -> None:
    if name in {"access:accounts", "access:username_suggest"}:
        return
    for role in allowed:
        client = signed_in(make_person(f"h-{role}", role, "禾丰"))
        assert getattr(client, method)(address(name, worker), {"reason": "试一试"}).status_code == 404, f"{role} {name}"
    worker.refresh_from_db()
    assert worker.is_active
    assert worker.posts.get().valid_to is None


@pytest.mark.parametrize("home", ["", "429997000000"])
@pytest.mark.parametrize(
    ("name", "role"),
    [
        ("access:account_edit", SYSTEM),
        ("access:account_password", SYSTEM),
        ("access:account_close", SYSTEM),
        ("access:account_reopen", SYSTEM),
        ("access:second_factor_reset", SECURITY),
    ],
)
def test_在两个县都有岗位的人_哪一县也动不了他的账号(worker: User, home: str, name: str, role: str) -> None:
    """不然这里的管理员重设了密码，就能看到邻县的数据。"""
    outsider = make_person("linxian", "social_worker", "禾丰")
    User.objects.filter(pk=outsider.pk).update(division_code=home)
    own = worker.posts.get()
    Post.objects.create(user=outsider, role=own.role, organisation=own.organisation, division_code=own.division_code)
    client = signed_in(make_person(f"r-{role}", role, "青禾"))
    answer = client.post(reverse(name, args=[outsider.pk]), {"reason": "试一试", "username": "x1", "display_name": "x"})
    assert answer.status_code == 403
    assert "在别的地方也有岗位" in answer.content.decode()
    outsider.refresh_from_db()
    assert outsider.is_active
    assert outsider.username == "linxian"
    page = client.get(reverse("access:account", args=[outsider.pk])).content.decode()
    assert "在别的地方也有岗位" in page
    assert "确定停用账号" not in page
    assert "禾丰" not in page, "别处的岗位不列"


@pytest.mark.parametrize("role", [SYSTEM, SECURITY, AUDIT])
def test_三员不看居民与事项(role: str) -> None:
    rights = ROLES[role].permissions
    assert not [right for right in rights if right.split(".")[0] in {"registry", "monitoring", "desk"}], rights
    assert not {"process.view_task", "process.complete_task"} & rights


def test_名单里没有邻县的人(db: None) -> None:
    make_places()
    make_person("青禾的人", "town_window", "青禾")
    make_person("禾丰的人", "town_window", "禾丰")
    page = signed_in(make_person("xitong", SYSTEM, "青禾")).get(reverse("access:accounts")).content.decode()
    assert "青禾的人" in page
    assert "禾丰的人" not in page
    assert "大岗" not in page
    assert "东桥" not in page


def test_没有岗位的人打不开账号页(stranger: User) -> None:
    assert signed_in(stranger).get(reverse("access:accounts")).status_code == 403
    assert signed_in(stranger).get(reverse("access:mine")).status_code == 200
