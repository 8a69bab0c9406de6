"""封条：一天一张，封过不变，前后相扣，夜里自动封。"""

import json
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from jiuzhu.web.audit import jobs
from jiuzhu.web.audit.errors import SealTooEarly
from jiuzhu.web.audit.models import Entry, Seal
from jiuzhu.web.audit.services import chain_verify, seal_make

from .conftest import Tamper, write

pytestmark = pytest.mark.django_db

MIDNIGHT = datetime(2026, 11, 5, 16, 10, tzinfo=UTC)  # 北京时间 11 月 6 日 0:10


def test_封前一天_按北京时间() -> None:
    assert seal_make(now=MIDNIGHT - timedelta(minutes=11)).day.isoformat() == "2026-11-04"
    assert seal_make(now=MIDNIGHT).day.isoformat() == "2026-11-05"


def test_再封一次还是那张() -> None:
    write(3)
    first = seal_make(now=MIDNIGHT)
    write(3)
    again = seal_make(now=MIDNIGHT + timedelta(hours=1))
    assert (again.digest, again.entries) == (first.digest, 3)
    assert Seal.objects.count() == 1


def test_条数与链头() -> None:
    lane = write(3)[0].lane
    content = json.loads(seal_make(now=MIDNIGHT).body)
    assert content["entries"] == 3
    assert [row[1] for row in content["lanes"] if row[0] == lane] == [3]
    assert len(content["lanes"]) == 64


def test_一张扣一张() -> None:
    one = seal_make(now=MIDNIGHT)
    two = seal_make(now=MIDNIGHT + timedelta(days=3))  # 中间几天没开机
    assert bytes(two.previous) == bytes(one.digest)


def test_没过完的不封_更早的不补() -> None:
    with pytest.raises(SealTooEarly):
        seal_make(day=timezone.localdate())
    seal_make(now=MIDNIGHT)
    with pytest.raises(SealTooEarly):
        seal_make(day=(MIDNIGHT - timedelta(days=3)).date(), now=MIDNIGHT)


def test_夜里自动封_自动核() -> None:
    write(3)
    jobs.audit_seal.func(0)  # type: ignore[attr-defined]
    jobs.audit_verify.func(0)  # type: ignore[attr-defined]
    assert Seal.objects.get().day == timezone.localdate() - timedelta(days=1)
    assert Entry.objects.filter(action="audit.chain_verify").count() == 2


def test_核出问题_记下在哪里(tamper: Tamper) -> None:
    lane = write(3)[0].lane
    tamper(f"UPDATE audit_entry SET reason = '改' WHERE lane = {lane} AND seq = 2")
    assert len(chain_verify(whole=True).troubles) == 1
    body = json.loads(Entry.objects.get(action="audit.chain_broken").body)
    assert f"第 {lane} 链第 2 条" in body["after"]["found"][0]
