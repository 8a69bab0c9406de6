"""政策文件：登记、找、传原件、下载有记录、废止，别的县看不到，本县的部门和乡镇看得到。"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from tests.web.cast import every, signed_in

from jiuzhu.web.access.models import User
from jiuzhu.web.audit.models import Entry
from jiuzhu.web.documents.models import Upload
from jiuzhu.web.policies.models import PolicyDocument

LIST = reverse("policies:documents")
PDF = b"%PDF-1.4\nhello\n%%EOF"


@pytest.fixture
def desk(cast: dict[str, User]) -> Callable[[str], Client]:
    return lambda who: signed_in(cast[who])


def given(**changes: Any) -> dict[str, Any]:
    return {
        "title": "《最低生活保障审核确认办法》", "number": "民发〔2021〕57号", "issuer": "民政部", "issued_on": "2021-06-11",
        "in_force_on": "2021-07-01", "programmes": ["dibao", "dibao_bianyuan"], "note": "三十个工作日办结",
    } | changes  # fmt: skip


@pytest.fixture
def document(desk: Callable[[str], Client]) -> PolicyDocument:
    response = desk("青禾.县经办").post(reverse("policies:document_new"), given())
    assert response.status_code == 302
    return every(PolicyDocument).get()


def send(client: Client, document: PolicyDocument, content: bytes = PDF, name: str = "办法.pdf") -> Any:
    url = reverse("policies:document_upload", args=[document.pk])
    return client.post(url, {"file": SimpleUploadedFile(name, content)})


def test_登记后在列表和一本账里找得到(document: PolicyDocument, desk: Callable[[str], Client]) -> None:
    client = desk("青禾.村协理员")
    for query in ({"q": "审核确认"}, {"q": "57号 民政"}, {"programme": "dibao"}, {"state": "current"}):
        assert "最低生活保障审核确认办法" in client.get(LIST, query).content.decode(), query
    for query in ({"q": "没有的字"}, {"programme": "gaoling"}, {"state": "ended"}):
        assert "最低生活保障审核确认办法" not in client.get(LIST, query).content.decode(), query
    url = reverse("policies:document", args=[document.pk])
    assert url in client.get(reverse("policies:programme", args=["dibao"])).content.decode()
    assert url not in client.get(reverse("policies:programme", args=["gaoling"])).content.decode()
    assert Entry.objects.filter(action="policies.document_add").exists()


def test_传原件乡镇和部门下载都有记录(document: PolicyDocument, desk: Callable[[str], Client]) -> None:
    assert send(desk("青禾.县经办"), document).status_code == 302
    upload = every(Upload).get()
    url = reverse("policies:document_file", args=[document.pk, upload.pk])
    for who in ("青禾.村协理员", "青禾二.镇窗口", "青禾.部门经办", "青禾.县确认人"):
        response = desk(who).get(url)
        assert b"".join(response.streaming_content) == PDF, who  # type: ignore[attr-defined]
        assert "attachment" in response["Content-Disposition"]
    assert Entry.objects.filter(action="documents.upload_read").count() == 4
    assert desk("禾丰.县经办").get(url).status_code == 404
    assert desk("禾丰.部门经办").get(url).status_code == 404
    again = send(desk("青禾.县经办"), document)
    assert again.status_code == 422
    assert "已经在这里" in again.content.decode()


@pytest.mark.parametrize(
    ("content", "told"), [(b"", "空文件"), (b"\xff\xd8\xff", "没有收下"), (b"%PDF-1.4 broken", "不完整")]
)
def test_收不下的说明为什么(document: PolicyDocument, desk: Callable[[str], Client], content: bytes, told: str) -> None:
    response = send(desk("青禾.县监测员"), document, content)
    assert response.status_code == 422
    assert told in response.content.decode()
    assert not every(Upload).exists()


def test_改登记与废止(document: PolicyDocument, desk: Callable[[str], Client]) -> None:
    client, url = desk("青禾.县经办"), reverse("policies:document_edit", args=[document.pk])
    today = timezone.localdate()
    wrong = client.post(url, given(ended_on=today.isoformat()))
    assert wrong.status_code == 422
    assert "为什么废止" in wrong.content.decode()
    early = client.post(url, given(in_force_on="2021-01-01"))
    assert "施行日期不能早于发文日期" in early.content.decode()
    assert client.post(url, given(ended_on=today.isoformat(), ended_why="被新办法代替")).status_code == 302
    kept = every(PolicyDocument).get()
    assert kept.state == "ended"
    assert kept.state_on(today - timedelta(days=1)) == "current"
    assert kept.title == "最低生活保障审核确认办法"
    assert "被新办法代替" in client.get(reverse("policies:document", args=[kept.pk])).content.decode()
    assert "2021" in Entry.objects.get(action="policies.document_change").body


def test_同一文号只登记一次(document: PolicyDocument, desk: Callable[[str], Client]) -> None:
    response = desk("青禾.县经办").post(reverse("policies:document_new"), given())
    assert response.status_code == 422
    assert "已经登记过" in response.content.decode()
    assert desk("禾丰.县经办").post(reverse("policies:document_new"), given()).status_code == 302


def test_再多几份查询次数不变(document: PolicyDocument, desk: Callable[[str], Client]) -> None:
    client = desk("青禾.村协理员")
    counts = []
    client.get(LIST)  # 岗位、地名读过一次就留着
    for number in range(2):
        with CaptureQueriesContext(connection) as queries:
            client.get(LIST)
        counts.append(len(queries))
        for more in range(5):
            desk("青禾.县经办").post(reverse("policies:document_new"), given(number=f"民发〔2022〕{number}{more}号"))
    assert every(PolicyDocument).count() == 11
    assert counts[0] == counts[1]


def test_撤下要写原因只能撤自己传的(document: PolicyDocument, desk: Callable[[str], Client]) -> None:
    officer = desk("青禾.县经办")
    send(officer, document)
    url = reverse("policies:document_file_withdraw", args=[document.pk, every(Upload).get().pk])
    assert officer.post(url, {"reason": ""}).status_code == 422
    assert officer.post(url, {"reason": "传错了版本"}).status_code == 302
    assert "还没有原件" in officer.get(reverse("policies:document", args=[document.pk])).content.decode()
    assert officer.post(url, {"reason": "再撤"}).status_code == 404


@pytest.mark.parametrize(("who", "status"), [("青禾.镇窗口", 403), ("禾丰.县经办", 404), ("青禾.系统管理员", 403)])
def test_谁不能登记(document: PolicyDocument, desk: Callable[[str], Client], who: str, status: int) -> None:
    client = desk(who)
    assert client.post(reverse("policies:document_edit", args=[document.pk]), given()).status_code == status
    assert send(client, document).status_code == status
    if who != "青禾.镇窗口":
        assert client.get(reverse("policies:document", args=[document.pk])).status_code == status
