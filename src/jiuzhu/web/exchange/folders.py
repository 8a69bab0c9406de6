"""数据文件夹：一个县的部门文件放在哪里，里面有什么。只看文件的名字、大小、时间，不读内容。"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from jiuzhu.engine.intake.folder import list_files
from jiuzhu.web.access.scope import Scope

from .errors import ExchangeError
from .models import ReceivedFile
from .models.batch import Channel

COUNTY = re.compile(r"[1-9][0-9]{5}")
DATABASES = (".db", ".sqlite", ".sqlite3")  # 由数据库连接来取，不当文件收
EVERYTHING = Scope.everything()


@dataclass(frozen=True)
class Found:
    """文件夹里的一个文件。``path`` 相对于数据文件夹，``label`` 相对于本县的文件夹。"""

    file: Path
    path: str
    label: str
    size: int
    changed: float
    stamp: str


def county_folder(division_code: str) -> Path:
    """这个县的部门文件放在哪里：数据文件夹里以六位县代码为名的子文件夹；没有子文件夹就用数据文件夹本身。

    抛 ``ExchangeError``：数据文件夹里直接放着的是别的县的（other_county）。
    """
    root = Path(settings.DATA_DIR)
    own = root / division_code[:6]
    if own.is_dir():
        return own
    others = ReceivedFile.objects.within(EVERYTHING).filter(channel=Channel.FOLDER)
    if any(not _in_subfolder(path) for path in _paths(others.exclude(division_code=division_code))):
        raise ExchangeError(
            f"数据文件夹 {root} 里是别的县的文件。请把本县各部门文件放进 {own}，再来收取。",
            code="other_county",
            status=409,
        )
    return root


def found_files(division_code: str) -> list[Found]:
    """现在有哪些文件，按位置排；别的县的子文件夹不看。没有这个文件夹即没有文件。"""
    root, folder = Path(settings.DATA_DIR), county_folder(division_code)
    if not folder.is_dir():
        return []
    out = []
    for file in list_files(folder):
        inner = file.relative_to(folder)
        if file.suffix.lower() in DATABASES:
            continue
        if folder == root and len(inner.parts) > 1 and COUNTY.fullmatch(inner.parts[0]):
            continue
        state = file.stat()
        out.append(
            Found(
                file,
                file.relative_to(root).as_posix(),
                inner.as_posix(),
                state.st_size,
                state.st_mtime,
                f"{state.st_size}:{state.st_mtime_ns}",
            )
        )
    return out


def is_present(path: Path) -> bool:
    """这个位置现在还有没有文件。"""
    return (Path(settings.DATA_DIR) / path).is_file()


def county_subfolders() -> list[str]:
    """数据文件夹里有哪些县的子文件夹，六位代码。"""
    root = Path(settings.DATA_DIR)
    return sorted(item.name for item in root.glob("*") if item.is_dir() and COUNTY.fullmatch(item.name))


def _in_subfolder(path: str) -> bool:
    head, slash, _ = path.partition("/")
    return bool(slash) and COUNTY.fullmatch(head) is not None


def _paths(rows: "object") -> Iterator[str]:
    yield from rows.values_list("path", flat=True)  # type: ignore[attr-defined]
