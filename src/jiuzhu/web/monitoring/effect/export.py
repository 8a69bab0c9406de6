"""成效的 XLSX：数字、分组、按月、各数的口径。金额与天数是数，拿去就能算。"""

import tempfile
from collections.abc import Iterable, Sequence
from typing import IO, Any

import xlsxwriter
from django.utils import timezone

from jiuzhu.web.ground.templatetags.ground import cn_time

from .charts import spoken as spoken_month
from .compute import Counts, Effect
from .definitions import ALL, DEFINITIONS, REFERENCE_HIT_RATE, REFERENCE_SOURCE
from .filters import Filters

GROUP_HEAD = (
    "名称",
    "预警",
    "派单",
    "办结",
    "已核实",
    "属实",
    "不属实",
    "命中率（%）",
    "核实属实率（%）",
    "一半不超过（天）",
    "九成不超过（天）",
)


def effect_file(effect: Effect, filters: Filters, *, where: str, spoken: str, by_title: str) -> IO[bytes]:
    """写在临时文件里，关上即删。"""
    file = tempfile.TemporaryFile()  # noqa: SIM115  交给应答去关
    book = xlsxwriter.Workbook(file, {"strings_to_formulas": False, "strings_to_urls": False})
    bold = book.add_format({"bold": True, "bg_color": "#eef2f6"})
    head = [
        ("地方", where),
        ("时间", filters.period),
        ("条件", spoken or "不限"),
        ("导出", cn_time(timezone.now())),
        ("参照命中率（%）", REFERENCE_HIT_RATE),
        ("参照的出处", REFERENCE_SOURCE),
    ]
    sheet(book, bold, "数字", ("名称", "数", "单位"), [*((a, b, "") for a, b in head), *figures(effect)], (26, 22, 8))
    sheet(book, bold, by_title, GROUP_HEAD, (group_line(row) for row in effect.groups), (22, *(12,) * 10))
    months = [(spoken_month(row["month"]), row["warned"], row["sent"], row["true"]) for row in effect.months]
    sheet(book, bold, "按月", ("月份", "预警", "派单", "属实"), months, (12, 10, 10, 10))
    meanings = [(item.title, item.unit, item.meaning) for item in ALL]
    sheet(book, bold, "口径", ("名称", "单位", "怎么算"), meanings, (22, 8, 100))
    book.close()
    file.seek(0)
    return file


def figures(effect: Effect) -> list[tuple[str, Any, str]]:
    """各数一行：名称、数、单位。"""
    total = effect.total
    found: dict[str, Any] = {name: getattr(total, name) for name in COUNTED} | {
        "unsent": total.unsent,
        "in_time": effect.in_time,
        "late": effect.late,
        "aided": effect.helped,
        "money": effect.money,
        "monthly": effect.monthly,
        "asked": effect.asked,
        "satisfied": effect.satisfied,
        "solved": effect.solved,
        "findings_true": effect.findings["true"],
        "saved": effect.findings["saved"],
        "granted": effect.findings["granted"],
        "recovered": effect.findings["recovered"],
    }
    lines = [(DEFINITIONS[code].title, found[code], DEFINITIONS[code].unit) for code in DEFINITIONS]
    return [*lines, *((f"其中{row.title}", row.households, "户") for row in effect.aided)]


COUNTED = ("warned", "sent", "ended", "verified", "true", "false", "hit_rate", "precision", "median_days", "p90_days")


def group_line(row: Counts) -> tuple[Any, ...]:
    """分组表的一行。"""
    return (row.name, *(getattr(row, name) for name in COUNTED))


def sheet(
    book: xlsxwriter.Workbook,
    bold: Any,
    title: str,
    head: Sequence[str],
    lines: Iterable[Sequence[Any]],
    widths: Sequence[int],
) -> None:
    """一张表：表头冻结，空值留空。"""
    page = book.add_worksheet(title)
    for column, width in enumerate(widths):
        page.set_column(column, column, width)
    page.write_row(0, 0, head, bold)
    for number, line in enumerate(lines, start=1):
        for column, cell in enumerate(line):
            if isinstance(cell, str):
                page.write_string(number, column, cell)
            elif cell is not None:
                page.write_number(number, column, float(cell))
    page.freeze_panes(1, 0)
