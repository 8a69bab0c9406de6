"""政策一本账：人人看得懂、找得到，标准按日期，谁打不开。"""

import re

import pytest
from django.test import Client
from django.urls import reverse
from tests.web.cast import signed_in

from jiuzhu.engine.assessment import load_rulebook
from jiuzhu.web.access.models import User

BOOK = load_rulebook()
LEDGER = reverse("policies:ledger")
CODES = re.compile(r"\b(household|person|None|True|False|entitled|20\d\d-\d\d-\d\d)\b")


@pytest.fixture
def client(cast: dict[str, User]) -> Client:
    return signed_in(cast["青禾.村协理员"])


def _shown(html: str) -> str:
    """页面上看得见的文字。"""
    body = html[html.index("<main") : html.index("</main>")]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body))


def test_全部项目都在(client: Client) -> None:
    html = client.get(LEDGER).content.decode()
    assert all(item.title in html for item in BOOK.programmes)
    assert f"<strong>{len(BOOK.programmes.programmes)}</strong>" in html


def test_找字和种类(client: Client) -> None:
    shown = _shown(client.get(LEDGER, {"q": "残疾 补贴"}).content.decode())
    assert "重度残疾人护理补贴" in shown
    assert "高龄津贴" not in shown
    shown = _shown(client.get(LEDGER, {"kind": "急难社会救助"}).content.decode())
    assert "临时救助（小额快救）" in shown
    assert "最低生活保障" not in shown
    assert "没有这样的项目" in client.get(LEDGER, {"q": "不会有的字"}).content.decode()


@pytest.mark.parametrize("code", BOOK.programmes.codes)
def test_每个项目八要素都写着(client: Client, code: str) -> None:
    item = BOOK.programmes[code]
    response = client.get(reverse("policies:programme", args=[code]))
    assert response.status_code == 200
    shown = _shown(response.content.decode())
    wanted = [
        item.summary,
        item.standard,
        item.limits,
        item.platform,
        item.office,
        item.phone,
        *item.basis,
        item.renewal,
    ]
    wanted += [condition.name for condition in item.conditions] + [step.name for step in item.process]
    assert [text for text in wanted if text not in shown] == []
    assert CODES.findall(shown) == []


def test_看以前某一天的标准(client: Client) -> None:
    url = reverse("policies:programme", args=["dibao"])
    now = _shown(client.get(url, {"on": "2026-10-31"}).content.decode())
    past = _shown(client.get(url, {"on": "2025-06-01"}).content.decode())
    assert "城 780.00 元/月，乡 640.00 元/月" in now
    assert "2025年6月1日 那天的规定" in past
    first = past.index("低保标准 城 760.00 元/月，乡 600.00 元/月")
    assert first > 0
    assert client.get(url, {"on": "某天"}).status_code == 422


def test_例子和引用的项目(client: Client) -> None:
    html = client.get(reverse("policies:programme", args=["dibao"])).content.decode()
    assert "收入超出32元4角，说得出差多少" in html
    assert reverse("policies:programme", args=["tekun"]) in html


def test_没有的项目与没有权限的人(client: Client, cast: dict[str, User]) -> None:
    assert client.get(reverse("policies:programme", args=["nothing"])).status_code == 404
    admin = signed_in(cast["青禾.系统管理员"])
    assert admin.get(LEDGER).status_code == 403
    assert admin.get(reverse("policies:programme", args=["dibao"])).status_code == 403
