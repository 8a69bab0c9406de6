"""部门送来的一个文件,先看后收:里面有几张数据表、各像哪个来源、各列对应哪个字段;人看过、改过再收。

看的结果 :class:`Offer` 里带前若干行原样的样本,改了来源或列的对应,凭样本立刻能看到收成什么样(:func:`preview`),
不必重读整个文件。收(:func:`take`)与整个文件夹一起收时逐行逐值相同。
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import polars as pl

from jiuzhu.engine.catalog import Catalog, Guess, Recognition, Source, recognise
from jiuzhu.engine.catalog.model import FieldType
from jiuzhu.engine.catalog.recognise import recognise_as
from jiuzhu.engine.intake.errors import IntakeError, file_error, issue
from jiuzhu.engine.intake.folder import NOTE_SHEET, open_data
from jiuzhu.engine.intake.header import Layout, find_header
from jiuzhu.engine.intake.raw import SAMPLE_ROWS, Merge, RawFile, RawTable
from jiuzhu.engine.intake.table import Chosen, TableResult, failed, take_table

from .batches import BatchIntake, batch_of

DATED = frozenset({FieldType.DATE, FieldType.MONTH})


@dataclass(frozen=True)
class ColumnGuess:
    """一列:原样表头、对应的字段(空文字为没有对应)、怎样对上的(exact similar content chosen,没对应的为空文字)。"""

    header: str
    field: str
    how: str


@dataclass(frozen=True)
class Offer:
    """一张数据表看过的结果。``source`` 为空文字是没有认出;``problem`` 为 unknown、ambiguous、no_header 或空文字。

    ``rows`` 是表头以下的行数;``sample`` 是可存成 JSON 的前若干行,交给 :func:`preview`。
    """

    sheet: str
    encoding: str
    rows: int
    source: str
    problem: str
    columns: tuple[ColumnGuess, ...]
    guesses: tuple[Guess, ...]
    sample: Mapping[str, Any]


@dataclass(frozen=True)
class Opened:
    """打开的一个文件:各张要收的表,与没有读的说明表、隐藏表(``notes``:代码与说明)。"""

    tables: tuple[RawTable, ...]
    notes: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Preview:
    """样本收成的样子。``error`` 不空是按这样的来源与列收不了。"""

    result: TableResult
    columns: tuple[ColumnGuess, ...]
    missing: tuple[str, ...] = ()
    error: str = ""
    header: tuple[str, ...] = field(default=())


def open_offer(data: bytes, label: str, catalog: Catalog) -> Opened:
    """打开文件的内容,挑出要收的表:有认得出的,别的表不收;一张也认不出的,只留最大的一张给人看。

    错误:file 级的 :class:`IntakeError`。
    """
    raw = open_data(data, label)
    if not raw.tables:
        raise file_error("no_table")
    known = [table for table in raw.tables if _source_key(table, catalog)]
    kept = [table for table in known if table.frame.height > 1] or known[:1]
    if not kept:
        kept = [max(raw.tables, key=lambda table: (not NOTE_SHEET.search(table.sheet or ""), table.frame.height))]
    return Opened(tuple(kept), tuple(_notes(raw, kept)))


def look(table: RawTable, catalog: Catalog, *, source: str = "", mapping: Mapping[str, str] | None = None) -> Offer:
    """看一张表:认来源、对列、留样。``source`` 给了就不再认,``mapping`` 同 :func:`take`。"""
    try:
        layout = find_header(table, catalog, mapping or ())
    except IntakeError as error:
        return Offer(table.sheet or "", table.encoding, 0, "", error.code, (), (), {})
    found = _recognised(table, layout, catalog, source, mapping)
    problem = (found.problem or "") if layout.certain else "no_header"
    return Offer(
        sheet=table.sheet or "",
        encoding=table.encoding,
        rows=max(0, table.frame.height - layout.start),
        source=found.source.key if found.source else "",
        problem=problem,
        columns=_columns(layout, found),
        guesses=found.guesses,
        sample=_sample(table, layout.start + SAMPLE_ROWS),
    )


def preview(
    sample: Mapping[str, Any], catalog: Catalog, *, source: str, mapping: Mapping[str, str] | None = None
) -> Preview:
    """样本按这个来源、这样的列收成什么样;行数只是样本里的。"""
    table = _table(sample)
    layout = find_header(table, catalog, mapping or ())
    found = _recognised(table, layout, catalog, source, mapping)
    columns = _columns(layout, found)
    missing = tuple(found.missing) if found.source else ()
    chosen = Chosen(catalog[source], mapping or {})
    try:
        result = take_table(_table(sample), catalog, chosen)
    except IntakeError as error:
        result = failed(table.label, error, table.encoding)
        return Preview(result, columns, error=error.message, header=tuple(layout.header))
    return Preview(result, columns, missing=missing, header=tuple(layout.header))


def take(
    table: RawTable, catalog: Catalog, *, label: str, source: str, mapping: Mapping[str, str] | None = None
) -> BatchIntake:
    """收一张表;``label`` 是结果里的文件名,``mapping`` 是人改正过的列(原样表头 → 字段,空文字为不用)。

    错误:按这样的来源与列收不了时 :class:`IntakeError`。收完 ``table`` 里的行即清空。
    """
    table.label = label
    return batch_of(take_table(table, catalog, Chosen(catalog[source], mapping or {})))


def newest_date(rows: pl.DataFrame, source: Source, *, today: date) -> date | None:
    """规范表里不晚于 ``today`` 的最晚的日期:数据到哪一天。没有日期的来源为空。"""
    days = [
        day
        for item in source.fields
        if item.type in DATED and item.key in rows.columns
        for day in [rows[item.key].filter(rows[item.key] <= today).max()]
        if isinstance(day, date)
    ]
    return max(days, default=None)


def _recognised(
    table: RawTable, layout: Layout, catalog: Catalog, source: str, mapping: Mapping[str, str] | None
) -> Recognition:
    sample = table.frame.slice(layout.start, SAMPLE_ROWS)
    columns = [sample[name].to_list() for name in layout.columns]
    if source:
        return recognise_as(catalog[source], layout.header, catalog, columns, mapping)
    return recognise(layout.header, catalog, columns, layout.titles)


def _source_key(table: RawTable, catalog: Catalog) -> str:
    try:
        layout = find_header(table, catalog)
    except IntakeError:
        return ""
    found = _recognised(table, layout, catalog, "", None)
    return found.source.key if found.source else ""


def _columns(layout: Layout, found: Recognition) -> tuple[ColumnGuess, ...]:
    pairs = {pair.column: pair for pair in found.pairs}
    return tuple(
        ColumnGuess(text, pairs[at].field if at in pairs else "", pairs[at].how if at in pairs else "")
        for at, text in enumerate(layout.header)
        if text
    )


def _notes(raw: RawFile, kept: list[RawTable]) -> Iterable[tuple[str, str]]:
    spare = [table.sheet or "" for table in raw.tables if all(table is not item for item in kept)]
    for code, names in (("notes_sheet", [*raw.notes, *spare]), ("hidden_sheet", raw.hidden)):
        for name in names:
            yield code, issue(code).text(f"「{name}」")


def _sample(table: RawTable, height: int) -> dict[str, Any]:
    head = table.frame.head(height)
    return {
        "label": table.label,
        "encoding": table.encoding,
        "rows": [list(row) for row in head.rows()],
        "names": head.columns,
        "header": table.header,
        "strict_width": table.strict_width,
        "lost": table.lost.head(1000).to_list(),
        "merges": [list(merge) for merge in table.merges if merge.top < height],
        "sheet": table.sheet,
    }


def _table(sample: Mapping[str, Any]) -> RawTable:
    schema = dict.fromkeys(sample["names"], pl.String)
    frame = pl.DataFrame(sample["rows"], schema=schema, orient="row")
    return RawTable(
        label=sample["label"],
        encoding=sample["encoding"],
        frame=frame,
        header=sample["header"],
        strict_width=sample["strict_width"],
        lost=pl.Series(sample["lost"], dtype=pl.String),
        merges=[Merge(column, top, min(end, frame.height - 1)) for column, top, end in sample["merges"]],
        sheet=sample["sheet"],
    )
