"""救助项目:八要素齐全,每个有用例,写错的说得清。"""

import shutil
from datetime import date
from pathlib import Path

import pytest
import yaml

from jiuzhu.engine.assessment import load_rulebook
from jiuzhu.engine.assessment.cases import run_cases
from jiuzhu.engine.assessment.documents import RulebookError
from jiuzhu.engine.assessment.entitlement import assess_programmes, cents
from jiuzhu.engine.assessment.programmes import Programme
from jiuzhu.engine.parameters import on_day

BOOK = load_rulebook()
DAY = date(2026, 10, 31)


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    return shutil.copytree(BOOK.folder, tmp_path / "book")


@pytest.mark.parametrize("programme", BOOK.programmes, ids=lambda item: item.code)
def test_八要素齐全(programme: Programme) -> None:
    told = (programme.basis, programme.conditions, programme.process, programme.limits, programme.standard,
            programme.platform, programme.office, programme.phone)  # fmt: skip
    assert all(told)
    assert programme.summary
    assert programme.materials
    assert programme.renewal
    assert programme.departments
    for condition in programme.conditions:
        assert condition.name
        assert condition.article
        assert condition.ask


def test_法定的项目一个不少() -> None:
    assert len(BOOK.programmes.programmes) >= 30
    kinds = {item.kind for item in BOOK.programmes}
    assert {"基本生活救助", "专项社会救助", "急难社会救助"} <= kinds


def test_每个项目都有用例() -> None:
    files = {path.stem for path in (BOOK.folder / "cases" / "programmes").glob("*.yaml")} - {"base"}
    assert files == set(BOOK.programmes.codes)
    told = [result for result in run_cases(BOOK) if result.file.startswith("cases/programmes/")]
    assert len(told) >= 2 * len(files)


def test_用例会失败(copied: Path) -> None:
    path = copied / "cases" / "programmes" / "dibao.yaml"
    path.write_text(path.read_text("utf-8").replace("金额: 420.00", "金额: 421.00"), "utf-8")
    failed = [result for result in run_cases(load_rulebook(str(copied))) if result.failures]
    assert [result.failures for result in failed] == [("金额应为 421.0，得出 420.00",)]


def test_写错的项目一次说清(copied: Path) -> None:
    path = copied / "programmes" / "10_dibao.yaml"
    content = yaml.safe_load(path.read_text("utf-8"))
    content["conditions"][0]["when"] = "月人均核定收如 < 低保标准"
    content["kind"] = "别的"
    content["excludes"] = ["nothing"]
    path.write_text(yaml.safe_dump(content, allow_unicode=True), "utf-8")
    with pytest.raises(RulebookError) as raised:
        load_rulebook(str(copied))
    told = "\n".join(raised.value.problems)
    assert "月人均核定收入" in told
    assert "kind 是“别的”" in told
    assert "excludes 里没有代码为 nothing 的项目" in told


def test_不能引用后面项目的结论(copied: Path) -> None:
    path = copied / "programmes" / "10_dibao.yaml"
    path.write_text(path.read_text("utf-8").replace("when: not 户有特困", "when: not 符合低边"), "utf-8")
    with pytest.raises(RulebookError, match="符合低边"):
        load_rulebook(str(copied))


def test_乡镇另定标准(copied: Path) -> None:
    path = copied / "parameters.yaml"
    text = path.read_text("utf-8")
    path.write_text(text.replace("{城: 780, 乡: 640}", "{城: 780, 乡: 640, 420999103: 700}", 1), "utf-8")
    book = load_rulebook(str(copied))
    parameters = on_day(book.parameters, DAY)
    home = {"城乡": "乡", "月人均核定收入": 650.0, "家庭人口数": 2.0, "金融资产折合低保月数": 1.0, "家庭汽车数": 0.0,
            "不动产处数": 1.0, "家庭市场主体数": 0.0, "户有特困": False, "重残重病人数": 0.0, "其余老幼人数": 0.0}  # fmt: skip
    amounts = [
        assess_programmes(book.programmes, parameters, {**home, "village_code": village}, [], ["dibao"])[0].amount
        for village in ("420999103201", "420999104201")
    ]
    assert amounts == [cents(100.0), None]


def test_乡镇代码写错() -> None:
    with pytest.raises(RulebookError, match="九位代码"):
        _with_parameter("{城: 780, 乡: 640, 某镇: 700}")


def _with_parameter(value: str) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        copied = shutil.copytree(BOOK.folder, Path(folder) / "book")
        path = copied / "parameters.yaml"
        path.write_text(path.read_text("utf-8").replace("{城: 780, 乡: 640}", value, 1), "utf-8")
        load_rulebook(str(copied))


def test_问来的答案使无法判断变为符合() -> None:
    parameters = on_day(BOOK.parameters, DAY)
    home = {"城乡": "乡", "家庭人口数": 3.0}
    before = assess_programmes(BOOK.programmes, parameters, home, [], ["linshi_xiaoe"])[0]
    assert before.answer is None
    assert before.missing == ("基本生活眼下过不下去",)
    after = assess_programmes(
        BOOK.programmes, parameters, {**home, "基本生活眼下过不下去": True}, [], ["linshi_xiaoe"]
    )[0]
    assert after.answer is True
    assert str(after.amount) == "1920.00"


@pytest.mark.parametrize(
    ("value", "told"), [(1.005, "1.01"), (2.675, "2.68"), (-0.0, "0.00"), (-1.235, "-1.24"), (100.0, "100.00")]
)
def test_四舍五入到分(value: float, told: str) -> None:
    assert str(cents(value)) == told
