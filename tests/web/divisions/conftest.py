"""区划测试的共用部分：邻县禾丰县（测泄漏用的另一个县）。"""

import pytest

from jiuzhu.web.audit.actor import Actor
from jiuzhu.web.divisions.names import NAMES
from jiuzhu.web.divisions.services import County, Township, county_ensure

ACTOR = Actor.system("测试")
HEFENG = County(
    "429997",
    "禾丰县",
    {"42": "演示省", "4299": "演示市"},
    (
        Township("429997100", "河湾乡", {"429997100201": "柳树村", "429997100202": "大塘村"}),
        Township("429997101", "白沙镇", {"429997101001": "白沙社区", "429997101201": "柳树村"}),
    ),
    ("禾丰县邻里互助中心",),
)


@pytest.fixture(autouse=True)
def fresh_names() -> None:
    """上一个测试回滚了，手里的地名要重新看版本。"""
    NAMES.forget()


@pytest.fixture
def hefeng(db: None) -> County:
    """禾丰县的区划与机构。"""
    county_ensure(county=HEFENG, actor=ACTOR)
    return HEFENG
