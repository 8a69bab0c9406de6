"""规则里能用的名称:事实与参数,各有类型、单位、层级。"""

import keyword
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal
from unicodedata import normalize

from jiuzhu.engine.errors import EngineError

Type = Literal["number", "bool", "text", "date"]
SymbolLevel = Literal["person", "household", "parameter"]
RuleLevel = Literal["person", "household"]

TYPE_TITLES: Mapping[str, str] = {"number": "数", "bool": "是否", "text": "文字", "date": "日期"}
CONSTANT_NAMES: Mapping[str, bool] = {"真": True, "假": False, "True": True, "False": False}


class SymbolError(EngineError):
    """事实或参数的名称不能写进规则。"""

    code = "symbol"


@dataclass(frozen=True)
class Symbol:
    """一个名称。

    ``unit`` 如 ``元`` ``元/月`` ``人`` ``比例``,无单位为空;``values`` 是文字事实的全部取值,
    给出时规则里的文字须在其中,不给则不查。
    """

    name: str
    type: Type
    unit: str = ""
    level: SymbolLevel = "household"
    values: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        usable = self.name.isidentifier() and not keyword.iskeyword(self.name)
        if not usable or normalize("NFKC", self.name) != self.name or self.name in CONSTANT_NAMES:
            raise SymbolError(
                f"名称“{self.name}”不能写进规则：只能用汉字、字母、数字和下划线，不能以数字开头，"
                "不能有括号、斜杠、空格或全角字母数字。请换个名称。",
                name=self.name,
            )


Symbols = Mapping[str, Symbol]


def symbols_of(items: Iterable[Symbol]) -> dict[str, Symbol]:
    """名称 → 符号;重名是错误。"""
    table: dict[str, Symbol] = {}
    for symbol in items:
        if symbol.name in table:
            raise SymbolError(f"名称“{symbol.name}”声明了两次，请改其中一个。", name=symbol.name)
        table[symbol.name] = symbol
    return table
