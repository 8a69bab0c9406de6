"""异议、互认、平台页。"""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from pytest_django import Settings
from tests.web.cast import COUNTY, every, signed_in
from tests.web.documents.pdf import pages_of
from tests.web.exchange.desk_batches import LINES, make_batch
from tests.web.registry.acting import actor, scope

from jiuzhu.keys import ensure_data_keys
from jiuzhu.web.access.models import User
from jiuzhu.web.access.scope import Scope
from jiuzhu.web.audit.actor import Actor
from jiuzhu.web.documents import vault
from jiuzhu.web.exchange.models import Batch
from jiuzhu.web.ground.errors import Conflict
from jiuzhu.web.process.models import Task
from jiuzhu.web.process.services import task_complete
from jiuzhu.web.registry.models import ClassSpan, Household
from jiuzhu.web.verification.compared import data_dates
from jiuzhu.web.verification.models import Check, Recognition
from jiuzhu.web.verification.services import objection_open, recognition_answer

from .signed import checked, signed

Who = tuple[Actor, Scope]
Homes = Callable[[str], Household]


def test_异议重新比对_两次都留_窗口告知(ready: dict[str, User], window: Who, centre: Who, homes: Homes) -> None:
    _, before = checked(homes("yes"), *window)
    objection = objection_open(check=before, words="社保已经停了", actor=window[0], scope=window[1])
    with pytest.raises(Conflict):
        objection_open(check=before, words="再说一遍", actor=window[0], scope=window[1])
    task = every(Task).get(instance=objection.instance, node="review")
    with pytest.raises(Conflict, match="重新比对"):
        task_complete(task_id=task.pk, outcome="upheld", note="不改", actor=centre[0], scope=centre[1])
    client = signed_in(ready["青禾.核对中心"])
    page = client.get(f"/verification/objections/tasks/{task.pk}/").content.decode()
    assert "重新比对并答复" in page
    url = f"/verification/objections/{objection.pk}/review/"
    assert signed_in(ready["青禾.镇窗口"]).post(url, {"outcome": "upheld", "note": "不改"}).status_code == 403
    answered = client.post(url, {"outcome": "upheld", "note": "仍在缴费"}, follow=True).content.decode()
    objection.refresh_from_db()
    after = every(Check).get(previous=before)
    assert objection.recheck_id == after.pk
    assert after.number in answered
    assert every(Check).filter(pk=before.pk).exists()
    tell = every(Task).get(instance=objection.instance, node="tell")
    assert tell.organisation_id == window[1].organisation_id
    told = f"/verification/objections/{objection.pk}/told/"
    assert client.post(told).status_code in {403, 409}  # 核对中心不能替窗口告知
    at_window = signed_in(ready["青禾.镇窗口"])
    assert "已告知本户" in at_window.get(f"/verification/objections/tasks/{tell.pk}/").content.decode()
    assert "这件异议办结了" in at_window.post(told, {"note": "电话告知"}, follow=True).content.decode()
    assert at_window.post(told).status_code == 409
    objection.instance.refresh_from_db()
    assert objection.instance.ended_at is not None


def test_互认只答是不是_不给数_别的单位看不到(ready: dict[str, User], homes: Homes) -> None:
    span = every(ClassSpan).filter(code="dibao", until=None, person__id_number_index__isnull=False).first()
    user = ready["青禾.部门经办"]
    client = signed_in(user)
    asked = {"id_number": span.person.id_number, "programme": "dibao", "matter": "代缴居民医保"}
    page = client.post("/verification/recognition/", asked, follow=True).content.decode()
    assert "低保在册" in page
    made = every(Recognition).get()
    assert made.confirmed
    text = "".join("".join(pages_of(b"".join(vault.read(made.paper.name)))).split())
    assert "在册" in text
    assert made.paper.code in text
    assert "元" not in text.replace("元月", "")
    assert span.person.id_number not in text + page
    nobody = recognition_answer(
        id_number="11010119900307803X", programme="dibao", matter="参保资助", actor=actor(user), scope=scope(user)
    )
    assert not nobody.confirmed
    assert nobody.masked_name == ""
    other = signed_in(ready["禾丰.部门经办"]).get("/verification/recognition/").content.decode()
    assert "代缴居民医保" not in other
    assert signed_in(ready["青禾.镇窗口"]).get("/verification/recognition/").status_code == 403


def test_平台接口只有核对中心能设(ready: dict[str, User]) -> None:
    client = signed_in(ready["青禾.核对中心"])
    assert client.get("/verification/connectors/").status_code == 200
    assert client.get("/verification/connectors/new/").status_code == 200
    bad = client.post("/verification/connectors/new/", {"name": "省", "url": "https://a.example/", "key_file": "k",
                      "peer_key": "乱写", "minutes": 5})  # fmt: skip
    assert bad.status_code == 400
    assert "公钥读不出来" in bad.content.decode()
    assert signed_in(ready["青禾.县经办"]).get("/verification/connectors/").status_code == 403


def test_登记授权书的页(ready: dict[str, User], window: Who, homes: Homes) -> None:
    home = homes("yes")
    client = signed_in(ready["青禾.镇窗口"])
    for name in ("", "authorisation/", "consent/"):
        page = client.get(f"/verification/households/{home.household_id}/{name}")
        assert page.status_code == 200, name
    signed(home, *window)
    assert "一键核对" in client.get(f"/verification/households/{home.household_id}/").content.decode()
    assert client.get("/verification/").status_code == 200


def test_没有写数据日期的注明是收到日(ready: dict[str, User], tmp_path: Path, settings: Settings) -> None:
    settings.HOME, settings.DATA_KEYS_FILE = tmp_path / "home", tmp_path / "data.keys"
    ensure_data_keys(settings.DATA_KEYS_FILE)
    with Scope.everything().applied():
        batch = make_batch(tmp_path, LINES)
    dates = data_dates(COUNTY)
    assert dates.received == {batch.source}
    with Scope.everything().applied():
        every(Batch).filter(pk=batch.pk).update(data_date=date(2026, 10, 1))
    dates = data_dates(COUNTY)
    assert (dates[batch.source], dates.received) == (date(2026, 10, 1), set())
