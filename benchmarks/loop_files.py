"""loop 两项用的部门文件：医保结算，要多少行造多少行。"""

from collections.abc import Iterator
from datetime import date, timedelta

from benchmarks.counties import Measured

SETTLEMENT = "医保_住院及大病结算.csv"
NEWEST = date(2026, 9, 30)
DAYS = 330


def settlements(county: Measured, rows: int, *, seed: int = 0) -> bytes:
    """``rows`` 行结算，人是演示县里看过病的那些人；行行不同，有千分之五写错的。``seed`` 不同，内容就不同。"""
    header, *real = (county.files / SETTLEMENT).read_text("gb18030").splitlines()
    return "\n".join([header, *_lines(real, rows, seed)]).encode() + b"\n"


def _lines(real: list[str], rows: int, seed: int) -> Iterator[str]:
    for at in range(rows):
        name, number, kind, code, illness, *_ = real[(at + seed) % len(real)].split(",")
        paid = (at * 7919 + seed) % 90_000 + 10_000  # 分
        day = NEWEST - timedelta(days=(at // len(real) + seed) % DAYS)
        written = "不详" if (at + seed) % 200 == 7 else day.isoformat()
        yield f"{name},{number},{kind},{code},{illness},{paid / 100:.2f},{paid / 200:.2f},{paid / 200:.2f},{written}"
