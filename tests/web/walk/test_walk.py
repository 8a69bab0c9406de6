"""走遍全站：每个网址、每个岗位、两个县。越权的一律 403 或 404，看得到的页面里没有一处别人的编号、号码。"""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from tests.web.cast import make_cast, signed_in

from jiuzhu.web.access.models import Post, User
from jiuzhu.web.access.roles import ROLES

from .build import furnish
from .places import PLACES, Place
from .world import ID_NUMBER, PHONE, County, World, compute, load_county, scope_of

REFUSED = {403, 404}
COUNTIES = ("青禾", "禾丰")
METHODS: dict[str, tuple[str, ...]] = {}  # 走过的网址认哪种方法：只收 POST 的不必每人再试一遍 GET


def routes(resolver: URLResolver, prefix: str = "") -> Iterator[str]:
    """全部网址名。"""
    for item in resolver.url_patterns:
        if isinstance(item, URLResolver):
            space = f"{prefix}{item.namespace}:" if item.namespace else prefix
            yield from routes(item, space)
        elif isinstance(item, URLPattern):
            yield f"{prefix}{item.name}"


def test_每个网址都在表里_表里没有多余的() -> None:
    found = set(routes(get_resolver()))
    assert found == set(PLACES), {"没有位置": found - set(PLACES), "已经没有": set(PLACES) - found}


def test_表里的权限都有角色拥有() -> None:
    held = set().union(*(role.permissions for role in ROLES.values()))
    assert {place.permission for place in PLACES.values() if place.permission} <= held


@pytest.fixture(scope="session")
def counties(tmp_path_factory: pytest.TempPathFactory) -> list[County]:
    """两个县算好的结果，整场测试只算一次。"""
    return [compute(tmp_path_factory.mktemp(f"walk{number}"), name) for number, name in enumerate(COUNTIES)]


@pytest.fixture
def world(db: None, counties: list[County]) -> tuple[World, dict[str, User]]:
    """两个县都装好、布置好。"""
    world, cast = World(), make_cast()
    for number, county in enumerate(counties, start=1):
        load_county(world, county, number)
    furnish(world, cast)
    world.thin()
    return world, cast


class Walker:
    """一个人走一遍；``troubles`` 是不该发生的。"""

    def __init__(self, world: World, name: str, user: User | None) -> None:
        self.world, self.name, self.user = world, name, user
        self.scope = scope_of(user) if user else None
        self.post = Post.objects.filter(user=user).first() if user else None
        self.client = signed_in(user) if user else Client()
        self.client.raise_request_exception = False
        self.troubles: list[str] = []
        self.opened = 0

    def walk(self) -> None:
        """每个网址、每个参数；没有那项权限的，一个参数就够看出来。"""
        for route, place in PLACES.items():
            keys = self.world.objects.get(place.key, []) if place.key else [("", None)]
            permitted = self.post is not None and (not place.permission or place.permission in self.post.rights)
            for where, key in keys if permitted else keys[:1]:
                self.visit(route, place, where, key)

    def visit(self, route: str, place: Place, where: str, key: Any) -> None:
        """先 GET，不行再 POST；做了什么都撤回。"""
        args = () if key is None else key if isinstance(key, tuple) else (key,)
        url = reverse(route, args=args)
        for method in METHODS.get(route, ("get", "post")):
            with transaction.atomic():
                answer = getattr(self.client, method)(url)
                self.check(f"{self.name} {method} {url}", answer, place, where, key)
                transaction.set_rollback(True)
            if answer.status_code != 405:
                METHODS[route] = (method,)
                return

    def check(self, what: str, answer: HttpResponse, place: Place, where: str, key: Any) -> None:
        """状态与内容。"""
        status = answer.status_code
        if status >= 500 and not what.endswith("/readyz"):  # 测试里没有后台任务，如实答 503
            self.troubles.append(f"{what} → {status}")
            return
        if status == 405:
            return
        if place.permission is not None and self.user is None:
            if status != 302 or "/login/" not in answer["Location"]:
                self.troubles.append(f"{what} 未登录 → {status}")
            return
        if not self.may(place, where, key) and status not in REFUSED:
            self.troubles.append(f"{what} 本应拒绝 → {status}")
        self.read(what, answer)

    def may(self, place: Place, where: str, key: Any) -> bool:
        """按角色与地方，这个人该不该进得去。"""
        if place.permission is None:
            return True
        if place.permission and (self.post is None or place.permission not in self.post.rights):
            return False
        if not place.key or place.shared:
            return True
        if where.startswith("user:"):
            return where == f"user:{self.user.pk}" if self.user else False
        area = self.post.area if self.post else "无"
        seen = self.scope is not None and self.scope.covers(where)
        administers = self.post is not None and not self.post.scope().areas and where.startswith(area)
        return seen or administers or (place.key, key) in self.world.shared.get(self.name, set())

    def read(self, what: str, answer: HttpResponse) -> None:
        """页面上不得有别人的编号，也不得有未遮挡的证件号、电话。"""
        kind = answer.get("Content-Type", "")
        if not kind.startswith(("text/", "application/json")):
            return
        text = b"".join(answer).decode("utf-8", "replace")
        self.opened += answer.status_code == 200
        assert self.scope is not None or self.user is None
        if self.scope is not None:
            allowed = frozenset(key for kind, key in self.world.shared.get(self.name, set()) if isinstance(key, str))
            if leaks := self.world.leaks(text, self.scope, allowed):
                self.troubles.append(f"{what} 漏出 {sorted(leaks)[:3]} 等 {len(leaks)} 个编号")
        for pattern, title in ((ID_NUMBER, "证件号"), (PHONE, "电话")):
            if found := pattern.search(text):
                self.troubles.append(f"{what} 有未遮挡的{title} {found.group()[:4]}…")


def test_没有一处泄漏(world: tuple[World, dict[str, User]]) -> None:
    made, cast = world
    troubles, opened = [], 0
    for name, user in [("未登录", None), *cast.items()]:
        walker = Walker(made, name, user)
        walker.walk()
        troubles += walker.troubles
        opened += walker.opened
    assert not troubles, "\n" + "\n".join(troubles)
    assert opened > 1000
