"""整数键的查找表:几百万个键查几十万个,比一次连接快几倍;另有只按散列的粗筛。"""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

Keys = NDArray[np.int64]
Slots = NDArray[np.uint64]
Places = NDArray[np.int32]
_ROOMY = 2  # 每个键留几格:格越多,撞的越少
_ODD = np.random.default_rng(0x6A75).integers(2**60, 2**63, 64, dtype=np.uint64) | np.uint64(1)


def _slots(keys: Keys, layer: int, bits: int) -> Slots:
    """乘法散列:每个键该放第几格。"""
    slots: Slots = (keys.view(np.uint64) * _ODD[layer % len(_ODD)]) >> np.uint64(64 - bits)
    return slots


class Lookup:
    """整数(int64)→ 它在 `keys` 里的位置。直接取格,撞了格的键放进下一层;重复的键得其中一个的位置。"""

    def __init__(self, keys: Keys) -> None:
        self._keys = keys
        self._layers: list[tuple[int, Places]] = []
        left = np.arange(len(keys), dtype=np.int32)
        while len(left):
            bits = max(8, (len(left) * _ROOMY).bit_length())
            places = np.full(1 << bits, left[0], dtype=np.int32)
            slots = _slots(keys[left], len(self._layers), bits)
            places[slots] = left
            self._layers.append((bits, places))
            left = left[keys[places[slots]] != keys[left]]

    def find(self, wanted: Keys) -> Places:
        """每个 `wanted` 的位置(int32),没有的为 -1。"""
        if not self._layers:
            return np.full(len(wanted), -1, dtype=np.int32)
        found = self._in_layer(0, wanted)
        left = np.flatnonzero(found < 0)
        for layer in range(1, len(self._layers)):
            again = self._in_layer(layer, wanted[left])
            found[left] = again
            left = left[again < 0]
        return found

    def _in_layer(self, layer: int, wanted: Keys) -> Places:
        bits, places = self._layers[layer]
        at: Places = places[_slots(wanted, layer, bits)]
        at[self._keys[at] != wanted] = -1
        return at


def may_hold(values: pl.Series | pl.DataFrame, wanted: pl.Series | pl.DataFrame) -> pl.Series:
    """`values` 里哪些(表则哪些行)可能出现在 `wanted` 里:只比散列,漏不了,偶尔多留。随后须有真的连接。"""
    bits = max(8, (len(wanted) * 16).bit_length())
    shift = np.uint64(64 - bits)
    marks = np.zeros(1 << bits, dtype=bool)
    marks[_hashes(wanted) >> shift] = True
    return pl.Series(marks[_hashes(values) >> shift])


def _hashes(values: pl.Series | pl.DataFrame) -> NDArray[np.uint64]:
    hashes = values.hash() if isinstance(values, pl.Series) else values.hash_rows()
    return hashes.to_numpy()
