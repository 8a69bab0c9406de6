"""基准用的县:演示县按“人数、种子、方言”造一次,留着再用;样本县有就用,没有就略过。

设 ``JIUZHU_BENCH_DIR`` 则县与结果留在那里,下次直接用;不设则放临时文件夹,跑完即删。
"""

import atexit
import hashlib
import os
import shutil
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import jiuzhu.demo
from jiuzhu.demo import generate
from jiuzhu.engine.pipeline import monitor

CHECKOUT = Path(__file__).resolve().parents[1]
KEY = bytes(range(32))  # 只为测量;编号之外一切与密钥无关


@dataclass(frozen=True)
class Measured:
    """一个有真相的县:部门文件与真相两个文件夹。"""

    name: str
    files: Path
    truth: Path


@cache
def bench_folder() -> Path:
    """放县与中间结果的文件夹。"""
    if chosen := os.environ.get("JIUZHU_BENCH_DIR"):
        folder = Path(chosen).expanduser().resolve()
        folder.mkdir(parents=True, exist_ok=True)
        return folder
    folder = Path(tempfile.mkdtemp(prefix="jiuzhu-bench-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def demo_county(people: int, seed: int = 1, dialect: str = "standard") -> Measured:
    """演示县;生成程序没有变过就不重造。"""
    place = bench_folder() / f"county-{people}-{seed}-{dialect}-{_generator()}"
    if not place.exists():
        draft = place.with_name(f"{place.name}.new")
        shutil.rmtree(draft, ignore_errors=True)
        generate(draft, people=people, seed=seed, dialect=dialect)
        draft.rename(place)
    return Measured(f"演示县 {people:,} 人 种子 {seed} {dialect}", place / "files", place / "truth")


def anlan() -> Measured | None:
    """样本县安澜:``JIUZHU_ANLAN`` 指的文件夹,或检出目录旁的 shared/data;没有则 ``None``。"""
    chosen = os.environ.get("JIUZHU_ANLAN")
    files = Path(chosen) if chosen else CHECKOUT.parent / "shared" / "data" / "anlan"
    truth = files.with_name(f"{files.name}-truth")
    return Measured("安澜(样本县)", files, truth) if files.is_dir() and truth.is_dir() else None


def result_of(county: Measured) -> Path:
    """对一个县监测一遍,返回结果文件夹;每次都重跑。"""
    out = bench_folder() / "out" / f"{county.files.parent.name}-{county.files.name}"
    monitor(county.files, out, key=KEY)
    return out


def _generator() -> str:
    """生成程序的摘要,程序变了县就重造。"""
    digest = hashlib.sha256()
    root = Path(next(iter(jiuzhu.demo.__path__)))
    for file in sorted(path for path in root.rglob("*") if path.suffix in {".py", ".yaml", ".txt", ".json"}):
        digest.update(file.read_bytes())
    return digest.hexdigest()[:8]
