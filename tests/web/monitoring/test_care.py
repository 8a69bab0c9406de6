"""给家里的清单：写的是能享什么、怎么办，没有得分和内部的话；编号、能查验；谁出不了。"""

import re
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.web.cast import every, signed_in

from jiuzhu.engine.entitled import entitled
from jiuzhu.web.access.models import User
from jiuzhu.web.access.scope import Scope
from jiuzhu.web.documents import selectors
from jiuzhu.web.documents.models import Paper, PaperProof
from jiuzhu.web.monitoring.care import care_data, family_of, services_data
from jiuzhu.web.monitoring.models import Run
from jiuzhu.web.registry.models import Household

INNER = re.compile(r"自拟|得分|指标|红色|橙色|不符合|规则手册|None|entitled|household|\d{4}-\d{2}-\d{2}T")


@pytest.fixture
def home(run: Run) -> Household:
    """一户符合低保而没有享受的，在对象库里。"""
    rows = pl.read_parquet(Path(run.out_dir) / "entitlements.parquet").filter(
        pl.col("programme") == "dibao", pl.col("state") == "entitled_unaided", pl.col("village_code").is_not_null()
    )
    row = rows.sort("amount", descending=True).row(0, named=True)
    return Household.objects.create(
        household_id=row["household_id"],
        division_code=row["village_code"],
        size=1,
        kind=Household.Kind.WARNED,
        changed_at=timezone.now(),
    )


@pytest.fixture
def desk(cast: dict[str, User]) -> Callable[[str], Client]:
    return lambda who: signed_in(cast[who])


def test_清单写的与结论一致没有内部的话(run: Run, home: Household) -> None:
    found = entitled(Path(run.out_dir), home.household_id)
    family = family_of(home, Scope.everything())
    care, services = care_data(found, family), services_data(found, family, [])
    wanted = [item for item in found.of("yes") if not item.held]
    assert {row["title"] for row in care["available"]} == {item.programme.title for item in wanted}
    dibao = next(row for row in care["available"] if row["title"] == "最低生活保障")
    amount = next(item.amount for item in wanted if item.programme.code == "dibao")
    assert f"每月约 {amount:,.2f} 元" == dibao["amount"]
    assert dibao["phone"]
    assert "窗口" in dibao["how"]
    assert {row["title"] for row in care["enjoyed"]} == {item.programme.title for item in found.programmes if item.held}
    listed = {row["title"] for part in services["departments"] for row in part["rows"]}
    assert {row["title"] for row in care["available"]} <= listed
    assert INNER.findall(str(care)) == []
    assert INNER.findall(str(services)) == []


@pytest.mark.parametrize("kind", ["care", "services"])
def test_出一份编号存档能查验(desk: Callable[[str], Client], home: Household, kind: str) -> None:
    client = desk("青禾.县经办")
    response = client.post(reverse("monitoring:care_new", args=[home.household_id, kind]), follow=True)
    assert response["Content-Type"] == "application/pdf"
    assert response.content.startswith(b"%PDF-")
    paper = every(Paper).get()
    assert "〔" in paper.number
    proof = selectors.proof(code=paper.code, number=paper.number)
    assert proof is not None
    assert (paper.subject_kind, paper.subject_key) == ("registry.household", home.household_id)


def test_同一天再点还是那一份(desk: Callable[[str], Client], home: Household) -> None:
    url = reverse("monitoring:care_new", args=[home.household_id, "care"])
    for who in ("青禾.县经办", "青禾.县经办", "青禾.县确认人"):  # 同在县民政局
        desk(who).post(url)
    paper = every(Paper).get()
    PaperProof.objects.filter(pk=paper.proof_id).update(revoked_at=timezone.now(), revoked_reason="作废")
    desk("青禾.县经办").post(url)
    assert every(Paper).count() == 2


def test_按钮在一户能享什么与名单上(desk: Callable[[str], Client], home: Household) -> None:
    client, url = desk("青禾.县经办"), reverse("monitoring:care_new", args=[home.household_id, "care"])
    assert url in client.get(reverse("monitoring:household_entitled", args=[home.household_id])).content.decode()
    page = client.get(reverse("monitoring:entitled"), {"programme": "dibao", "state": "entitled_unaided"})
    assert url in page.content.decode()


def test_谁出不了(desk: Callable[[str], Client], home: Household) -> None:
    url = reverse("monitoring:care_new", args=[home.household_id, "care"])
    assert desk("青禾.部门经办").post(url).status_code == 403
    assert desk("禾丰.县经办").post(url).status_code == 404
    assert (
        desk("青禾.县经办").post(reverse("monitoring:care_new", args=[home.household_id, "other"])).status_code == 404
    )
    assert not every(Paper).exists()


def test_还没有监测过的说明(cast: dict[str, User]) -> None:
    home = Household.objects.create(
        household_id="HAAAAAAAAAAAAAAAA",
        division_code="429998101200",
        size=1,
        kind="reported",
        changed_at=timezone.now(),
    )
    response = signed_in(cast["青禾.县经办"]).post(reverse("monitoring:care_new", args=[home.household_id, "care"]))
    assert response.status_code == 409
    assert "等下一次监测" in response.content.decode()
