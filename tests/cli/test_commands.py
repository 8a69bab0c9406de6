"""命令行从头到尾：生成演示县 → 监测 → 解释；错误只有一段中文，没有调用栈。"""

import os
import stat
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest


def run(*arguments: object, home: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    kept = {key: value for key, value in os.environ.items() if not key.startswith("JIUZHU_")}
    return subprocess.run(
        [sys.executable, "-m", "jiuzhu", *map(str, arguments)],
        env=kept | {"JIUZHU_HOME": str(home), "COLUMNS": "100"} | environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """home、county、out 三个文件夹；out 是一次监测的结果。"""
    base = tmp_path_factory.mktemp("cli")
    made = run("demo", "--out", base / "county", "--people", 1500, "--seed", 7, home=base / "home")
    assert made.returncode == 0, made.stderr
    assert "并不存在" in made.stdout
    done = run("monitor", base / "county" / "files", "--out", base / "out", home=base / "home")
    assert done.returncode == 0, done.stderr
    (base / "monitor.txt").write_text(done.stdout, encoding="utf-8")
    (base / "steps.txt").write_text(done.stderr, encoding="utf-8")
    return base


def test_监测写出收尾的表_与文件里的数一致(folder: Path) -> None:
    shown = (folder / "monitor.txt").read_text(encoding="utf-8")
    batches = pl.read_parquet(folder / "out" / "batches.parquet")
    assert f"{batches['rows_read'].sum():,}" in shown
    assert f"{pl.read_parquet(folder / 'out' / 'warnings.parquet').height:,} 户" in shown
    assert "Traceback" not in shown


def test_监测按步报告进度(folder: Path) -> None:
    steps = (folder / "steps.txt").read_text(encoding="utf-8")
    assert steps.index("读取文件") < steps.index("认人") < steps.index("打分") < steps.index("写出")


def test_首次生成县密钥并提醒备份_只有本人可读(folder: Path) -> None:
    key = folder / "home" / "keys" / "identity.key"
    assert len(key.read_bytes()) == 32
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert "备份" in (folder / "monitor.txt").read_text(encoding="utf-8")


def test_再算一次编号相同_换了密钥就不同(folder: Path) -> None:
    def people(name: str, **environment: str) -> set[str]:
        done = run("monitor", folder / "county" / "files", "--out", folder / name, home=folder / "home", **environment)
        assert done.returncode == 0, done.stderr
        return set(pl.read_parquet(folder / name / "people.parquet")["person_id"])

    first = set(pl.read_parquet(folder / "out" / "people.parquet")["person_id"])
    assert people("again") == first
    assert people("other", JIUZHU_KEY_FILE=str(folder / "other.key")).isdisjoint(first)


@pytest.mark.parametrize("column", ["household_id", "person"])
def test_解释一户或一人_有规则原文_代入_来源行(folder: Path, column: str) -> None:
    household = pl.read_parquet(folder / "out" / "warnings.parquet")["household_id"][0]
    members = pl.read_parquet(folder / "out" / "members.parquet").filter(pl.col("household_id") == household)
    subject = household if column == "household_id" else members["person_id"][0]
    done = run("explain", folder / "out", subject, home=folder / "home")
    assert done.returncode == 0, done.stderr
    assert household in done.stdout
    for word in ("规则：", "代入：", "依据：", "第 ", "行"):
        assert word in done.stdout
    assert {name for name in members["person_id"] if name in done.stdout} == set(members["person_id"])


@pytest.mark.parametrize(
    "arguments",
    [
        ("monitor", "没有这个文件夹", "--out", "out"),
        ("monitor", ".", "--out", "out"),
        ("explain", ".", "H0000000000000000"),
        ("demo", "--out", "x", "--dialect", "没有这种"),
        ("manage", "check"),
    ],
    ids=" ".join,
)
def test_做不了时退出码不为零_说清楚_没有调用栈(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    before = Path.cwd()
    os.chdir(tmp_path)
    try:
        done = run(*arguments, home=tmp_path / "home", DATABASE_URL="")
    finally:
        os.chdir(before)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "错误：" in done.stderr
    assert "Traceback" not in done.stderr


def test_个别文件读不了_其余照算_退出码为零(folder: Path, tmp_path: Path) -> None:
    for path in (folder / "county" / "files").iterdir():
        (tmp_path / path.name).symlink_to(path)
    (tmp_path / "坏的.xlsx").write_bytes(b"PK\x03\x04 torn")
    done = run("monitor", tmp_path, "--out", folder / "torn", home=folder / "home")
    assert done.returncode == 0, done.stderr
    assert "读不了 1" in done.stdout


def test_不写_out_就生成在数据目录里(tmp_path: Path) -> None:
    made = run("demo", "--people", 300, "--seed", 3, home=tmp_path)
    assert made.returncode == 0, made.stderr
    assert (tmp_path / "counties" / "standard-300-3" / "files").is_dir()
