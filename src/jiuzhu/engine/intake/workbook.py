"""工作簿与列式文件:XLSX、XLS、ODS、Parquet。一律先成文字。"""

import io
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager

import fastexcel
import polars as pl
import polars.selectors as cs

from .compound import check_compound
from .errors import file_error
from .raw import RawFile, RawTable, column_names

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ZIP = b"PK\x03\x04"
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


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
    except (zipfile.BadZipFile, EOFError, OSError, NotImplementedError) as error:
        raise file_error("torn_file") from error
    except RuntimeError as error:  # zipfile 遇到加密的压缩包
        raise file_error("password_protected") from error
    if b"encryption-data" in manifest:
        raise file_error("password_protected")
    if any(name.startswith("xl/workbook") for name in names):
        return _sheets(data, label, "xlsx")
    if "content.xml" in names:
        return _sheets(data, label, "ods")
    raise file_error("unsupported_format")


def read_ole(data: bytes, label: str) -> RawFile:
    """D0CF 开头的文件:老式 XLS,或加了密码的 XLSX(外面套一层 OLE)。"""
    if ENCRYPTED in data:
        raise file_error("password_protected")
    check_compound(data)
    return _sheets(data, label, "xls")


def _sheets(data: bytes, label: str, kind: str) -> RawFile:
    try:
        with _sturdy():
            book = fastexcel.read_excel(data)
    except fastexcel.FastExcelError as error:
        raise _open_error(error, kind) from error
    out = RawFile()
    for name in book.sheet_names:
        frame = _load(book, name)
        if frame.height == 0:
            continue
        if frame.width < 2:
            out.notes.append(name)
            continue
        out.tables.append(RawTable(label, kind, frame, sheet=name))
    for table in out.tables:
        table.sheets = len(out.tables)
    if not out.tables:
        raise file_error("no_table" if out.notes else "empty_file")
    return out


def _load(book: "fastexcel.ExcelReader", name: str) -> pl.DataFrame:
    try:
        with _sturdy():
            sheet = book.load_sheet(name, header_row=None, dtypes="string", skip_whitespace_tail_rows=True)
            frame: pl.DataFrame = sheet.to_polars()
    except fastexcel.FastExcelError as error:
        raise file_error("torn_file") from error
    return frame.rename(dict(zip(frame.columns, column_names(frame.width), strict=True)))


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
    texts = flat.select(cs.float().cast(pl.String).str.replace(r"\.0$", ""), (~cs.float()).cast(pl.String)).select(
        flat.columns
    )
    header = list(texts.columns)
    texts.columns = column_names(texts.width)
    return RawFile([RawTable(label, "parquet", texts, header=header)])
