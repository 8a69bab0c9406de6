"""名单导出为 XLSX：表头中文，代码是文字，开头像公式的仍是文字；另有一页“说明”写明谁、何时、什么条件。

导出由调用方记审计。浏览器里另存的 CSV（``frontend/src/export.js``）对像公式的文字加撇号，这里用“文字”格式，意思相同。
"""

import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import xlsxwriter
from django.utils import timezone

from jiuzhu.web.audit.actor import Actor
from jiuzhu.web.ground.templatetags.ground import cn_time

from .errors import PaperError

MAX_ROWS = 1_048_575
MAX_CELL = 32_767
FORMULA = ("=", "+", "-", "@", "\t", "\r")
CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LOOKS = {
    "text": {"num_format": "@"},
    "quoted": {"num_format": "@", "quote_prefix": True},
    "number": {"num_format": "#,##0"},
    "decimal": {"num_format": "#,##0.00"},
    "date": {"num_format": 'yyyy"年"m"月"d"日"', "align": "left"},
    "time": {"num_format": 'yyyy"年"m"月"d"日" hh:mm', "align": "left"},
    "head": {"bold": True, "bg_color": "#F0F3F7", "border": 1, "border_color": "#C8D1DC", "align": "center"},
    "title": {"bold": True, "font_size": 14},
    "label": {"font_color": "#5B6776"},
}


@dataclass(frozen=True)
class Column:
    """一栏：标题与宽度（字符数）。"""

    title: str
    width: float = 14


def write_sheet(
    *,
    columns: Sequence[Column],
    rows: Iterable[Sequence[Any]],
    title: str,
    actor: Actor,
    filters: Mapping[str, str] | None = None,
    now: datetime | None = None,
) -> bytes:
    """一张名单。``rows`` 可以是逐行取的；文字按文字写，数、金额、日期按各自的格式，空值留空，是非写“是”“否”。

    ``filters`` 是筛选条件（名目与中文值），写进“说明”。超过表格软件的行数时抛 ``PaperError``，请先缩小范围。
    """
    out = io.BytesIO()
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "in_memory": True}
    with xlsxwriter.Workbook(out, options) as book:
        now = now or timezone.now()
        book.set_properties(
            {"title": title, "author": actor.name, "created": timezone.localtime(now).replace(tzinfo=None)}
        )
        looks = {name: book.add_format(look) for name, look in LOOKS.items()}
        count = _list(book, looks, columns, rows, title)
        _note(book, looks, title, actor, now, {**(filters or {}), "行数": f"{count:,}"})
    return out.getvalue()


def _list(
    book: xlsxwriter.Workbook,
    looks: Mapping[str, Any],
    columns: Sequence[Column],
    rows: Iterable[Sequence[Any]],
    title: str,
) -> int:
    sheet = book.add_worksheet(_sheet_name(title))
    sheet.freeze_panes(1, 0)
    sheet.repeat_rows(0)
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.set_footer("&C第 &P 页　共 &N 页")
    for index, column in enumerate(columns):
        sheet.set_column(index, index, column.width)
        sheet.write_string(0, index, column.title, looks["head"])
    count = 0
    for count, row in enumerate(rows, 1):
        if count > MAX_ROWS:
            raise PaperError("名单超过一百万行，一张表放不下，没有导出。请加上筛选条件分几次导出。", code="sheet_rows")
        for index, value in enumerate(row):
            _cell(sheet, count, index, value, looks)
    sheet.autofilter(0, 0, max(count, 1), len(columns) - 1)
    return count


def _cell(sheet: Any, row: int, column: int, value: Any, looks: Mapping[str, Any]) -> None:
    match value:
        case None | "":
            return
        case bool():
            sheet.write_string(row, column, "是" if value else "否", looks["text"])
        case int() if abs(value) < 10**15:
            sheet.write_number(row, column, value, looks["number"])
        case Decimal() | float():
            sheet.write_number(row, column, float(value), looks["decimal"])
        case datetime():
            local = timezone.localtime(value) if timezone.is_aware(value) else value
            sheet.write_datetime(row, column, local.replace(tzinfo=None), looks["time"])
        case date():
            sheet.write_datetime(row, column, datetime(value.year, value.month, value.day), looks["date"])  # noqa: DTZ001
        case _:
            text = str(value)[:MAX_CELL]
            sheet.write_string(row, column, text, looks["quoted" if text.startswith(FORMULA) else "text"])


def _note(
    book: xlsxwriter.Workbook,
    looks: Mapping[str, Any],
    title: str,
    actor: Actor,
    now: datetime,
    more: Mapping[str, str],
) -> None:
    sheet = book.add_worksheet("说明")
    sheet.set_column(0, 0, 16)
    sheet.set_column(1, 1, 60)
    sheet.write_string(0, 0, title, looks["title"])
    facts = {"导出人": actor.name, "单位": actor.organisation, "岗位": actor.post, "导出时间": cn_time(now), **more}
    for row, (name, value) in enumerate(facts.items(), 2):
        sheet.write_string(row, 0, name, looks["label"])
        sheet.write_string(row, 1, value or "—", looks["quoted" if value.startswith(FORMULA) else "text"])
    sheet.write_string(
        len(facts) + 3, 0, "本表含个人信息，只供办理业务使用，用完删除，不得外传。导出已有记录。", looks["label"]
    )


def _sheet_name(title: str) -> str:
    return "".join(letter for letter in title if letter not in "[]:*?/\\'")[:31] or "名单"
