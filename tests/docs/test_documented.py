"""每个环境变量、命令、退出码都写进了文档；文档里写的都真有。"""

import re
from pathlib import Path

import pytest
from typer.main import get_command

from jiuzhu.cli import app
from jiuzhu.errors import JiuzhuError
from jiuzhu.supervisor import errors

ROOT = Path(__file__).parents[2]
VARIABLE = re.compile(r"\bJIUZHU_[A-Z][A-Z_]*[A-Z]\b|\bDATABASE_URL\b")
CODE = [
    *(path for path in (ROOT / "src").rglob("*.py")),
    ROOT / "Makefile",
    ROOT / ".ci" / "run",
    *(ROOT / "tests").rglob("conftest.py"),
]


def text(*parts: str) -> str:
    return ROOT.joinpath(*parts).read_text(encoding="utf-8")


def test_环境变量都在设置页_设置页的都有人读() -> None:
    used = {name for path in CODE for name in VARIABLE.findall(path.read_text(encoding="utf-8"))}
    used |= {
        name for path in (ROOT / "tests").rglob("test_anlan.py") for name in VARIABLE.findall(path.read_text("utf-8"))
    }
    documented = set(VARIABLE.findall(text("docs", "settings.md")))
    assert used - documented == set()
    assert documented - used == set()


def test_命令都在运行页() -> None:
    page = text("docs", "run.md")
    commands = get_command(app).commands
    assert {"up", "demo", "monitor", "explain"} <= commands.keys()
    assert [name for name in commands if f"jiuzhu {name}" not in page] == []


def test_up_的选项都在运行页() -> None:
    page = text("docs", "run.md")
    options = [name for part in get_command(app).commands["up"].params for name in part.opts if name != "--help"]
    assert options
    assert [name for name in options if f"`{name}" not in page] == []


def test_退出码都在运行页() -> None:
    table = dict(re.findall(r"^\| (\d+) \| (.+) \|$", text("docs", "run.md"), re.MULTILINE))
    classes = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, JiuzhuError)]
    assert {str(kind.exit_code) for kind in classes} <= table.keys()


def test_错误代码各不相同() -> None:
    classes = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, JiuzhuError)]
    assert len({kind.code for kind in classes}) == len(classes)


@pytest.mark.parametrize(
    "page", sorted(path.relative_to(ROOT) for path in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]), ids=str
)
def test_文档里的相对链接都指到东西(page: Path) -> None:
    targets = re.findall(r"\]\((?!https?://|#|mailto:)([^)#\s]+)[^)]*\)", text(str(page)))
    assert [target for target in targets if not (ROOT / page).parent.joinpath(target).exists()] == []


@pytest.mark.parametrize("target", ["run", "test", "check", "bench"])
def test_四个入口都在(target: str) -> None:
    assert re.search(rf"^{target}:", text("Makefile"), re.MULTILINE)
