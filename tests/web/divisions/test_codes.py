"""区划代码的算法与部门字典。"""

from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from jiuzhu.engine.catalog.load import load_catalog
from jiuzhu.web.divisions.codes import Level, ancestors_of, area_prefix, full_code, level_of, parent_of, within
from jiuzhu.web.divisions.departments import ALL, department_code, department_codes, department_name

RULEBOOK = Path(__file__).parents[3] / "src/jiuzhu/rulebooks/default"


@pytest.mark.parametrize(
    ("code", "level", "area", "parent"),
    [
        ("420000000000", Level.PROVINCE, "42", ""),
        ("429900000000", Level.CITY, "4299", "420000000000"),
        ("429998000000", Level.COUNTY, "429998", "429900000000"),
        ("429998100000", Level.TOWNSHIP, "429998100", "429998000000"),
        ("429998100001", Level.VILLAGE, "429998100001", "429998100000"),
        ("469001000000", Level.COUNTY, "469001", "469000000000"),
    ],
)
def test_级别_片区_上级(code: str, level: Level, area: str, parent: str) -> None:
    assert (level_of(code), area_prefix(code), parent_of(code)) == (level, area, parent)


@given(st.from_regex(r"[1-9][0-9]{11}", fullmatch=True))
def test_片区补零即原代码_上级的片区是前缀(code: str) -> None:
    area = area_prefix(code)
    assert full_code(area) == code
    assert within(code, area)
    assert ancestors_of(code)[-1] == code
    if parent := parent_of(code):
        assert within(code, area_prefix(parent))
        assert len(area_prefix(parent)) < len(area)


@pytest.mark.parametrize("text", ["", "4", "42999", "4299981", "00", "42999A", "4299981000011", "４２"])
def test_不是代码的拒绝(text: str) -> None:
    with pytest.raises(ValueError, match="不是区划代码"):
        full_code(text)


def test_规则手册与数据目录里的部门字典里都有() -> None:
    names = {source.department for source in load_catalog()}
    for file in RULEBOOK.rglob("*.yaml"):
        names |= departments_in(yaml.safe_load(file.read_text(encoding="utf-8")))
    assert len(names) > 15
    assert all(department_codes(name) for name in names)


def departments_in(data: object) -> set[str]:
    """YAML 里各处的 departments（指标、方案里写的部门名）。"""
    if isinstance(data, dict):
        own = {name for name in data.get("departments") or () if isinstance(name, str)}
        return own.union(*(departments_in(value) for value in data.values()))
    return set().union(*(departments_in(value) for value in data)) if isinstance(data, list) else set()


def test_一种称呼只属于一个部门() -> None:
    names = [name for one in ALL for name in {one.code, one.name, one.short, *one.aliases}]
    assert len(names) == len(set(names))


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("医保局", ("yibao",)),
        ("青禾县医疗保障局", ("yibao",)),
        ("金融机构(银行、保险、证券)", ("jinrong",)),
        ("金融机构（银行、保险、证券）", ("jinrong",)),
        ("民政局、工会、残联等", ("minzheng", "gonghui", "canlian")),
        ("供电、供水、通信企业", ("gongyong",)),
        (" 残 联 ", ("canlian",)),
    ],
)
def test_各种称呼(text: str, codes: tuple[str, ...]) -> None:
    assert department_codes(text) == codes


def test_不认识的部门不放过() -> None:
    assert department_code("天文局") == ""
    assert department_name("tianwen") == ""
    with pytest.raises(ValueError, match="天文局"):
        department_codes("民政局、天文局")
