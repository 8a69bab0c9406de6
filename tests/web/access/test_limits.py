"""限频与共用缓存：各进程合起来算，过了就说还要等多久。"""

import threading
import time
from collections.abc import Iterator

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.cache import cache
from django.db import connection, connections
from django.test import RequestFactory
from django.urls import reverse
from tests.web.cast import signed_in

from jiuzhu.web.access.cache import tidy
from jiuzhu.web.access.limits import TooMany, exhausted, limit, reset, spoken
from jiuzhu.web.access.models import CacheEntry, User
from jiuzhu.web.access.rates import RATES


@pytest.fixture
def shared(transactional_db: None) -> Iterator[None]:
    """真的提交，别的连接看得见。"""
    yield
    cache.clear()


def request_of(user: User | None) -> object:
    """某人的一次请求。"""
    request = RequestFactory().get("/")
    request.user = user or AnonymousUser()
    return request


def test_按账号限_过了说还要等多久(worker: User, cashier: User) -> None:
    for _ in range(20):
        limit(request_of(worker), "export")
    with pytest.raises(TooMany) as caught:
        limit(request_of(worker), "export")
    assert caught.value.status == 429
    assert caught.value.message == "导出太频繁，这一次没有办。请过 60 分钟再试。"
    limit(request_of(cashier), "export")
    limit(request_of(worker), "unmask")


def test_窗口滑过去就又可以(worker: User, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(20):
        limit(request_of(worker), "export")
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 3601)
    limit(request_of(worker), "export")


def test_按名字限(db: None) -> None:
    for _ in range(30):
        limit("甲", "import")
    assert exhausted("甲", "import")
    assert not exhausted("乙", "import")
    reset("甲", "import")
    limit("甲", "import")


def test_没有定上限的动作是程序的错(worker: User) -> None:
    with pytest.raises(ValueError, match=r"rates\.py"):
        limit(request_of(worker), "nothing")


def test_几个连接同时抢_一次也不多放(shared: None) -> None:
    passed, lock = [], threading.Lock()

    def grab() -> None:
        for _ in range(5):
            try:
                limit("抢", "export")
            except TooMany:
                continue
            with lock:
                passed.append(1)
        connections.close_all()

    threads = [threading.Thread(target=grab) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(passed) == 20


def test_缓存在各连接之间共用_先到者得(shared: None) -> None:
    won: list[bool] = []
    barrier = threading.Barrier(6)

    def claim() -> None:
        barrier.wait()
        won.append(cache.add("one", "x", 60))
        connections.close_all()

    threads = [threading.Thread(target=claim) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(won) == [False] * 5 + [True]
    assert cache.get("one") == "x"


def test_缓存的各种写法(db: None) -> None:
    cache.set("a", {"n": 1}, 60)
    cache.set("a", {"n": 2}, 60)
    assert cache.get("a") == {"n": 2}
    assert cache.touch("a", 1)
    assert not cache.touch("nothing", 1)
    cache.set("old", 1, 0.01)
    time.sleep(0.05)
    assert cache.get("old") is None
    assert cache.add("old", 2, 60), "过期的算没有"
    assert cache.get_or_set("b", 5, None) == 5
    assert cache.incr("b") == 6
    assert cache.delete("a")
    assert not cache.delete("a")


def test_过期的定时清掉(db: None) -> None:
    cache.set("keep", 1, 60)
    cache.set("gone", 1, 0.01)
    time.sleep(0.05)
    assert tidy() == 1
    assert [entry.cache_key for entry in CacheEntry.objects.all()] == [":1:keep"]


def test_缓存表不记日志_网页角色能读写(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT relpersistence FROM pg_class WHERE relname = 'access_cache'")
        assert cursor.fetchone() == ("u",)
        cursor.execute("SELECT has_table_privilege('jiuzhu_web', 'access_cache', 'SELECT, INSERT, UPDATE, DELETE')")
        assert cursor.fetchone() == (True,)


@pytest.mark.parametrize(
    ("seconds", "words"), [(0.2, " 1 秒"), (59, " 59 秒"), (61, " 2 分钟"), (3599, " 60 分钟"), (7201, " 3 小时")]
)
def test_等多久说得明白(seconds: float, words: str) -> None:
    assert spoken(seconds) == words


def test_上限表写得对() -> None:
    from allauth.core.internal.ratelimit import parse_rates

    for rates in RATES.values():
        assert all(rate.per in {"ip", "user", "key"} and rate.amount > 0 for rate in parse_rates(rates))


def test_定时清理过期的会话与登录记录(worker: User) -> None:
    from datetime import timedelta

    from allauth.usersessions.models import UserSession
    from django.contrib.sessions.models import Session
    from django.utils import timezone
    from tests.web.cast import WalledClient

    from jiuzhu.web.access.jobs import cache_tidy, sessions_tidy

    from .conftest import is_in, sign_in

    old, new = WalledClient(), WalledClient()
    for client in (old, new):
        sign_in(client, worker.username)
    Session.objects.filter(pk=old.session.session_key).update(expire_date=timezone.now() - timedelta(minutes=1))
    sessions_tidy(timestamp=0)
    cache_tidy(timestamp=0)
    assert [row.session_key for row in UserSession.objects.all()] == [new.session.session_key]
    assert is_in(new)


def test_限频之下的部分由进门一关把着(cast: dict[str, User]) -> None:
    client = signed_in(cast["青禾.审计管理员"])
    answers = [client.get(reverse("audit:entries_export", args=["csv"])) for _ in range(21)]
    assert [answer.status_code for answer in answers] == [200] * 20 + [429]
    assert "导出太频繁" in answers[-1].content.decode()
    assert client.get(reverse("audit:entries")).status_code == 200
