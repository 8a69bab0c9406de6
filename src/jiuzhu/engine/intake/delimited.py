"""分隔文本:认分隔符、处理引号、长短不一的行。"""

import csv
import io
import re
from collections import Counter
from typing import Literal

import polars as pl

from .encoding import Text, decode
from .errors import file_error
from .raw import RawFile, RawTable, column_names

SEPARATORS = (",", "\t", ";", "|", "\uff1b", "\uff0c", "^", "\x01")
PEEK_BYTES = 131_072
PEEK_ROWS = 60
CONTENT = re.compile(rb"\S")
CTRL_Z = b"\x1a"
TAIL = 1024
SPARE = 2  # 有比表头长的行时多读几列,看得见多出的格
RUNAWAY = 5  # 一个值里换行超过这么多,是引号没有闭合


def read_delimited(data: bytes, label: str) -> RawFile:
    """一份 CSV/TSV/TXT。

    错误:empty_file、not_text、no_table。
    """
    text = decode(data)
    try:
        table = _read(text, label)
    except pl.exceptions.ComputeError:  # 不是合格的 UTF-8,或引号没有闭合:验过编码、逐级放宽引号再读
        table = _read(decode(data, trust_utf8=False), label, mend=True)
    return RawFile([table])


def _read(text: Text, label: str, *, mend: bool = False) -> RawTable:
    data = _plain(text.data)
    if CONTENT.search(data) is None:
        raise file_error("empty_file")
    separator, width = _layout(data)
    if width < 2:
        raise file_error("no_table")
    if len(separator.encode()) > 1:
        data, separator = data.replace(separator.encode(), b"\x1f"), "\x1f"
    frame = _parse_quoted(data, separator, width, mend=mend)
    torn = _torn(data, separator, frame)
    nul = b"\0" in data
    return RawTable(label, text.encoding, frame, strict_width=True, torn=torn, damaged=text.damaged, nul=nul)


def _parse_quoted(data: bytes, separator: str, width: int, *, mend: bool) -> pl.DataFrame:
    """读成表。引号没有闭合的行去掉引号;``mend`` 时仍读不通就不认引号。"""
    if b'"' not in data:
        return _parse(data, separator, width, quoted=False)
    if mend or data.count(b'"') % 2:
        data = _mend_quotes(data)
    try:
        frame = _parse(data, separator, width, quoted=True)
    except pl.exceptions.ComputeError:
        if not mend:
            raise
        return _parse(data, separator, width, quoted=False)
    if frame.height >= data.count(b"\n") or not _runaway(frame):
        return frame
    return _parse(data, separator, width, quoted=False) if mend else _parse_quoted(data, separator, width, mend=True)


def _plain(data: bytes) -> bytes:
    """去掉末尾的 Ctrl-Z(老系统的文件结束符);只有回车没有换行的旧式文件改成换行。"""
    if CTRL_Z in data[-TAIL:]:
        body = data.rstrip(CTRL_Z + b"\0 \t\r\n")
        data = body + (b"\n" if b"\n" in data[len(body) :] else b"")
    if b"\r" in data[:PEEK_BYTES] and b"\n" not in data[:PEEK_BYTES]:
        data = data.replace(b"\r", b"\n")
    return data


def _layout(data: bytes) -> tuple[str, int]:
    """(分隔符, 列数):取各行列数最一致、列数最多的分隔符。"""
    head = data[:PEEK_BYTES].decode("utf-8", errors="ignore")
    best = (0.0, ",", 1)
    for separator in SEPARATORS:
        if separator not in head:
            continue
        rows = _peek(head, separator)
        widths = Counter(len(row) for row in rows if any(cell.strip() for cell in row))
        width, times = max(widths.items(), key=lambda item: (item[0] > 1, item[1], item[0]), default=(1, 0))
        score = times * (width - 1) ** 0.5 if width > 1 else 0.0
        if score > best[0]:
            widest = max(size for size, count in widths.items() if count * 10 >= times or size <= width)
            best = (score, separator, widest)
    return best[1], best[2]


def _peek(head: str, separator: str) -> list[list[str]]:
    reader = csv.reader(io.StringIO(head), delimiter=separator)
    rows: list[list[str]] = []
    try:
        for row in reader:
            rows.append(row)
            if len(rows) == PEEK_ROWS:
                break
    except csv.Error:
        return [line.split(separator) for line in head.splitlines()[:PEEK_ROWS]]
    return rows


def _parse(data: bytes, separator: str, width: int, *, quoted: bool) -> pl.DataFrame:
    try:
        return _parse_as(data, separator, width, "raise", quoted=quoted)
    except pl.exceptions.ComputeError:  # 有更长的行(或别的毛病,那就再错一次)
        return _parse_as(data, separator, width + SPARE, "ignore", quoted=quoted)


def _parse_as(
    data: bytes, separator: str, width: int, extra: Literal["raise", "ignore"], *, quoted: bool
) -> pl.DataFrame:
    return pl.read_csv(
        data,
        has_header=False,
        schema=dict.fromkeys(column_names(width), pl.String),
        separator=separator,
        quote_char='"' if quoted else None,
        extra_columns=extra,
        missing_columns="insert",
    )


def _mend_quotes(data: bytes) -> bytes:
    """引号不成对的行去掉引号;跨行的值(相邻几行合起来成对)不动。"""
    lines = data.split(b"\n")
    odd = [index for index, line in enumerate(lines) if b'"' in line and line.count(b'"') % 2]
    at = 0
    while at < len(odd):
        if at + 1 < len(odd) and odd[at + 1] - odd[at] <= RUNAWAY:
            at += 2
            continue
        lines[odd[at]] = lines[odd[at]].replace(b'"', b"")
        at += 1
    return b"\n".join(lines)


def _runaway(frame: pl.DataFrame) -> bool:
    counts = frame.select(pl.all().str.count_matches("\n", literal=True).max())
    return any((value or 0) > RUNAWAY for value in counts.row(0))


def _torn(data: bytes, separator: str, frame: pl.DataFrame) -> bool:
    """末行没有换行,且比前一行少了单元格:多半没有传完。"""
    if data.endswith((b"\n", b"\r")) or frame.height < 3:
        return False
    tail = data[-8192:].split(b"\n")[-3:]
    if len(tail) < 3 or any(b'"' in line for line in tail):
        return False
    mark = separator.encode()
    usual = min(tail[0].count(mark), tail[1].count(mark))
    return tail[2].count(mark) < usual
