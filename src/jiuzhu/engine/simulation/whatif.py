"""如果:改一个标准或一条规则,谁进来、谁出去、每月每年多花多少、钱在各档怎么分布。

同一批事实,两部手册各算一遍再相比;由参数推出的事实(核定收入、折合月数)跟着草稿的参数重算。
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl

from jiuzhu.engine.assessment.answers import AMOUNT, Sweep
from jiuzhu.engine.assessment.frames import Frames
from jiuzhu.engine.assessment.programmes import Programme
from jiuzhu.engine.assessment.rulebook import Rulebook
from jiuzhu.engine.edition import rulebook_of
from jiuzhu.engine.facts import Context, FactTables, reassessed
from jiuzhu.engine.parameters import on_day
from jiuzhu.engine.stored import stored_facts
from jiuzhu.engine.warehouse import Warehouse

TOWNSHIP_DIGITS = 9
# 一户归到哪一类看:取排在前面的;都不在的为“不在名单”
CLASSES = {
    "低保": "户有低保",
    "特困": "户有特困",
    "低保边缘": "户有低保边缘",
    "刚性支出困难": "户有刚性支出",
    "防返贫监测": "户有防返贫监测",
}
UNLISTED = "不在名单"
# 每份金额的分档(元):低于这个数的归这一档
EDGES = (100, 200, 300, 500, 800, 1000, 1500, 2000, 3000, 5000, 10000)
SCHEMA: dict[str, Any] = {
    "programme": pl.String,
    "household_id": pl.String,
    "person_id": pl.String,
    "village_code": pl.String,
    "township_code": pl.String,
    "group": pl.String,
    "before": pl.Boolean,
    "after": pl.Boolean,
    "amount_before": pl.Decimal(12, 2),
    "amount_after": pl.Decimal(12, 2),
    "change": pl.String,
}
Progress = Callable[[str, int, int], None]
NOTHING = pl.lit(Decimal("0.00"), dtype=pl.Decimal(12, 2))


@dataclass(frozen=True)
class Cost:
    """一个项目(在一个乡镇、一类户里)前后的户(人)数与钱。按次的项目每月为 0,每年按一次算。"""

    key: str
    programme: str
    before: int
    after: int
    entered: int
    left: int
    raised: int
    lowered: int
    monthly_before: Decimal
    monthly_after: Decimal
    yearly_before: Decimal
    yearly_after: Decimal

    @property
    def monthly_change(self) -> Decimal:
        return self.monthly_after - self.monthly_before

    @property
    def yearly_change(self) -> Decimal:
        return self.yearly_after - self.yearly_before


@dataclass(frozen=True)
class WhatIf:
    """两部手册的对照。``frame``:两边任一边符合的每户(每人)每个项目一行(列见 ``SCHEMA``)。

    ``change`` ∈ ``entered left raised lowered same``。``standards_on``:两边都取这一天的标准。
    """

    as_of: date
    standards_on: date
    before: Rulebook
    after: Rulebook
    frame: pl.DataFrame

    def costs(self, by: Sequence[str] = ()) -> tuple[Cost, ...]:
        """按项目;``by`` 给 ``township_code`` 或 ``group`` 时再按它分。没有变化的项目也在内。"""
        found: list[Cost] = []
        for (code, *rest), rows in self.frame.group_by("programme", *by, maintain_order=True):
            found.append(self._cost(str(code), " ".join(str(part) for part in rest), rows))
        return tuple(found)

    def changed(self) -> tuple[str, ...]:
        """有户(人)进出或金额有变的项目代码。"""
        return tuple(self.frame.filter(pl.col("change") != "same")["programme"].unique(maintain_order=True))

    def distribution(self, programme: str) -> pl.DataFrame:
        """每份金额落在各档的户(人)数:low, high(末档为空), before, after。"""
        rows = self.frame.filter(pl.col("programme") == programme)
        lows = (0, *EDGES)
        highs: tuple[int | None, ...] = (*EDGES, None)
        return pl.DataFrame(
            {
                "low": lows,
                "high": highs,
                "before": [_within(rows["amount_before"], low, high) for low, high in zip(lows, highs, strict=True)],
                "after": [_within(rows["amount_after"], low, high) for low, high in zip(lows, highs, strict=True)],
            }
        )

    def _programme(self, code: str) -> Programme:
        book = self.after if code in self.after.programmes.codes else self.before
        return book.programmes[code]

    def _cost(self, code: str, key: str, rows: pl.DataFrame) -> Cost:
        item = self._programme(code)
        before, after = (_sum(rows[f"amount_{side}"]) for side in ("before", "after"))
        monthly = [_cents(total * Decimal(repr(item.monthly))) for total in (before, after)]
        yearly = [_cents(total * 12) if item.period == "月" else total for total in (before, after)]
        counts = {kind: int((rows["change"] == kind).sum()) for kind in ("entered", "left", "raised", "lowered")}
        return Cost(
            key, code, int(rows["before"].sum()), int(rows["after"].sum()), counts["entered"], counts["left"],
            counts["raised"], counts["lowered"], monthly[0], monthly[1], yearly[0], yearly[1],
        )  # fmt: skip


def what_if(
    out: Path,
    draft: Rulebook,
    *,
    current: Rulebook | None = None,
    programmes: Iterable[str] | None = None,
    standards_on: date | None = None,
    progress: Progress = lambda step, done, total: None,
) -> WhatIf:
    """在 ``out`` 那次运行的事实上,把 ``draft`` 与 ``current``(不给即当次所用的手册)相比。

    事实用当次的;标准取 ``standards_on`` 那天的(不给即当次的评估日),草稿里将来才起的新标准要给那一天。
    某个参数在那天还没有生效时抛 ``ParameterError``。``programmes`` 只比其中几个项目。
    """
    used, _, day = rulebook_of(out)
    before, on = current or used, standards_on or day
    sides = []
    with Warehouse.open() as warehouse:
        progress("读取各户的事实", 0, 4)
        facts = stored_facts(warehouse, out)
        for done, (book, name) in enumerate(((before, "before"), (draft, "after")), 1):
            progress("照原来的算一遍" if name == "before" else "照改后的算一遍", done, 4)
            sides.append(_eligible(warehouse, facts, book, day, on, name))
        progress("逐户对照", 3, 4)
        groups = _groups(warehouse, facts)
    wanted = None if programmes is None else list(programmes)
    if wanted is not None:
        sides = [side.filter(pl.col("programme").is_in(wanted)) for side in sides]
    return WhatIf(day, on, before, draft, _compared(sides, groups, out))


def _eligible(warehouse: Warehouse, facts: FactTables, book: Rulebook, day: date, on: date, name: str) -> pl.DataFrame:
    """一部手册下符合的:programme, household, person, village_code, amount。"""
    parameters = on_day(book.parameters, on)
    context = Context(as_of=day, parameters=parameters)
    households = reassessed(warehouse, facts.households, context, f"households_{name}")
    frames = Frames.fetched(warehouse, FactTables(facts.persons, households))
    answers = Sweep(book.programmes, parameters, masks=False).answers(frames)
    wide = {"household": answers.households, "person": answers.persons}
    parts = [
        wide[item.level]
        .filter(pl.col(item.code))
        .select(
            programme=pl.lit(item.code),
            household=pl.col("household").cast(pl.Int64),
            person=pl.col("person").cast(pl.Int64) if item.level == "person" else pl.lit(None, dtype=pl.Int64),
            village_code="village_code",
            amount=pl.col(item.code + AMOUNT).round(2).cast(pl.Decimal(12, 2)),
        )
        for item in book.programmes
    ]
    empty = {"programme": pl.String, "household": pl.Int64, "person": pl.Int64, "village_code": pl.String}
    return pl.concat([pl.DataFrame(schema={**empty, "amount": pl.Decimal(12, 2)}), *parts])


def _groups(warehouse: Warehouse, facts: FactTables) -> pl.DataFrame:
    homes = warehouse.fetch(facts.households.select("household", *CLASSES.values()))
    chosen = pl.coalesce(
        *(pl.when(pl.col(name)).then(pl.lit(title)) for title, name in CLASSES.items()), pl.lit(UNLISTED)
    )
    return homes.select(pl.col("household").cast(pl.Int64), group=chosen)


def _compared(sides: list[pl.DataFrame], groups: pl.DataFrame, out: Path) -> pl.DataFrame:
    keys = ["programme", "household", "person"]
    before, after = sides
    joined = before.join(after, on=keys, how="full", coalesce=True, nulls_equal=True, suffix="_after")
    told = joined.select(
        *keys,
        village_code=pl.coalesce("village_code", "village_code_after"),
        before=pl.col("village_code").is_not_null(),
        after=pl.col("village_code_after").is_not_null(),
        amount_before="amount",
        amount_after="amount_after",
    ).join(groups, on="household", how="left")
    return (
        _with_ids(told, out)
        .with_columns(township_code=pl.col("village_code").str.slice(0, TOWNSHIP_DIGITS), change=_change())
        .select(*SCHEMA)
        .sort("programme", "household_id", "person_id", nulls_last=False)
    )


def _change() -> pl.Expr:
    before, after = pl.col("amount_before").fill_null(NOTHING), pl.col("amount_after").fill_null(NOTHING)
    return (
        pl.when(~pl.col("before"))
        .then(pl.lit("entered"))
        .when(~pl.col("after"))
        .then(pl.lit("left"))
        .when(after > before)
        .then(pl.lit("raised"))
        .when(after < before)
        .then(pl.lit("lowered"))
        .otherwise(pl.lit("same"))
    )


def _with_ids(frame: pl.DataFrame, out: Path) -> pl.DataFrame:
    members = pl.read_parquet(out / "members.parquet", columns=["household", "person", "household_id", "person_id"])
    numbered = members.with_columns(pl.col("household", "person").cast(pl.Int64))
    homes = numbered.select("household", "household_id").unique()
    return frame.join(homes, on="household", how="left").join(
        numbered.select("person", "person_id"), on="person", how="left"
    )


def _within(amounts: pl.Series, low: int, high: int | None) -> int:
    known = amounts.drop_nulls()
    inside = known >= Decimal(low)
    return int((inside if high is None else inside & (known < Decimal(high))).sum())


def _sum(amounts: pl.Series) -> Decimal:
    total = amounts.drop_nulls().sum()
    return _cents(Decimal(str(total or 0)))


def _cents(value: Decimal) -> Decimal:
    return value.quantize(Decimal("0.01"))
