"""地名：按日期问、不逐行查库、改了就知道。"""

from datetime import date

import pytest
from django.db import connection
from pytest_django import DjangoAssertNumQueries

from jiuzhu.web.divisions import names
from jiuzhu.web.divisions.codes import Level
from jiuzhu.web.divisions.models import Division, Organisation
from jiuzhu.web.divisions.selectors import (
    area_choices,
    children,
    is_known,
    name_of,
    organisation_of_department,
    path_of,
    short_path_of,
    station_of,
)
from jiuzhu.web.divisions.services import (
    County,
    NewPlace,
    division_change_apply,
    division_rename,
    divisions_ensure_from_places,
)
from jiuzhu.web.ground.errors import ServiceError

from .conftest import ACTOR


def test_名称与路径(hefeng: County) -> None:
    assert name_of("429997100201") == "柳树村"
    assert name_of("429997100") == "河湾乡"
    assert path_of("429997100201") == "禾丰县 河湾乡 柳树村"
    assert short_path_of("429997100201") == "河湾乡 柳树村"
    assert path_of("420000000000") == "演示省"


@pytest.mark.parametrize("code", ["", "429990101201", "abc", "1"])
def test_不认识的地方不露代码(hefeng: County, code: str) -> None:
    assert path_of(code) == "地点不详"
    assert name_of(code) == ""


def test_问一千个地名只看一次版本(hefeng: County, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    name_of("42")
    with django_assert_num_queries(0):
        for _ in range(1000):
            path_of("429997100201")
    names.NAMES.forget()
    with django_assert_num_queries(1):
        path_of("429997100201")


def test_绕过服务的写入也换版本(hefeng: County, monkeypatch: pytest.MonkeyPatch) -> None:
    assert name_of("429997100201") == "柳树村"
    with connection.cursor() as cursor:
        cursor.execute("UPDATE divisions_division SET name = '桃树村' WHERE code = '429997100201'")
    assert name_of("429997100201") == "柳树村"  # 两秒之内不看版本
    monkeypatch.setattr(names, "SECONDS", 0.0)
    assert name_of("429997100201") == "桃树村"


def test_下级与下拉项只有在用的(hefeng: County) -> None:
    division_change_apply(
        actor=ACTOR, area="429997", kind="new", on=date(2026, 1, 1), to=[NewPlace("429997102000", "新街道")]
    )
    Division.objects.filter(code="429997102000").update(valid_to=date(2026, 2, 1))
    assert [row.name for row in children("429997000000")] == ["河湾乡", "白沙镇"]
    assert len(children("429997000000", on=date(2026, 1, 15))) == 3
    assert area_choices("429997", Level.TOWNSHIP) == [("429997100", "河湾乡"), ("429997101", "白沙镇")]
    assert [row.code for row in children("")] == ["420000000000"]
    assert not is_known("429997102000")


def test_部门与镇站按地方找(hefeng: County) -> None:
    assert organisation_of_department("yibao", "429997").name == "禾丰县医疗保障局"
    assert organisation_of_department("yibao", "429998") is None
    assert station_of("429997101001").division_code == "429997101000"


def test_机构的在用由停用日期得出(hefeng: County) -> None:
    row = Organisation.objects.get(code="429997-yibao")
    assert row.is_active
    row.valid_to = date(2026, 1, 1)
    row.save()
    assert not Organisation.objects.get(pk=row.pk).is_active


def test_由数据补登_不动已有的名称(hefeng: County) -> None:
    rows = [
        {"village_code": "429997100201", "township": "河湾镇", "village": "柳树社区"},
        {"village_code": "429997100203", "township": "河湾镇", "village": "新村"},
        {"village_code": "429997105201", "township": "高桥乡", "village": "东村"},
        {"village_code": "429997105202", "township": "高桥乡", "village": None},
        {"village_code": "不详", "township": "某乡", "village": "某村"},
    ]
    assert divisions_ensure_from_places(rows) == 3
    assert (name_of("429997100201"), name_of("429997100")) == ("柳树村", "河湾乡")
    new = Division.objects.filter(origin="data")
    assert {row.name for row in new} == {"新村", "高桥乡", "东村"}
    assert divisions_ensure_from_places(rows) == 0


def test_停用的代码在数据里出现_不复活(hefeng: County) -> None:
    Division.objects.filter(code="429997100202").update(valid_to=date(2026, 1, 1))
    rows = [{"village_code": "429997100202", "township": "河湾乡", "village": "大塘村"}]
    assert divisions_ensure_from_places(rows) == 0
    assert not is_known("429997100202")


def test_更正名称要写原因(hefeng: County) -> None:
    row = Division.objects.get(code="429997100201")
    with pytest.raises(ServiceError, match="原因"):
        division_rename(actor=ACTOR, area="429997", division=row, name="柳林村", reason=" ")
    division_rename(actor=ACTOR, area="429997", division=row, name=" 柳林 村", reason="当初录错")
    assert name_of("429997100201") == "柳林村"
