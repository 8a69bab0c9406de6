"""政策测算：后台算、数与名单对得上、留下的不变、导出、谁看不到。"""

import io
from collections.abc import Callable
from datetime import date
from decimal import Decimal

import polars as pl
import pytest
from django.test import Client
from django.urls import reverse
from procrastinate.contrib.django.models import ProcrastinateJob
from tests.web.cast import every, signed_in

from jiuzhu.web.access.models import User
from jiuzhu.web.access.scope import Scope
from jiuzhu.web.audit.models import Entry
from jiuzhu.web.ground.errors import Conflict, ServiceError
from jiuzhu.web.monitoring.models import Run
from jiuzhu.web.monitoring.whatif.models import Costing
from jiuzhu.web.monitoring.whatif.selectors import Chosen, listed
from jiuzhu.web.monitoring.whatif.services import costing_execute, costings_rescue
from jiuzhu.web.policies.models import RulebookVersion

Starter = Callable[..., Costing]


def test_数名单与各乡镇之和对得上(costing: Costing) -> None:
    assert costing.status == Costing.Status.DONE, costing.error_text
    figures, scope = costing.figures, Scope.everything()
    rows = {row["code"]: row for row in figures["programmes"]}
    dibao = rows["dibao"]
    assert dibao["entered"] > 0 == dibao["left"]
    assert dibao["after"] == dibao["before"] + dibao["entered"]
    for move in ("entered", "left", "raised", "lowered"):
        for code, row in rows.items():
            assert listed(costing, scope, Chosen(code, move)).height == row[move]
    for key, column in (("townships", "township"), ("groups", "group")):
        parts = figures[key]["dibao"]
        assert len(parts) > 1
        assert sum(part["after"] for part in parts) == dibao["after"]
        assert sum(Decimal(part["yearly"][2]) for part in parts) == Decimal(dibao["yearly"][2])
        part = next(part for part in parts if part["entered"] and part["key"])
        assert listed(costing, scope, Chosen("dibao", "entered", **{column: part["key"]})).height == part["entered"]
    assert sum(item["after"] for item in figures["distributions"]["dibao"]) == dibao["after"]
    assert Decimal(figures["totals"]["yearly"][2]) == sum(Decimal(row["yearly"][2]) for row in rows.values())
    assert [line["after"] for item in figures["changes"] for line in item["lines"]] == [
        "城 900.00 元/月，乡 760.00 元/月"
    ]


def test_页面说得出谁进谁出多花多少(desk_of: Callable[[str], Client], costing: Costing) -> None:
    client = desk_of("青禾.县监测员")
    html = client.get(reverse("whatif:costing", args=[costing.pk])).content.decode()
    dibao = next(row for row in costing.figures["programmes"] if row["code"] == "dibao")
    for value in (f"{dibao['entered']:,}", f"{Decimal(dibao['yearly'][2]):,.2f} 元", "最低生活保障", "2027年1月1日"):
        assert value in html
    assert "None" not in html
    url = reverse("whatif:households", args=[costing.pk])
    html = client.get(url, {"programme": "dibao", "move": "entered"}).content.decode()
    assert f"<strong>{dibao['entered']:,}</strong> 条" in html
    assert html.count("<tr data-row>") == min(50, dibao["entered"])
    assert client.get(url, {"programme": "没有", "move": "x", "township": "1", "group": "?"}).status_code == 200
    for query, there in (({}, True), ({"version": costing.version_id}, True), ({"version": "x"}, True)):
        assert ("第 1 次测算" in client.get(reverse("whatif:list"), query).content.decode()) is there
    other = RulebookVersion.objects.create(division_code=costing.division_code, number=99, digest="")
    assert "这一版还没有测算过" in client.get(reverse("whatif:list"), {"version": other.pk}).content.decode()


def test_草稿再改这次的结果不变(costing: Costing, draft: RulebookVersion, desk_of: Callable[[str], Client]) -> None:
    every(RulebookVersion).filter(pk=draft.pk).update(digest="f" * 64)
    kept = every(Costing).get(pk=costing.pk)
    assert kept.outdated
    assert kept.figures == costing.figures
    assert (costing.folder / "after" / "parameters.yaml").read_text("utf-8") == draft.files["parameters.yaml"]
    html = desk_of("青禾.县监测员").get(reverse("whatif:costing", args=[costing.pk])).content.decode()
    assert "测算之后草稿又改过" in html


def test_发起进后台同时只算一次(start: Starter, desk_of: Callable[[str], Client]) -> None:
    made = start()
    assert ProcrastinateJob.objects.filter(pk=made.job_id, task_name="whatif_costing").exists()
    assert Entry.objects.filter(action="whatif.costing_start").exists()
    html = desk_of("青禾.县监测员").get(reverse("whatif:costing", args=[made.pk])).content.decode()
    assert "等待后台开始" in html
    with pytest.raises(Conflict):
        start()
    ProcrastinateJob.objects.filter(pk=made.job_id).update(status="failed")
    assert costings_rescue() == 1
    assert "没有算成" in every(Costing).get(pk=made.pk).error_text
    assert start().number == made.number + 1


def test_那天还没有标准的如实说(start: Starter) -> None:
    made = start(on=date(2019, 1, 1))
    costing_execute(costing_id=made.pk)
    kept = every(Costing).get(pk=made.pk)
    assert kept.status == Costing.Status.FAILED
    assert "还没有取值" in kept.error_text


def test_两版一样不用算(
    cast: dict[str, User], run: Run, draft: RulebookVersion, desk_of: Callable[[str], Client]
) -> None:
    every(RulebookVersion).filter(pk=draft.pk).update(files=draft.based_on.files, digest=draft.based_on.digest)  # type: ignore[union-attr]
    given = {"version": draft.pk, "against": "base", "standards_on": "2026-10-31"}
    response = desk_of("青禾.县监测员").post(reverse("whatif:new"), given)
    assert response.status_code == 422
    assert "完全一样" in response.content.decode()


def test_发起页按草稿里的新标准填日子(run: Run, draft: RulebookVersion, desk_of: Callable[[str], Client]) -> None:
    client = desk_of("青禾.县监测员")
    html = client.get(reverse("whatif:new"), {"version": draft.pk}).content.decode()
    assert 'value="2027-01-01"' in html
    given = {"version": draft.pk, "against": "now", "standards_on": "2027-01-01", "programmes": ["dibao"]}
    response = client.post(reverse("whatif:new"), given)
    made = every(Costing).get()
    assert response["Location"] == reverse("whatif:costing", args=[made.pk])
    assert (made.programmes, made.against) == (["dibao"], None)
    wrong = client.post(reverse("whatif:new"), {**given, "against": str(draft.pk)})
    assert "同一版" in wrong.content.decode()


def test_导出的表与名单(costing: Costing, desk_of: Callable[[str], Client]) -> None:
    client = desk_of("青禾.县监测员")
    rows = _rows(client.get(reverse("whatif:sheet", args=[costing.pk])).content).rows()
    dibao = next(row for row in costing.figures["programmes"] if row["code"] == "dibao")
    line = next(row for row in rows if row[0] == "最低生活保障" and row[2] == "合计")
    assert (line[5], line[-1]) == (dibao["after"], float(dibao["yearly"][2]))
    url = reverse("whatif:household_sheet", args=[costing.pk])
    assert _rows(client.get(url, {"programme": "dibao", "move": "entered"}).content).height == dibao["entered"]
    assert Entry.objects.filter(action="whatif.costing_export").count() == 2
    (costing.folder / "households.parquet").unlink()
    gone = client.get(reverse("whatif:households", args=[costing.pk]))
    assert gone.status_code == 409
    assert "数仍在" in gone.content.decode()
    assert client.get(url).status_code == 404
    assert client.get(reverse("whatif:costing", args=[costing.pk])).status_code == 200


@pytest.mark.parametrize(
    ("who", "status"),
    [("青禾.镇窗口", 403), ("青禾.镇审核负责人", 404), ("禾丰.县监测员", 404), ("青禾.系统管理员", 403)],
)
def test_别处和没有权限的人看不到(costing: Costing, desk_of: Callable[[str], Client], who: str, status: int) -> None:
    client = desk_of(who)
    for name in ("costing", "households", "progress"):
        assert client.get(reverse(f"whatif:{name}", args=[costing.pk])).status_code == status
    assert client.get(reverse("whatif:sheet", args=[costing.pk])).status_code in {403, 404}
    assert "第 1 次测算" not in client.get(reverse("whatif:list")).content.decode()


@pytest.fixture
def desk_of(cast: dict[str, User]) -> Callable[[str], Client]:
    return lambda who: signed_in(cast[who])


def test_手册有错先说(start: Starter, draft: RulebookVersion) -> None:
    draft.files = {**draft.files, "programmes/10_dibao.yaml": "code: dibao\n"}
    with pytest.raises(ServiceError, match="有错"):
        start()


def _rows(content: bytes) -> pl.DataFrame:
    return pl.read_excel(io.BytesIO(content), sheet_id=1, engine="calamine")
