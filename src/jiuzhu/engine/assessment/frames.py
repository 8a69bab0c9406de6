"""内存里的事实表,与规则里的名称在表中的取值:列、参数、分地方的参数。"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import polars as pl

from jiuzhu.engine.facts import FactTables
from jiuzhu.engine.parameters import RURAL, URBAN, ParameterSet, PlacedValue
from jiuzhu.engine.warehouse import Warehouse

MEMBERS, PLACE, VILLAGE = "家庭人口数", "城乡", "village_code"
TOWNSHIP_DIGITS = 9
NOTHING = pl.lit(None, dtype=pl.Float64)


@dataclass(frozen=True)
class Frames:
    """人、户两张事实宽表,取在内存里;列同 ``FactTables``。"""

    persons: pl.DataFrame
    households: pl.DataFrame

    @classmethod
    def fetched(cls, warehouse: Warehouse, facts: FactTables) -> "Frames":
        return cls(warehouse.fetch(facts.persons), warehouse.fetch(facts.households))

    def living(self, names: Iterable[str]) -> pl.DataFrame:
        """在世的人:household, person, village_code,与 ``names`` 里人表有的列;人表没有的、“城乡”由户表并上。"""
        wanted, own = {*names, PLACE}, set(self.persons.columns)
        mine = sorted((wanted & own) - {"household", "person", VILLAGE})
        home = sorted((wanted & set(self.households.columns)) - own)
        keys = [name for name in ("household", "person", VILLAGE) if name in own]
        people = self.persons.lazy().filter(pl.col("在世")).select(*keys, *mine).collect()
        if not home:
            return people
        return people.join(self.households.select("household", *home), on="household", how="left")


def with_parameters(table: pl.DataFrame, parameters: ParameterSet, names: Iterable[str]) -> pl.DataFrame:
    """``names`` 里分地方的参数各加一列,每一行按它的“城乡”取值;不知城乡则未知。"""
    if PLACE not in table.columns:
        return table
    placed = {
        name: _placed(parameters[name])
        for name in sorted(set(names))
        if name in parameters.values and not parameters[name].uniform and name not in table.columns
    }
    return table.with_columns(**placed)


def _placed(value: PlacedValue) -> pl.Expr:
    urban, rural = (pl.lit(number, dtype=pl.Float64) for number in (value.urban, value.rural))
    place = pl.col(PLACE)
    base = urban if value.urban == value.rural else pl.when(place == URBAN).then(urban).when(place == RURAL).then(rural)
    if not value.townships:
        return base
    own = pl.col(VILLAGE).str.slice(0, TOWNSHIP_DIGITS)
    return pl.coalesce(own.replace_strict(value.townships, default=None, return_dtype=pl.Float64), base)


def resolver(parameters: ParameterSet, columns: Iterable[str]) -> Callable[[str], Any]:
    """名称是列就取列,否则是不分城乡的参数;分城乡而表里没有“城乡”,未知。"""
    own = frozenset(columns)

    def resolve(name: str) -> Any:
        if name in own:
            return pl.col(name)
        value = parameters[name]
        return value.urban if value.uniform else None

    return resolve


def facts_json(names: Iterable[str], parameters: ParameterSet, schema: pl.Schema) -> pl.Expr:
    """``{事实名: 值}`` 的 JSON 文本;未知为 null。"""
    resolve = resolver(parameters, schema.names())
    pieces: list[str | pl.Expr] = []
    before = "{"
    for name in names:
        value = resolve(name)
        before += f'"{name}": '
        if isinstance(value, pl.Expr):
            pieces += [before, _text(name, schema[name]).fill_null("null")]
            before = ", "
        else:
            before += ("null" if value is None else repr(float(value))) + ", "
    pieces.append(before.removesuffix(", ") + "}")
    return pl.concat_str(pl.lit(piece) if isinstance(piece, str) else piece for piece in pieces)


def _text(name: str, kind: pl.DataType) -> pl.Expr:
    column = pl.col(name)
    if kind.is_float():
        return column.map_batches(number_text, return_dtype=pl.String)
    text = column.cast(pl.String)
    return pl.concat_str(pl.lit('"'), text, pl.lit('"')) if kind == pl.String else text


def number_text(numbers: pl.Series) -> pl.Series:
    """数的最短写法,同 Python 的 ``repr``:polars 只有带指数的写得不同,很少,逐个写。"""
    size = numbers.abs()
    text, odd = numbers.cast(pl.String), ((size < 1e-4) & (size != 0)) | ~(size < 1e16)
    if not odd.any():
        return text
    return pl.Series(
        [repr(number) if rare else plain for plain, number, rare in zip(text, numbers, odd, strict=True)],
        dtype=pl.String,
    )
