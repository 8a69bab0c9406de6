"""受理测试共用：监测好的一个小县，全班在岗。"""

import pytest
from tests.web.cast import every
from tests.web.registry.acting import actor, scope
from tests.web.verification.conftest import checked_out, homes, ready

from jiuzhu.web.access.models import User
from jiuzhu.web.access.scope import Scope
from jiuzhu.web.audit.actor import Actor
from jiuzhu.web.registry.models import Household, Person

__all__ = ["checked_out", "homes", "ready"]
Who = tuple[Actor, Scope]


@pytest.fixture
def window(ready: dict[str, User]) -> Who:
    """镇窗口。"""
    user = ready["青禾.镇窗口"]
    return actor(user), scope(user)


@pytest.fixture
def home(ready: dict[str, User], homes: object) -> Household:
    """本镇符合低保的一户。"""
    return homes("yes")  # type: ignore[operator,no-any-return]


@pytest.fixture
def head(home: Household) -> Person:
    """这一户在世的户主（没有就年长的一人）。"""
    found = every(Person).filter(household=home, alive=True, merged_into=None, id_number_index__isnull=False)
    person = found.order_by("birth_date").first()
    assert person is not None
    return person
