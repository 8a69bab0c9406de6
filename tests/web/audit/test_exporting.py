"""导出给外人：不用本程序也核得过；动过的，外人也看得出。"""

import json
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from jiuzhu.web.audit.exporting import export_lines, read_seals
from jiuzhu.web.audit.models import Entry, Seal
from jiuzhu.web.audit.services import seal_make

from .conftest import Tamper, write
from .test_checking import cut

CHECKER = Path(__file__).parents[3] / "docs" / "audit_check.py"

pytestmark = pytest.mark.django_db


def exported(folder: Path, since: date | None = None, until: date | None = None) -> Path:
    path = folder / "export.jsonl"
    lines = export_lines(since=since, until=until)
    path.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), encoding="utf-8")
    return path


def kept(folder: Path, seal: Seal) -> Path:
    path = folder / "seal.json"
    path.write_text(json.dumps(seal.line(), ensure_ascii=False), encoding="utf-8")
    return path


def outsider(*paths: Path) -> tuple[int, str]:
    """外人核验：另起一个进程，不带任何第三方库。"""
    done = subprocess.run([sys.executable, "-I", "-S", CHECKER, *paths], capture_output=True, text=True, check=False)
    assert done.stderr == ""
    return done.returncode, done.stdout


@pytest.fixture
def lane() -> int:
    return write(10)[0].lane


def test_没动过_外人核得过(lane: int, tmp_path: Path) -> None:
    seal = seal_make()
    write(5)
    code, said = outsider(exported(tmp_path), kept(tmp_path, seal))
    assert (code, said.strip()) == (0, "核验通过：没有发现改动、缺失或换位。")


def test_没有记录也导得出(tmp_path: Path) -> None:
    assert outsider(exported(tmp_path))[0] == 0


def test_只导一段_接得上(lane: int, tmp_path: Path, tamper: Tamper) -> None:
    seal = seal_make(now=timezone.now() - timedelta(days=2))
    write(5)
    today = timezone.localdate()
    path = exported(tmp_path, since=today, until=today)
    lines = path.read_text("utf-8").splitlines()
    assert json.loads(lines[0])["until"] is not None
    assert len(lines) == 1 + 1 + Entry.objects.count()
    assert outsider(path, kept(tmp_path, seal))[0] == 0
    yesterday = today - timedelta(days=1)
    assert len(exported(tmp_path, since=yesterday, until=yesterday).read_text("utf-8").splitlines()) == 2


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("张经办", "李经办", "正文与摘要、编号不符"),
        ('\\"n\\":4', '\\"n\\":5', "正文与摘要、编号不符"),
        ('"seq": 5,', '"seq": 50,', "中间有缺"),
    ],
)
def test_改文件(lane: int, tmp_path: Path, old: str, new: str, said: str) -> None:
    path = exported(tmp_path)
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")
    code, shown = outsider(path)
    assert code == 1
    assert said in shown


def test_抽掉一行_换位(lane: int, tmp_path: Path) -> None:
    path = exported(tmp_path)
    lines = path.read_text("utf-8").splitlines()
    path.write_text("\n".join([*lines[:4], *lines[5:]]), "utf-8")
    assert "中间有缺" in outsider(path)[1]
    path.write_text("\n".join([*lines[:4], lines[5], lines[4], *lines[6:]]), "utf-8")
    assert outsider(path)[0] == 1
    path.write_text("\n".join([lines[0], *lines[2:]]), "utf-8")
    assert "中间有缺" in outsider(path)[1]


def test_库里截尾_外人凭留底的封条看得出(lane: int, tmp_path: Path, tamper: Tamper) -> None:
    seal = kept(tmp_path, seal_make())
    tamper(*cut(lane, 6))
    code, said = outsider(exported(tmp_path))
    assert code == 1
    assert f"第 {lane} 链第 10 条" in said
    tamper("DELETE FROM audit_seal")
    assert outsider(exported(tmp_path))[0] == 0
    code, said = outsider(exported(tmp_path), seal)
    assert code == 1
    assert "整个换过" in said
    assert "末尾被删" in said


def test_封条文件读写(lane: int) -> None:
    seal = seal_make()
    assert read_seals(json.dumps(seal.line()), "留底")[0].heads()[lane][0] == 10
    for text in ("", "[]", '{"kind": "seal"}', "不是", '{"kind": "header"}'):
        with pytest.raises(ValueError):
            read_seals(text, "留底")
