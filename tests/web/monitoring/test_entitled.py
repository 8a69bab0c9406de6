"""政策找人：数与名单对得上，按范围；一户的结论、金额、差多少、要问什么；谁看不到。"""

from pathlib import Path

import polars as pl
import pytest
from django.test import Client
from django.urls import reverse
from tests.web.cast import signed_in

from jiuzhu.web.access.models import User
from jiuzhu.web.access.scope import Scope
from jiuzhu.web.audit.models import Entry
from jiuzhu.web.monitoring.entitled import STATES, Choice, entitled_rows, programme_counts, township_counts
from jiuzhu.web.monitoring.models import Run

PAGE = reverse("monitoring:entitled")


@pytest.fixture
def listed(run: Run) -> pl.DataFrame:
    return pl.read_parquet(Path(run.out_dir) / "entitlements.parquet")


def test_数与名单对得上(run: Run, listed: pl.DataFrame) -> None:
    everything = Scope.everything()
    told = {row.code: {state: count for state, _, count in row.counts} for row in programme_counts(everything, run)}
    for code, state, count in listed.group_by("programme", "state").len().iter_rows():
        assert told[code][state] == count
        assert len(entitled_rows(everything, run, Choice(state, code))) == count
    assert sum(sum(counts.values()) for counts in told.values()) == listed.height


def test_只看得到范围之内的(run: Run, listed: pl.DataFrame) -> None:
    village = listed["village_code"].drop_nulls()[0]
    rows = entitled_rows(Scope(role="town_window", areas=(village[:9],)), run, Choice())
    assert 0 < len(rows) < listed.height
    assert {row["village_code"][:9] for row in rows[0 : len(rows)]} == {village[:9]}
    assert len(entitled_rows(Scope(role="town_window", areas=("429997",)), run, Choice())) == 0
    assert len(entitled_rows(Scope.nothing(), run, Choice())) == 0


def test_各乡镇的数与名单对得上(desk: Client, run: Run) -> None:
    everything = Scope.everything()
    towns = township_counts(everything, run, "dibao")
    assert len(towns) > 1
    for code, _, cells in towns:
        for state, _, count in cells:
            assert len(entitled_rows(everything, run, Choice(state, "dibao", code))) == count
    only = township_counts(Scope(role="town_window", areas=(towns[0][0],)), run)
    assert [code for code, _, _ in only] == [towns[0][0]]
    html = desk.get(PAGE, {"programme": "dibao"}).content.decode()
    assert f"township={towns[0][0]}" in html


def test_点数看名单(desk: Client, run: Run, listed: pl.DataFrame) -> None:
    wanted = listed.filter(pl.col("programme") == "dibao", pl.col("state") == "entitled_unaided")
    html = desk.get(PAGE, {"programme": "dibao", "state": "entitled_unaided"}).content.decode()
    assert f"<strong>{wanted.height}</strong> 条" in html
    assert html.count("<tr data-row>") == min(50, wanted.height)
    assert all(words in html for words, _ in STATES.values())
    assert "entitled_unaided</" not in html


def test_写错的条件当作没写(desk: Client, run: Run, listed: pl.DataFrame) -> None:
    html = desk.get(PAGE, {"programme": "没有", "state": "x", "township": "1"}).content.decode()
    assert f"<strong>{listed.height:,}</strong> 条" in html


def test_一户能享什么(desk: Client, run: Run, listed: pl.DataFrame) -> None:
    row = listed.filter(pl.col("programme") == "dibao", pl.col("answer") == "yes").row(0, named=True)
    url = reverse("monitoring:household_entitled", args=[row["household_id"]])
    html = desk.get(url).content.decode()
    assert "最低生活保障" in html
    assert f"{row['amount']:,.2f}" in html
    assert "月人均核定收入(" in html
    assert "合计" in html
    assert "要问的" in html
    assert "None" not in html
    assert Entry.objects.filter(action="monitoring.household_read").exists()


def test_没有监测过时说明该做什么(desk: Client) -> None:
    assert "还没有完成过一次监测" in desk.get(PAGE).content.decode()


def test_别的县和没有权限的人看不到(cast: dict[str, User], run: Run, listed: pl.DataFrame) -> None:
    household = reverse("monitoring:household_entitled", args=[listed["household_id"][0]])
    admin = signed_in(cast["青禾.系统管理员"])
    assert admin.get(PAGE).status_code == 403
    assert admin.get(household).status_code == 403
    other = signed_in(cast["禾丰.县经办"])
    assert listed["household_id"][0][-6:] not in other.get(PAGE).content.decode()
