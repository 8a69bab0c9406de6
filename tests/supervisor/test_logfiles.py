"""日志轮换：不打扰正在写的进程、只留规定的天数。"""

import errno
import gzip
import os
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

import pytest

from jiuzhu.supervisor import logfiles
from jiuzhu.supervisor.logfiles import LogKeeper, rotate, tidy

WRITER = "import sys, time\nfor n in range(4000):\n    print('第', n, '行', flush=True)\n    time.sleep(0.0002)"


def test_没有过大的不动(tmp_path: Path) -> None:
    log = tmp_path / "web.log"
    assert rotate(log) is None
    log.write_text("一行\n")
    assert rotate(log) is None
    assert log.read_text() == "一行\n"


def test_过大的压缩改存_只有本人可读(tmp_path: Path) -> None:
    log = tmp_path / "web.log"
    log.write_bytes(b"x" * 11)
    kept = rotate(log, limit=10)
    assert kept is not None
    assert gzip.decompress(kept.read_bytes()) == b"x" * 11
    assert kept.stat().st_mode & 0o777 == 0o600
    assert log.stat().st_size == 0
    assert not list(tmp_path.glob(".*"))


def test_轮换时进程照写_不重不乱(tmp_path: Path) -> None:
    log = tmp_path / "web.log"
    with log.open("ab") as output:
        writer = subprocess.Popen([sys.executable, "-c", WRITER], stdout=output)
    kept = []
    while writer.poll() is None:
        time.sleep(1.05)  # 名字精确到秒
        kept.append(rotate(log, limit=0))
    text = b"".join(gzip.decompress(path.read_bytes()) for path in kept if path) + log.read_bytes()
    assert b"\0" not in text
    numbers = [int(line.split()[1]) for line in text.decode().splitlines()]
    assert numbers == sorted(set(numbers))
    assert len(kept) >= 1
    assert len(numbers) >= 4000 - len(kept)  # 每次轮换至多丢恰在截断那一刻的一行


def test_只删存够天数的(tmp_path: Path) -> None:
    old, new = tmp_path / "web.log-20260101T000000.gz", tmp_path / "web.log-20261101T000000.gz"
    for path, days in ((old, 201), (new, 199)):
        path.touch()
        os.utime(path, (time.time() - days * logfiles.DAY,) * 2)
    (tmp_path / ".web.log-20261101T000001.gz.new").touch()
    (tmp_path / "web.log").touch()
    assert tidy(tmp_path) == 2
    assert {path.name for path in tmp_path.iterdir()} == {new.name, "web.log"}


def test_过了一天就轮换_哪怕不大(tmp_path: Path) -> None:
    keeper = LogKeeper(tmp_path)
    (tmp_path / "web.log").write_text("昨天的\n")
    keeper.tick()
    assert (tmp_path / "web.log").read_text()
    keeper._day, keeper._next = date(2026, 1, 1), 0.0
    keeper.tick()
    assert (tmp_path / "web.log").read_text() == ""
    assert len(list(tmp_path.glob("web.log-*.gz"))) == 1


@pytest.mark.parametrize("size", [0, 1])
def test_不到一分钟不看(tmp_path: Path, size: int) -> None:
    keeper = LogKeeper(tmp_path)
    keeper.tick()
    (tmp_path / "web.log").write_bytes(b"x" * (logfiles.LOG_LIMIT + size))
    keeper.tick()
    assert (tmp_path / "web.log").stat().st_size == logfiles.LOG_LIMIT + size


def test_磁盘满时轮换不了_平台不停_日志不丢(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(logfiles.shutil, "copyfileobj", full)
    keeper = LogKeeper(tmp_path)
    (tmp_path / "web.log").write_text("要紧的\n")
    keeper._day = date(2026, 1, 1)
    keeper.tick()
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {"web.log": "要紧的\n"}
