"""名册:与 OUT 的编号对得上,名字与号码不进 OUT;只重读户籍就能找到一户。"""

from pathlib import Path

import polars as pl
import pytest

from jiuzhu.demo import generate
from jiuzhu.engine.catalog import load_catalog, object_classes
from jiuzhu.engine.catalog.classes import listed_classes
from jiuzhu.engine.pipeline import monitor
from jiuzhu.engine.roster import Roster, RosterError, read_household, register_rows

KEY = bytes(range(32))


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, Roster]:
    """一个小县:部门文件、OUT、名册。"""
    base = tmp_path_factory.mktemp("roster")
    files = generate(base / "county", people=1200, seed=3).files
    kept: list[Roster] = []
    monitor(files, base / "out", key=KEY, on_people=kept.append)
    return files, base / "out", kept[0]


def test_名册与结果一人不差(told: tuple[Path, Path, Roster]) -> None:
    _, out, roster = told
    people = pl.read_parquet(out / "people.parquet")
    assert set(roster.people["person_id"]) == set(people["person_id"])
    listed = people.explode("classes").drop_nulls("classes").select("person_id", code="classes")
    assert set(roster.classes.select("person_id", "code").iter_rows()) == set(listed.iter_rows())


def test_名册里的姓名与号码不在结果的任何文件里(told: tuple[Path, Path, Roster]) -> None:
    _, out, roster = told
    content = b"".join(path.read_bytes() for path in out.rglob("*") if path.is_file() and "rulebook" not in path.parts)
    assert not [number for number in roster.people["id_number"].drop_nulls()[:200] if number.encode() in content]


def test_电话与账号来自名单_同一人(told: tuple[Path, Path, Roster]) -> None:
    _, _, roster = told
    with_account = roster.people.filter(pl.col("account").is_not_null())
    dibao = roster.classes.filter(pl.col("code") == "dibao")["person_id"]
    assert with_account.height
    assert set(with_account["person_id"]) <= set(dibao)
    assert roster.people.filter(pl.col("died_on").is_not_null())["alive"].any() is False


def test_按户编号或证件号取一户_与名册相同(told: tuple[Path, Path, Roster]) -> None:
    files, out, roster = told
    sizes = roster.people.filter(pl.col("registered")).group_by("household_id").len().sort("len", "household_id")
    home = sizes["household_id"][-1]
    expected = roster.people.filter((pl.col("household_id") == home) & pl.col("registered"))
    columns = ["person_id", "name", "id_number", "address", "relation", "alive", "died_on"]
    register = register_rows(files, out)
    found = read_household(register, key=KEY, household_id=home)
    assert sorted(found.select(columns).rows()) == sorted(expected.select(columns).rows())
    again = read_household(register, key=KEY, id_number=expected["id_number"][0])
    assert sorted(again.select(columns).rows()) == sorted(expected.select(columns).rows())
    with pytest.raises(RosterError):
        read_household(register, key=KEY, household_id="H0000000000000000")


def test_类别字典_有名单的都在数据目录里() -> None:
    sources = load_catalog().sources
    assert {code for code in listed_classes() if object_classes()[code].source in sources} == set(listed_classes())
    assert [item.title for item in object_classes().values() if item.monitored] == [
        "低保",
        "特困",
        "低保边缘",
        "刚性支出困难",
        "防返贫监测",
    ]
