"""戳记：输入一变就变，不变就不变。"""

import os
from pathlib import Path

from jiuzhu.supervisor.stamps import fingerprint, read_stamps, write_stamps


def tree(root: Path) -> Path:
    (root / "sub").mkdir(parents=True)
    (root / "a.txt").write_text("甲")
    (root / "sub" / "b.txt").write_text("乙")
    return root


def test_什么都没变则相同(tmp_path: Path) -> None:
    root = tree(tmp_path / "x")
    assert fingerprint(root) == fingerprint(root)


def test_改内容_加文件_删文件_改名都会变(tmp_path: Path) -> None:
    root = tree(tmp_path / "x")
    seen = {fingerprint(root, content=True)}
    (root / "a.txt").write_text("丙")
    seen.add(fingerprint(root, content=True))
    (root / "c.txt").write_text("")
    seen.add(fingerprint(root, content=True))
    (root / "c.txt").rename(root / "d.txt")
    seen.add(fingerprint(root, content=True))
    (root / "d.txt").unlink()
    (root / "sub" / "b.txt").unlink()
    seen.add(fingerprint(root, content=True))
    assert len(seen) == 5


def test_看内容时换个地方_换个时间都相同(tmp_path: Path) -> None:
    first, second = tree(tmp_path / "1" / "x"), tree(tmp_path / "2" / "x")
    os.utime(second / "a.txt", (1, 1))
    assert fingerprint(first, content=True) == fingerprint(second, content=True)
    assert fingerprint(first) != fingerprint(second)


def test_不看缓存与依赖目录(tmp_path: Path) -> None:
    root = tree(tmp_path / "x")
    before = fingerprint(root)
    (root / "__pycache__").mkdir()
    (root / "__pycache__" / "a.pyc").write_text("x")
    (root / "node_modules").mkdir()
    (root / "node_modules" / "m.js").write_text("x")
    assert fingerprint(root) == before


def test_文件名与内容的边界不会混(tmp_path: Path) -> None:
    for name, text in (("ab", "c"), ("a", "bc")):
        (tmp_path / name / "r").mkdir(parents=True)
        (tmp_path / name / "r" / name).write_text(text)
    assert fingerprint(tmp_path / "ab" / "r", content=True) != fingerprint(tmp_path / "a" / "r", content=True)


def test_写下再读回_坏了当没有(tmp_path: Path) -> None:
    file = tmp_path / "stamps.json"
    assert read_stamps(file) == {}
    write_stamps(file, {"甲": "1"})
    assert read_stamps(file) == {"甲": "1"}
    file.write_text("not json")
    assert read_stamps(file) == {}
