"""排版：typst 模板加数据，得到 PDF（PDF/A-2u，便于归档）或 PNG。

同样的数据得到同样的字节：日期由数据给，不取当前时间。模板只读 ``papers`` 目录里的文件，数据只作文字，不作排版指令；
不联网，不用外部的包，不用系统字体。
"""

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from django.conf import settings

from . import press
from .errors import PaperError
from .press import Job, PressError

# 县里买有公文字体的，把字体文件放进 HOME/fonts 就会用上；没有就用随平台的思源宋体、黑体
FACES = {
    "title": ("FZXiaoBiaoSong-B05S", "FZXiaoBiaoSong-B05", "Noto Serif SC"),
    "body": ("FangSong_GB2312", "FangSong", "STFangsong", "Noto Serif SC"),
    "heading": ("SimHei", "STHeiti", "Noto Sans SC"),
}
OWN = ("Noto Serif SC", "Noto Sans SC")
KNOWN = {name for names in FACES.values() for name in names}
UNPRINTABLE = re.compile(r"the text `\"(.{1,40}?)\"` could not be displayed")
PLAIN = ("list.typ",)  # 名单不加读屏标记：加了文件大十倍


def compile_paper(file: str, data: Mapping[str, Any]) -> bytes:
    """排成 PDF。``data`` 须有 ``date``（``2026-11-22``）；其余随模板。

    排不出的字、缺的栏目、没有字体都抛 ``PaperError``。
    """
    try:
        return press.pdf(_job(file, data))
    except PressError as error:
        raise _explained(file, error) from None  # 原话可能引用数据，不带进日志


def compile_pages(file: str, data: Mapping[str, Any], *, ppi: float = 96) -> list[bytes]:
    """排成每页一张的 PNG，供预览。"""
    try:
        return press.pages(_job(file, data), ppi)
    except PressError as error:
        raise _explained(file, error) from None


def _job(file: str, data: Mapping[str, Any]) -> Job:
    folders = [str(folder) for folder in (settings.FRONTEND_DIR / "fonts", settings.HOME / "fonts") if folder.is_dir()]
    return Job(
        file=file,
        data=json.dumps(data, ensure_ascii=False),
        faces=_faces(press.fonts_in(tuple(folders)).families()),
        folders=folders,
        timestamp=int(datetime.fromisoformat(data["date"]).replace(tzinfo=UTC).timestamp()),
        tagged=file not in PLAIN,
    )


def _faces(families: list[str]) -> dict[str, list[str]]:
    """各用途用哪些字体：先公文字体，再随平台的；县里另放的排在最后，补印不出的生僻字。"""
    if not set(OWN) <= set(families):
        raise PaperError(
            "没有找到排文书用的字体，文书排不出来。请管理员重新构建前端（make frontend），"
            "或把含 fonts 文件夹的前端目录用 JIUZHU_FRONTEND 指明，然后重启。",
            code="paper_fonts",
            status=503,
        )
    extra = [family for family in families if family not in KNOWN]
    return {use: [name for name in (*names, *OWN, *extra) if name in families] for use, names in FACES.items()}


def _explained(file: str, error: PressError) -> PaperError:
    if found := UNPRINTABLE.search(error.message):
        return PaperError(
            f"“{found[1]}”里有现有字体印不出的字，文书没有生成。"
            "请管理员把含有这个字的字体文件（如公安人口信息专用字体）放进数据目录的 fonts 文件夹，重启后再做一次。",
            code="paper_glyph",
        )
    return PaperError(
        "文书没有排出来：模板与内容对不上，或内容太多。请告诉管理员这份文书的名称和时间；名单可以先缩小范围，或导出表格。",
        code="paper_template",
        status=500,
        template=file,
        where=error.where,
    )
