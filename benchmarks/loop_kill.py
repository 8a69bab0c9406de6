"""后台进程在收文件、监测的途中被 kill -9，再起来接着做：行数、结果与没有被杀的一样，什么也不做两遍。

两个真的后台进程，收一批、监测一次算一轮；被杀的时刻在一轮里随机取，一半在收文件的途中，一半在监测的途中。
"""

import os
import random
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.counties import CHECKOUT, bench_folder, demo_county
from benchmarks.loop_files import SETTLEMENT, settlements
from benchmarks.machine import line
from benchmarks.registry import database

PEOPLE = int(os.environ.get("JIUZHU_BENCH_KILL_PEOPLE", "20000"))
ROWS = int(os.environ.get("JIUZHU_BENCH_KILL_ROWS", "150000"))
POINTS = int(os.environ.get("JIUZHU_BENCH_KILL_POINTS", "20"))
SEED = int(os.environ.get("JIUZHU_BENCH_KILL_SEED", "1"))
WORKERS = 2


def run() -> None:
    """在新进程里量：Django 的设置一个进程只读一次。"""
    subprocess.run([sys.executable, "-m", "benchmarks.loop_kill"], check=True, cwd=CHECKOUT)


def measure() -> None:
    """先不杀，来回各走一遍作对照；再一轮杀一次。"""
    root = tempfile.TemporaryDirectory(prefix="kill-", dir=bench_folder(), ignore_cleanup_errors=True)
    with root as name:
        folder = Path(name)
        files = _others(folder)
        os.environ["JIUZHU_DATA_DIR"] = str(files)
        with database(folder):
            _rounds(folder)


def _others(folder: Path) -> Path:
    """数据文件夹：别的部门的文件；医保的由各轮报送。"""
    files = folder / "files"
    files.mkdir()
    for file in demo_county(PEOPLE).files.iterdir():
        if file.name != SETTLEMENT:
            (files / file.name).symlink_to(file)
    return files


def _rounds(folder: Path) -> None:
    from benchmarks import loop_rounds as rounds  # noqa: PLC0415  先有数据库，才能载入 Django
    from benchmarks.loop_workers import Workers  # noqa: PLC0415

    county = demo_county(PEOPLE)
    contents = [settlements(county, ROWS, seed=seed) for seed in (0, 1)]
    workers = Workers(folder, WORKERS)
    rounds.prepare()
    workers.start()
    try:
        rounds.first_run()
        for turn in range(2):
            rounds.played(contents[turn], workers)
        expected = [rounds.played(contents[turn], workers) for turn in range(2)]
        usual = expected[0]
        line(
            "没有被杀的一轮", f"收 {usual.counts['rows_read']:,} 行 {usual.taking:.1f} 秒，监测 {usual.running:.1f} 秒"
        )
        draw, same = random.Random(SEED), 0
        for point in range(POINTS):
            wanted = expected[point % 2]
            late = point // 2 % 2  # 收的途中、监测的途中
            at = draw.uniform(0.0, wanted.running if late else wanted.taking)
            found = rounds.played(
                contents[point % 2], workers, kill_taking=None if late else at, kill_running=at if late else None
            )
            problems = found.differs(wanted)
            same += not problems
            told = f"{'监测' if late else '收文件'}第 {at:.2f} 秒（{found.killed_while}）"
            line(f"第 {point + 1} 次被杀", f"{told}：{'一样' if not problems else '；'.join(problems)}")
    finally:
        workers.stop()
    line("合计", f"{same}/{POINTS} 次与没有被杀的一样", f"{POINTS}/{POINTS}")
    if same != POINTS:
        raise SystemExit(1)


if __name__ == "__main__":
    measure()
