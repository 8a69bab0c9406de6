"""重放一件申请：手册改了，照提交那天的手册、数据、回答重算，逐分相同。"""

import pytest
from django.urls import reverse
from tests.web.cast import every, signed_in
from tests.web.verification.signed import published

from jiuzhu.web.access.models import User
from jiuzhu.web.access.scope import Scope
from jiuzhu.web.audit.actor import Actor
from jiuzhu.web.audit.models import Entry
from jiuzhu.web.cases.models import Application, Applied
from jiuzhu.web.cases.services import application_replay
from jiuzhu.web.ground.errors import Conflict, NotAllowed
from jiuzhu.web.registry.models import Household, Person

from .test_applications import submitted

Who = tuple[Actor, Scope]


def test_手册改了以后_照提交那天的逐分相同(home: Household, head: Person, window: Who) -> None:
    row = submitted(home, head, window)
    published(1, 900, 800)
    actor, scope = window
    found = application_replay(application=every(Application).get(pk=row.pk), actor=actor, scope=scope)
    assert (found.differences, found.total) == ((), 2)
    assert Entry.objects.filter(action="cases.application_replay").count() == 1
    dibao = every(Applied).get(application=row, code="dibao")
    assert dibao.amount
    every(Applied).filter(pk=dibao.pk).update(amount=dibao.amount + 1)
    found = application_replay(application=every(Application).get(pk=row.pk), actor=actor, scope=scope)
    assert found.differences == (dibao.title,)


def test_没有底的_别处的_不重放(home: Household, head: Person, window: Who) -> None:
    row = submitted(home, head, window)
    actor, scope = window
    with pytest.raises(NotAllowed):
        application_replay(application=row, actor=actor, scope=Scope(role="town_window", areas=("429998199",)))
    every(Application).filter(pk=row.pk).update(basis_text=b"")
    with pytest.raises(Conflict) as caught:
        application_replay(application=every(Application).get(pk=row.pk), actor=actor, scope=scope)
    assert caught.value.code == "replay_gone"


def test_页面上重放_别的县看不到(home: Household, head: Person, window: Who, ready: dict[str, User]) -> None:
    row = submitted(home, head, window)
    address = reverse("cases:replay", args=[row.pk])
    page = signed_in(ready["青禾.镇窗口"]).post(address, follow=True)
    assert "逐分相同" in page.content.decode()
    assert signed_in(ready["禾丰.镇窗口"]).post(address).status_code == 404
    assert signed_in(ready["青禾.系统管理员"]).post(address).status_code == 403
