"""数据目录：权限、独占、说得清的拒绝。"""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from jiuzhu.supervisor.errors import HomeBusyError, HomeError
from jiuzhu.supervisor.home import Home, HomeLock, read_instance, write_instance


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_别人一概不能进(tmp_path: Path) -> None:
    home = Home.create(tmp_path / "a" / "b")
    assert mode(home.root) == 0o700
    assert {mode(home.root / name) for name in ("keys", "run", "logs")} == {0o700}


def test_已有目录权限过宽时收紧(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    assert mode(Home.create(tmp_path).root) & 0o007 == 0


def test_路径上有同名文件时说清楚(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(HomeError) as caught:
        Home.create(tmp_path / "file" / "home")
    assert "--home" in caught.value.message


def test_同一目录只准一个(tmp_path: Path) -> None:
    home = Home.create(tmp_path)
    with HomeLock(home):
        write_instance(home, pid=4321, url="http://127.0.0.1:8000", database_url="postgresql:///x")
        with pytest.raises(HomeBusyError) as caught, HomeLock(home):
            pass
        assert "4321" in caught.value.message
        assert "http://127.0.0.1:8000" in caught.value.message
    with HomeLock(home):
        assert read_instance(home) == {}


def test_持有者被杀后锁自动消失(tmp_path: Path) -> None:
    home = Home.create(tmp_path)
    code = (
        "import sys, time; from pathlib import Path; from jiuzhu.supervisor.home import *;"
        "HomeLock(Home(Path(sys.argv[1]))).__enter__(); print('locked', flush=True); time.sleep(60)"
    )
    holder = subprocess.Popen([sys.executable, "-c", code, str(home.root)], stdout=subprocess.PIPE)
    assert holder.stdout is not None
    assert holder.stdout.readline().strip() == b"locked"
    with pytest.raises(HomeBusyError), HomeLock(home):
        pass
    holder.kill()
    holder.wait()
    holder.stdout.close()
    with HomeLock(home):
        pass


def test_实例记录只有本人可读(tmp_path: Path) -> None:
    home = Home.create(tmp_path)
    write_instance(home, pid=os.getpid(), url="http://x", database_url="postgresql:///x")
    assert mode(home.instance_file) == 0o600
    assert read_instance(home)["database_url"] == "postgresql:///x"


def test_实例记录写坏了当没有(tmp_path: Path) -> None:
    home = Home.create(tmp_path)
    home.instance_file.write_text("{")
    assert read_instance(home) == {}
