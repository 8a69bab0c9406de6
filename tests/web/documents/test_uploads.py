"""附件：上传、下载、预览、撤下；谁能、谁不能、留下什么记录。"""

import re
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection, transaction
from django.template import Context, Template
from django.test import Client, RequestFactory
from django.urls import reverse
from PIL import Image
from tests.web.cast import make_organisation, make_person, make_places, signed_in

from jiuzhu.web.access.middleware import actor_of
from jiuzhu.web.access.models import Post, User
from jiuzhu.web.access.scope import Scope
from jiuzhu.web.audit.models import Entry
from jiuzhu.web.documents import handlers, selectors, vault
from jiuzhu.web.documents.models import Upload
from jiuzhu.web.documents.panel import Ticket
from jiuzhu.web.documents.services import UploadedContent, upload_store

from .files import PDF, picture

pytestmark = pytest.mark.django_db
TOWN = "429998101000"
SUBJECT = ("registry.household", "H1")
TICKET = Ticket(*SUBJECT, TOWN, True)


@pytest.fixture
def window() -> User:
    """麦岭镇窗口。"""
    make_places()
    return make_person("麦岭窗口", "town_window", "青禾")


def acting(user: User) -> Any:
    """这个人正在办事的请求。"""
    request: Any = RequestFactory().get("/")
    request.user, post = user, Post.objects.select_related("organisation").get(user=user)
    request.scope, request.actor = post.scope(), actor_of(request, post)
    user.active_post = post
    return request


def ticket_of(user: User, ticket: Ticket = TICKET) -> str:
    return ticket.sign(acting(user).actor)


def send(client: Client, user: User, *files: tuple[str, bytes], kind: str = "id_card", **more: Any) -> Any:
    data = {"ticket": ticket_of(user), "kind": kind, "files": [SimpleUploadedFile(*file) for file in files]} | more
    return client.post(reverse("documents:upload"), data)


def stored(user: User, data: bytes | None = None, name: str = "身份证.jpg", kind: str = "id_card") -> Upload:
    request = acting(user)
    return upload_store(
        file=UploadedContent(name, data or picture()),
        kind=kind,
        subject=SUBJECT,
        division_code=TOWN,
        actor=request.actor,
        scope=request.scope,
    )


def actions() -> list[str]:
    return list(Entry.objects.filter(action__startswith="documents.").order_by("at").values_list("action", flat=True))


def test_upload_shows_in_the_panel_and_is_recorded(window: User) -> None:
    page = send(signed_in(window), window, ("张三身份证.jpg", picture())).content.decode()
    assert "张三身份证.jpg" in page
    assert "收下 1 份" in page
    upload = Upload.objects.within(Scope.everything()).get()
    assert (upload.division_code, upload.subject_key, upload.uploaded_by) == (TOWN, "H1", window)
    assert b"\xff\xd8" not in vault.path_of(upload.name).read_bytes()[:40]
    assert actions() == ["documents.upload_store"]


def test_name_is_encrypted_in_the_database(window: User) -> None:
    stored(window, name="张三身份证.jpg")
    with connection.cursor() as cursor:
        cursor.execute("SELECT original_name FROM documents_upload")
        assert "张三".encode() not in bytes(cursor.fetchone()[0])


def test_bad_file_does_not_stop_the_good_one(window: User) -> None:
    page = send(signed_in(window), window, ("坏.jpg", b"MZ123\0"), ("好.jpg", picture())).content.decode()
    assert "坏.jpg：" in page
    assert "收下 1 份" in page
    assert Upload.objects.within(Scope.everything()).count() == 1
    assert len(list(vault.names())) == 1


def test_same_file_twice_is_refused(window: User) -> None:
    client = signed_in(window)
    send(client, window, ("一.jpg", picture()))
    page = send(client, window, ("二.jpg", picture())).content.decode()
    assert "这份文件已经在这里了" in page
    assert len(list(vault.names())) == 1


@pytest.mark.parametrize(
    ("kind", "words"), [("", "没有选附件种类"), ("nonsense", "没有选附件种类"), ("photo", "不收PDF 文件")]
)
def test_kind_must_fit(window: User, kind: str, words: str) -> None:
    assert words in send(signed_in(window), window, ("证明.pdf", PDF), kind=kind).content.decode()
    assert list(vault.names()) == []


def test_too_large_is_refused_while_receiving(window: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(handlers, "LARGEST", 1000)
    response = send(signed_in(window), window, ("大.jpg", picture(size=(900, 900))))
    assert response.status_code == 413
    assert "一次最多传" in response.content.decode()


def test_forgery_protection_still_holds(window: User) -> None:
    client = signed_in(window)
    client.handler.enforce_csrf_checks = True
    assert send(client, window, ("一.jpg", picture())).status_code == 403


def test_ticket_is_for_one_person_and_not_to_be_changed(window: User) -> None:
    other = make_person("麦岭调查", "town_surveyor", "青禾")
    client = signed_in(other)
    assert send(client, other, ("一.jpg", picture()), ticket=ticket_of(window)).status_code == 403
    assert send(client, other, ("一.jpg", picture()), ticket=ticket_of(other)[:-2]).status_code == 400
    sealed = ticket_of(other, Ticket(*SUBJECT, TOWN, False))
    assert send(client, other, ("一.jpg", picture()), ticket=sealed).status_code == 403
    assert not Upload.objects.within(Scope.everything()).exists()


def test_download_is_the_original_and_recorded(window: User) -> None:
    upload = stored(window, name="身份证.png")
    response = signed_in(window).get(reverse("documents:download", args=[upload.pk]))
    assert b"".join(response.streaming_content) == picture()
    assert response["Content-Disposition"].startswith("attachment")
    assert re.search(r"\.jpg'?$", response["Content-Disposition"])
    assert "sandbox" in response["Content-Security-Policy"]
    assert response["X-Content-Type-Options"] == "nosniff"
    assert actions() == ["documents.upload_store", "documents.upload_read"]


def test_preview_of_picture_has_no_location(window: User) -> None:
    upload = stored(window, picture(located=True), kind="photo")
    response = signed_in(window).get(reverse("documents:preview", args=[upload.pk]))
    with Image.open(BytesIO(response.content)) as image:
        assert not image.getexif()
    assert "sandbox" in response["Content-Security-Policy"]
    assert actions()[-1] == "documents.upload_read"


def test_pdf_shows_inline_and_text_downloads(window: User) -> None:
    client = signed_in(window)
    pdf = client.get(reverse("documents:preview", args=[stored(window, PDF, "证明.pdf", "contract").pk]))
    assert pdf["Content-Disposition"].startswith("inline")
    assert "script-src" not in pdf["Content-Security-Policy"]
    text = client.get(reverse("documents:preview", args=[stored(window, b"<script>", "说明.txt", "other").pk]))
    assert text["Content-Disposition"].startswith("attachment")


@pytest.mark.parametrize("route", ["documents:download", "documents:preview"])
@pytest.mark.parametrize(
    ("role", "where", "status"),
    [
        ("county_officer", "青禾", 200),
        ("town_window", "青禾二", 404),
        ("county_officer", "禾丰", 404),
        ("department_officer", "青禾", 404),
        ("social_worker", "青禾", 404),
        ("cashier", "青禾", 403),
        ("system_admin", "青禾", 403),
        ("audit_admin", "青禾", 403),
    ],
)
def test_who_may_read(window: User, route: str, role: str, where: str, status: int) -> None:
    upload = stored(window)
    client = signed_in(make_person("来人", role, where))
    assert client.get(reverse(route, args=[upload.pk])).status_code == status
    assert actions().count("documents.upload_read") == (status == 200)


@pytest.mark.parametrize(("role", "status"), [("leader", 403), ("security_admin", 403), ("town_surveyor", 200)])
def test_who_may_add(window: User, role: str, status: int) -> None:
    user = make_person("来人", role, "青禾")
    assert send(signed_in(user), user, ("一.jpg", picture())).status_code == status


def test_withdraw_own_with_reason_only(window: User) -> None:
    upload = stored(window)
    url = reverse("documents:withdraw", args=[upload.pk])
    other = make_person("麦岭调查", "town_surveyor", "青禾")
    assert signed_in(other).post(url, {"ticket": ticket_of(other), "reason": "x"}).status_code == 403
    client = signed_in(window)
    assert "要写明原因" in client.post(url, {"ticket": ticket_of(window), "reason": " "}).content.decode()
    page = client.post(url, {"ticket": ticket_of(window), "reason": "传错了人"}).content.decode()
    assert "已撤下" in page
    assert "身份证.jpg" not in page
    assert client.get(reverse("documents:download", args=[upload.pk])).status_code == 404
    assert len(list(vault.names())) == 1
    assert actions()[-1] == "documents.upload_withdraw"


def test_second_wall_holds_without_the_first(window: User) -> None:
    stored(window)
    for areas, seen in ((("429998101",), 1), (("429998103",), 0), (("429997",), 0), ((), 0)):
        with Scope(areas=areas).applied(), connection.cursor() as cursor:
            cursor.execute("SET ROLE jiuzhu_web")
            cursor.execute("SELECT count(*) FROM documents_upload")
            count = cursor.fetchone()[0]
            cursor.execute("RESET ROLE")
        assert count == seen


def test_second_wall_refuses_rows_of_elsewhere(window: User) -> None:
    stored(window)
    with Scope(areas=("429998101",)).applied(), connection.cursor() as cursor:
        cursor.execute("SET ROLE jiuzhu_web")
        with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            cursor.execute("UPDATE documents_upload SET division_code = '429997101000', organisation_id = NULL")
        cursor.execute("RESET ROLE")


def test_panel_can_be_included(window: User) -> None:
    stored(window)
    source = '{% include "documents/uploads.html" with subject_kind="registry.household" subject_key="H1" division_code=code %}'
    request = acting(window)
    page = Template(source).render(Context({"request": request, "code": TOWN}))
    assert "身份证.jpg" in page
    assert "<form" in page
    ticket = re.search(r'name="ticket" value="([^"]+)"', page)
    assert ticket is not None
    assert Ticket.read(ticket[1], request.actor) == TICKET
    empty = Template(source.replace("H1", "H2")).render(Context({"request": request, "code": TOWN}))
    assert "还没有附件" in empty
    nobody = acting(make_person("资金", "cashier", "青禾"))
    assert Template(source).render(Context({"request": nobody, "code": TOWN})).strip() == ""


def test_organisation_sees_what_it_handled(window: User) -> None:
    officer = acting(make_person("医保经办", "department_officer", "青禾"))
    upload_store(
        file=UploadedContent("结算单.pdf", PDF),
        kind="medical",
        subject=SUBJECT,
        division_code=TOWN,
        actor=officer.actor,
        scope=officer.scope,
    )
    found = selectors.uploads(officer.scope, subject_kind=SUBJECT[0], subject_key=SUBJECT[1])
    assert [upload.kind for upload in found] == ["medical"]
    elsewhere = Scope(organisation_id=make_organisation("禾丰", "department").pk)
    assert not selectors.uploads(elsewhere, subject_kind=SUBJECT[0], subject_key=SUBJECT[1]).exists()
