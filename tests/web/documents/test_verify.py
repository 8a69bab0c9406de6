"""文书查验的页面与存档的取阅。"""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from tests.web.cast import make_person, make_places, signed_in

from jiuzhu.web.access.models import User
from jiuzhu.web.audit.actor import Actor
from jiuzhu.web.audit.models import Entry
from jiuzhu.web.divisions.models import Organisation
from jiuzhu.web.documents import vault
from jiuzhu.web.documents.models import Paper
from jiuzhu.web.documents.services import paper_render, paper_revoke

from .samples import REFUSAL

pytestmark = pytest.mark.django_db


@pytest.fixture
def paper(actor: Actor, bureau: Organisation) -> Paper:
    """县局发给麦岭镇一户的告知书。"""
    return paper_render(
        template="refusal", data=REFUSAL, actor=actor, organisation=bureau, division_code="429998101200"
    )


@pytest.fixture
def neighbour() -> User:
    """邻县的窗口：看不到这一户，但能查验。"""
    make_places()
    return make_person("东桥窗口", "town_window", "禾丰")


def ask(client: Client, **fields: Any) -> str:
    return client.post(reverse("documents:verify"), fields).content.decode()


def test_found_without_seeing_the_household(paper: Paper, neighbour: User) -> None:
    page = ask(signed_in(neighbour), code=paper.code.lower(), number=paper.number)
    assert "有效，由本平台制发" in page
    assert paper.number in page
    assert "张守田" not in page
    assert Entry.objects.filter(action="documents.paper_verify").count() == 1


@pytest.mark.parametrize(("code", "number"), [("AAAA-BBBB-CCCC-DDDD", ""), (None, "测民救核〔2026〕999号"), (None, "")])
def test_not_found_says_what_to_check(paper: Paper, neighbour: User, code: str | None, number: str) -> None:
    page = ask(signed_in(neighbour), code=code or paper.code, number=number)
    assert "没有查到这份文书" in page
    assert paper.digest[:8] not in page


def test_code_is_asked_for(neighbour: User) -> None:
    client = signed_in(neighbour)
    assert "核对一份文书的真伪" in client.get(reverse("documents:verify")).content.decode()
    assert "请填查验码" in ask(client, code="", number="x")


def test_revoked_is_plain_to_see(paper: Paper, neighbour: User, actor: Actor) -> None:
    paper_revoke(paper=paper, reason="金额写错，已另发", actor=actor)
    page = ask(signed_in(neighbour), code=paper.code, number=paper.number)
    assert "已作废" in page
    assert "金额写错，已另发" in page


def test_file_is_compared_with_the_kept_one(paper: Paper, neighbour: User) -> None:
    content = vault.read_all(paper.name)
    fields = {"code": paper.code, "number": paper.number}
    client = signed_in(neighbour)
    assert "一字不差" in ask(client, **fields, file=SimpleUploadedFile("收到的.pdf", content))
    assert "不一致" in ask(client, **fields, file=SimpleUploadedFile("收到的.pdf", content + b" "))


@pytest.mark.parametrize(
    ("role", "where", "status"),
    [
        ("town_window", "青禾", 200),
        ("county_officer", "青禾", 200),
        ("town_window", "青禾二", 404),
        ("county_officer", "禾丰", 404),
        ("leader", "青禾", 403),
        ("system_admin", "青禾", 403),
    ],
)
def test_who_may_read_the_kept_paper(paper: Paper, role: str, where: str, status: int) -> None:
    make_places()
    response = signed_in(make_person("来人", role, where)).get(reverse("documents:paper", args=[paper.pk]))
    assert response.status_code == status
    if status == 200:
        assert b"".join(response.streaming_content).startswith(b"%PDF")
    assert Entry.objects.filter(action="documents.paper_read").count() == (status == 200)


def test_someone_without_a_post_may_not_verify(db: None) -> None:
    user = User.objects.create_user("没有岗位", password="x", display_name="没有岗位")
    assert signed_in(user).get(reverse("documents:verify")).status_code == 403
