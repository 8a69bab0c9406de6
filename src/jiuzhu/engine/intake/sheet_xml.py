"""XLSX 的工作表原文:读取库不给的三样——按数字存的长号码、公式错误值、上下合并的单元格。

只在原文上找这几样的字样,一块一块地解压,不建树;普通的表几乎不费时间。
"""

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from xml.etree import ElementTree as ET

import polars as pl

from .precision import EXACT

CHUNK = 4 << 20
OVERLAP = 2048  # 单元格的标签不会比这长
LONG = re.compile(rb"v>((?:[0-9]{16,24}|[0-9](?:\.[0-9]*)?[eE]\+?[12][0-9])(?:\.0*)?)</")
CELL = re.compile(rb"<(?:\w+:)?c (?=[^>]*\bt=\"e\")([^>]*)>(.*?)</(?:\w+:)?c>", re.DOTALL)
ERROR = b't="e"'
MERGE = re.compile(rb"mergeCell [^>]*?ref=\"([A-Z]{1,3})([0-9]+):[A-Z]{1,3}([0-9]+)\"")
REF = re.compile(rb"\br=\"([A-Z]{1,3})([0-9]+)\"")
FILLED = re.compile(rb"<(?:\w+:)?c [^>]*?\br=\"[A-Z]{1,3}([0-9]+)\"[^>]*>(?=<(?:\w+:)?(?:v|is|f)[ />])")
VALUE = re.compile(rb"v>([^<]*)</")
RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
SMALL = 8 << 20


@dataclass(slots=True)
class Marks:
    """一张工作表的记号。行号是工作表里的(从 1 起),列号从 0 起。

    ``numbers``:按数字存、不小于 2^53 的值;``whole``:原文写全了整数的(读取库的写法 → 原来的数字);
    ``errors``:(行, 列) → 错误值;``merges``:(列, 首行, 末行);``first_row``:第一个有内容的行。
    """

    numbers: set[float] = field(default_factory=set)
    whole: dict[str, str] = field(default_factory=dict)
    errors: dict[tuple[int, int], str] = field(default_factory=dict)
    merges: list[tuple[int, int, int]] = field(default_factory=list)
    first_row: int = 1

    @property
    def floats(self) -> pl.Series:
        """``numbers``,Float64。"""
        return pl.Series(sorted(self.numbers), dtype=pl.Float64)


def sheet_parts(archive: zipfile.ZipFile) -> dict[str, str]:
    """工作表名 → 压缩包里的文件;认不出结构的为空。"""
    try:
        book, links = _small_tree(archive, "xl/workbook.xml"), _small_tree(archive, "xl/_rels/workbook.xml.rels")
    except (KeyError, ET.ParseError):
        return {}
    targets = {item.get("Id"): item.get("Target", "") for item in links}
    out = {}
    for item in book.iter():
        if item.tag.rsplit("}", 1)[-1] == "sheet":
            target = targets.get(item.get(RELATION)) or ""
            part = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
            if part in archive.NameToInfo:
                out[item.get("name", "")] = part
    return out


def _small_tree(archive: zipfile.ZipFile, part: str) -> ET.Element:
    """小的说明文件成树;声明了实体或大得不像话的不解析(KeyError)。"""
    if archive.getinfo(part).file_size > SMALL:
        raise KeyError(part)
    data = archive.read(part)
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data:
        raise KeyError(part)
    return ET.fromstring(data)


def scan_sheet(archive: zipfile.ZipFile, part: str) -> Marks:
    """走一遍一张工作表的原文。"""
    marks = Marks(first_row=0)
    plain: set[str] = set()
    for piece in _pieces(archive, part):
        for match in LONG.finditer(piece):
            if _is_number(piece, match.start()):
                _note_number(match[1].decode(), marks, plain)
        if ERROR in piece:
            marks.errors.update(_errors(piece))
        if b"mergeCell " in piece:
            found = ((_column(a), int(top), int(bottom)) for a, top, bottom in MERGE.findall(piece))
            marks.merges += [merge for merge in found if merge[2] > merge[1]]
        if not marks.first_row and (first := FILLED.search(piece)):
            marks.first_row = int(first[1])
    marks.merges = sorted(set(marks.merges))
    marks.whole = _whole(plain)
    return marks


def _pieces(archive: zipfile.ZipFile, part: str) -> Iterator[bytes]:
    """一块一块的原文,前后块重叠一点。"""
    with archive.open(part) as stream:
        tail = b""
        while chunk := stream.read(CHUNK):
            yield tail + chunk
            tail = chunk[-OVERLAP:]


def _is_number(piece: bytes, at: int) -> bool:
    """这个值所在的单元格是不是数字(字符串、公式文字的有 t 属性)。"""
    start = max(piece.rfind(b"<c ", 0, at), piece.rfind(b":c ", 0, at), piece.rfind(b"<c>", 0, at))
    tag = piece[start : piece.find(b">", start)] if start >= 0 else b""
    return b' t="' not in tag or b' t="n"' in tag


def _note_number(text: str, marks: Marks, plain: set[str]) -> None:
    number = float(text)
    if EXACT <= number < 1e30:
        marks.numbers.add(number)
        if text.isdigit():
            plain.add(text)


def _whole(plain: set[str]) -> dict[str, str]:
    """原文是整数全文、不是由浮点数写出的:有一个写法不等于任何浮点数,就说明写表的程序写的是整数。

    两个整数落在同一个浮点数上的分不清,不算。
    """
    if all(int(float(text)) == int(text) for text in plain):
        return {}
    shown = sorted((str(int(float(text))), text) for text in plain)
    twins = {one[0] for one, other in pairwise(shown) if one[0] == other[0]}
    return {key: text for key, text in shown if key not in twins}


def _errors(piece: bytes) -> Iterator[tuple[tuple[int, int], str]]:
    for attributes, inner in CELL.findall(piece):
        ref, value = REF.search(attributes), VALUE.search(inner)
        if ref:
            yield (int(ref[2]), _column(ref[1])), value[1].decode(errors="replace") if value else "#N/A"


def _column(letters: bytes) -> int:
    """A → 0,AA → 26。"""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1
