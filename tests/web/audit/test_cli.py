"""命令行：核验、导出、加封。"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection
from typer.testing import CliRunner

from jiuzhu.cli import app
from jiuzhu.errors import JiuzhuError
from jiuzhu.web.audit.models import Entry

from .conftest import Tamper, write
from .test_exporting import outsider

pytestmark = pytest.mark.django_db


def run(*arguments: object) -> str:
    done = CliRunner().invoke(app, ["audit", *map(str, arguments)])
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    assert done.exit_code == 0, done.output
    return done.stdout


def test_核验(tamper: Tamper) -> None:
    lane = write(3)[0].lane
    assert "3 条记录" in run("verify")
    assert "没有发现问题" in run("verify", "--lane", lane)
    tamper(f"UPDATE audit_entry SET reason = '改' WHERE lane = {lane} AND seq = 2")
    done = CliRunner().invoke(app, ["audit", "verify"])
    assert isinstance(done.exception, JiuzhuError)
    assert done.exception.exit_code == 1
    assert f"第 {lane} 链第 2 条" in done.stdout
    assert "事由与正文不符" in done.stdout


def test_封条留底_再核(tmp_path: Path) -> None:
    write(3)
    seal = tmp_path / "seal.json"
    seal.write_text(run("seal"), "utf-8")
    assert json.loads(seal.read_text("utf-8"))["kind"] == "seal"
    assert "1 张封条" in run("verify", "--against", seal)
    seal.write_text("不是封条", "utf-8")
    with pytest.raises(JiuzhuError, match="不是封条"):
        run("verify", "--against", seal)


def test_导出_留痕_不覆盖(tmp_path: Path) -> None:
    write(3)
    out = tmp_path / "audit.jsonl"
    assert "3 条记录" in run("export", "--out", out)
    assert outsider(out)[0] == 0
    assert json.loads(Entry.objects.get(action="audit.entries_export").body)["after"]["rows"] == 3
    with pytest.raises(JiuzhuError, match="已经存在"):
        run("export", "--out", out)
    assert "0 条记录" in run("export", "--out", tmp_path / "old.jsonl", "--until", "2020-01-01")


@pytest.mark.django_db(transaction=True)
def test_另起进程_自己载入平台() -> None:
    write(3)
    place = connection.settings_dict
    url = f"postgresql://{place['USER']}@/{place['NAME']}?host={place['HOST']}"
    done = subprocess.run(
        [sys.executable, "-m", "jiuzhu", "audit", "verify"],
        env={**os.environ, "DATABASE_URL": url},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "64 条分链、3 条记录" in done.stdout
