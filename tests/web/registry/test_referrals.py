"""转介部门：窗口转得出，部门只看得到这一户；别的岗位不能转，办着的不重复转。"""

import pytest
from django.urls import reverse
from tests.web.cast import every, signed_in

from jiuzhu.web.access.models import User
from jiuzhu.web.audit.actor import Actor
from jiuzhu.web.divisions.models import Organisation
from jiuzhu.web.process.models import Instance, Task
from jiuzhu.web.process.services import definitions_publish
from jiuzhu.web.registry.models import Event, Household

from .county import County

HOME = "HZHANG22222222222"


@pytest.fixture
def department(loaded: County) -> int:
    definitions_publish(actor=Actor.system("测试"))
    return Organisation.objects.get(code="青禾-department").pk


def send(user: User, key: str, **data: object) -> object:
    return signed_in(user).post(reverse("registry:referral_new", args=[key]), data)


def test_转出_部门接单_只看得到这一户(department: int, cast: dict[str, User]) -> None:
    officer = signed_in(cast["青禾.部门经办"])
    page = reverse("registry:household", args=[HOME])
    assert officer.get(page).status_code == 404
    answer = send(cast["青禾.镇窗口"], HOME, words="核医疗救助", departments=[department], urgent="on")
    case = every(Instance).get(subject_key=HOME)
    assert answer.url == reverse("process:instance", args=[case.pk])
    assert case.data == {"紧急程度": "紧急"}
    task = every(Task).get(instance=case, node="take")
    shown = officer.get(reverse("process:task", args=[task.pk])).content.decode()
    assert page in shown
    assert "核医疗救助" in shown
    assert "（紧急）" in shown
    assert officer.get(page).status_code == 200
    others = every(Household).exclude(household_id=HOME)
    assert {officer.get(reverse("registry:household", args=[row.household_id])).status_code for row in others} == {404}
    assert every(Event).filter(household__household_id=HOME, kind=Event.Kind.SENT).count() == 1


def test_连按两次_只转一次(department: int, cast: dict[str, User]) -> None:
    for _ in range(2):
        answer = send(cast["青禾.镇窗口"], HOME, words="核医疗救助", departments=[department])
    assert answer.status_code == 409
    assert "还在办，没有重复转" in answer.content.decode()
    assert every(Instance).filter(subject_key=HOME).count() == 1


def test_没写_没选_写好的都在(department: int, cast: dict[str, User]) -> None:
    answer = send(cast["青禾.镇窗口"], HOME, words="核医疗救助")
    assert answer.status_code == 400
    assert "请至少选一个部门" in answer.content.decode()
    assert "核医疗救助" in answer.content.decode()
    assert not every(Instance).exists()


@pytest.mark.parametrize(
    ("name", "status"),
    [("青禾.镇调查", 403), ("青禾.部门经办", 403), ("青禾.县经办", 403), ("青禾二.镇窗口", 404), ("禾丰.镇窗口", 404)],
)
def test_别的岗位_别的地方_不能转(department: int, cast: dict[str, User], name: str, status: int) -> None:
    assert send(cast[name], HOME, words="核医疗救助", departments=[department]).status_code == status
    assert signed_in(cast[name]).get(reverse("registry:referral_new", args=[HOME])).status_code == status
    assert not every(Instance).exists()


def test_对部门的话里不收证件号(department: int, cast: dict[str, User]) -> None:
    answer = send(cast["青禾.镇窗口"], HOME, words="身份证 429998195510232359", departments=[department])
    assert answer.status_code == 400
    assert "没有办" in answer.content.decode()
    assert not every(Instance).exists()


def test_部门的对象库空着时_说清来历(department: int, cast: dict[str, User]) -> None:
    shown = signed_in(cast["青禾.社会组织"]).get(reverse("registry:households")).content.decode()
    assert "还没有转到本单位的家庭" in shown
    assert "完成一次监测" not in shown
