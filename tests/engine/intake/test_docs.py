"""docs/errors.md 列全接收的每个代码,且代码都真的用到。"""

from pathlib import Path

import pytest

from jiuzhu.engine.intake import ISSUES, Level
from jiuzhu.engine.intake.describe import errors_section

ROOT = Path(__file__).parents[3]


def test_说明页含接收一节() -> None:
    assert errors_section() in (ROOT / "docs" / "errors.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("code", list(ISSUES))
def test_每个代码都有用到的地方(code: str) -> None:
    folder = ROOT / "src" / "jiuzhu" / "engine" / "intake"
    uses = [
        file for file in folder.rglob("*.py") if file.name != "errors.py" and f'"{code}"' in file.read_text("utf-8")
    ]
    assert uses


def test_原因说是什么也说怎么办() -> None:
    for item in ISSUES.values():
        assert item.reason
        assert item.remedy
        assert item.text().endswith("。")
    assert {item.level for item in ISSUES.values()} == set(Level)
