"""确认页要显示的：各列怎样对、样例（遮挡）、收下来的样子、问题。"""

import json
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from jiuzhu.engine.catalog import Field
from jiuzhu.engine.catalog.model import FieldType
from jiuzhu.engine.offers import Preview, newest_date
from jiuzhu.web.ground.masking import mask_account, mask_address, mask_id_number, mask_name, mask_phone
from jiuzhu.web.ground.templatetags.ground import cn_date

from .models import Batch
from .sources import catalog

ROWS, FAULTS, SAMPLES = 6, 10, 3
MASKS = {
    FieldType.NAME: mask_name,
    FieldType.ID_NUMBER: mask_id_number,
    FieldType.PHONE: mask_phone,
    FieldType.ACCOUNT: mask_account,
    FieldType.ADDRESS: mask_address,
}
HOW = {
    "exact": "表头一致",
    "similar": "表头相近，请核对",
    "content": "看内容认的，请核对",
    "chosen": "人定的",
    "": "不认得，没有用",
}


@dataclass(frozen=True)
class ColumnLine:
    """一列：表头、样例、对应的字段、怎样对上的。"""

    at: int
    header: str
    samples: tuple[str, ...]
    field: str
    how: str

    @property
    def how_label(self) -> str:
        """怎样对上的，中文。"""
        return "指定不用" if self.how == "dropped" else HOW[self.how]

    @property
    def is_sure(self) -> bool:
        """不必再看的。"""
        return self.how in ("exact", "chosen", "dropped")


def column_lines(batch: Batch, found: Preview) -> list[ColumnLine]:
    """确认页的对应表。样例一律遮挡：对上字段的按字段，没对上的按样子。"""
    fields = catalog()[batch.source].field_map if batch.source else {}
    values = _raw_values(batch)
    out = []
    for at, column in enumerate(found.columns):
        item = fields.get(column.field)
        samples = [_masked(text, item) for text in values.get(column.header, [])[:SAMPLES]]
        how = "dropped" if not column.field and column.header in batch.mapping else column.how
        out.append(ColumnLine(at, column.header, tuple(samples), column.field, how))
    return out


def preview_rows(batch: Batch, found: Preview) -> tuple[list[str], list[list[str]]]:
    """收下来的前几行：字段名称与遮挡后的值。"""
    rows = found.result.rows
    if rows is None or not batch.source:
        return [], []
    fields = [item for item in catalog()[batch.source].fields if item.key in {c.field for c in found.columns}]
    shown = rows.head(ROWS).select([item.key for item in fields])
    return [item.title for item in fields], [
        [_shown(value, item) for value, item in zip(row, fields, strict=True)] for row in shown.iter_rows()
    ]


def preview_faults(found: Preview) -> list[dict[str, Any]]:
    """样本里最先遇到的问题：第几行、哪一列、为什么。"""
    frames = [frame for frame in found.result.quarantine if frame.height]
    if not frames:
        return []
    rows = pl.concat([frame.select("row", "column", "reason") for frame in frames]).sort("row", maintain_order=True)
    return rows.head(FAULTS).to_dicts()


def preview_counts(found: Preview) -> dict[str, int]:
    """样本的行数：读入 接受 隔离 忽略。"""
    result = found.result
    ignored = sum(frame.filter(pl.col("row") > 0).height for frame in result.ignored)
    return {
        "read": result.rows_read,
        "accepted": result.accepted,
        "quarantined": result.rows_read - result.accepted - ignored,
        "ignored": ignored,
    }


def proposed_date(batch: Batch, found: Preview, today: date) -> date | None:
    """从样本看，数据到哪一天。"""
    if found.result.rows is None or not batch.source:
        return None
    return newest_date(found.result.rows, catalog()[batch.source], today=today)


def missing_titles(batch: Batch, found: Preview) -> list[str]:
    """必需而没有的列。"""
    return [catalog()[batch.source][key].title for key in found.missing] if batch.source else []


def field_choices(source: str) -> list[tuple[str, str]]:
    """一列可以对应的字段；必需的标明。"""
    fields = catalog()[source].fields if source in catalog().sources else ()
    named = [(item.key, f"{item.title}（必需）" if item.required else item.title) for item in fields]
    return [("", "不用这一列"), *named]


def _raw_values(batch: Batch) -> dict[str, list[str]]:
    """样本里每列前几个不空的值，按表头。"""

    if not batch.sample:
        return {}
    sample = json.loads(str(batch.sample))
    headers = [column["header"] for column in batch.columns]
    rows = sample["rows"]
    if sample["header"] is not None:
        names, start = [str(text) for text in sample["header"]], 0
    else:
        start = next((at + 1 for at, row in enumerate(rows) if _is_header(row, headers)), 1)
        names = [str(cell or "").strip() for cell in rows[start - 1]] if rows else []
    out: dict[str, list[str]] = {}
    for at, name in enumerate(names):
        out.setdefault(name, [str(row[at]) for row in rows[start : start + 40] if at < len(row) and row[at]])
    return out


def _is_header(row: list[str | None], headers: list[str]) -> bool:
    cells = {str(cell or "").strip() for cell in row}
    return len(cells & set(headers)) * 2 > len(headers)


def _masked(text: str, item: Field | None) -> str:
    value = text.strip()[:40]
    if item is not None and item.type in MASKS:
        return MASKS[item.type](value)
    if item is not None and not item.sensitive:
        return value
    return value[:1] + "*" * min(len(value) - 1, 12)  # 不知道是什么的，只露第一个字


def _shown(value: Any, item: Field) -> str:
    if value is None:
        return "—"
    if item.type in MASKS:
        return MASKS[item.type](str(value))
    if isinstance(value, date):
        return f"{value.year}年{value.month}月" if item.type is FieldType.MONTH else cn_date(value)
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float):
        return f"{value:,.2f}" if item.type is FieldType.MONEY else f"{value:,.2f}".rstrip("0").rstrip(".")
    return str(value)[:40]
