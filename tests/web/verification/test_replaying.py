"""重放一次核对：手册改了、又来了新的监测，照当时的重算，逐分相同；动过的说得出来。"""

from collections.abc import Callable

import pytest
from django.urls import reverse
from tests.web.cast import every, signed_in

from jiuzhu.web.access.models import User
from jiuzhu.web.access.scope import Scope
from jiuzhu.web.audit.actor import Actor
from jiuzhu.web.audit.models import Entry
from jiuzhu.web.ground.errors import Conflict, NotAllowed
from jiuzhu.web.registry.models import Household
from jiuzhu.web.verification.errors import VerificationError
from jiuzhu.web.verification.models import Check
from jiuzhu.web.verification.services import authorisation_withdraw, check_replay, check_start

from .signed import PROGRAMMES, checked, published

Who = tuple[Actor, Scope]
Homes = Callable[[str], Household]


def test_手册改了以后_照当时的逐分相同(window: Who, homes: Homes) -> None:
    home = homes("yes")
    letter, first = checked(home, *window)
    published(1, 900, 800)
    second = check_start(household=home, programmes=PROGRAMMES, authorisation=letter, actor=window[0], scope=window[1])
    published(2, 500, 400)
    amounts = [row["amount"] for check in (first, second) for row in check.conclusions if row["programme"] == "dibao"]
    assert amounts[0] != amounts[1]
    assert first.rulebook_digest != second.rulebook_digest
    for check in (first, second):
        found = check_replay(check=every(Check).get(pk=check.pk), actor=window[0], scope=window[1])
        assert found.differences == ()
        assert found.conclusions == len(check.conclusions)
    assert Entry.objects.filter(action="verification.check_replay").count() == 2


def test_金额被改过_说得出哪一项(window: Who, homes: Homes) -> None:
    _, made = checked(homes("yes"), *window)
    row = every(Check).get(pk=made.pk)
    row.conclusions[0]["amount"] = "0.01"
    found = check_replay(check=row, actor=window[0], scope=window[1])
    assert found.differences == (f"{row.conclusions[0]['title']}的结论",)


def test_手册不在了_授权撤回了_别处的_都不重放(centre: Who, homes: Homes) -> None:
    letter, made = checked(homes("car"), *centre)
    row = every(Check).get(pk=made.pk)
    row.rulebook_digest = "0" * 64
    with pytest.raises(Conflict) as caught:
        check_replay(check=row, actor=centre[0], scope=centre[1])
    assert caught.value.code == "replay_gone"
    with pytest.raises(NotAllowed):
        check_replay(check=made, actor=centre[0], scope=Scope(role="town_window", areas=("429998199",)))
    authorisation_withdraw(authorisation=letter, reason="本人要求", actor=centre[0], scope=centre[1])
    with pytest.raises(VerificationError):
        check_replay(check=every(Check).get(pk=made.pk), actor=centre[0], scope=centre[1])


def test_页面上重放_别的县看不到(window: Who, homes: Homes, ready: dict[str, User]) -> None:
    _, made = checked(homes("yes"), *window)
    address = reverse("verification:replay", args=[made.pk])
    page = signed_in(ready["青禾.核对中心"]).post(address, follow=True)
    assert "逐分相同" in page.content.decode()
    assert signed_in(ready["禾丰.县经办"]).post(address).status_code == 404
    assert signed_in(ready["青禾.系统管理员"]).post(address).status_code == 403
