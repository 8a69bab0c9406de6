"""老式 XLS 外层(OLE 复合文件)的结构检查。

读取库沿扇区链走时不防环:一个损坏的文件会让它无止境地占内存。先在这里走一遍,链断了、成环了就是文件损坏。
结构见 [MS-CFB]。
"""

import struct
from array import array
from collections.abc import Iterator

from .errors import file_error

HEADER = 512
INLINE_DIFAT = 109
LAST_REGULAR = 0xFFFFFFFA  # 从这里起是特殊标记
END = 0xFFFFFFFE
FREE = 0xFFFFFFFF
ENTRY = 128
STREAM, ROOT = 2, 5


def check_compound(data: bytes) -> None:
    """结构完好则返回。错误:torn_file。"""
    if len(data) < HEADER:
        raise file_error("torn_file")
    shift = struct.unpack_from("<H", data, 30)[0]
    if shift not in (9, 12):
        raise file_error("torn_file")
    first_directory, cutoff, first_mini = (struct.unpack_from("<I", data, at)[0] for at in (48, 56, 60))
    sectors = _Sectors(data, 1 << shift)
    table = sectors.allocation()
    mini = array("I", b"".join(map(sectors.read, _chain(table, first_mini))))
    directory = b"".join(map(sectors.read, _chain(table, first_directory)))
    for at in range(0, len(directory), ENTRY):
        kind, start, size = directory[at + 66], *struct.unpack_from("<II", directory, at + 116)
        if kind == ROOT or (kind == STREAM and size >= cutoff):
            needed = list(map(sectors.read, _chain(table, start)))
            if kind == STREAM and len(needed) << shift < size:
                raise file_error("torn_file")
        elif kind == STREAM and size:
            for _ in _chain(mini, start):
                pass


class _Sectors:
    """按号取扇区;越界即文件损坏。"""

    def __init__(self, data: bytes, size: int) -> None:
        self.data, self.size = data, size

    def read(self, number: int) -> bytes:
        """一个扇区的字节;文件末尾不满一个扇区的补零。"""
        at = (number + 1) * self.size
        if number >= LAST_REGULAR or at >= len(self.data):
            raise file_error("torn_file")
        return self.data[at : at + self.size].ljust(self.size, b"\0")

    def allocation(self) -> "array[int]":
        """扇区分配表:每个扇区的下一个扇区。"""
        numbers = list(struct.unpack_from(f"<{INLINE_DIFAT}I", self.data, 76))
        following, seen = struct.unpack_from("<I", self.data, 68)[0], set()
        while following < LAST_REGULAR:
            if following in seen:
                raise file_error("torn_file")
            seen.add(following)
            *more, following = struct.unpack(f"<{self.size // 4}I", self.read(following))
            numbers += more
        return array("I", b"".join(self.read(number) for number in numbers if number != FREE))


def _chain(table: "array[int]", start: int) -> Iterator[int]:
    """沿表走一条链;越界或走的步数超过表长(成环)即文件损坏。"""
    number, steps = start, 0
    while number not in (END, FREE):
        if number >= len(table) or steps > len(table):
            raise file_error("torn_file")
        yield number
        number, steps = table[number], steps + 1
