"""政策咨询：照说的情况答，不问是谁，什么也不留下。"""

import pytest
from django.urls import reverse
from tests.web.cast import signed_in

from jiuzhu.web.access.models import User
from jiuzhu.web.audit.models import Entry
from jiuzhu.web.cases.consulting import household_facts, person_facts

PAGE = reverse("cases:consult")
POOR = {
    "place": "乡", "size": "3", "income": "12000", "savings": "500", "cars": "0", "houses": "1", "firms": "0",
    "listed": "", "age": "82",
}  # fmt: skip


def test_没说的当作不知道() -> None:
    facts = household_facts({"place": "乡", "listed": "", "income": 12000.0}, 600.0)
    assert "月人均核定收入" not in facts
    assert "家庭汽车数" not in facts
    assert facts["户有低保"] is False
    assert "年龄" not in person_facts({"listed": ""})
    assert person_facts({"listed": "tekun", "age": 82.0})["高龄老人"] is True


def test_照说的答_问了再答更准_什么也不存(cast: dict[str, User]) -> None:
    client = signed_in(cast["青禾.镇窗口"])
    assert "先在左边问几样" in client.get(PAGE).content.decode()
    before = Entry.objects.count()
    page = client.post(PAGE, POOR).content.decode()
    assert "照您说的，符合最低生活保障，每月" in page
    assert "照您说的，符合高龄津贴" in page
    assert "再问几句" in page
    asked = client.post(
        PAGE, POOR | {"q|基本生活眼下过不下去|": "yes", "q|需要打官司或法律帮助|me": "no"}
    ).content.decode()
    assert "照您说的，符合临时救助（小额快救）" in asked
    rich = client.post(PAGE, POOR | {"income": "900000"}).content.decode()
    assert "眼下不符合最低生活保障：月人均核定收入超出" in rich
    assert Entry.objects.count() == before


def test_填错了说清(cast: dict[str, User]) -> None:
    client = signed_in(cast["青禾.镇窗口"])
    assert client.post(PAGE, POOR | {"size": "0"}).status_code == 400
    assert client.post(PAGE, POOR | {"q|基本生活眼下过不下去|": "也许"}).status_code == 400


@pytest.mark.parametrize("who", ["青禾.部门经办", "青禾.审计管理员", "没有岗位"])
def test_不接待的岗位没有这一页(cast: dict[str, User], who: str) -> None:
    assert signed_in(cast[who]).get(PAGE).status_code == 403
