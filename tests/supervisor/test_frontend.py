"""前端构建：真的 npm 与 Node，在一个没有依赖的小工程上；没有变化就不做。"""

import json
from pathlib import Path

import pytest

from jiuzhu.supervisor.errors import StepError
from jiuzhu.supervisor.frontend import build

BUILD = """
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
mkdirSync("dist", { recursive: true });
writeFileSync("dist/app.js", readFileSync("src/app.js", "utf8").trim() + ";built");
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    about = {"name": "sample", "version": "1.0.0"}
    lock = about | {"lockfileVersion": 3, "requires": True, "packages": {"": about}}
    (tmp_path / "package.json").write_text(json.dumps(about))
    (tmp_path / "package-lock.json").write_text(json.dumps(lock))
    (tmp_path / "build.mjs").write_text(BUILD)
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "app.js").write_text("one")
    (tmp_path / "node_modules").mkdir()
    return tmp_path


def test_变了才做(project: Path) -> None:
    assert build(project)
    assert (project / "dist" / "app.js").read_text() == "one;built"
    assert not build(project)
    (project / "src" / "app.js").write_text("two")
    assert build(project)
    assert (project / "dist" / "app.js").read_text() == "two;built"


def test_产物被删就重做_旧产物不残留(project: Path) -> None:
    build(project)
    (project / "dist" / "old.js").write_text("old")
    (project / "src" / "app.js").write_text("two")
    build(project)
    assert [path.name for path in (project / "dist").iterdir()] == ["app.js"]
    (project / "dist" / "app.js").unlink()
    (project / "dist").rmdir()
    assert build(project)


def test_打包失败说清楚_下次不当作做过(project: Path) -> None:
    (project / "build.mjs").write_text("throw new Error('语法不对');")
    with pytest.raises(StepError) as caught:
        build(project)
    assert "语法不对" in caught.value.message
    (project / "build.mjs").write_text(BUILD)
    assert build(project)


def test_锁文件与依赖不符时说清楚(project: Path) -> None:
    about = json.loads((project / "package.json").read_text()) | {"dependencies": {"nothing-here-at-all": "1.0.0"}}
    (project / "package.json").write_text(json.dumps(about))
    with pytest.raises(StepError) as caught:
        build(project)
    assert "前端依赖安装失败" in caught.value.message
