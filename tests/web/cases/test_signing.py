"""签承诺书与授权书：谁能签，监护人，不同意，文本变了重签，签齐了出具并登记授权，凭它核对。"""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone
from tests.web.cast import WalledClient, every, signed_in

from jiuzhu.web.access.models import User
from jiuzhu.web.access.scope import Scope
from jiuzhu.web.audit.actor import Actor
from jiuzhu.web.cases import services
from jiuzhu.web.cases.models import Application, Applied, Signature, SigningLink
from jiuzhu.web.documents.models import Paper
from jiuzhu.web.documents.services import paper_open
from jiuzhu.web.ground.errors import ServiceError
from jiuzhu.web.process.models import Task
from jiuzhu.web.registry.models import Household, Person
from jiuzhu.web.verification.models import Check
from jiuzhu.web.verification.services import check_replay
from jiuzhu.web.verification.services.reports import report_data

from .test_applications import described, marked, opened, submitted

Who = tuple[Actor, Scope]
NAME = [[[100 + 12 * step, 200 + (step % 5) * 20] for step in range(20)], [[400, 100], [420, 260], [640, 180]]]


def signs(application: Application, person: Person, window: Who, **more: Any) -> Signature:
    """一名成员签；未成年的由父亲代签。"""
    actor, scope = window
    age = person.age()
    minor = age is not None and age < 18
    guardian = {"signer": "父某", "relation": "父亲", "guardian_reason": "未成年"} if minor else {}
    given: dict[str, Any] = {"strokes": NAME, "place": "便民服务中心", **guardian} | more
    return services.signature_add(
        application=application, person_id=person.person_id, actor=actor, scope=scope, **given
    )


def family(home: Household) -> list[Person]:
    """在世的成员。"""
    return list(every(Person).filter(household=home, alive=True, merged_into=None))


def test_签齐了出具两份文书_登记授权_凭它核对(home: Household, head: Person, window: Who) -> None:
    actor, scope = window
    row = submitted(home, head, window, [("dibao", "")])
    with pytest.raises(ServiceError) as caught:
        services.letters_issue(application=row, actor=actor, scope=scope)
    assert caught.value.code == "unsigned"
    for person in family(home):
        signs(row, person, window)
    letter = services.letters_issue(application=row, actor=actor, scope=scope)
    assert letter.programmes == ["dibao"]
    assert letter.signed_ids == {person.person_id for person in family(home)}
    assert len(letter.document_digest) == 64
    papers = every(Paper).filter(subject_kind="cases.application", subject_key=str(row.pk))
    assert {paper.template for paper in papers} == {"pledge", "authorisation"}
    assert letter.number == papers.get(template="authorisation").number
    content = b"".join(paper_open(paper=papers.get(template="pledge"), actor=actor))
    assert content.startswith(b"%PDF")
    row = marked(row, window, "received")
    services.application_accept(application=row, actor=actor, scope=scope)
    check = services.application_check(application=row, actor=actor, scope=scope)
    assert every(Check).get(pk=check.pk).authorisation == letter
    assert every(Task).get(instance=row.instance, node="check").outcome == "checked"
    assert check.answered == ()


def test_核对用上申请人的回答_写明没有查证_重放相同(
    home: Household, head: Person, window: Who, ready: dict[str, User]
) -> None:
    actor, scope = window
    row = opened(home, head, window, [("linshi_xiaoe", "")])
    given = {"q|基本生活眼下过不下去|": "yes"}
    described(services.application_answer(application=row, given=given, actor=actor, scope=scope), window)
    row = services.application_submit(application=every(Application).get(pk=row.pk), actor=actor, scope=scope)
    for person in family(home):
        signs(row, person, window)
    services.letters_issue(application=row, actor=actor, scope=scope)
    services.application_accept(application=marked(row, window, "received"), actor=actor, scope=scope)
    made = services.application_check(application=every(Application).get(pk=row.pk), actor=actor, scope=scope)
    check = every(Check).get(pk=made.pk)
    told = every(Applied).get(application=row)
    assert ([one["conclusion"] for one in check.conclusions], told.answer) == (["fits"], "yes")
    assert check.answered == ("基本生活眼下过不下去",)
    assert "过不下去" not in str(bytes(_raw(check)))
    page = signed_in(ready["青禾.镇窗口"]).get(reverse("verification:check", args=[check.pk])).content.decode()
    assert "还没有查证：基本生活眼下过不下去" in page
    assert check_replay(check=check, actor=actor, scope=scope).equal
    assert report_data(check)["answered"] == "基本生活眼下过不下去"


def _raw(check: Check) -> bytes:
    """数据库里存的样子。"""
    with connection.cursor() as cursor:
        cursor.execute("SELECT said_text FROM verification_check WHERE id = %s", [check.pk])
        found = cursor.fetchone()
    return bytes(found[0])


@pytest.mark.parametrize(
    ("more", "code"),
    [({"strokes": []}, "bad_strokes"), ({"strokes": [[[1, 1]] * 30]}, "bad_strokes"), ({"strokes": "<svg>"}, "bad_strokes"),
     ({"strokes": [[[5000, 1]] * 30]}, "bad_strokes"), ({"strokes": [[["1", 1]] * 30]}, "bad_strokes"),
     ({"place": " "}, "no_place"), ({"signer": "李某"}, "guardian_incomplete")],
)  # fmt: skip
def test_签得不对不收(home: Household, head: Person, window: Who, more: dict[str, Any], code: str) -> None:
    row = opened(home, head, window)
    with pytest.raises(ServiceError) as caught:
        signs(row, head, window, **more)
    assert caught.value.code == code


def test_未成年人要监护人(home: Household, head: Person, window: Who) -> None:
    every(Person).filter(pk=head.pk).update(birth_date="2015-01-01")
    row = opened(home, head, window)
    with pytest.raises(ServiceError) as caught:
        signs(row, head, window, signer="")
    assert caught.value.code == "guardian_missing"
    made = signs(row, every(Person).get(pk=head.pk), window)
    assert str(made.signer) == "父某"


def test_不同意的记下_不能出具_作废了可以重签(home: Household, head: Person, window: Who) -> None:
    actor, scope = window
    row = opened(home, head, window)
    made = signs(row, head, window, refused_reason="不想让人查", strokes=None)
    assert made.refused
    assert made.strokes == []
    for person in family(home):
        if person.pk != head.pk:
            signs(row, person, window)
    with pytest.raises(ServiceError) as caught:
        services.letters_issue(application=row, actor=actor, scope=scope)
    assert caught.value.code == "refused"
    with pytest.raises(ServiceError) as caught:
        signs(row, head, window)
    assert caught.value.code == "already_signed"
    services.signature_void(
        application=row, person_id=head.person_id, reason="说清用途，改为同意", actor=actor, scope=scope
    )
    signs(row, head, window)
    assert services.letters_issue(application=row, actor=actor, scope=scope).number
    with pytest.raises(ServiceError) as caught:
        services.signature_void(application=row, person_id=head.person_id, reason="改", actor=actor, scope=scope)
    assert caught.value.code == "letters_issued"


def test_签了以后改过项目要重签(home: Household, head: Person, window: Who) -> None:
    actor, scope = window
    row = opened(home, head, window, [("dibao", "")])
    for person in family(home):
        signs(row, person, window)
    opened(home, head, window, [("linshi_jinan", "")])
    with pytest.raises(ServiceError) as caught:
        services.letters_issue(application=row, actor=actor, scope=scope)
    assert caught.value.code == "text_changed"


def test_笔迹加密存放_改一点摘要就不同(home: Household, head: Person, window: Who) -> None:
    row = opened(home, head, window)
    made = signs(row, head, window)
    with connection.cursor() as cursor:
        cursor.execute("SELECT strokes_text FROM cases_signature WHERE id = %s", [made.pk])
        stored = bytes(cursor.fetchone()[0])
    assert b"100" not in stored or b"[[" not in stored
    actor, scope = window
    services.signature_void(application=row, person_id=head.person_id, reason="重签", actor=actor, scope=scope)
    other = signs(row, head, window, strokes=[*NAME, [[700, 200], [720, 210]]])
    assert other.digest != made.digest


def test_在页上签_接着请下一位(ready: dict[str, User], home: Household, head: Person, window: Who) -> None:
    row = opened(home, head, window)
    client = signed_in(ready["青禾.镇窗口"])
    path = reverse("cases:sign", args=[row.pk, head.person_id])
    page = client.get(path).content.decode()
    assert "念给他听" in page
    assert head.name not in page
    form = {"act": "sign", "by": "own", "place": "便民服务中心", "strokes": json.dumps(NAME)}
    bad = client.post(path, form | {"strokes": "{"})
    assert bad.status_code == 400
    assert "没有收到签名" in bad.content.decode()
    answer = client.post(path, form)
    assert answer.status_code == 302
    assert every(Signature).filter(application=row, person_id=head.person_id, refused=False).exists()
    assert client.get(answer["Location"]).status_code == 200
    refused = client.post(reverse("cases:sign_void", args=[row.pk, head.person_id]), {"reason": "签错了"})
    assert refused.status_code == 302
    client.post(path, form | {"act": "refuse", "refused_reason": ""})
    assert every(Signature).get(application=row, person_id=head.person_id, voided_at=None).refused


def test_别处与别的岗位签不了(ready: dict[str, User], home: Household, head: Person, window: Who) -> None:
    row = opened(home, head, window)
    for who, status in {"青禾二.镇窗口": 404, "青禾.镇审核负责人": 403}.items():
        client = signed_in(ready[who])
        assert client.get(reverse("cases:sign", args=[row.pk, head.person_id])).status_code == status
        assert client.post(reverse("cases:sign_void", args=[row.pk, head.person_id])).status_code == status
        assert client.post(reverse("cases:letters", args=[row.pk])).status_code == status


def test_本人手机签_只能一次_过期不行(ready: dict[str, User], home: Household, head: Person, window: Who) -> None:
    row = opened(home, head, window)
    staff = signed_in(ready["青禾.镇窗口"])
    page = staff.post(reverse("cases:sign_link", args=[row.pk, head.person_id]), {"place": "大厅"}).content.decode()
    assert "<svg" in page
    url = page.partition("data-link>")[2].partition("<")[0]
    code = url.rstrip("/").rpartition("/")[2]
    for hidden in (head.name, str(head.id_number), head.person_id):
        assert hidden not in url
    assert not every(SigningLink).filter(code_digest=code).exists()
    phone = WalledClient()
    path = reverse("cases:link_sign", args=[code])
    shown = phone.get(path)
    assert shown.status_code == 200
    assert "最低生活保障" in shown.content.decode()
    assert head.name not in shown.content.decode()
    form = {"act": "sign", "by": "own", "strokes": json.dumps(NAME)}
    assert phone.post(path, form | {"strokes": ""}).status_code == 400
    assert "签好了" in phone.post(path, form).content.decode()
    made = every(Signature).get(application=row)
    assert (made.device, made.place, made.person_id) == ("link", "大厅", head.person_id)
    assert phone.post(path, form).status_code == 404
    assert phone.get(path).status_code == 404
    assert phone.get(reverse("cases:link_sign", args=["429997." + code.partition(".")[2]])).status_code == 404


def test_过期的链接不能签(home: Household, head: Person, window: Who) -> None:
    actor, scope = window
    row = opened(home, head, window)
    code = services.link_make(application=row, person_id=head.person_id, place="大厅", actor=actor, scope=scope)
    with pytest.raises(ServiceError) as caught:
        services.link_sign(code=code, strokes=NAME, place="大厅", now=timezone.now() + timedelta(minutes=16))
    assert caught.value.code == "link_gone"
    services.link_make(application=row, person_id=head.person_id, place="大厅", actor=actor, scope=scope)
    with pytest.raises(ServiceError) as caught:
        services.link_sign(code=code, strokes=NAME, place="大厅")
    assert caught.value.code == "link_gone"
