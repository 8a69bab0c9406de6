"""对象库的测试共用：手写的小县、装好的小县。"""

from collections.abc import Callable
from pathlib import Path

import pytest

from jiuzhu.web.access.models import User
from jiuzhu.web.access.scope import Scope
from jiuzhu.web.registry.models import Household, Person

from .county import County, make_county


@pytest.fixture
def small(tmp_path: Path, db: None) -> County:
    """三户要关注的人家，还没装。"""
    return make_county(tmp_path / "out")


@pytest.fixture
def loaded(small: County, cast: dict[str, User]) -> County:
    """已装入第 1 次。"""
    small.load(1)
    return small


@pytest.fixture
def home() -> Callable[[str], Household]:
    """按户编号的一户，不限范围。"""
    return lambda key: Household.objects.within(Scope.everything()).get(household_id=key)


@pytest.fixture
def who() -> Callable[[str], Person]:
    """按姓名的一人，不限范围。"""
    return lambda name: Person.objects.within(Scope.everything()).get(name=name)
