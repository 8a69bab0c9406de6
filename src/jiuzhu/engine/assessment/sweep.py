"""政策找人:全部住户 × 全部救助项目里要办、要看的行。结论见 ``answers``;金额、缺什么只给这些行算。"""

from typing import Any

import polars as pl

from jiuzhu.engine.assessment.answers import HELD, Decided, Sweep
from jiuzhu.engine.assessment.frames import VILLAGE, Frames
from jiuzhu.engine.assessment.programmes import Level, Programme, ProgrammeBook
from jiuzhu.engine.facts import FactTables
from jiuzhu.engine.parameters import ParameterSet
from jiuzhu.engine.warehouse import Warehouse

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
NONE = pl.lit([], dtype=pl.List(pl.String))
KNOWN = ("household", "person", VILLAGE, "programme", "answer", "held")
LEVELS: tuple[Level, ...] = ("household", "person")


def sweep(warehouse: Warehouse, facts: FactTables, book: ProgrammeBook, parameters: ParameterSet) -> pl.DataFrame:
    """全部住户 × 全部项目里要办、要看的行(列见 ``SCHEMA``)。

    取:符合的;已享受而不符合的;数据能筛的项目里无法判断的。只能问本人的项目(``found_by: 询问``)不列无法判断的。
    只要给出的 ``facts`` 里的户,结果与全县一起算时那几户相同。
    """
    plan = Sweep(book, parameters)
    decided = plan.decided(Frames.fetched(warehouse, facts))
    names = pl.Enum(sorted(book.codes))
    parts = pl.collect_all([_known(item, plan, decided[item.level], names) for item in book])
    if not parts:
        return pl.DataFrame(schema=SCHEMA)
    doubted = [item for item in book if item.found_by == "data" and decided[item.level].table[item.code].has_nulls()]
    unknown = pl.collect_all([_unknown(item, plan, decided[item.level], names) for item in doubted])
    return _finished(pl.concat(parts), unknown, plan)


def _known(item: Programme, plan: Sweep, decided: Decided, names: pl.Enum) -> pl.LazyFrame:
    """一个项目里符合的、已享受而不符合的。"""
    answer, held = pl.col(item.code), pl.col(item.code + HELD)
    amount = plan.amount(item, decided).round(2).cast(pl.Decimal(12, 2))
    return _rows(item, decided, names, answer | (~answer & held)).select(*KNOWN, amount=amount)


def _unknown(item: Programme, plan: Sweep, decided: Decided, names: pl.Enum) -> pl.LazyFrame:
    """一个项目里无法判断的,带上缺什么的二进制位。"""
    rows = _rows(item, decided, names, pl.col(item.code).is_null())
    return rows.select(*KNOWN, unknown=plan.unknown(item, decided), nulls=plan.nulls(decided))


def _rows(item: Programme, decided: Decided, names: pl.Enum, wanted: pl.Expr) -> pl.LazyFrame:
    person = "person" if item.level == "person" else pl.lit(None)
    programme = pl.lit(item.code, dtype=names)
    told = {"answer": item.code, "held": item.code + HELD, "person": person, "programme": programme}
    rows = decided.table.lazy().filter(wanted).with_columns(**told)
    return rows.with_columns(pl.col("household", "person").cast(pl.Int64))


def _finished(known: pl.DataFrame, unknown: list[pl.DataFrame], plan: Sweep) -> pl.DataFrame:
    """换成约定的写法:结论与状态的代码、缺什么的名称。"""
    answer, held = pl.col("answer"), pl.col("held")
    aided = (
        pl.when(held.is_null())
        .then(pl.lit("entitled_unlisted"))
        .when(held)
        .then(pl.lit("entitled_aided"))
        .otherwise(pl.lit("entitled_unaided"))
    )
    moved = pl.when(pl.col("move")).then(pl.lit("should_move")).otherwise(pl.lit("aided_not_entitled"))
    yes = known.filter(answer).with_columns(answer=pl.lit("yes"), state=aided, missing=NONE)
    no = known.filter(~answer)
    no = no.join(_moving(no, yes, plan), on=["household", "person", "programme"], how="left", nulls_equal=True)
    parts = [yes, no.with_columns(answer=pl.lit("no"), state=moved, missing=NONE)]
    if unknown:
        told = {"answer": pl.lit("unknown"), "amount": pl.lit(None, dtype=SCHEMA["amount"]), "state": pl.lit("unknown")}
        parts.append(_with_missing(pl.concat(unknown), plan).with_columns(**told))
    return (
        pl.concat([part.select(*SCHEMA) for part in parts])
        .sort("household", "programme", "person", nulls_last=False)
        .cast(SCHEMA)  # type: ignore[arg-type]
    )


def _moving(no: pl.DataFrame, yes: pl.DataFrame, plan: Sweep) -> pl.DataFrame:
    """不符合的行里,同一户(同一人)符合与它不能同享的另一项目的:如低保户如今够得上低保边缘。"""
    pairs = [(item.code, other) for item in plan.book for other in item.excludes]
    names = no.schema["programme"]
    others = pl.DataFrame(pairs, schema={"programme": names, "other": names}, orient="row")
    entitled = yes.select("household", entitled_person="person", other="programme")
    same = pl.col("person").is_null() | pl.col("entitled_person").is_null()
    return (
        no.join(others, on="programme")
        .join(entitled, on=["household", "other"])
        .filter(same | (pl.col("person") == pl.col("entitled_person")))
        .select("household", "person", "programme", move=pl.lit(value=True))
        .unique()
    )


def _with_missing(rows: pl.DataFrame, plan: Sweep) -> pl.DataFrame:
    """无法判断的行加上缺的名称。(项目, 无法判断的条件, 未知的事实)不同的组合不多,逐个译出。"""
    keys = ["programme", "unknown", "nulls"]
    bits = {level: plan.nullable(level) for level in LEVELS}
    told = []
    pairs = rows.select(keys).unique()
    for code, unknown, nulls in pairs.iter_rows():
        item = plan.book[code]
        lacking = {name for position, name in enumerate(bits[item.level]) if nulls >> position & 1}
        used = [c for position, c in enumerate(item.conditions) if unknown >> position & 1]
        told.append(list(dict.fromkeys(name for c in used for name in plan.inputs(c.rule) if name in lacking)))
    named = pairs.with_columns(missing=pl.Series(told, dtype=pl.List(pl.String)))
    return rows.join(named, on=keys, how="left")
