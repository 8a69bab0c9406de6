"""工作簿与列式文件:XLSX、XLS、ODS、Parquet。一律先成文字。"""

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager

import fastexcel
import polars as pl
import polars.selectors as cs

from .compound import check_compound
from .errors import file_error
from .precision import EXACT, exact_or_known, mark_lost
from .raw import Merge, RawFile, RawTable, column_names
from .sheet_xml import Marks, scan_sheet, sheet_parts

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ZIP = b"PK\x03\x04"
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
# ODS 里按数字存的值;XLS 的 NUMBER、FORMULA 记录里的浮点数(记录头、行、列、格式之后)
ODS_NUMBER = re.compile(rb'office:value="([0-9]{16,24}|[0-9](?:\.[0-9]*)?[eE]\+?[0-9]{1,3})"')
XLS_NUMBER = re.compile(rb"\x03\x02\x0e\x00(?=.{6}(.{8}))", re.DOTALL)
XLS_FORMULA = re.compile(rb"\x06\x00(?=[\x16-\xff].{7}(.{8}))", re.DOTALL)
VISIBLE = "visible"


@contextmanager
def _sturdy() -> Iterator[None]:
    """读取库(Rust)遇到坏文件可能 panic,那不是 Exception;当作文件损坏,别的异常照旧。"""
    try:
        yield
    except BaseException as error:
        if type(error).__name__ != "PanicException":
            raise
        raise file_error("torn_file") from error


def read_zip(data: bytes, label: str) -> RawFile:
    """PK 开头的文件:XLSX、XLSB、ODS;别的压缩包不收。

    错误:torn_file、password_protected、unsupported_format、no_table。
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = archive.namelist()
            manifest = archive.read("META-INF/manifest.xml") if "META-INF/manifest.xml" in names else b""
            if any(name.startswith("xl/workbook") for name in names):
                return _sheets(data, label, "xlsx", archive=archive)
            if "content.xml" in names and b"encryption-data" not in manifest:
                found = ODS_NUMBER.findall(archive.read("content.xml"))
                return _sheets(data, label, "ods", numbers=_large(map(float, found)))
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError) as error:
        raise file_error("torn_file") from error
    except RuntimeError as error:  # zipfile 遇到加密的压缩包
        raise file_error("password_protected") from error
    if b"encryption-data" in manifest:
        raise file_error("password_protected")
    raise file_error("unsupported_format")


def read_ole(data: bytes, label: str) -> RawFile:
    """D0CF 开头的文件:老式 XLS,或加了密码的 XLSX(外面套一层 OLE)。"""
    if ENCRYPTED in data:
        raise file_error("password_protected")
    check_compound(data)
    found = (struct.unpack("<d", match)[0] for match in XLS_NUMBER.findall(data) + XLS_FORMULA.findall(data))
    return _sheets(data, label, "xls", numbers=_large(found))


def _large(numbers: Iterable[float]) -> Marks:
    return Marks(numbers={number for number in numbers if EXACT <= number < 1e30})


def _sheets(
    data: bytes, label: str, kind: str, *, archive: zipfile.ZipFile | None = None, numbers: Marks | None = None
) -> RawFile:
    """各工作表。隐藏的不读,只一列的是说明;``archive`` 给出时(XLSX)再从原文找记号,否则用 ``numbers``。"""
    try:
        with _sturdy():
            book = fastexcel.read_excel(data)
    except fastexcel.FastExcelError as error:
        raise _open_error(error, kind) from error
    out = RawFile()
    parts = sheet_parts(archive) if archive is not None else {}
    for name in book.sheet_names:
        sheet, frame = _load(book, name)
        if sheet.visible != VISIBLE:
            out.hidden.append(name)
        elif frame.height and frame.width < 2:
            out.notes.append(name)
        elif frame.height:
            table = RawTable(label, kind, frame, sheet=name)
            if archive is not None and name in parts:
                _apply(table, scan_sheet(archive, parts[name]), sheet.available_columns()[0].absolute_index)
            elif numbers is not None:
                _apply(table, numbers, 0)
            out.tables.append(table)
    if not out.tables:
        raise file_error("no_table" if out.notes or out.hidden else "empty_file")
    return out


def _load(book: "fastexcel.ExcelReader", name: str) -> "tuple[fastexcel.ExcelSheet, pl.DataFrame]":
    try:
        with _sturdy():
            sheet = book.load_sheet(name, header_row=None, dtypes="string", skip_whitespace_tail_rows=True)
            frame: pl.DataFrame = sheet.to_polars()
    except fastexcel.FastExcelError as error:
        raise file_error("torn_file") from error
    return sheet, frame.rename(dict(zip(frame.columns, column_names(frame.width), strict=True)))


def _apply(table: RawTable, marks: Marks, first_column: int) -> None:
    """把原文里的记号落到表上:长号码换成可信的写法,错误值写回单元格,合并的范围换成表的行列。"""
    table.frame, table.lost = mark_lost(table.frame, marks.floats, marks.whole)
    height, width = table.frame.shape
    errors = {(row - marks.first_row, column - first_column): text for (row, column), text in marks.errors.items()}
    if all(row >= 0 and 0 <= column < width for row, column in errors):
        table.frame = _write_errors(table.frame, {at: text for at, text in errors.items() if at[0] < height})
    shifted = (
        (column - first_column, top - marks.first_row, end - marks.first_row) for column, top, end in marks.merges
    )
    table.merges = [Merge(*merge) for merge in shifted if 0 <= merge[0] < width and merge[1] >= 0]


def _write_errors(frame: pl.DataFrame, errors: Mapping[tuple[int, int], str]) -> pl.DataFrame:
    """读取库把错误值读作空;有一处不空就是行列没有对准,不写。"""
    changed = []
    for index in {column for _, column in errors}:
        mine = {row: text for (row, column), text in errors.items() if column == index}
        column = frame[f"c{index}"]
        if column.gather(list(mine)).null_count() < len(mine):
            return frame
        changed.append(column.scatter(list(mine), list(mine.values())))
    return frame.with_columns(changed)


def _open_error(error: Exception, kind: str) -> Exception:
    words = str(error).lower()
    if "password" in words or "encrypt" in words:
        return file_error("password_protected")
    if kind == "xls" and "cannot detect" in words:  # 结构完好而里面不是工作簿:Word 等
        return file_error("unsupported_format")
    return file_error("torn_file")


def read_parquet(data: bytes, label: str) -> RawFile:
    """Parquet:各列转成文字;整数值的小数列去掉「.0」。列表、结构等嵌套列不收(列名会列为不认识)。"""
    try:
        with _sturdy():
            frame = pl.read_parquet(data)
    except (pl.exceptions.ComputeError, pl.exceptions.PolarsError, OSError) as error:
        raise file_error("torn_file") from error
    flat = frame.select(
        cs.string() | cs.categorical() | cs.numeric() | cs.boolean() | cs.date() | cs.datetime() | cs.decimal()
    )
    if flat.width < 2:
        raise file_error("no_table")
    texts, lost = [], [pl.Series(dtype=pl.String)]
    for column in flat.get_columns():
        if column.dtype.is_float():
            text, known = exact_or_known(column)
            lost.append(known)
        else:
            text = column.cast(pl.String)
        texts.append(text)
    table = RawTable(label, "parquet", pl.DataFrame(texts), header=list(flat.columns), lost=pl.concat(lost).unique())
    table.frame.columns = column_names(flat.width)
    return RawFile([table])
