"""读一个文件夹:逐个文件接收,一个坏文件不影响别的。"""

import re
from collections import defaultdict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from jiuzhu.engine.catalog import Catalog

from .delimited import read_delimited
from .errors import IntakeError, file_error, issue
from .markup import is_markup, read_markup
from .raw import RawFile
from .report import BATCHES, IGNORED, QUARANTINE, stack
from .table import Chosen, TableResult, failed, take_table
from .workbook import OLE, ZIP, read_ole, read_parquet, read_zip

Progress = Callable[[int, int, str], None]

WORKERS = 3  # 比两核多一个:一个在等解释器锁时,另两个照读
# 明知不是表格的格式:开头几个字节
FOREIGN = (
    b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b", b"BZh", b"SQLite format 3",
    b"{\\rtf", b"BM\x00", b"MZ", b"\x7fELF",
)  # fmt: skip
NOTE_SHEET = re.compile(
    r"说明|字典|代码表|对照表|须知|注释|备注|封面|目录|填报要求|填表要求|示例|样例|模板|参数|下拉|选项|枚举|数据有效性|readme",
    re.IGNORECASE,
)
CONTENT = re.compile(rb"[^\0 \t\r\n\xef\xbb\xbf]")
SKIPPED = frozenset({"thumbs.db", "desktop.ini"})


@dataclass(slots=True)
class Intake:
    """接收的结果;各表的列见 docs/engine.md 第 2 节。"""

    tables: dict[str, pl.DataFrame]
    batches: pl.DataFrame
    quarantine: pl.DataFrame
    ignored: pl.DataFrame


def read_folder(folder: Path | str, catalog: Catalog, progress: Progress | None = None) -> Intake:
    """接收文件夹(含子文件夹)里的全部文件。

    ``progress(完成数, 总数, 文件名)`` 每完成一个文件调用一次。文件名是相对文件夹的路径;一个工作簿有两张以上数据表时,
    每张表各成一行,写作「文件名#表名」;隐藏的工作表不读。同一来源的几个文件接成一张表。
    错误:文件夹不存在时 :class:`IntakeError`;单个文件的错误记在 quarantine 里(row 为 0)。
    """
    root = Path(folder)
    if not root.is_dir():
        raise IntakeError(f"文件夹「{root.name}」不存在;请检查路径。", code="unreadable")
    files = list_files(root)
    same = _same_files(files)
    results: dict[Path, list[TableResult]] = {}
    with ThreadPoolExecutor(WORKERS) as pool:
        largest = sorted(files, key=lambda file: -file.stat().st_size)
        jobs = {file: pool.submit(read_file, file, _label(file, root), catalog) for file in largest if file not in same}
        for done, file in enumerate(files, start=1):
            results[file] = jobs[file].result() if file in jobs else [_duplicate(file, same[file], root)]
            if progress is not None:
                progress(done, len(files), _label(file, root))
    return _gather([result for file in files for result in results[file]], catalog)


def list_files(root: Path) -> list[Path]:
    """要接收的文件,按相对路径排序;隐藏文件、办公软件的锁文件不算。"""
    out = []
    for file in root.rglob("*"):
        parts = file.relative_to(root).parts
        hidden = any(part.startswith((".", "~$")) or part == "__MACOSX" for part in parts)
        if file.is_file() and not hidden and file.name.lower() not in SKIPPED:
            out.append(file)
    return sorted(out, key=lambda file: file.relative_to(root).as_posix())


def read_file(file: Path, label: str, catalog: Catalog, chosen: Chosen | None = None) -> list[TableResult]:
    """接收一个文件:每张表一个结果,读不了的一个说明。``chosen`` 是人选定的来源与列。"""
    try:
        raw = open_file(file, label)
    except IntakeError as error:
        return [failed(label, error)]
    if raw.notes and not raw.tables:
        return [failed(label, file_error("no_table"))]
    results = []
    for table in raw.tables:
        try:
            results.append(take_table(table, catalog, chosen))
        except IntakeError as error:
            results.append(failed(label, error, table.encoding))
            results[-1].unknown_columns = []
    return _name_sheets(raw, results, label)


def open_file(file: Path, label: str) -> RawFile:
    """按内容(不按扩展名)选读法。

    错误:file 级的 :class:`IntakeError`。
    """
    try:
        data = file.read_bytes()
    except OSError as error:
        raise file_error("unreadable") from error
    return open_data(data, label)


def open_data(data: bytes, label: str) -> RawFile:
    """文件的内容 → 其中的表。错误同 :func:`open_file`。"""
    if CONTENT.search(data) is None:
        raise file_error("empty_file")
    if data.startswith(b"PK"):
        return read_zip(data, label) if data.startswith(ZIP) else _reject("torn_file")
    if data.startswith(OLE):
        return read_ole(data, label)
    if data.startswith(b"PAR1"):
        return read_parquet(data, label)
    if data.startswith(FOREIGN):
        raise file_error("unsupported_format")
    if is_markup(data):
        return read_markup(data, label)
    return read_delimited(data, label)


def _reject(code: str) -> RawFile:
    raise file_error(code)


def _name_sheets(raw: RawFile, results: list[TableResult], label: str) -> list[TableResult]:
    """一个工作簿里:认出的表至多一张时用文件名,几张的加表名。没认出的:说明、字典一类记入忽略,别的记为说明(行号 0)。"""
    named = [(table.sheet or "", result) for table, result in zip(raw.tables, results, strict=True)]
    good = [pair for pair in named if pair[1].source]
    good = [pair for pair in good if pair[1].rows_read] or good[:1]  # 只有表头的旁表不算数据表
    spare = [pair for pair in named if good and pair not in good and _is_note(*pair)]
    notes = [*raw.notes, *(name for name, _ in spare)]
    kept = [pair for pair in named if pair not in spare]
    if len(good) > 1:
        for name, result in kept:
            _relabel(result, f"{label}#{name}")
    elif len(kept) > 1:
        kept = [_fold(kept, good[0] if good else kept[0])]
    out = [result for _, result in kept]
    for code, names in (("notes_sheet", notes), ("hidden_sheet", raw.hidden)):
        for name in names:
            reason = issue(code).text(f"「{name}」")
            entry = {"file": [out[0].label], "row": [0], "code": [code], "reason": [reason]}
            out[0].ignored.append(pl.DataFrame(entry, schema=IGNORED))
    return out


def _fold(named: list[tuple[str, TableResult]], main: tuple[str, TableResult]) -> tuple[str, TableResult]:
    """没有读成的几张表并入 ``main``,各留一条写明表名的说明。"""
    into = main[1].quarantine if main[1].source else []
    for name, result in named:
        if not result.source:
            about = pl.lit(f"工作表「{name}」:") + pl.col("reason")
            into += [frame.with_columns(reason=about) for frame in result.quarantine]
    main[1].quarantine = into
    return main


def _is_note(name: str, result: TableResult) -> bool:
    """不是数据的旁表:没有表格的样子,只有表头,或名字就是说明、字典、封面。"""
    if result.source:
        return not result.rows_read
    codes = {code for frame in result.quarantine for code in frame["code"].to_list()}
    return bool(codes & {"no_table", "no_header"}) or NOTE_SHEET.search(name) is not None


def _relabel(result: TableResult, label: str) -> None:
    result.label = label
    name = pl.lit(label).alias("file")
    result.quarantine = [frame.with_columns(name) for frame in result.quarantine]
    result.ignored = [frame.with_columns(name) for frame in result.ignored]
    if result.rows is not None:
        result.rows = result.rows.with_columns(name)


def _same_files(files: list[Path]) -> dict[Path, Path]:
    """内容完全相同的文件:后一个 → 前一个。"""
    sizes: dict[int, list[Path]] = defaultdict(list)
    for file in files:
        sizes[file.stat().st_size].append(file)
    same: dict[Path, Path] = {}
    for group in sizes.values():
        for index, file in enumerate(group[1:], start=1):
            twin = next((other for other in group[:index] if other not in same and _equal(other, file)), None)
            if twin is not None and file.stat().st_size:
                same[file] = twin
    return same


def _equal(one: Path, other: Path) -> bool:
    try:
        return one.read_bytes() == other.read_bytes()
    except OSError:
        return False


def _duplicate(file: Path, twin: Path, root: Path) -> TableResult:
    return failed(_label(file, root), file_error("same_file", f"「{_label(twin, root)}」"))


def _label(file: Path, root: Path) -> str:
    return file.relative_to(root).as_posix()


def _gather(results: list[TableResult], catalog: Catalog) -> Intake:
    parts: dict[str, list[pl.DataFrame]] = defaultdict(list)
    batches: list[dict[str, object]] = []
    quarantine: list[pl.DataFrame] = []
    ignored: list[pl.DataFrame] = []
    for result in results:
        bad, skip = bad_rows(result), ignored_rows(result)
        quarantine.append(bad)
        ignored.append(skip)
        if result.source and result.rows is not None:
            parts[result.source].append(result.rows)
        batches.append(batch_entry(result, bad, skip))
    tables = {key: pl.concat(parts[key]) for key in catalog.sources if key in parts}
    return Intake(tables, pl.DataFrame(batches, schema=BATCHES), stack(quarantine, QUARANTINE), stack(ignored, IGNORED))


def bad_rows(result: TableResult) -> pl.DataFrame:
    """一张表的隔离记录,按行号排。"""
    entries = [frame.with_columns(file=pl.lit(result.label)) for frame in result.quarantine]
    return stack(entries, QUARANTINE).sort("row", maintain_order=True)


def ignored_rows(result: TableResult) -> pl.DataFrame:
    """一张表的忽略记录,按行号排。"""
    return stack(result.ignored, IGNORED).sort("row", maintain_order=True)


def batch_entry(result: TableResult, bad: pl.DataFrame, skip: pl.DataFrame) -> dict[str, object]:
    """一张表在批次表里的一行:来源、编码、行数。"""
    return {
        "file": result.label,
        "source": result.source,
        "encoding": result.encoding,
        "rows_read": result.rows_read,
        "rows_accepted": result.accepted,
        "rows_quarantined": bad.filter((pl.col("row") > 0) & pl.col("column").is_null()).height,
        "rows_ignored": skip.filter(pl.col("row") > 0).height,
        "unknown_columns": result.unknown_columns,
    }
