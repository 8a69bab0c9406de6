"""老式 XLS 外层的结构检查:成环、越界的文件不交给读取库。"""

import struct

import pytest

from jiuzhu.engine.intake import IntakeError
from jiuzhu.engine.intake.compound import END, FREE, check_compound

from .conftest import codes

FAT = 0xFFFFFFFD


def compound(table: dict[int, int], *, name: str = "WordDocument", start: int = 2, size: int = 4096) -> bytes:
    """一个 10 扇区的复合文件:0 号是分配表,1 号是目录(根与一个流),其余是流的内容。"""
    header = bytearray(512)
    header[:8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    struct.pack_into("<HHHHH", header, 24, 0x3E, 3, 0xFFFE, 9, 6)
    struct.pack_into("<IIIII", header, 44, 1, 1, 0, 4096, END)
    struct.pack_into("<III", header, 64, 0, END, 0)
    struct.pack_into("<109I", header, 76, 0, *[FREE] * 108)
    chain = {0: FAT, 1: END, **{number: number + 1 for number in range(2, 9)}, 9: END, **table}
    allocation = struct.pack("<128I", *[chain.get(number, FREE) for number in range(128)])
    entries = entry("Root Entry", 5, END, 0, child=1) + entry(name, 2, start, size) + bytes(256)
    return bytes(header) + allocation + entries + bytes(512 * 8)


def entry(name: str, kind: int, start: int, size: int, child: int = FREE) -> bytes:
    text = name.encode("utf-16-le")
    out = bytearray(128)
    out[: len(text)] = text
    struct.pack_into("<HBBIII", out, 64, len(text) + 2, kind, 1, FREE, FREE, child)
    struct.pack_into("<II", out, 116, start, size)
    return bytes(out)


def test_结构完好() -> None:
    check_compound(compound({}))


@pytest.mark.parametrize(
    ("table", "options"),
    [
        ({5: 3}, {}),
        ({1: 1}, {}),
        ({4: 90}, {}),
        ({9: 100_000}, {}),
        ({}, {"start": 77}),
        ({}, {"start": 8}),
        ({}, {"size": 100, "start": 3}),
    ],
    ids=["流成环", "目录成环", "指到文件外", "指到表外", "起点在文件外", "链比流短", "小流没有表"],
)
def test_链断或成环是文件损坏(table, options) -> None:
    with pytest.raises(IntakeError) as caught:
        check_compound(compound(table, **options))
    assert caught.value.code == "torn_file"


@pytest.mark.parametrize("size", [0, 8, 511, 513, 1024, 2000])
def test_截断的文件(size: int) -> None:
    with pytest.raises(IntakeError):
        check_compound(compound({})[:size])


def test_不是表格的复合文件(tmp_path, take) -> None:
    (tmp_path / "通知.doc").write_bytes(compound({}))
    assert codes(take()) == [(0, None, "unsupported_format")]
