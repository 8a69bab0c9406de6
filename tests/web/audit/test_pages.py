"""审计管理员的页面：筛选、翻页、一条、校验、导出、封条；别的岗位一页也打不开。"""

import csv
import io
import json
from datetime import timedelta
from typing import Any

import polars as pl
import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries
from tests.web.cast import make_person, make_places, signed_in

from jiuzhu.web.access.models import User
from jiuzhu.web.access.roles import ROLES
from jiuzhu.web.audit.actor import Actor
from jiuzhu.web.audit.models import Entry, Seal
from jiuzhu.web.audit.services import Change, Subject, record, record_many, seal_make
from jiuzhu.web.audit.views import entries

from .conftest import ZHANG, Tamper, write

LI = Actor(9, "李窗口", 4, "镇窗口", "麦岭镇社会事务办", "10.1.2.9", division_code="429998101000")
DAY = timezone.localdate()


@pytest.fixture
def auditor(db: None) -> Client:
    """审计管理员的浏览器。"""
    make_places()
    return signed_in(make_person("审计", "audit_admin", "青禾"))


def text(client: Client, url: str, **query: Any) -> str:
    answer = client.get(url, query)
    assert answer.status_code == 200
    return answer.content.decode()


def some() -> Entry:
    """两个人各做一件事；返回李窗口的那条。"""
    write(2, reason="月度核对")
    with transaction.atomic():
        return record(
            actor=LI,
            action="access.sign_in",
            subject=Subject("access.user", "9", "李窗口"),
            before={"locked_until": None, "is_active": False},
            after={"locked_until": "2026-11-05T01:30:00+00:00", "is_active": True, "rows": [1, "二"]},
        )


def urls() -> list[str]:
    """审计的每一个网址。"""
    entry, seal = some(), seal_make()
    place = [entry.lane, entry.seq]
    return [
        reverse("audit:entries"),
        reverse("audit:entries_export", args=["xlsx"]),
        reverse("audit:entries_export", args=["csv"]),
        reverse("audit:entry", args=place),
        reverse("audit:entry_check", args=place),
        reverse("audit:seals"),
        reverse("audit:seal_file", args=[seal.day.isoformat()]),
    ]


def test_只有审计管理员打得开(auditor: Client, stranger: User, client: Client) -> None:
    pages = urls()
    before = Entry.objects.count()
    others = [make_person(f"某{role}", role, "青禾") for role in ROLES if role != "audit_admin"]
    for user in [*others, stranger]:
        other = signed_in(user)
        assert {other.get(url).status_code for url in pages} == {403}, user
    assert {client.get(url).status_code for url in pages} == {302}
    assert Entry.objects.filter(action="audit.entries_export").count() == 0
    assert Entry.objects.count() == before
    for url in pages:
        answer = auditor.get(url)
        assert answer.status_code == 200
        if answer.streaming:
            assert b"".join(answer.streaming_content)


def test_名单_新的在前_说中文(auditor: Client) -> None:
    some()
    page = text(auditor, reverse("audit:entries"))
    assert page.index("李窗口") < page.index("张经办")
    assert "登录" in page
    assert "麦岭镇社会事务办 镇窗口" in page
    assert "access.sign_in" not in page.split("<tbody>")[1]


@pytest.mark.parametrize(
    ("query", "rows"),
    [
        ({"who": "窗口"}, 1),
        ({"who": "张"}, 2),
        ({"who": "王"}, 0),
        ({"post": "县经办"}, 2),
        ({"action": "access.sign_in"}, 1),
        ({"reason": "月度"}, 2),
        ({"kind": "access.user", "key": "9"}, 1),
        ({"since": DAY.isoformat(), "until": DAY.isoformat()}, 3),
        ({"since": f"{DAY:%Y年%-m月%-d日}", "until": f"{DAY:%Y年%-m月%-d日}"}, 3),
        ({"until": (DAY - timedelta(days=1)).isoformat()}, 0),
        ({"who": "张", "action": "access.sign_in"}, 0),
    ],
)
def test_筛选(auditor: Client, query: dict[str, str], rows: int) -> None:
    some()
    page = text(auditor, reverse("audit:entries"), **query)
    assert page.count("<tr data-row>") == rows
    assert ("没有符合条件的记录" in page) == (rows == 0)


def test_条件写错说清楚(auditor: Client) -> None:
    page = text(auditor, reverse("audit:entries"), since="昨天", action="没有", before="乱写")
    assert "请写成 2026年11月5日 这样" in page
    assert 'type="date"' not in page
    assert "没有这种动作" in page
    assert auditor.get(reverse("audit:entries_export", args=["csv"]), {"since": "昨天"}).status_code == 409


def test_还没有记录时说怎么办(auditor: Client, tamper: Tamper) -> None:
    tamper("DELETE FROM audit_entry")
    assert "还没有审计记录" in text(auditor, reverse("audit:entries"))
    assert "还没有封条" in text(auditor, reverse("audit:seals"))


def test_一页页翻到底_不重不漏(auditor: Client) -> None:
    with transaction.atomic():  # 同一时刻的也分得开先后
        record_many(actor=ZHANG, action="audit.seal_make", changes=[Change(Subject("x", str(n))) for n in range(120)])
    url, seen = reverse("audit:entries") + "?action=audit.seal_make", []
    while url:
        answer = auditor.get(url)
        page = answer.context["page"]
        seen += [(row.lane, row.seq) for row in page.rows]
        url = f"{reverse('audit:entries')}?action=audit.seal_make&before={page.earlier}" if page.earlier else ""
    assert len(seen) == 120
    assert seen == sorted(set(seen), reverse=True)


def test_局部刷新只给名单(auditor: Client) -> None:
    some()
    answer = auditor.get(reverse("audit:entries"), headers={"HX-Request": "true", "HX-Target": "list"})
    assert answer.content.decode().lstrip().startswith('<div id="list"')


def test_查询次数不随行数增加(auditor: Client, django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    write(60)
    with django_assert_max_num_queries(16):
        text(auditor, reverse("audit:entries"))


def test_一条_改前改后(auditor: Client) -> None:
    entry = some()
    page = text(auditor, reverse("audit:entry", args=[entry.lane, entry.seq]))
    assert "2026年11月5日 09:30" in page
    assert "锁定到" in page
    assert "1；二" in page
    assert f"第 {entry.lane} 链第 {entry.seq} 条" in page
    assert "还没有封" in page
    seal_make()
    assert "的封条已封住" in text(auditor, reverse("audit:entry", args=[entry.lane, entry.seq]))
    assert auditor.get(reverse("audit:entry", args=[entry.lane, 10**6])).status_code == 404


def test_校验这一条(auditor: Client, tamper: Tamper) -> None:
    entry = write(3)[1]
    url = reverse("audit:entry_check", args=[entry.lane, entry.seq])
    assert "没有改动" in text(auditor, url)
    tamper(f"UPDATE audit_entry SET actor_name = '别人' WHERE lane = {entry.lane} AND seq = {entry.seq}")
    assert "办事人与正文不符" in text(auditor, url)
    tamper(f"DELETE FROM audit_entry WHERE lane = {entry.lane} AND seq = {entry.seq + 1}")
    assert "后面的记录不在了" in text(auditor, url)


def test_导出表格_按条件_自己留痕(auditor: Client) -> None:
    some()
    answer = auditor.get(reverse("audit:entries_export", args=["xlsx"]), {"who": "张"})
    frame = pl.read_excel(io.BytesIO(b"".join(answer.streaming_content)))
    assert frame["办事人"].to_list() == ["张经办"] * 2
    assert frame["事由"].to_list() == ["月度核对"] * 2
    body = json.loads(Entry.objects.get(action="audit.entries_export").body)
    assert body["actor_name"] == "审计"
    assert body["after"] == {"rows": 2, "format": "xlsx", "who": "张"}


def test_导出文本_公式不执行(auditor: Client) -> None:
    write(1, reason="=HYPERLINK(1)")
    answer = auditor.get(reverse("audit:entries_export", args=["csv"]), {"reason": "HYPERLINK"})
    rows = list(csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))
    assert [row["事由"] for row in rows] == ["'=HYPERLINK(1)"]


def test_太多不导_说清楚(auditor: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(entries, "MOST_EXPORTED", 5)
    write(6)
    answer = auditor.get(reverse("audit:entries_export", args=["csv"]))
    assert answer.status_code == 409
    assert "缩小范围" in answer.content.decode()
    assert not Entry.objects.filter(action="audit.entries_export").exists()


def test_封条_下载_留痕(auditor: Client) -> None:
    write(2)
    seal = seal_make()
    assert "共 <strong>1</strong> 张" in text(auditor, reverse("audit:seals"))
    answer = auditor.get(reverse("audit:seal_file", args=[seal.day.isoformat()]))
    assert json.loads(answer.content) == Seal.objects.get().line()
    assert Entry.objects.filter(action="audit.seal_download").count() == 1
    assert auditor.get(reverse("audit:seal_file", args=["2020-01-01"])).status_code == 404
    assert auditor.get(reverse("audit:seal_file", args=["x"])).status_code == 404
