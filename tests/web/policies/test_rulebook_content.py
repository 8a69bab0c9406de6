"""YAML 的读写：改哪一项只动哪几行，写回的引擎读得懂。"""

import difflib
from datetime import date

import pytest

from jiuzhu.engine.assessment.rulebook import digest_of as engine_digest
from jiuzhu.web.ground.errors import ServiceError
from jiuzhu.web.policies.rulebook import content
from jiuzhu.web.policies.rulebook.checking import check_rule, checked
from jiuzhu.web.policies.rulebook.differences import differences
from jiuzhu.web.policies.rulebook.folders import digest_of, folder_of, keep, shipped_files
from jiuzhu.web.policies.rulebook.yaml_text import dump, load

FILES = shipped_files()


def changed_lines(after: dict[str, str]) -> list[str]:
    """变了的行，带加减号。"""
    found = []
    for name in {*FILES, *after}:
        lines = difflib.unified_diff(
            FILES.get(name, "").splitlines(), after.get(name, "").splitlines(), lineterm="", n=0
        )
        found += [line for line in lines if line.rstrip() not in {"---", "+++"} and not line.startswith("@@")]
    return found


@pytest.mark.parametrize("name", ["parameters.yaml", "bands.yaml", "rulebook.yaml", *content.CATEGORY_FILES.values()])
def test_读了再写逐字相同(name: str) -> None:
    assert dump(load(FILES[name])) == FILES[name]


def test_改一项分值只动一行() -> None:
    lines = changed_lines(content.with_points(FILES, "YL-03", 4))
    assert len(lines) == 2
    assert lines[1].replace("points: 4", "points: 2")[1:] == lines[0][1:]


def test_添一行标准只多一行() -> None:
    item = content.parameters(FILES)["低保标准"]
    values = {day: content.placed(value) for day, value in item["values"].items()}
    values[date(2027, 1, 1)] = {"城": 800.0, "乡": 660.0}
    after = content.with_parameter(FILES, "低保标准", unit=item["unit"], basis=item["basis"], values=values)
    assert changed_lines(after) == ["+    2027-01-01: {城: 800, 乡: 660}"]


def test_一行的参数添日期后引擎读得懂() -> None:
    item = content.parameters(FILES)["失业警戒月数"]
    values = {day: content.placed(value) for day, value in item["values"].items()}
    values[date(2027, 1, 1)] = {"城": 2.0, "乡": 2.0}
    after = content.with_parameter(FILES, "失业警戒月数", unit="月", basis=item["basis"], values=values)
    book = checked(after).book
    assert book is not None
    assert book.parameters["失业警戒月数"].on(date(2027, 5, 1)).urban == 2
    assert book.parameters["失业警戒月数"].on(date(2026, 5, 1)).urban == 3


def test_换类别就换文件() -> None:
    row = content.indicator(FILES, "YL-07")
    assert row is not None
    after = content.with_indicator(FILES, "YL-07", row.values, "人口基础")
    moved = content.indicator(after, "YL-07")
    assert moved is not None
    assert moved.file == "indicators/1_population.yaml"
    assert len(content.indicators(after)) == len(content.indicators(FILES))


def test_区间的上限随上一级的下限() -> None:
    after = content.with_bands(FILES, {"red": 17, "orange": 14.5, "yellow": 12, "blue": 10})
    book = checked(after).book
    assert book is not None
    assert [(band.low, band.high) for band in book.bands] == [(17, None), (14.5, 17), (12, 14.5), (10, 12)]


def test_用例改一个不动别的() -> None:
    rows = content.cases(FILES)
    after = content.with_case(FILES, 3, {**rows[3].values, "name": "改了名"})
    assert [row.values["name"] for row in content.cases(after)] == [
        "改了名" if place == 3 else row.values["name"] for place, row in enumerate(rows)
    ]
    assert not checked(after).problems
    assert len([line for line in changed_lines(after) if line.startswith("-")]) <= 6


def test_删光一类再添回来() -> None:
    after: dict[str, str] = dict(FILES)
    rows = [row for row in content.indicators(FILES) if row.category == "教育"]
    for row in rows:
        after = content.without_indicator(after, row.code)
    assert not [row for row in content.indicators(after) if row.category == "教育"]
    after = content.with_indicator(after, "", rows[0].values, "教育")
    assert [row.code for row in content.indicators(after) if row.category == "教育"] == [rows[0].code]


def test_摘要与引擎的相同() -> None:
    with folder_of(FILES) as folder:
        assert digest_of(FILES) == engine_digest(folder)


def test_固定的文件夹被动过就照原文重写(tmp_path: object) -> None:
    target = tmp_path / "rulebook"  # type: ignore[operator]
    keep(target, FILES, digest_of(FILES))
    (target / "bands.yaml").write_text("bands: []\n", "utf-8")
    keep(target, FILES, digest_of(FILES))
    assert (target / "bands.yaml").read_text("utf-8") == FILES["bands.yaml"]


def test_不许写到文件夹外面(tmp_path: object) -> None:
    with pytest.raises(ServiceError):
        keep(tmp_path / "rulebook", {"../逃出去.yaml": ""}, "")  # type: ignore[operator]


def test_写错的规则指出位置与可能的名称() -> None:
    found = check_rule(FILES, "近12个月自付医药费 > 100", level="人")
    assert found.mistakes[0].wrong == "近12个月自付医药费"
    assert "近12个月自付医疗费" in found.mistakes[0].suggestions


def test_户级规则不能用个人事实() -> None:
    assert check_rule(FILES, "年龄 > 80", level="户").mistakes
    assert not check_rule(FILES, "年龄 > 80", level="人").mistakes


def test_对照写成办事的人读的话() -> None:
    after = content.with_points(content.without_limit(FILES, "CB-09"), "YL-03", 4)
    found = {(item.part, item.code): item for item in differences(FILES, after)}
    assert found["指标", "YL-03"].lines[0].before == "+2 分"
    assert found["指标", "YL-03"].lines[0].after == "+4 分"
    assert found["数据发现", "CB-09"].kind == "删去"
    assert len(found) == 2


def test_没有改动就没有差别() -> None:
    assert differences(FILES, dict(FILES)) == []
