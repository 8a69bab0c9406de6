"""各页的内容、筛选、翻页、查询次数。"""

import re
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries, Settings

from jiuzhu.web.audit.models import Entry
from jiuzhu.web.monitoring.models import Finding, HouseholdWarning, Run, RunFile

from .cast import every

LIST = "monitoring:warnings"


def text(client: Client, name: str, *args: object, **query: object) -> str:
    """打开一页,须是 200。"""
    answer = client.get(reverse(name, args=args), query)
    assert answer.status_code == 200
    return answer.content.decode()


def rows(page: str) -> int:
    """名单有几行。"""
    return page.count("<tr data-row>")


def test_没有监测过时说明该做什么(desk: Client) -> None:
    for name in ("monitoring:overview", LIST, "monitoring:findings", "monitoring:files"):
        assert "还没有完成过一次监测" in text(desk, name)


def test_总览有图也有同样数字的表(desk: Client, run: Run) -> None:
    page = text(desk, "monitoring:overview")
    for name in ("chart-scores", "chart-townships", "chart-categories"):
        assert f'<script id="{name}" type="application/json">' in page
    for row in run.summary["townships"]:
        assert row["name"] in page
    assert page.count("<summary>看数字</summary>") == 3


def test_名单按级别从重到轻_一页五十户(desk: Client, run: Run) -> None:
    page = text(desk, LIST)
    total = every(HouseholdWarning).count()
    assert rows(page) == min(50, total)
    shown = re.findall(r'class="band band-(\w+)"', page)
    order = ["red", "orange", "yellow", "blue"]
    assert shown == sorted(shown, key=order.index)


@pytest.mark.parametrize("band", ["red", "blue"])
def test_按级别筛选(desk: Client, run: Run, band: str) -> None:
    page = text(desk, LIST, band=band)
    assert set(re.findall(r'class="band band-(\w+)"', page)) == {band}
    assert f"<strong>{every(HouseholdWarning).filter(band=band).count()}</strong> 户" in page


def test_各种条件都与数据库一致(desk: Client, run: Run) -> None:
    some = every(HouseholdWarning)[3]
    cases = {
        "township": (some.township_code, every(HouseholdWarning).filter(township_code=some.township_code)),
        "category": (some.categories[0], every(HouseholdWarning).filter(categories__contains=[some.categories[0]])),
        "department": (
            some.departments[0], every(HouseholdWarning).filter(departments__contains=[some.departments[0]]),
        ),
        "indicator": (some.indicators[-1], every(HouseholdWarning).filter(indicators__contains=[some.indicators[-1]])),
        "q": (some.household_id[-6:].lower(), every(HouseholdWarning).filter(pk=some.pk)),
        "low": ("14", every(HouseholdWarning).filter(score__gte=14)),
    }  # fmt: skip
    for name, (value, expected) in cases.items():
        assert f"<strong>{expected.count()}</strong> 户" in text(desk, LIST, **{name: value}), name


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"band": "purple"}, "级别没有“purple”这一项"),
        ({"township": "0' OR 1=1"}, "乡镇没有"),
        ({"low": "abc"}, "得分下限要填数字"),
        ({"sort": "drop"}, "排序没有“drop”这一项"),
        ({"q": "x" * 60}, "40"),
        ({"indicator": "<b>"}, "&lt;b&gt;"),
    ],
)
def test_条件写错时说清楚_不是500(desk: Client, run: Run, query: dict[str, str], said: str) -> None:
    page = text(desk, LIST, **query)
    assert said in page
    assert 'role="alert"' in page


@pytest.mark.parametrize("page", ["0", "-1", "abc", "99999", ""])
def test_页码写错也能打开(desk: Client, run: Run, page: str) -> None:
    assert rows(text(desk, LIST, page=page)) > 0


@pytest.mark.parametrize("number", ["99", "abc", "-1", "1" * 30])
def test_没有的监测给404(desk: Client, run: Run, number: str) -> None:
    for name in ("monitoring:overview", LIST, "monitoring:findings", "monitoring:files", "monitoring:quarantine"):
        assert desk.get(reverse(name), {"run": number}).status_code == 404


def test_局部刷新只给名单(desk: Client, run: Run) -> None:
    answer = desk.get(reverse(LIST), {"band": "red"}, headers={"HX-Request": "true", "HX-Target": "list"})
    body = answer.content.decode()
    assert body.lstrip().startswith('<div id="list"')
    assert "<html" not in body


def test_名单的查询次数不随行数增加(
    desk: Client, run: Run, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_max_num_queries(26):
        text(desk, LIST)
    with django_assert_max_num_queries(26):
        text(desk, "monitoring:findings")
    with django_assert_max_num_queries(26):
        text(desk, "monitoring:runs")


def test_预警页自己说清楚(desk: Client, run: Run) -> None:
    warning = every(HouseholdWarning)[0]
    page = text(desk, "monitoring:warning", warning.pk)
    for code in warning.indicators:
        assert run.rulebook["indicators"][code]["name"] in page
    assert warning.household_id in page
    for word in ("规则", "依据", "用到的事实", "从哪里来", "第 ", "家庭成员"):
        assert word in page
    assert re.search(r"第 [\d,]+ 行", page)
    assert "None" not in page


def test_一户的当期事实有八类(desk: Client, run: Run) -> None:
    warning = every(HouseholdWarning)[0]
    page = text(desk, "monitoring:household", warning.household_id)
    for category in ("人口基础", "财产收入", "医疗", "教育", "就业", "住房", "低边", "刚性支出"):
        assert f'<h2 class="card-title">{category}</h2>' in page
    assert "None" not in page


def test_没有的户给404(desk: Client, run: Run) -> None:
    assert desk.get(reverse("monitoring:household", args=["HAAAAAAAAAAAAAAAA"])).status_code == 404
    assert desk.get("/monitoring/households/../../etc/").status_code == 404
    assert desk.get(reverse("monitoring:warning", args=[10**12])).status_code == 404


def test_每种发现都说得出根据(desk: Client, run: Run) -> None:
    for kind in Finding.Kind:
        page = text(desk, "monitoring:findings", kind=kind.value)
        expected = every(Finding).filter(kind=kind).count()
        assert f"<strong>{expected}</strong> 条" in page
        assert rows(page) == min(50, expected)


def test_数据批次逐个文件对平(desk: Client, run: Run) -> None:
    page = text(desk, "monitoring:files")
    assert page.count("平</span>") == every(RunFile).count() + 1
    assert "没有用上" in page
    for file in every(RunFile):
        assert file.file in page


def test_隔离明细按原因看(desk: Client, run: Run) -> None:
    reasons = run.summary["quarantine"]
    assert reasons
    for row in reasons:
        page = text(desk, "monitoring:quarantine", code=row["code"])
        assert f"<strong>{row['rows'] + row['values']:,}</strong> 条" in page
    assert "原因没有“bad”这一项" in text(desk, "monitoring:quarantine", code="bad")
    text(desk, "monitoring:quarantine", part="ignored")


def test_看旧的一次监测会提醒(desk: Client, make_run: Callable[..., Run]) -> None:
    make_run(1)
    make_run(2)
    assert "这不是最近一次" in text(desk, LIST, run=1)
    assert "这不是最近一次" not in text(desk, LIST)


def test_演示标记每页都有(desk: Client, run: Run, settings: Settings) -> None:
    assert "演示数据</strong>" not in text(desk, "desk:home")
    settings.DEMO = True
    for name in ("monitoring:overview", LIST, "monitoring:files", "monitoring:runs"):
        assert "演示数据</strong>" in text(desk, name)
    assert "演示数据</strong>" in Client().get(reverse("account_login")).content.decode()


def test_看一户的监测结果要留痕(desk: Client, run: Run) -> None:
    warning = every(HouseholdWarning)[0]
    for _ in range(2):
        text(desk, "monitoring:warning", warning.pk)
        text(desk, "monitoring:household", warning.household_id)
    found = Entry.objects.filter(action="monitoring.household_read", subject_key=warning.household_id)
    assert found.count() == 1
