"""看板：每个户数点开，名单正好是这么多户；不归所辖的地方打不开。"""

import re

import pytest
from django.core.cache import cache
from django.urls import reverse
from tests.web.cast import signed_in
from tests.web.registry.county import County, make_county

from jiuzhu.web.access.models import User

FIGURE = re.compile(r'href="(/registry/\?place=[^"]+)"[^>]*>(?:<span>在册家庭</span><span><b>)?([\d,]+)<')
TOTAL = re.compile(r"(?:共|符合条件) <strong>([\d,]+)</strong> 户")


@pytest.fixture(autouse=True)
def loaded(tmp_path: object, db: None, cast: dict[str, User]) -> County:
    """三户装入对象库。"""
    cache.clear()
    county = make_county(tmp_path)  # type: ignore[arg-type]
    county.load(1)
    return county


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("青禾.县经办", ""),
        ("青禾.县经办", "429998103000"),
        ("青禾.县经办", "429998103200"),
        ("青禾.镇审核负责人", ""),
    ],
)
def test_户数点开正好是这么多户(cast: dict[str, User], name: str, place: str) -> None:
    client = signed_in(cast[name])
    page = client.get(reverse("desk:board"), {"place": place} if place else {})
    assert page.status_code == 200
    figures = FIGURE.findall(page.content.decode())
    assert figures
    for link, number in figures:
        listed = TOTAL.search(client.get(link.replace("&amp;", "&")).content.decode())
        assert (listed.group(1) if listed else "0") == number, link


@pytest.mark.parametrize("place", ["429997000000", "429998103000", "420000000000", "abc"])
def test_别处的看板打不开(cast: dict[str, User], place: str) -> None:
    assert signed_in(cast["青禾.镇审核负责人"]).get(reverse("desk:board"), {"place": place}).status_code == 404


def test_村的看板没有下一级一栏(cast: dict[str, User]) -> None:
    page = signed_in(cast["青禾.县经办"]).get(reverse("desk:board"), {"place": "429998103200"}).content.decode()
    assert "各村（社区）" not in page
