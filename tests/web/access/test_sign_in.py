"""登录、退出、连错锁定。"""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone
from tests.web.cast import PASSWORD, WalledClient, signed_in

from jiuzhu.web.access.limits import limit
from jiuzhu.web.access.models import User
from jiuzhu.web.access.services import account_unlock
from jiuzhu.web.access.services.locks import failures_key, is_locked, sign_in_failed
from jiuzhu.web.audit.actor import Actor
from jiuzhu.web.audit.models import Entry

from .conftest import actions_of, is_in, sign_in

LOGIN = "/account/login/"
LOCKED = "已暂时锁定"
SECURITY = Actor.system("测试")


def test_用户名密码登录后到工作台(visitor: WalledClient, worker: User) -> None:
    answer = sign_in(visitor, worker.username)
    assert (answer.status_code, answer["Location"]) == (302, reverse("desk:home"))
    assert actions_of(worker) == ["access.sign_in"]
    entry = Entry.objects.get(action="access.sign_in")
    assert (entry.actor_id, entry.post, entry.address) == (worker.pk, "县经办", "127.0.0.1")


def test_登录后回到原来要看的页(visitor: WalledClient, worker: User) -> None:
    wanted = reverse("access:mine") + "?a=1"
    assert sign_in(visitor, worker.username, next=wanted)["Location"] == wanted


@pytest.mark.parametrize("wanted", ["https://evil.example/", "//evil.example", "javascript:alert(1)"])
def test_登录后不会被引到外面(visitor: WalledClient, worker: User, wanted: str) -> None:
    assert sign_in(visitor, worker.username, next=wanted)["Location"] == reverse("desk:home")


def test_密码不对说得清楚_并记审计(visitor: WalledClient, worker: User) -> None:
    answer = sign_in(visitor, worker.username, "wrong")
    assert answer.status_code == 200
    assert "用户名或密码不对" in answer.content.decode()
    assert actions_of(worker) == ["access.sign_in_failed"]


def test_没有的账号_审计里不记输入的内容(visitor: WalledClient, db: None) -> None:
    sign_in(visitor, "Mima-12345-wubi", "x")
    entry = Entry.objects.get(action="access.sign_in_failed")
    assert (entry.subject_key, entry.subject_label) == ("", "没有这个账号")
    assert "Mima" not in entry.body


def test_停用的账号登不进来_说法与密码不对一样(visitor: WalledClient, worker: User) -> None:
    User.objects.filter(pk=worker.pk).update(is_active=False)
    answer = sign_in(visitor, worker.username)
    assert "用户名或密码不对" in answer.content.decode()
    assert not is_in(visitor)


def test_连错五次锁定_密码对了也不行(visitor: WalledClient, worker: User) -> None:
    for _ in range(5):
        assert LOCKED not in sign_in(visitor, worker.username, "wrong").content.decode()
    answer = sign_in(visitor, worker.username)
    assert LOCKED in answer.content.decode()
    assert not is_in(visitor)
    worker.refresh_from_db()
    assert worker.is_locked
    assert actions_of(worker) == [*["access.sign_in_failed"] * 5, "access.account_lock"]


def test_四次错一次对_不锁_但错的照样算数(visitor: WalledClient, worker: User) -> None:
    for _ in range(4):
        sign_in(visitor, worker.username, "wrong")
    sign_in(visitor, worker.username)
    assert is_in(visitor)
    sign_in(WalledClient(), worker.username, "wrong")
    assert is_locked(worker.username)


def test_有没有这个账号_锁法看不出分别(worker: User) -> None:
    told = []
    for username in (worker.username, "meiyouzhegeren"):
        client = WalledClient()
        told.append([sign_in(client, username, "wrong").content.decode().count(LOCKED) for _ in range(7)])
    assert told[0] == told[1] == [0, 0, 0, 0, 0, 1, 1]


def test_再犯加倍_最长一天(worker: User) -> None:
    lengths = []
    for _ in range(9):
        for _ in range(5):
            limit(failures_key(worker.username), "login_failed")
            sign_in_failed(username=worker.username, actor=SECURITY)
        worker.refresh_from_db()
        assert worker.locked_until is not None
        lengths.append(round((worker.locked_until - timezone.now()) / timedelta(minutes=15)))
    assert lengths == [1, 2, 4, 8, 16, 32, 64, 96, 96]


def test_安全管理员解锁_次数从头算起(visitor: WalledClient, worker: User) -> None:
    for _ in range(5):
        sign_in(visitor, worker.username, "wrong")
    account_unlock(user=worker, reason="本人已核实", actor=SECURITY)
    for _ in range(4):
        sign_in(visitor, worker.username, "wrong")
    sign_in(visitor, worker.username)
    assert is_in(visitor)


def test_断电清空缓存_有账号的仍锁着(visitor: WalledClient, worker: User) -> None:
    for _ in range(5):
        sign_in(visitor, worker.username, "wrong")
    cache.clear()
    assert LOCKED in sign_in(visitor, worker.username).content.decode()


def test_退出须用POST_并记审计(worker: User) -> None:
    client = signed_in(worker)
    client.get(reverse("account_logout"))
    assert is_in(client)
    client.post(reverse("account_logout"))
    assert not is_in(client)
    assert actions_of(worker) == ["access.sign_out"]


def test_局部刷新时没有登录_整页去登录(visitor: WalledClient, db: None) -> None:
    answer = visitor.get(reverse("access:mine"), headers={"HX-Request": "true"})
    assert (answer.status_code, answer["HX-Redirect"]) == (204, reverse("account_login"))


@pytest.mark.parametrize(
    "path",
    ["signup/", "password/reset/", "email/", "password/set/", "second-factor/webauthn/", "social/signup/", "3rdparty/"],
)
def test_不开放注册与找回(worker: User, path: str) -> None:
    assert signed_in(worker).get(f"/account/{path}").status_code == 404


@pytest.mark.parametrize(("https", "address"), [(False, "127.0.0.1"), (True, "10.2.3.4")])
def test_来访地址_有可信代理时才看代理写的(
    visitor: WalledClient, worker: User, settings: object, https: bool, address: str
) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = int(https)
    visitor.post(
        LOGIN,
        {"login": worker.username, "password": PASSWORD},
        headers={"X-Forwarded-For": "6.6.6.6, 10.2.3.4"},
    )
    assert Entry.objects.get(action="access.sign_in").address == address
