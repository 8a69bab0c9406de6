"""登录着的各处：闲置、满时、退出别处、被安全管理员退出；切换岗位。"""

import time

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests.web.cast import WalledClient, make_organisation, make_person, signed_in

from jiuzhu.web.access.devices import device
from jiuzhu.web.access.gates import BEGAN, SEEN
from jiuzhu.web.access.models import Post, User
from jiuzhu.web.access.selectors import sessions_of
from jiuzhu.web.audit.models import Entry

from .conftest import actions_of, is_in, sign_in

WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36"
PHONE = "Mozilla/5.0 (Linux; Android 14; V2309A) AppleWebKit/537.36 Chrome/116 Mobile MicroMessenger/8.0.50"


def back(client: WalledClient, **seconds: float) -> None:
    """把会话里的时刻往前拨。"""
    session = client.session
    for key, amount in seconds.items():
        session[{"seen": SEEN, "began": BEGAN}[key]] = time.time() - amount
    session.save()


def test_闲置到时_退到登录页_说明缘由_回来还到原页(visitor: WalledClient, worker: User) -> None:
    sign_in(visitor, worker.username)
    back(visitor, seen=31 * 60 + 5)
    answer = visitor.get(reverse("access:mine") + "?a=1")
    assert answer["Location"] == "/account/login/?why=idle&next=%2Faccount%2Fmine%2F%3Fa%3D1"
    assert not is_in(visitor)
    assert "有一段时间没有操作" in visitor.get(answer["Location"]).content.decode()
    entry = Entry.objects.get(action="access.sign_out")
    assert (entry.actor_id, entry.reason) == (worker.pk, "闲置超时")


def test_闲置到时_局部刷新整页去登录(visitor: WalledClient, worker: User) -> None:
    sign_in(visitor, worker.username)
    back(visitor, seen=31 * 60 + 5)
    answer = visitor.get(reverse("access:mine"), headers={"HX-Request": "true"})
    assert (answer.status_code, answer["HX-Redirect"]) == (204, "/account/login/?why=idle")


@pytest.mark.parametrize(("minutes", "inside"), [(29, True), (31.1, False)])
def test_闲置的界线(visitor: WalledClient, worker: User, minutes: float, inside: bool) -> None:
    sign_in(visitor, worker.username)
    back(visitor, seen=minutes * 60)
    visitor.get(reverse("access:mine"))
    assert is_in(visitor) is inside


def test_页面自己刷新不算操作(visitor: WalledClient, worker: User) -> None:
    sign_in(visitor, worker.username)
    back(visitor, seen=29 * 60)
    before = visitor.session[SEEN]
    visitor.get(reverse("access:mine"), headers={"X-Background": "1"})
    assert visitor.session[SEEN] == before
    visitor.get(reverse("access:mine"))
    assert visitor.session[SEEN] > before


def test_一直在用_满十二小时也要重新登录(visitor: WalledClient, worker: User) -> None:
    sign_in(visitor, worker.username)
    back(visitor, began=12 * 3600 + 1)
    assert "why=long" in visitor.get(reverse("access:mine"))["Location"]


def test_一分钟内不重复写会话(visitor: WalledClient, worker: User, django_assert_num_queries: object) -> None:
    sign_in(visitor, worker.username)
    visitor.get(reverse("access:mine"))
    with CaptureQueriesContext(connection) as caught:
        visitor.get(reverse("access:mine"))
    writes = [row["sql"] for row in caught if row["sql"].startswith(("UPDATE", "INSERT", "DELETE"))]
    assert writes == []


def test_我的登录_设备用话说_退出那一处(worker: User) -> None:
    desk, phone = WalledClient(headers={"User-Agent": WINDOWS}), WalledClient(headers={"User-Agent": PHONE})
    for client in (desk, phone):
        sign_in(client, worker.username)
    page = desk.get(reverse("access:mine")).content.decode()
    assert "Windows 电脑，谷歌浏览器" in page
    assert "安卓手机，微信" in page
    assert page.count("退出那一处</button>") == 1
    other = next(place for place in sessions_of(worker, desk.session.session_key) if not place.is_here)
    desk.post(reverse("access:sessions"), {"place": other.pk})
    assert phone.get(reverse("access:mine")).status_code == 302
    assert desk.get(reverse("access:mine")).status_code == 200
    assert actions_of(worker)[-1] == "access.sessions_end"


def test_别处全部退出_这里留着(worker: User) -> None:
    clients = [WalledClient() for _ in range(3)]
    for client in clients:
        sign_in(client, worker.username)
    clients[0].post(reverse("access:sessions"))
    assert [client.get(reverse("access:mine")).status_code for client in clients] == [200, 302, 302]


def test_退不掉别人的登录(visitor: WalledClient, worker: User, cashier: User) -> None:
    sign_in(visitor, worker.username)
    place = sessions_of(worker)[0]
    signed_in(cashier).post(reverse("access:sessions"), {"place": place.pk})
    assert visitor.get(reverse("access:mine")).status_code == 200


def test_安全管理员让人退出_须写事由(visitor: WalledClient, worker: User) -> None:
    sign_in(visitor, worker.username)
    security = signed_in(make_person("anquan", "security_admin", "青禾"))
    url = reverse("access:sessions_end", args=[worker.pk])
    assert security.post(url).status_code == 400
    assert visitor.get(reverse("access:mine")).status_code == 200
    security.post(url, {"reason": "电脑遗失"})
    assert visitor.get(reverse("access:mine")).status_code == 302


@pytest.mark.parametrize(
    ("agent", "words"), [("", "认不出的设备"), ("curl/8", "认不出的设备"), (PHONE, "安卓手机，微信")]
)
def test_认设备(agent: str, words: str) -> None:
    assert device(agent) == words


def test_切换岗位_页首写着_记审计_回工作台(worker: User) -> None:
    first = worker.posts.get()
    second = Post.objects.create(
        user=worker,
        role="county_monitor",
        organisation=make_organisation("青禾", "county_office"),
        division_code="429998000000",
    )
    client = signed_in(worker)
    page = client.get(reverse("access:mine")).content.decode()
    assert "换一个岗位办事" in page
    answer = client.post(reverse("access:post_switch"), {"post": second.pk})
    assert (answer.status_code, answer["Location"]) == (302, reverse("desk:home"))
    assert client.get(reverse("access:mine")).wsgi_request.post == second
    entry = Entry.objects.get(action="access.post_switch")
    assert (entry.post, entry.actor_id) == ("县监测员", worker.pk)
    assert first.role in entry.body


def test_编号上千_网页里也不带千位号(worker: User) -> None:
    first = worker.posts.get()
    Post.objects.create(
        pk=12345,
        user=worker,
        role="county_monitor",
        organisation=first.organisation,
        division_code="429998000000",
    )
    page = signed_in(worker).get(reverse("access:mine")).content.decode()
    assert 'value="12345"' in page
    assert "12,345" not in page
    assert 'data-idle="1800"' in page


def test_换不到别人的或到期的岗位(worker: User, cashier: User) -> None:
    client = signed_in(worker)
    for wanted in (cashier.posts.get().pk, 999999, "x"):
        assert client.post(reverse("access:post_switch"), {"post": wanted}).status_code == 403
    assert client.get(reverse("access:mine")).wsgi_request.post.user == worker
