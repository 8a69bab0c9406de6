"""工作台：按岗位的各块，数字都点得开。"""

import re

import pytest
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries
from tests.web.cast import signed_in

from jiuzhu.web.access.models import User
from jiuzhu.web.monitoring.models import Run

PANEL = re.compile(r'data-panel="(\w+)"')
EXPECTED = {
    "青禾.村协理员": {"reporting", "counts", "today"},
    "青禾.镇窗口": {"reporting", "counts", "today", "levels", "first", "findings"},
    "青禾.县监测员": {"counts", "today", "levels", "first", "findings", "flow"},
    "青禾.部门经办": {"counts", "today"},
    "青禾.系统管理员": {"accounts"},
    "青禾.安全管理员": {"security"},
    "青禾.审计管理员": {"audit"},
}


def home(user: User) -> str:
    """这个人的工作台，连同随后取来的各块。"""
    client = signed_in(user)
    first, more = client.get(reverse("desk:home")), client.get(reverse("desk:more"))
    assert (first.status_code, more.status_code) == (200, 200)
    return first.content.decode() + more.content.decode()


@pytest.mark.parametrize("name", EXPECTED)
def test_各岗位看到自己的几块(cast: dict[str, User], run: Run, name: str) -> None:
    shown = set(PANEL.findall(home(cast[name])))
    assert EXPECTED[name] <= shown
    assert not shown & (set().union(*EXPECTED.values()) - EXPECTED[name])


def test_预警数字通向名单(cast: dict[str, User], run: Run) -> None:
    page = home(cast["青禾.县监测员"])
    for band, count in run.summary["warning_bands"].items():
        assert f'href="/monitoring/warnings/?run=1&amp;band={band}"' in page
        assert f"<b>{count:,}</b>" in page


def test_乡镇只数自己的(cast: dict[str, User], run: Run) -> None:
    town = next(row for row in run.summary["townships"] if row["code"] == "429998101")
    assert f"全部 {town['warnings']} 户" in home(cast["青禾.镇窗口"])
    assert "还没有完成过一次监测" in home(cast["禾丰.镇窗口"])


def test_没有岗位的人知道该找谁(cast: dict[str, User]) -> None:
    page = home(cast["没有岗位"])
    assert "安全管理员授予岗位" in page
    assert not PANEL.findall(page)


def test_查询次数有限(cast: dict[str, User], run: Run, django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    client = signed_in(cast["青禾.县监测员"])
    for name, most in (("desk:home", 18), ("desk:more", 24)):
        client.get(reverse(name))
        with django_assert_max_num_queries(most):
            client.get(reverse(name))
