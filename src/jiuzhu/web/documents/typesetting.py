"""排版：typst 模板加数据，得到 PDF（PDF/A-2u，便于归档）或 PNG。

同样的数据得到同样的字节：日期由数据给，不取当前时间。模板只读 ``papers`` 目录里的文件，数据只作文字，不作排版指令；
不联网，不用外部的包，不用系统字体。
"""

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import typst
from django.conf import settings

from .errors import PaperError

PAPERS = Path(__file__).parent / "papers"
NOWHERE = Path(__file__).parent / "papers" / "no-packages"
STANDARD = "a-2u"
# 县里买有公文字体的，把字体文件放进 HOME/fonts 就会用上；没有就用随平台的思源宋体、黑体
FACES = {
    "title": ("FZXiaoBiaoSong-B05S", "FZXiaoBiaoSong-B05", "Noto Serif SC"),
    "body": ("FangSong_GB2312", "FangSong", "STFangsong", "Noto Serif SC"),
    "heading": ("SimHei", "STHeiti", "Noto Sans SC"),
}
OWN = ("Noto Serif SC", "Noto Sans SC")
UNPRINTABLE = re.compile(r"the text `\"(.{1,40}?)\"` could not be displayed")


def compile_paper(file: str, data: Mapping[str, Any]) -> bytes:
    """排成 PDF。``data`` 须有 ``date``（``2026-11-22``）；其余随模板。

    排不出的字、缺的栏目都抛 ``PaperError``。
    """
    content = _compile(file, data, format="pdf", pdf_standards=[STANDARD])
    assert isinstance(content, bytes)
    return content


def compile_pages(file: str, data: Mapping[str, Any], *, ppi: float = 96) -> list[bytes]:
    """排成每页一张的 PNG，供预览。"""
    pages = _compile(file, data, format="png", ppi=ppi)
    return pages if isinstance(pages, list) else [pages]


def _compile(file: str, data: Mapping[str, Any], **options: Any) -> Any:
    fonts, faces = _fonts(_font_folders())
    inputs = {"data": json.dumps(data, ensure_ascii=False), "faces": json.dumps(faces)}
    day = datetime.fromisoformat(data["date"]).replace(tzinfo=UTC)
    compiler = typst.Compiler(root=PAPERS, font_paths=fonts, package_path=NOWHERE, package_cache_path=NOWHERE)
    try:
        return compiler.compile(PAPERS / file, sys_inputs=inputs, timestamp=day, **options)
    except typst.TypstError as error:
        raise _explained(file, error) from error


def _explained(file: str, error: typst.TypstError) -> PaperError:
    if found := UNPRINTABLE.search(error.message):
        return PaperError(
            f"“{found[1]}”里有现有字体印不出的字，文书没有生成。"
            "请管理员把含有这个字的字体文件（如公安人口信息专用字体）放进数据目录的 fonts 文件夹，再做一次。",
            code="paper_glyph",
        )
    # 排版程序的原话可能引用数据，只留出处，不留内容
    where = re.search(r"┌─ (\S+:\d+)", error.diagnostic)
    return PaperError(
        "文书没有排出来：模板与内容对不上。请告诉管理员这份文书的名称和时间。",
        code="paper_template",
        status=500,
        template=file,
        where=where[1] if where else "",
    )


def _font_folders() -> tuple[tuple[str, float], ...]:
    folders = [settings.FRONTEND_DIR / "fonts", settings.HOME / "fonts"]
    return tuple((str(folder), folder.stat().st_mtime) for folder in folders if folder.is_dir())


@cache
def _fonts(folders: tuple[tuple[str, float], ...]) -> tuple[typst.Fonts, dict[str, list[str]]]:
    """读一次字体，各次排版共用；文件夹有增减时重读。返回字体与各用途可用的字体名。"""
    fonts = typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[folder for folder, _ in folders]
    )
    families = fonts.families()
    if not set(OWN) <= set(families):
        raise PaperError(
            "没有找到排文书用的字体，文书排不出来。请管理员重新构建前端（make frontend），"
            "或把含 fonts 文件夹的前端目录用 JIUZHU_FRONTEND 指明，然后重启。",
            code="paper_fonts",
            status=503,
        )
    extra = [family for family in families if family not in {name for names in FACES.values() for name in names}]
    faces = {use: [name for name in (*names, *OWN, *extra) if name in families] for use, names in FACES.items()}
    return fonts, faces
