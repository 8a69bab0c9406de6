"""数据目录的形状:目录、来源、字段。"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, cached_property
from typing import Any

import polars as pl

from jiuzhu.engine.errors import EngineError

from .headers import normalise_word

_normal = cache(normalise_word)  # 只用于目录自己的词,有限


class CatalogError(EngineError):
    """目录文件写错了:说明哪个文件、哪个字段、怎么改。"""

    code = "catalog_error"


class FieldType(StrEnum):
    """字段类型,决定怎样清洗、规范表里是什么列型。"""

    TEXT = "text"
    NAME = "name"
    ID_NUMBER = "id_number"
    DATE = "date"
    MONTH = "month"
    YEAR = "year"
    MONEY = "money"
    NUMBER = "number"
    INTEGER = "integer"
    YES_NO = "yes_no"
    CODE = "code"
    PHONE = "phone"
    ACCOUNT = "account"
    ADDRESS = "address"
    PLACE_CODE = "place_code"

    @property
    def label(self) -> str:
        """给人看的类型名。"""
        return _TYPE_LABELS[self]

    @property
    def dtype(self) -> pl.DataType:
        """规范表里的列型;月份以当月 1 日表示。"""
        return _DTYPES.get(self, pl.String())


_TYPE_LABELS = {
    FieldType.TEXT: "文字",
    FieldType.NAME: "姓名",
    FieldType.ID_NUMBER: "证件号码",
    FieldType.DATE: "日期",
    FieldType.MONTH: "年月",
    FieldType.YEAR: "年度",
    FieldType.MONEY: "金额",
    FieldType.NUMBER: "数值",
    FieldType.INTEGER: "整数",
    FieldType.YES_NO: "是否",
    FieldType.CODE: "代码",
    FieldType.PHONE: "电话",
    FieldType.ACCOUNT: "账号",
    FieldType.ADDRESS: "地址",
    FieldType.PLACE_CODE: "区划代码",
}
_DTYPES: dict[FieldType, pl.DataType] = {
    FieldType.DATE: pl.Date(),
    FieldType.MONTH: pl.Date(),
    FieldType.YEAR: pl.Int32(),
    FieldType.MONEY: pl.Float64(),
    FieldType.NUMBER: pl.Float64(),
    FieldType.INTEGER: pl.Int64(),
    FieldType.YES_NO: pl.Boolean(),
}


@dataclass(frozen=True, slots=True)
class Word:
    """一个表头词在某来源里的所指:字段与换算倍数。"""

    field: str
    factor: float


@dataclass(frozen=True, slots=True)
class Field:
    """一个字段。

    ``headers`` 是见过的表头写法(含标题);``scaled`` 是口径不同的表头及其换算倍数(如「年收入」记在按月的字段里是 1/12);
    ``codes`` 是「写法 → 规范写法」;``closed`` 为真时代码表之外的值不可用。``substitute`` 是能代替它的字段:
    有那一列就不算缺这一列(村名代替村居代码)。
    """

    key: str
    title: str
    type: FieldType
    headers: tuple[str, ...]
    unit: str | None = None
    required: bool = False
    sensitive: bool = False
    closed: bool = False
    scaled: Mapping[str, float] | None = None
    codes: Mapping[str, str] | None = None
    substitute: str | None = None

    def spellings(self) -> Iterator[tuple[str, float]]:
        """(归一后的表头词, 换算倍数),先本口径,后不同口径。"""
        for header in self.headers:
            yield _normal(header), 1.0
        for header, factor in (self.scaled or {}).items():
            yield _normal(header), factor

    @property
    def canonical_codes(self) -> tuple[str, ...]:
        """规范写法,按目录里的先后。"""
        return tuple(dict.fromkeys((self.codes or {}).values()))


@dataclass(frozen=True)
class Source:
    """一个来源:一个部门交来的一类表。``kind`` 为 population(对象名单)或 data(核对数据)。"""

    key: str
    department: str
    title: str
    kind: str
    frequency: str
    fields: tuple[Field, ...]
    hints: tuple[str, ...] = ()

    @cached_property
    def field_map(self) -> dict[str, Field]:
        """字段 key → 字段。"""
        return {field.key: field for field in self.fields}

    def __getitem__(self, key: str) -> Field:
        return self.field_map[key]

    @cached_property
    def subject(self) -> tuple[str, ...]:
        """当事人字段(name、id_number 中有的);两者皆空的行无法对应到人。"""
        return tuple(key for key in ("name", "id_number") if key in self.field_map)

    def missing(self, known: Collection[str]) -> list[Field]:
        """必需、而 ``known``(已有的字段 key)里没有也没有代替的字段。"""
        return [
            field
            for field in self.fields
            if field.required and field.key not in known and field.substitute not in known
        ]

    @cached_property
    def schema(self) -> pl.Schema:
        """规范表的列:file、row,再加全部字段。"""
        columns: dict[str, Any] = {"file": pl.String(), "row": pl.Int64()}
        columns.update({field.key: field.type.dtype for field in self.fields})
        return pl.Schema(columns)


@dataclass(frozen=True)
class Catalog:
    """全部来源,按 key 排序。"""

    sources: Mapping[str, Source]

    @cached_property
    def words(self) -> dict[str, dict[str, Word]]:
        """归一后的表头词 → {来源 key: 指向哪个字段}。同一来源里先写的字段优先。"""
        index: dict[str, dict[str, Word]] = {}
        for source in self:
            for field in source.fields:
                for text, factor in field.spellings():
                    index.setdefault(text, {}).setdefault(source.key, Word(field.key, factor))
        return index

    def __getitem__(self, key: str) -> Source:
        return self.sources[key]

    def __iter__(self) -> Iterator[Source]:
        return iter(self.sources.values())

    def __len__(self) -> int:
        return len(self.sources)
