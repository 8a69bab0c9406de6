"""公民身份号码(GB 11643):按出生日期与性别配号,全县唯一,校验码正确。"""

import numpy as np
import numpy.typing as npt
import polars as pl

from jiuzhu.demo.streams import Bools, Ints, choose

WEIGHTS = np.array([7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2])
CHECKS = np.frombuffer(b"10X98765432", dtype=np.uint8)

# 4299xx 在 GB/T 2260 中没有启用:这些前缀不会与任何真人相同。
PREFIXES = (429998, 429997, 429996, 429995, 429994, 429993)
PREFIX_SHARES = (0.88, 0.04, 0.03, 0.02, 0.02, 0.01)

Bytes = npt.NDArray[np.bytes_]


def check_digits(bodies: Ints) -> npt.NDArray[np.uint8]:
    """17 位本体码(整数)的校验码,ASCII 字节(ISO 7064 MOD 11-2)。"""
    total = np.zeros(len(bodies), dtype=np.int64)
    rest = bodies.copy()
    for weight in WEIGHTS[::-1]:
        rest, digit = np.divmod(rest, 10)
        total += digit * weight
    return CHECKS[total % 11]


def with_check(bodies: Ints) -> Bytes:
    """17 位本体码补上校验码,成 18 字节定长数组。"""
    letters = np.empty((len(bodies), 18), dtype=np.uint8)
    rest = bodies.copy()
    for place in range(16, -1, -1):
        rest, digit = np.divmod(rest, 10)
        letters[:, place] = digit + ord("0")
    letters[:, 17] = check_digits(bodies)
    return letters.reshape(-1).view("S18")


def to_text(numbers: Bytes) -> pl.Series:
    """定长字节数组转字符串列。"""
    return pl.Series(numbers.astype("U18").tolist(), dtype=pl.String)


def issue(rng: np.random.Generator, birth: pl.Series, male: Bools, twin: Bools) -> Bytes:
    """给每人发一个唯一号码。

    twin 为真者与前一人同日出生、同一前缀,顺序码相邻(同性差 2,异性差 1),即双胞胎挨着上户口。
    """
    count = len(male)
    day = birth.dt.to_string("%Y%m%d").cast(pl.Int64).to_numpy()
    prefix = np.array(PREFIXES)[choose(rng, len(PREFIXES), count, PREFIX_SHARES)]
    second = np.flatnonzero(twin)
    prefix[second] = prefix[second - 1]
    step = (male[second] == male[second - 1]).astype(np.int64)
    half = rng.integers(1, 499, count)
    while True:
        half[second] = half[second - 1] + step
        bodies = (prefix * 100_000_000 + day) * 1000 + 2 * half - male
        _, first = np.unique(bodies, return_index=True)
        clash = np.ones(count, dtype=bool)
        clash[first] = False
        clash[second - 1] |= clash[second]
        again = np.flatnonzero(clash)
        if not len(again):
            return with_check(bodies)
        half[again] = rng.integers(1, 499, len(again))
