"""全部住户 × 全部救助项目的结论,一列列算出。

先得户、人两张表,每个项目两列:``代码`` 结论(未知为空)、``代码__held`` 是否已在享受,连同各条条件的结论。
要宽表的(``answers``)另给 ``代码__amount`` 金额、``代码__unknown`` 哪几条条件无法判断(二进制位),
末列 ``__nulls`` 是哪些事实未知(二进制位);两个数合起来就知道缺什么。
与 ``entitlement`` 的逐户求值同一套规则,测试保证两者相同。
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import reduce
from operator import add, and_
from typing import Any

import polars as pl

from jiuzhu.engine.assessment.frames import PLACE, VILLAGE, Frames, resolver, with_parameters
from jiuzhu.engine.assessment.programmes import Level, Programme, ProgrammeBook
from jiuzhu.engine.parameters import ParameterSet
from jiuzhu.engine.rules import Rule, compile_polars

AMOUNT, UNKNOWN, HELD, NULLS = "__amount", "__unknown", "__held", "__nulls"
NO_BITS = pl.lit(0, dtype=pl.Int64)
KEYS: dict[Level, tuple[str, ...]] = {
    "household": ("household", VILLAGE),
    "person": ("household", "person", VILLAGE),
}


@dataclass(frozen=True)
class Answers:
    """两张宽表:``households`` 有 household、village_code,``persons`` 另有 person。"""

    households: pl.DataFrame
    persons: pl.DataFrame


@dataclass(frozen=True)
class Decided:
    """一级(户、人)的结论:``table`` 有键、规则用到的事实与参数、各项目的结论与是否已享受;``conditions``:规则 → 它的结论列。"""

    level: Level
    table: pl.DataFrame
    conditions: dict[Rule, str]


@dataclass(frozen=True)
class Sweep:
    """一部手册的救助项目在某一天的用法。``masks`` 为假时宽表不给 ``__unknown``、``__nulls`` 两种列。"""

    book: ProgrammeBook
    parameters: ParameterSet
    masks: bool = True

    def answers(self, frames: Frames) -> Answers:
        """全部项目的结论,宽表。"""
        decided = self.decided(frames)
        return Answers(self._wide(decided["household"]), self._wide(decided["person"]))

    def decided(self, frames: Frames) -> dict[Level, Decided]:
        homes = self._decided(frames.households, "household")
        return {"household": homes, "person": self._decided(self._living(frames, homes.table), "person")}

    def inputs(self, rule: Rule) -> tuple[str, ...]:
        """规则用到的事实与问题;分地方的参数算作“城乡”,不分的不算。"""
        found: dict[str, None] = {}
        for name in rule.names:
            if name not in self.parameters.values:
                found[name] = None
            elif not self.parameters[name].uniform:
                found[PLACE] = None
        return tuple(found)

    def nullable(self, level: Level) -> tuple[str, ...]:
        """``__nulls`` 每一位对应的名称:这一级项目的条件用到的全部名称。"""
        names = {name for item in self.book.at(level) for c in item.conditions for name in self.inputs(c.rule)}
        return tuple(sorted(names))

    def amount(self, item: Programme, decided: Decided) -> pl.Expr:
        """符合的人的金额,其余为空。"""
        nothing = pl.lit(None, dtype=pl.Float64)
        if item.amount is None:
            return nothing
        return (
            pl.when(item.code).then(compile_polars(item.amount.tree, self._resolver(decided.table))).otherwise(nothing)
        )

    def unknown(self, item: Programme, decided: Decided) -> pl.Expr:
        """哪几条条件无法判断。"""
        return _mask([pl.col(decided.conditions[c.rule]).is_null() for c in item.conditions])

    def nulls(self, decided: Decided) -> pl.Expr:
        """哪些名称未知,位次见 ``nullable``。"""
        values = map(self._resolver(decided.table), self.nullable(decided.level))
        return _mask([value.is_null() if isinstance(value, pl.Expr) else pl.lit(value is None) for value in values])

    def _living(self, frames: Frames, homes: pl.DataFrame) -> pl.DataFrame:
        """在世的人,并上人级规则要用的户级事实、户级项目的结论。"""
        names = {name for item in self.book.at("person") for rule in item.rules for name in rule.names}
        living = frames.living(names)
        exposed = [item.exposes for item in self.book.at("household") if item.exposes in names]
        if not exposed:
            return living
        return living.join(homes.select("household", *exposed), on="household", how="left", maintain_order="left")

    def _decided(self, table: pl.DataFrame, level: Level) -> Decided:
        """一批批算:引用别的项目结论的,等那个项目先有结论。"""
        programmes = self.book.at(level)
        needed = {name for item in programmes for rule in item.rules for name in rule.names}
        narrow = table.select(*KEYS[level], *sorted({*needed, PLACE} & set(table.columns)))
        table = with_parameters(narrow, self.parameters, needed)
        conditions: dict[Rule, str] = {}
        for batch in _batches(programmes):
            resolve = self._resolver(table)
            fresh = dict.fromkeys(c.rule for item in batch for c in item.conditions if c.rule not in conditions)
            conditions |= {rule: f"?{number}" for number, rule in enumerate(fresh, len(conditions))}
            table = table.with_columns(compile_polars(rule.tree, resolve).alias(conditions[rule]) for rule in fresh)
            told = [
                column
                for item in batch
                for column in (
                    _all(pl.col(conditions[c.rule]) for c in item.conditions).alias(item.code),
                    _held(item, resolve),
                )
            ]
            table = table.with_columns(told).with_columns(
                pl.col(item.code).alias(item.exposes) for item in batch if item.exposes
            )
        return Decided(level, table, conditions)

    def _wide(self, decided: Decided) -> pl.DataFrame:
        columns: list[Any] = list(KEYS[decided.level])
        for item in self.book.at(decided.level):
            columns += [item.code, self.amount(item, decided).alias(item.code + AMOUNT), item.code + HELD]
            if self.masks:
                mask = pl.when(pl.col(item.code).is_null()).then(self.unknown(item, decided)).otherwise(NO_BITS)
                columns.append(mask.alias(item.code + UNKNOWN))
        return decided.table.select(*columns, *([self.nulls(decided).alias(NULLS)] if self.masks else []))

    def _resolver(self, table: pl.DataFrame) -> Callable[[str], Any]:
        """表里的列、参数,或没有答案的问题(未知)。"""
        known, columns = resolver(self.parameters, table.columns), frozenset(table.columns)
        return lambda name: None if name in self.book.questions and name not in columns else known(name)


def _held(item: Programme, resolve: Callable[[str], Any]) -> pl.Expr:
    held = pl.lit(None, dtype=pl.Boolean) if item.held is None else compile_polars(item.held.tree, resolve)
    return held.alias(item.code + HELD)


def _batches(programmes: tuple[Programme, ...]) -> list[list[Programme]]:
    """能一起算的放一批:一个项目引用了前面项目的结论,就要等下一批。"""
    batches: list[list[Programme]] = []
    level: dict[str, int] = {}
    for item in programmes:
        used = {name for rule in item.rules for name in rule.names}
        at = max((level[name] + 1 for name in used if name in level), default=0)
        while len(batches) <= at:
            batches.append([])
        batches[at].append(item)
        if item.exposes:
            level[item.exposes] = at
    return batches


def _mask(flags: list[pl.Expr]) -> pl.Expr:
    """第 n 个为真,第 n 位为 1。"""
    bits = [flag.cast(pl.Int64) * pl.lit(1 << place, dtype=pl.Int64) for place, flag in enumerate(flags)]
    return reduce(add, bits, NO_BITS)


def _all(values: Iterable[pl.Expr]) -> pl.Expr:
    return reduce(and_, values)
