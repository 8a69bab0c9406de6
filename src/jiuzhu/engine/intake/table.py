"""一张原样的表 → 认出来源 → 规范表、隔离、忽略,行数对得上。"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from jiuzhu.engine.catalog import Catalog, Field, Recognition, Source, recognise, recognise_as
from jiuzhu.engine.catalog.headers import money_factor
from jiuzhu.engine.catalog.match import TOWNSHIP, VILLAGE, Pair
from jiuzhu.engine.catalog.model import FieldType

from .clean import clean, split_place, township_of
from .errors import IntakeError, file_error, issue
from .header import Layout, find_header
from .raw import SAMPLE_ROWS, RawTable
from .report import FAULTY, ignored_frame, quarantine_frame, row_entries, value_entries
from .rows import Sorted, sort_rows
from .spoiled import cell_errors, fill_merged, spoiled

FAULTY_MOST = 20_000  # 留下原样各格、可以就地改的行,至多这么多;再多应由部门重报
NUMBER = "id_number"
UNIT_NOTE = re.compile(r"单位:\s*((?:人民币)?(?:百|千|万|亿)?元)")


@dataclass(slots=True)
class TableResult:
    """一张表的结果。认不出时 ``source`` 为空、``rows`` 为空。

    ``faulty`` 是有问题的行原样的各格(``row cells``),``layout`` 是列的对应(``header titles pairs``),供改好后重收。
    """

    label: str
    encoding: str | None
    source: str | None = None
    rows: pl.DataFrame | None = None
    rows_read: int = 0
    quarantine: list[pl.DataFrame] = field(default_factory=list)
    ignored: list[pl.DataFrame] = field(default_factory=list)
    unknown_columns: list[str] = field(default_factory=list)
    faulty: pl.DataFrame | None = None
    layout: dict[str, Any] = field(default_factory=dict)

    @property
    def accepted(self) -> int:
        """被接受的行数。"""
        return self.rows.height if self.rows is not None else 0

    def notice(self, code: str, detail: str = "", column: str | None = None) -> None:
        """记一条文件级的说明(行号 0)。"""
        self.quarantine.append(quarantine_frame(self.label, [0], column, code, issue(code).text(detail)))


def failed(label: str, error: IntakeError, encoding: str | None = None) -> TableResult:
    """读不了的文件:来源为空,行数为 0,一条说明。"""
    result = TableResult(label, encoding)
    result.quarantine.append(quarantine_frame(label, [0], None, error.code, error.message))
    return result


@dataclass(frozen=True, slots=True)
class Chosen:
    """人选定的来源,与改正过的列:原样表头 → 字段 key,空文字为不用这一列。"""

    source: Source
    mapping: Mapping[str, str] = field(default_factory=dict)


def take_table(raw: RawTable, catalog: Catalog, chosen: Chosen | None = None) -> TableResult:
    """把一张原样的表变成规范表。``chosen`` 给了就不再认来源。

    错误:no_header、unknown_source、ambiguous_source(由调用者记为该文件的说明)。
    """
    layout = find_header(raw, catalog, chosen.mapping if chosen else ())
    sample = raw.frame.slice(layout.start, SAMPLE_ROWS)
    columns = [sample[name].to_list() for name in layout.columns]
    if chosen is None:
        found = recognise(layout.header, catalog, columns, layout.titles)
    else:
        found = recognise_as(chosen.source, layout.header, catalog, columns, chosen.mapping)
    if found.source is None:
        raise _unrecognised(found, layout)
    result = TableResult(raw.label, raw.encoding, found.source.key, unknown_columns=found.unknown)
    fill_table(result, raw, layout, found, found.source)
    return result


def _unrecognised(found: Recognition, layout: Layout) -> IntakeError:
    if not layout.certain:
        return file_error("no_header")
    guesses = "、".join(str(guess) for guess in found.guesses if guess.columns > 1)
    nearest = f";最接近的是{guesses}" if guesses else ""
    headers = "、".join(header.text for header in found.headers if header.text)[:120]
    code = "ambiguous_source" if found.problem == "ambiguous" else "unknown_source"
    return file_error(code, f"(表头:{headers}{nearest})")


def fill_table(result: TableResult, raw: RawTable, layout: Layout, found: Recognition, source: Source) -> None:
    """按认出的来源与列接收各行,结果写进 ``result``。"""
    body = fill_merged(raw.frame, raw.merges, layout.start).slice(layout.start)
    raw.frame = raw.frame.clear()
    result.rows_read = body.height
    subject = [layout.columns[pair.column] for key in source.subject for pair in found.pairs if pair.field == key]
    spare = [name for name in body.columns if name not in set(layout.columns)] if raw.strict_width else []
    sorted_rows = sort_rows(body, layout.header, subject, layout.titles, spare=spare, torn=raw.torn)
    rows, values = _clean_columns(sorted_rows, layout, found, source, raw)
    rows, empty = _without_subject(rows, source, result.label)
    wrong = pl.concat([sorted_rows.quarantined, empty])
    result.rows = rows
    result.quarantine += row_entries(result.label, wrong)
    gone = wrong["row"].implode()
    result.quarantine += [entry.filter(~pl.col("row").is_in(gone)) for entry in values]
    result.layout = _layout_kept(layout, found)
    result.faulty = _faulty(body, wrong["row"], [entry["row"] for entry in values])
    result.ignored.append(ignored_frame(result.label, sorted_rows.ignored))
    if raw.damaged:
        result.notice("damaged_text", f"({raw.damaged} 处)")
    for key in found.missing:
        result.notice("missing_column", f"「{source[key].title}」", source[key].title)
    if result.rows_read == 0:
        result.notice("no_rows")
    counted = result.accepted + wrong.height + sorted_rows.ignored.height
    if counted != result.rows_read:
        raise AssertionError(f"{result.label}:读入 {result.rows_read} 行,去向合计 {counted} 行")


def _layout_kept(layout: Layout, found: Recognition) -> dict[str, Any]:
    pairs = [[pair.column, pair.field, pair.factor] for pair in found.pairs]
    return {"header": layout.header, "titles": layout.titles, "pairs": pairs}


def _faulty(body: pl.DataFrame, whole: pl.Series, values: list[pl.Series]) -> pl.DataFrame:
    """有问题的行原样的各格:整行隔离的在先,至多 FAULTY_MOST 行。"""
    rows = pl.concat([whole, *values]).unique(maintain_order=True).head(FAULTY_MOST).sort()
    cells = body[(rows - 1).cast(pl.UInt32)].select(cells=pl.concat_list(pl.all())) if body.width else pl.DataFrame()
    return cells.select(row=rows, cells="cells") if len(rows) else pl.DataFrame(schema=FAULTY)


def _clean_columns(
    given: Sorted, layout: Layout, found: Recognition, source: Source, raw: RawTable
) -> tuple[pl.DataFrame, list[pl.DataFrame]]:
    """规范表的列(不含 file)与值级隔离。"""
    note = UNIT_NOTE.search(unicodedata.normalize("NFKC", "\n".join(layout.titles)))
    default = money_factor(note[1]) if note else None
    data: dict[str, pl.Series] = {"row": given.row}
    entries: list[pl.DataFrame] = []
    words: pl.Series | None = None
    for pair in found.pairs:
        item, header = source[pair.field], layout.header[pair.column] or source[pair.field].title
        values = given.kept[layout.columns[pair.column]]
        values, entry = spoiled(values, given.row, header, item, raw)
        entries += entry
        cleaned = clean(values, item, _factor(item, pair, found, default), given.plain if item.key == NUMBER else None)
        if item.type is FieldType.PLACE_CODE and VILLAGE in source.field_map:
            cleaned, words = split_place(values, cleaned)
        data[item.key] = cleaned.values
        for bad in cleaned.bad:
            shown = None if item.sensitive else values.gather(bad.at)
            entries.append(value_entries(given.row.gather(bad.at), header, bad.code, shown))
        entries += cell_errors(values, cleaned.values, given.row, header)
    _add_places(data, words)
    for item in source.fields:
        if item.key not in data:
            data[item.key] = pl.Series([None], dtype=item.type.dtype).new_from_index(0, len(given.row))
    # 读来的列分成许多块,算出的列只有一块:不合成一块,往后每一步都要整张重排
    return pl.DataFrame({name: data[name] for name in source.schema if name != "file"}).rechunk(), entries


def _add_places(data: dict[str, pl.Series], words: pl.Series | None) -> None:
    """地名去掉空白;村名补上代码列里夹着的地名 ``words``;没有单列的乡镇取村名里写明的。"""
    if words is not None:
        data[VILLAGE] = _first(data.get(VILLAGE), words)
    for key in (VILLAGE, TOWNSHIP):
        if key in data:
            data[key] = data[key].str.replace_all(r"\s+", "")
    if VILLAGE in data:
        data[TOWNSHIP] = _first(data.get(TOWNSHIP), township_of(data[VILLAGE]))


def _first(one: pl.Series | None, other: pl.Series) -> pl.Series:
    return other if one is None else one.zip_with(one.is_not_null(), other)


def _factor(item: Field, pair: Pair, found: Recognition, default: float | None) -> float:
    """表头的倍数:口径(年→月)× 金额单位;表头没写单位的看说明行里的「单位:万元」。"""
    if item.type is not FieldType.MONEY:
        return pair.factor
    own = found.headers[pair.column].money_factor
    return pair.factor * (own or default or 1.0)


def _without_subject(rows: pl.DataFrame, source: Source, label: str) -> tuple[pl.DataFrame, pl.DataFrame]:
    """去掉当事人全空的行;返回规范表(带 file)与去掉的 row、code。"""
    rows = rows.select(pl.lit(label).alias("file"), pl.all())
    none = pl.DataFrame(schema={"row": pl.Int64, "code": pl.String})
    if not source.subject:
        return rows, none
    empty = pl.all_horizontal(pl.col(source.subject).is_null())
    gone = rows.filter(empty)
    if gone.height == 0:
        return rows, none
    return rows.filter(~empty), gone.select("row", code=pl.lit("no_subject"))
