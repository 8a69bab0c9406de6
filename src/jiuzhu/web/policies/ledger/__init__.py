"""政策一本账：读手册里的救助项目，写成给人看的话。引擎载入较慢，用到时才载入。"""

from datetime import date
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .reading import Entry, Page


def entries(folder: Path) -> tuple["Entry", ...]:
    """全部项目，按手册的次序。"""
    found: tuple[Entry, ...] = import_module(f"{__package__}.reading").entries(folder)
    return found


def programme_page(folder: Path, code: str, day: date) -> "Page | None":
    """一个项目的全部要素，标准按 ``day`` 那天的；没有则为空。"""
    found: Page | None = import_module(f"{__package__}.reading").programme_page(folder, code, day)
    return found
