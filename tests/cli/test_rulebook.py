"""``jiuzhu rulebook``：对的说对，错的说错在哪里。"""

import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from jiuzhu.cli import app
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
