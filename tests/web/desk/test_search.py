"""查找：一个框；号码不进网址；对象库没有的，从户籍数据里调进来。"""

from datetime import date
from pathlib import Path

import polars as pl
import pytest
from django.test import Client
from django.urls import reverse
from tests.web.cast import every, signed_in

from jiuzhu.engine.catalog import load_catalog
from jiuzhu.engine.intake import read_folder
from jiuzhu.web.access.models import User
from jiuzhu.web.audit.models import Entry
from jiuzhu.web.monitoring.models import Run
from jiuzhu.web.registry.models import Household, Person


@pytest.fixture(scope="session")
def register(county: Path) -> pl.DataFrame:
    """这个县的户籍：证件号与村代码。"""
    frame = read_folder(county, load_catalog()).tables["hukou"]
    return frame.filter(pl.col("id_number").str.len_chars() == 18).drop_nulls("village_code")


def find(client: Client, text: str) -> str:
    """查找的结果页。"""
    answer = client.post(reverse("desk:search"), {"q": text})
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize(("text", "said"), [("", "请写姓名"), ("张", "至少写两个字"), ("字" * 81, "最多 80 个字")])
def test_写得不对说清楚(cast: dict[str, User], text: str, said: str) -> None:
    assert said in find(signed_in(cast["青禾.县经办"]), text)


def test_没有的说没有_号码不进审计(cast: dict[str, User], run: Run, register: pl.DataFrame) -> None:
    number = register["id_number"][0]
    assert "没有找到" in find(signed_in(cast["青禾.县经办"]), number)
    entry = Entry.objects.filter(action="desk.search").get()
    assert number not in entry.body
    assert "按证件号查找" in entry.body


def test_从户籍里调进来_打开一户一档(
    cast: dict[str, User], run: Run, register: pl.DataFrame, settings: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = bytes(range(32))
    monkeypatch.setattr("jiuzhu.web.registry.services.fetching.read_identity_key", lambda path: key)
    number = register["id_number"][0]
    client = signed_in(cast["青禾.县经办"])
    assert reverse("desk:fetch") in find(client, number)
    answer = client.post(reverse("desk:fetch"), {"q": number})
    household = every(Household).get()
    assert answer["Location"] == reverse("registry:household", args=[household.household_id])
    assert household.kind == Household.Kind.DEMAND
    assert every(Person).filter(household=household).exists()
    page = client.get(answer["Location"]).content.decode()
    assert number not in page
    again = client.post(reverse("desk:search"), {"q": number})
    assert again["Location"] == answer["Location"]


def test_没有监测过时说清楚(cast: dict[str, User]) -> None:
    answer = signed_in(cast["青禾.县经办"]).post(reverse("desk:fetch"), {"q": "429998199001010017"})
    assert answer.status_code == 409
    assert "还没有完成过一次监测" in answer.content.decode()


@pytest.mark.parametrize("name", ["青禾.领导", "青禾.村协理员", "青禾.部门经办", "青禾.审计管理员"])
def test_没有权限的不能调(cast: dict[str, User], name: str) -> None:
    assert signed_in(cast[name]).post(reverse("desk:fetch"), {"q": "x"}).status_code == 403


def test_邻县的人调不走(cast: dict[str, User], run: Run, register: pl.DataFrame) -> None:
    answer = signed_in(cast["禾丰.县经办"]).post(reverse("desk:fetch"), {"q": register["id_number"][0]})
    assert answer.status_code == 409
    assert not every(Household).exists()
    assert run.as_of is None or isinstance(run.as_of, date)
