"""``jiuzhu rulebook``：对的说对，错的说错在哪里。"""

import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from jiuzhu.cli import app
from jiuzhu.engine.assessment import load_rulebook
from jiuzhu.engine.assessment.documents import RulebookError
from jiuzhu.engine.assessment.rulebook import rulebook_folder
from jiuzhu.errors import JiuzhuError


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """县里自己的一份手册。"""
    return Path(shutil.copytree(rulebook_folder("default"), tmp_path / "本县"))


def test_默认手册合格() -> None:
    result = CliRunner().invoke(app, ["rulebook"])
    assert result.exit_code == 0
    assert "指标 55 项" in result.output


def test_改坏一条规则_指出文件_条目_原文(own: Path) -> None:
    path = own / "indicators" / "3_medical.yaml"
    path.write_text(path.read_text("utf-8").replace("when: 患重病", "when: 患大病"), "utf-8")
    result = CliRunner().invoke(app, ["rulebook", str(own)])
    assert isinstance(result.exception, RulebookError)
    assert "3_medical.yaml YL-01" in result.exception.message
    assert "患重病" in result.exception.message


def test_改了阈值_用例不成立(own: Path) -> None:
    path = own / "parameters.yaml"
    path.write_text(
        path.read_text("utf-8").replace("2026-01-01: {城: 780, 乡: 640}", "2026-01-01: {城: 780, 乡: 600}"), "utf-8"
    )
    result = CliRunner().invoke(app, ["rulebook", str(own)])
    assert isinstance(result.exception, JiuzhuError)
    assert "核定收入差一分到低保标准" in result.output


def test_没有这部手册() -> None:
    result = CliRunner().invoke(app, ["rulebook", "没有"])
    assert isinstance(result.exception, RulebookError)


@pytest.mark.parametrize("name", ["parameters.yaml", "bands.yaml", "findings.yaml"])
def test_缺文件说缺哪个(own: Path, name: str) -> None:
    (own / name).unlink()
    result = CliRunner().invoke(app, ["rulebook", str(own)])
    assert isinstance(result.exception, RulebookError)
    assert name in result.exception.message


@pytest.mark.parametrize(
    ("file", "before", "after", "told"),
    [
        ("bands.yaml", "band: red", "band: hong", "red、orange、yellow、blue"),
        ("findings.yaml", "finding: income_over_limit, name", "finding: shouru, name", "CB-06"),
        ("indicators/6_housing.yaml", "per: 户", "per: 家", "per 应为“人”或“户”"),
        ("parameters.yaml", "2025-01-01: 8050", "2025-01-01: 八千", "返贫监测收入线"),
        ("parameters.yaml", "{城: 780, 乡: 640}", "{城: 780}", "低保标准"),
    ],
)
def test_写错一处_说清哪里应写什么(own: Path, file: str, before: str, after: str, told: str) -> None:
    path = own / file
    content = path.read_text("utf-8")
    assert before in content
    path.write_text(content.replace(before, after), "utf-8")
    result = CliRunner().invoke(app, ["rulebook", str(own)])
    assert isinstance(result.exception, RulebookError)
    assert told in result.exception.message


def test_少一类指标文件_其余类别不错位(own: Path) -> None:
    (own / "indicators" / "4_education.yaml").unlink()
    assert load_rulebook(str(own)).indicator("JE-01").category == "就业"


def test_不认识的指标文件要说(own: Path) -> None:
    (own / "indicators" / "9_new.yaml").write_text("[]", "utf-8")
    with pytest.raises(RulebookError, match="9_new"):
        load_rulebook(str(own))
