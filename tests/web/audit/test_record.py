"""记一笔：记得全、须在事务里、不漏个人信息、与业务同成同败。"""

import json
from datetime import date
from decimal import Decimal

import pytest
from django.db import transaction

from jiuzhu.web.audit.chain import GENESIS, link
from jiuzhu.web.audit.errors import NotInTransaction, PersonalDataInKey, UndeclaredAction
from jiuzhu.web.audit.models import Entry, Lane
from jiuzhu.web.audit.services import Change, Subject, record, record_many

from .conftest import ACTION, TASK, ZHANG


@pytest.mark.django_db
def test_各列与正文都记下() -> None:
    after = {"amount": Decimal("640.00"), "due": date(2026, 11, 5), "done": True}
    made = record(
        actor=ZHANG, action=ACTION, subject=TASK, before={"amount": None}, after=after, reason="核对", task="9"
    )
    entry = Entry.objects.get(pk=made.pk)
    assert (entry.actor_id, entry.actor_name, entry.post, entry.organisation) == (7, "张经办", "县经办", "测试县民政局")
    assert (entry.subject_kind, entry.subject_key, entry.subject_label) == ("process.task", "123", TASK.label)
    body = json.loads(entry.body)
    assert body["after"] == {"amount": "640.00", "due": "2026-11-05", "done": True}
    assert body["before"] == {"amount": None}
    assert (bytes(entry.previous), bytes(entry.digest)) == (GENESIS, link(GENESIS, entry.body))
    head = Lane.objects.get(pk=entry.lane)
    assert (head.seq, bytes(head.head)) == (entry.seq, bytes(entry.digest))


@pytest.mark.django_db
def test_一个事务里接着记_一环扣一环() -> None:
    entries = [record(actor=ZHANG, action=ACTION, subject=TASK) for _ in range(3)]
    assert len({entry.lane for entry in entries}) == 1
    assert [entry.seq for entry in entries] == [1, 2, 3]
    assert [entry.previous for entry in entries[1:]] == [entry.digest for entry in entries[:2]]


@pytest.mark.django_db
def test_成批记_各记一条() -> None:
    changes = [Change(Subject("process.task", str(number)), after={"n": number}) for number in range(5)]
    entries = record_many(actor=ZHANG, action=ACTION, changes=changes)
    assert [entry.seq for entry in Entry.objects.order_by("seq")] == [1, 2, 3, 4, 5]
    assert Lane.objects.get(pk=entries[0].lane).seq == 5
    assert record_many(actor=ZHANG, action=ACTION, changes=[]) == []


@pytest.mark.django_db(transaction=True)
def test_不在事务里不记() -> None:
    with pytest.raises(NotInTransaction):
        record(actor=ZHANG, action=ACTION, subject=TASK)


@pytest.mark.django_db(transaction=True)
def test_业务回滚_审计与链头一同回滚() -> None:
    with transaction.atomic():
        record(actor=ZHANG, action=ACTION, subject=TASK)
        transaction.set_rollback(True)
    assert not Entry.objects.exists()
    assert not Lane.objects.filter(seq__gt=0).exists()
    with transaction.atomic():
        assert record(actor=ZHANG, action=ACTION, subject=TASK).seq == 1


@pytest.mark.django_db
def test_没有中文名的动作不收() -> None:
    with pytest.raises(UndeclaredAction):
        record(actor=ZHANG, action="audit.no_such_thing", subject=TASK)


@pytest.mark.django_db
def test_号码先遮后记() -> None:
    entry = record(
        actor=ZHANG,
        action=ACTION,
        subject=Subject("registry.person", "5", "张* 420922197001011234"),
        reason="电话13800001234，卡6222020200011112222核实",
        after={"note": "证件 42092219700101123X", "list": ["15912345678"], "number": 420922197001011234, "year": 2026},
    )
    stored = Entry.objects.get(pk=entry.pk)
    for secret in ("420922197001011234", "42092219700101123X", "13800001234", "15912345678", "6222020200011112222"):
        assert secret not in stored.body
        assert secret not in stored.reason + stored.subject_label
    assert "138****1234" in stored.reason
    assert "4209**********1234" in stored.subject_label
    assert json.loads(stored.body)["after"]["year"] == 2026


@pytest.mark.django_db
def test_编号像证件号的不收() -> None:
    with pytest.raises(PersonalDataInKey):
        record(actor=ZHANG, action=ACTION, subject=Subject("registry.person", "420922197001011234"))


@pytest.mark.django_db
def test_记不了的值说得清楚() -> None:
    with pytest.raises(TypeError, match="object"):
        record(actor=ZHANG, action=ACTION, subject=TASK, after={"thing": object()})
