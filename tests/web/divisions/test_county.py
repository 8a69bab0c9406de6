"""演示县与邻县：地名与数据一致，机构齐全，可重复执行。"""

from pathlib import Path

import polars as pl
import pytest
from pytest_django import Settings

from jiuzhu.demo import generate
from jiuzhu.web.audit.models import Entry
from jiuzhu.web.divisions.departments import ALL
from jiuzhu.web.divisions.models import Division, Organisation
from jiuzhu.web.divisions.selectors import name_of, path_of, station_of
from jiuzhu.web.divisions.services import County, demo_divisions_ensure


@pytest.fixture
def demo_files(tmp_path: Path, settings: Settings) -> Path:
    """一个真的演示县，放在网页要找的地方。"""
    made = generate(tmp_path / "demo", people=1200, seed=5)
    settings.DATA_DIR = made.files
    return made.truth


@pytest.mark.django_db
def test_演示县的村与数据一字不差(demo_files: Path) -> None:
    demo_divisions_ensure()
    lived = set(pl.read_parquet(demo_files / "persons.parquet")["village"].unique())
    villages = set(Division.objects.filter(level="village").values_list("code", flat=True))
    assert lived <= villages
    register = next(demo_files.parent.glob("files/*户籍*"), None)
    assert register is not None, sorted(path.name for path in demo_files.parent.glob("files/*"))
    text = register.read_bytes().decode("gb18030", "replace") + register.read_bytes().decode("utf-8", "replace")
    for code in sorted(lived)[:5]:
        assert name_of(code) in text


@pytest.mark.django_db
def test_演示县再建一次什么也不加(demo_files: Path) -> None:
    assert demo_divisions_ensure() > 0
    entries = Entry.objects.count()
    assert demo_divisions_ensure() == 0
    assert Entry.objects.count() == entries


@pytest.mark.django_db
def test_县以上是虚构的省市(demo_files: Path) -> None:
    demo_divisions_ensure()
    assert [name_of(code) for code in ("42", "4299", "429998")] == ["演示省", "演示市", "青禾县"]
    assert path_of("429998101") == "青禾县 麦岭镇"


@pytest.mark.django_db
def test_人口与种子可以另给(settings: Settings, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path / "none" / "files"
    demo_divisions_ensure(people=145_000, seed=3)
    assert Division.objects.filter(level="village").count() == 14 * (145_000 // 5600)


def test_机构一部门一个_一乡一站_一村一点(hefeng: County) -> None:
    rows = Organisation.objects.filter(code__startswith="429997")
    assert {row.department for row in rows.filter(kind__in=["department", "county_office"])} - {""} == {
        department.code for department in ALL
    }
    assert rows.filter(kind="township_station").count() == 2
    assert rows.filter(kind="village_point").count() == 4
    assert rows.get(code="429997-hedui").parent.code == "429997-minzheng"
    assert rows.get(code="429997101201-point").parent.name == "白沙镇社会救助工作站"
    assert station_of("429997101201").name == "白沙镇社会救助工作站"
