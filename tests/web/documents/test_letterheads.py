"""行文习惯：系统管理员定本县各单位的机关代字。"""

import pytest
from django.urls import reverse
from tests.web.cast import make_organisation, make_person, make_places, signed_in

from jiuzhu.web.audit.models import Entry
from jiuzhu.web.documents.models import Letterhead

pytestmark = pytest.mark.django_db


def test_set_and_seen(db: None) -> None:
    make_places()
    bureau = make_organisation("青禾", "county_office")
    client = signed_in(make_person("管理员", "system_admin", "青禾"))
    url = reverse("documents:letterhead_save", args=[bureau.pk])
    assert "青民救核〔" in client.post(url, {"word": "青民", "red_head": "on"}).content.decode()
    assert "青民" in client.get(reverse("documents:letterheads")).content.decode()
    assert Letterhead.objects.get(organisation=bureau).red_head
    client.post(url, {"word": "青禾民"})
    entry = Entry.objects.filter(action="documents.letterhead_set").latest("at")
    assert '"word":"青民"' in entry.body.replace(" ", "")
    assert client.post(url, {"word": " "}).status_code == 400


def test_other_counties_are_not_there(db: None) -> None:
    make_places()
    other = make_organisation("禾丰", "county_office")
    client = signed_in(make_person("管理员", "system_admin", "青禾"))
    assert other.name not in client.get(reverse("documents:letterheads")).content.decode()
    assert client.post(reverse("documents:letterhead_save", args=[other.pk]), {"word": "丰民"}).status_code == 404


@pytest.mark.parametrize("role", ["county_officer", "security_admin", "audit_admin", "leader"])
def test_only_the_system_administrator(db: None, role: str) -> None:
    make_places()
    bureau = make_organisation("青禾", "county_office")
    client = signed_in(make_person("来人", role, "青禾"))
    assert client.get(reverse("documents:letterheads")).status_code == 403
    assert client.post(reverse("documents:letterhead_save", args=[bureau.pk]), {"word": "青民"}).status_code == 403
