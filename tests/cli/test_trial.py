"""``jiuzhu try``：同一部手册没有进出；不是结果文件夹说清。"""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from jiuzhu.cli import app
from jiuzhu.demo import generate
from jiuzhu.engine.pipeline import monitor
from jiuzhu.errors import JiuzhuError


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """一个小县的监测结果。"""
    folder = tmp_path_factory.mktemp("try")
    files = generate(folder / "county", people=600, seed=3).files
    monitor(files, folder / "out", key=bytes(range(32)))
    return folder / "out"


def test_同一部手册没有进出(out: Path) -> None:
    told = CliRunner().invoke(app, ["try", "default", "--out", str(out), "--random", "2", "--seed", "5"])
    assert told.exit_code == 0, told.output
    assert "2 个村" in told.output
    assert "新进预警 0 户，退出预警 0 户。" in told.output


def test_不是结果文件夹(tmp_path: Path) -> None:
    told = CliRunner().invoke(app, ["try", "default", "--out", str(tmp_path)])
    assert isinstance(told.exception, JiuzhuError)
