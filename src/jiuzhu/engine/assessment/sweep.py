"""政策找人:全部住户 × 全部救助项目,编成列式查询一次算出。

先得两张宽表(每户一行、每人一行),每个项目四列:``代码`` 结论(未知为空)、``代码__amount`` 金额、
``代码__unknown`` 哪几条条件无法判断(二进制位)、``代码__held`` 是否已在享受;末列 ``__nulls`` 是哪些事实未知
(二进制位)。两个数合起来就知道缺什么。再取出要办的行。
与 ``entitlement`` 的逐户求值同一套规则,测试保证两者相同。
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import reduce
from typing import Any

import ibis
import polars as pl
from ibis import ifelse, literal
from ibis.expr import operations as ops
from ibis.expr import types as ir

from jiuzhu.engine.assessment.programmes import Level, Programme, ProgrammeBook
from jiuzhu.engine.assessment.scoring import PLACE, VILLAGE, placed_parameter, resolver
from jiuzhu.engine.facts import FactTables
from jiuzhu.engine.parameters import ParameterSet
from jiuzhu.engine.rules import Compiler, Rule
from jiuzhu.engine.rules.compile import DATA_TYPES
from jiuzhu.engine.warehouse import Warehouse

AMOUNT, UNKNOWN, HELD, NULLS = "__amount", "__unknown", "__held", "__nulls"
ANSWERS = {"yes": "符合", "unknown": "无法判断", "no": "不符合"}
STATES = {
    "entitled_unaided": "符合而未享受",
    "entitled_unlisted": "符合，是否已享受待核",
    "entitled_aided": "符合且已享受",
    "aided_not_entitled": "已享受而不符合",
    "should_move": "已享受，应转到别的项目",
    "unknown": "数据不够，待核",
}
SCHEMA: dict[str, Any] = {
    "household": pl.Int64,
    "person": pl.Int64,
    "village_code": pl.String,
    "programme": pl.String,
    "answer": pl.String,
    "amount": pl.Decimal(12, 2),
    "held": pl.Boolean,
    "state": pl.String,
    "missing": pl.List(pl.String),
}


NOTHING = literal(0, type="int64")


@dataclass(frozen=True)
class Answers:
    """两张宽表:``households`` 有 household、village_code,``persons`` 另有 person。"""

    households: ir.Table
    persons: ir.Table


@dataclass(frozen=True)
class Sweep:
    """一部手册的救助项目在某一天的用法。``masks`` 为假时不算 ``__unknown``、``__nulls`` 两种列。"""

    book: ProgrammeBook
    parameters: ParameterSet
    masks: bool = True

    def answers(self, facts: FactTables, keep: Callable[[ir.Table], ir.Table] = lambda table: table) -> Answers:
        """全部项目的结论,宽表。``keep`` 给了就先把户表存下再算人表,户表不重算。"""
        households = keep(self.households(facts))
        return Answers(households, self.persons(facts, households))

    def households(self, facts: FactTables) -> ir.Table:
        return self._answered(facts.households, "household", ("household", VILLAGE))

    def persons(self, facts: FactTables, households: ir.Table) -> ir.Table:
        return self._answered(self._living(facts, households), "person", ("household", "person", VILLAGE))

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

    def _living(self, facts: FactTables, households: ir.Table) -> ir.Table:
        """在世的人,并上人级规则要用的户级事实、户级项目的结论。"""
        living = facts.persons.filter(facts.persons["在世"])
        names = {name for item in self.book.at("person") for rule in item.rules for name in rule.names} | {PLACE}
        own, home = set(living.columns), set(facts.households.columns)
        narrow = living.select("household", "person", VILLAGE, *sorted(names & own))
        joined = narrow.left_join(facts.households.select("household", *sorted((names & home) - own)), "household")
        joined = joined.drop("household_right")
        exposed = {
            name: households[code]
            for name, code in self.book.exposed.items()
            if name in names and self.book[code].level == "household"
        }
        if not exposed:
            return joined
        return joined.left_join(households.select("household", **exposed), "household").drop("household_right")

    def _answered(self, table: ir.Table, level: Level, keys: tuple[str, ...]) -> ir.Table:
        """一批批算:引用别的项目结论的,等那个项目先有结论。``_step`` 使前一步成为一段子查询,不被抄进后一步。"""
        programmes = self.book.at(level)
        needed = {name for item in programmes for rule in item.rules for name in rule.names}
        table = self._with_parameters(table.select(*keys, *sorted({*needed, PLACE} & set(table.columns))), needed)
        for number, batch in enumerate(_batches(programmes)):
            texts = dict.fromkeys(c.rule for item in batch for c in item.conditions)
            names = {rule: f"c{number}_{position}" for position, rule in enumerate(texts)}
            compiler = Compiler(self._resolver(table))
            table = table.mutate(**{name: compiler.compile(rule.tree) for rule, name in names.items()})
            table = _step(table, level, number, "conditions")
            table = table.mutate(**{item.code: _all(table[names[c.rule]] for c in item.conditions) for item in batch})
            table = _step(table, level, number, "answers")
            compiler = Compiler(self._resolver(table))
            found: dict[str, Any] = {}
            for item in batch:
                found |= _outcome(item, table, compiler)
                if self.masks:
                    found |= _unknown(item, table, [table[names[c.rule]] for c in item.conditions])
            table = _step(table.mutate(**found).drop(*names.values()), level, number, "outcomes")
        kept = [*keys, *(part for item in programmes for part in self._columns(item))]
        if not self.masks:
            return table.select(*kept)
        return table.mutate(**{NULLS: self._nulls(table, level)}).select(*kept, NULLS)

    def _columns(self, item: Programme) -> tuple[str, ...]:
        told = (item.code, item.code + AMOUNT, item.code + HELD)
        return (*told, item.code + UNKNOWN) if self.masks else told

    def _nulls(self, table: ir.Table, level: Level) -> ir.Value:
        resolve = self._resolver(table)
        return _mask([resolve(name).isnull() for name in self.nullable(level)])

    def _with_parameters(self, table: ir.Table, names: Iterable[str]) -> ir.Table:
        placed = {
            name: self.parameters[name]
            for name in sorted(names)
            if name in self.parameters.values and not self.parameters[name].uniform and name not in table.columns
        }
        return table.mutate(**{name: placed_parameter(value, table) for name, value in placed.items()})

    def _resolver(self, table: ir.Table) -> Callable[[str], Any]:
        """表里的列、参数,或没有答案的问题(未知)。"""
        columns, known = frozenset(table.columns), resolver(self.parameters, table)

        def resolve(name: str) -> Any:
            question = self.book.questions.get(name)
            if question is not None and name not in columns:
                return ibis.null(DATA_TYPES[question.symbol.type])
            return known(name)

        return resolve


def _step(table: ir.Table, level: Level, batch: int, part: str) -> ir.Table:
    """同 ``Table.view``,只是编号由位置定:同一部手册再算一次,表达式与上次相同,语句不必再编。"""
    place = ("household", "person").index(level) * 100 + batch
    return ops.SelfReference(table, identifier=place * 3 + ("conditions", "answers", "outcomes").index(part)).to_expr()


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


def _outcome(item: Programme, table: ir.Table, compiler: Compiler) -> dict[str, ir.Value]:
    answer, nothing = table[item.code], ibis.null("float64")
    amount = nothing if item.amount is None else ifelse(answer, compiler.compile(item.amount.tree), nothing)
    held = ibis.null("boolean") if item.held is None else compiler.compile(item.held.tree)
    found: dict[str, ir.Value] = {item.code + AMOUNT: amount, item.code + HELD: held}
    return {**found, item.exposes: answer} if item.exposes else found


def _unknown(item: Programme, table: ir.Table, conditions: list[Any]) -> dict[str, ir.Value]:
    mask = _mask([value.isnull() for value in conditions])
    return {item.code + UNKNOWN: ifelse(table[item.code].isnull(), mask, NOTHING)}


def _mask(flags: list[ir.BooleanValue]) -> ir.IntegerValue:
    """第 n 个为真,第 n 位为 1。"""
    return reduce(
        lambda total, pair: total + ifelse(pair[1], literal(1 << pair[0], type="int64"), NOTHING),
        enumerate(flags),
        NOTHING,
    )


def _all(values: Iterable[ir.BooleanValue]) -> ir.BooleanValue:
    return reduce(lambda left, right: left & right, values)


def sweep(warehouse: Warehouse, facts: FactTables, book: ProgrammeBook, parameters: ParameterSet) -> pl.DataFrame:
    """全部住户 × 全部项目里要办、要看的行(列见 ``SCHEMA``)。

    取:符合的;已享受而不符合的;数据能筛的项目里无法判断的。只能问本人的项目(``found_by: 询问``)不列无法判断的。
    只要给出的 ``facts`` 里的户,结果与全县一起算时那几户相同。
    """
    plan = Sweep(book, parameters, masks=False)
    households = warehouse.keep(plan.households(facts), "household_answers")
    persons = warehouse.keep(plan.persons(facts, households), "person_answers")
    parts = [_rows(item, households if item.level == "household" else persons) for item in book]
    if not parts:
        return pl.DataFrame(schema=SCHEMA)
    found = warehouse.fetch(reduce(lambda left, right: left.union(right), parts))
    return _finished(found, plan, _missing(warehouse, facts, plan, found.filter(pl.col("answer").is_null())))


def _missing(warehouse: Warehouse, facts: FactTables, plan: Sweep, unknown: pl.DataFrame) -> pl.DataFrame:
    """无法判断的行缺什么:household, person, programme, missing。只把有这种行的户、项目再算一遍,带上二进制位。"""
    keys = {name: SCHEMA[name] for name in ("household", "person", "programme", "missing")}
    if unknown.is_empty():
        return pl.DataFrame(schema=keys)
    codes = unknown["programme"].unique().to_list()
    again = Sweep(plan.book.only(codes), plan.parameters)
    chosen = warehouse.put("unknown_households", unknown.select("household").unique())
    some = FactTables(facts.persons.semi_join(chosen, "household"), facts.households.semi_join(chosen, "household"))
    answers = again.answers(some, lambda table: warehouse.keep(table, "household_unknowns"))
    wide = {"household": warehouse.fetch(answers.households), "person": warehouse.fetch(answers.persons)}
    rows = [_unknown_rows(item, wide[item.level]) for item in again.book if item.code in codes]
    masked = pl.concat(rows)
    names = ["programme", "unknown", "nulls"]
    return masked.join(_missing_names(masked.select(names).unique(), again), on=names).select(list(keys))


def _unknown_rows(item: Programme, wide: pl.DataFrame) -> pl.DataFrame:
    person = pl.col("person").cast(pl.Int64) if item.level == "person" else pl.lit(None, dtype=pl.Int64)
    return wide.filter(pl.col(item.code).is_null()).select(
        pl.col("household").cast(pl.Int64),
        person=person,
        programme=pl.lit(item.code),
        unknown=pl.col(item.code + UNKNOWN).cast(pl.Int64),
        nulls=pl.col(NULLS).cast(pl.Int64),
    )


def _rows(item: Programme, table: ir.Table) -> ir.Table:
    answer, held = table[item.code], table[item.code + HELD]
    wanted = answer | (~answer & held)
    if item.found_by == "data":
        wanted = wanted | answer.isnull()
    person = table.person.cast("int64") if item.level == "person" else literal(None, type="int64")
    return table.filter(wanted).select(
        household=table.household.cast("int64"),
        person=person,
        village_code=table[VILLAGE],
        programme=literal(item.code),
        answer=answer,
        amount=table[item.code + AMOUNT].cast("decimal(12,2)"),
        held=held,
    )


def _finished(found: pl.DataFrame, plan: Sweep, missing: pl.DataFrame) -> pl.DataFrame:
    """换成约定的写法:结论与状态的代码、缺什么的名称。"""
    answer, held = pl.col("answer"), pl.col("held")
    state = (
        pl.when(answer.is_null())
        .then(pl.lit("unknown"))
        .when(answer & held)
        .then(pl.lit("entitled_aided"))
        .when(answer & held.is_null())
        .then(pl.lit("entitled_unlisted"))
        .when(answer)
        .then(pl.lit("entitled_unaided"))
        .otherwise(pl.lit("aided_not_entitled"))
    )
    word = pl.when(answer).then(pl.lit("yes")).when(~answer).then(pl.lit("no")).otherwise(pl.lit("unknown"))
    moving = (pl.col("state") == "aided_not_entitled") & pl.col("move").fill_null(value=False)
    named = (
        found.with_columns(state=state)
        .join(_moving(found, plan), on=["household", "person", "programme"], how="left", nulls_equal=True)
        .with_columns(state=pl.when(moving).then(pl.lit("should_move")).otherwise("state"), answer=word)
    )
    nothing = pl.lit([], dtype=pl.List(pl.String))
    return (
        named.join(missing, on=["household", "person", "programme"], how="left", nulls_equal=True)
        .with_columns(pl.col("missing").fill_null(nothing))
        .select(*SCHEMA)
        .cast(SCHEMA)  # type: ignore[arg-type]
        .sort("household", "programme", "person", nulls_last=False)
    )


def _moving(found: pl.DataFrame, plan: Sweep) -> pl.DataFrame:
    """不符合的行里,同一户(同一人)符合与它不能同享的另一项目的:如低保户如今够得上低保边缘。"""
    pairs = [(item.code, other) for item in plan.book for other in item.excludes]
    others = pl.DataFrame(pairs, schema={"programme": pl.String, "other": pl.String}, orient="row")
    entitled = found.filter(pl.col("answer")).select("household", entitled_person="person", other="programme")
    same = pl.col("person").is_null() | pl.col("entitled_person").is_null()
    return (
        found.filter(~pl.col("answer"))
        .join(others, on="programme")
        .join(entitled, on=["household", "other"])
        .filter(same | (pl.col("person") == pl.col("entitled_person")))
        .select("household", "person", "programme", move=pl.lit(value=True))
        .unique()
    )


def _missing_names(pairs: pl.DataFrame, plan: Sweep) -> pl.DataFrame:
    """(项目, 无法判断的条件, 未知的事实)→ 缺的名称。不同的组合不多,逐个译出。"""
    levels: tuple[Level, ...] = ("household", "person")
    bits = {level: plan.nullable(level) for level in levels}
    names = []
    for code, unknown, nulls in pairs.iter_rows():
        item = plan.book[code]
        lacking = {name for position, name in enumerate(bits[item.level]) if nulls >> position & 1}
        used = [c for position, c in enumerate(item.conditions) if unknown >> position & 1]
        names.append(list(dict.fromkeys(name for c in used for name in plan.inputs(c.rule) if name in lacking)))
    return pairs.with_columns(missing=pl.Series(names, dtype=pl.List(pl.String)))
