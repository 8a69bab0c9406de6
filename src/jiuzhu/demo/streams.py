"""随机流:每个用途一条,互不牵动,同一种子处处同结果。"""

import zlib
from collections.abc import Sequence
from datetime import date

import numpy as np
import numpy.typing as npt
import polars as pl

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

EPOCH = date(1970, 1, 1)


def stream(seed: int, label: str) -> np.random.Generator:
    """按种子和用途取一条随机流;增减别的用途不影响它。"""
    return np.random.default_rng([seed, zlib.crc32(label.encode())])


def pick(
    rng: np.random.Generator, words: Sequence[str], size: int, weights: Sequence[float] | None = None
) -> pl.Series:
    """从词表中按权重抽 size 个词。"""
    return pl.Series(words, dtype=pl.String).gather(choose(rng, len(words), size, weights))


def choose(rng: np.random.Generator, kinds: int, size: int, weights: Sequence[float] | None = None) -> Ints:
    """抽 size 个 0..kinds-1 的序号。"""
    if weights is None:
        return rng.integers(0, kinds, size)
    edges = np.cumsum(np.asarray(weights, dtype=np.float64))
    drawn = np.searchsorted(edges / edges[-1], rng.random(size), side="right")
    return np.minimum(drawn, kinds - 1).astype(np.int64)


def sigmoid(x: Floats) -> Floats:
    """逻辑函数。"""
    return np.asarray(1.0 / (1.0 + np.exp(-x)), dtype=np.float64)


def day_number(day: date) -> int:
    """距 1970-01-01 的天数。"""
    return (day - EPOCH).days


def dates(days: npt.NDArray[np.integer]) -> pl.Series:
    """天数转日期列。"""
    return pl.Series(days.astype(np.int32)).cast(pl.Date)


def days_before(rng: np.random.Generator, as_of: date, nearest: int, farthest: int, size: int) -> pl.Series:
    """as_of 之前 nearest..farthest 天内的随机日期列。"""
    return dates(day_number(as_of) - rng.integers(nearest, farthest + 1, size))


def months(days: pl.Series) -> pl.Series:
    """日期列归到当月 1 日。"""
    return days.dt.truncate("1mo")
