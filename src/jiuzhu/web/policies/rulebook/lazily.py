"""查错、比较要用引擎，载入较慢：用到时才载入，网页进程平时不背它。"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from . import checking, differences
else:

    class _Lazily:
        """第一次取里面的东西时才载入模块。"""

        def __init__(self, name: str) -> None:
            self.name = name

        def __getattr__(self, attribute: str) -> Any:
            return getattr(import_module(f"{__package__}.{self.name}"), attribute)

    checking = _Lazily("checking")
    differences = _Lazily("differences")

__all__ = ["checking", "differences"]
