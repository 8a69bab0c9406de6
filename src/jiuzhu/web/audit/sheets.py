"""审计名单的表格文件：XLSX、CSV。逐行写出，十万行也不占内存。"""

import csv
import tempfile
from collections.abc import Iterable, Iterator
from typing import IO

import xlsxwriter
from django.utils import timezone

from .models import Entry

HEADER = ("编号", "时间", "办事人", "岗位", "单位", "动作", "对象种类", "对象", "对象编号", "事由", "来访地址")
WIDTHS = (12, 20, 12, 14, 24, 18, 12, 30, 14, 30, 16)
RISKY = ("=", "+", "-", "@", "\t", "\r")


def line(entry: Entry) -> tuple[str, ...]:
    """一行，都作文字。"""
    return (
        entry.number,
        f"{timezone.localtime(entry.at):%Y-%m-%d %H:%M:%S}",
        entry.actor_name,
        entry.post,
        entry.organisation,
        entry.action_title,
        entry.subject_title,
        entry.subject_label,
        entry.subject_key,
        entry.reason,
        entry.address,
    )


class _Echo:
    """``csv`` 写给它，它原样交回。"""

    def write(self, text: str) -> str:
        return text


def csv_lines(entries: Iterable[Entry]) -> Iterator[str]:
    """带 BOM 的 CSV，表格软件直接打得开；像公式的字前面加一撇，打开时不会被执行。"""
    writer = csv.writer(_Echo())
    yield "\ufeff" + writer.writerow(HEADER)
    for entry in entries:
        yield writer.writerow([f"'{cell}" if cell.startswith(RISKY) else cell for cell in line(entry)])


def xlsx_file(entries: Iterable[Entry]) -> IO[bytes]:
    """XLSX，写在临时文件里，关上即删。"""
    file = tempfile.TemporaryFile()  # noqa: SIM115  交给应答去关
    book = xlsxwriter.Workbook(file, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    sheet = book.add_worksheet("审计记录")
    bold = book.add_format({"bold": True, "bg_color": "#eef2f6"})
    for column, (title, width) in enumerate(zip(HEADER, WIDTHS, strict=True)):
        sheet.set_column(column, column, width)
        sheet.write_string(0, column, title, bold)
    for row, entry in enumerate(entries, start=1):
        for column, cell in enumerate(line(entry)):
            sheet.write_string(row, column, cell)
    sheet.freeze_panes(1, 0)
    book.close()
    file.seek(0)
    return file
