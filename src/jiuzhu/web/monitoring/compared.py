"""两次监测相比，排成页面的次序：各类户数、级别往来、乡镇、每户为什么。不改动任何数值。"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from jiuzhu.web.access.scope import Scope
from jiuzhu.web.monitoring import selectors
from jiuzhu.web.monitoring.labels import source_titles
from jiuzhu.web.monitoring.models import HouseholdWarning, Run

if TYPE_CHECKING:
    from jiuzhu.engine.comparison import Cause, Step, Why

MOVES = {"new": "新进来", "gone": "退出", "up": "升级", "down": "降级", "same": "级别没变"}
CHANGED = ("new", "gone", "up", "down")
NONE = "none"
LEVELS = {NONE: "未预警", **dict(HouseholdWarning.Band.choices)}
ORDER = [*HouseholdWarning.Band.choices, (NONE, LEVELS[NONE])]  # 从重到轻
MOST_STEPS = 5


@dataclass(frozen=True)
class StepView:
    """一项指标的得失：``gained`` ``lost`` ``changed``。"""

    code: str
    name: str
    how: str
    before: float | None
    after: float | None


@dataclass(frozen=True)
class Row:
    """变动的一户。``causes`` 是一句句的话：哪个来源、哪一批、多了几行少了几行。"""

    household_id: str
    move: str
    move_title: str
    band_before: str | None
    band_after: str | None
    score_before: float | None
    score_after: float | None
    members: str
    place: str
    steps: tuple[StepView, ...]
    more: int
    causes: tuple[str, ...]

    @property
    def shown_in(self) -> str:
        """在哪一次里能看到这一户：这次还在就看这次。"""
        return "before" if self.score_after is None else "after"


def kinds(table: pl.DataFrame) -> list[tuple[str, str, int]]:
    """各类的户数，没有的为 0。"""
    found = dict(table.group_by("move").len().iter_rows())
    return [(code, title, int(found.get(code, 0))) for code, title in MOVES.items()]


def crossing(table: pl.DataFrame) -> list[dict[str, Any]]:
    """级别往来：一行是上次的级别，各格是这次的级别与户数。"""
    pairs = (
        table.select(pl.col("band_before", "band_after").fill_null(NONE)).group_by("band_before", "band_after").len()
    )
    found = {(before, after): count for before, after, count in pairs.iter_rows()}
    return [
        {
            "code": before,
            "title": title,
            "cells": [(after, int(found.get((before, after), 0)), before == after) for after, _ in ORDER],
        }
        for before, title in ORDER
    ]


def townships(table: pl.DataFrame) -> list[dict[str, Any]]:
    """各乡镇变动的户数，多的在前。"""
    counted = [(pl.col("move") == code).sum().alias(code) for code in CHANGED]
    rows = table.group_by("township_code", "township").agg(counted)
    rows = rows.with_columns(total=pl.sum_horizontal(CHANGED)).filter(pl.col("total") > 0)
    return rows.sort(["total", "township_code"], descending=[True, False]).to_dicts()


def chosen_rows(table: pl.DataFrame, chosen: Mapping[str, str]) -> pl.DataFrame:
    """按条件筛选：``move`` ``before`` ``after``（级别，none 为未预警）``township`` ``q``（户编号末几位）。

    不说看哪一类时，级别没变的不列。
    """
    columns = {"before": "band_before", "after": "band_after"}
    if "move" in chosen:
        table = table.filter(pl.col("move") == chosen["move"])
    elif not {"before", "after"} & chosen.keys():
        table = table.filter(pl.col("move") != "same")
    for name, column in columns.items():
        if name in chosen:
            table = table.filter(pl.col(column).fill_null(NONE) == chosen[name])
    if "township" in chosen:
        table = table.filter(pl.col("township_code") == chosen["township"])
    if "q" in chosen:
        table = table.filter(pl.col("household_id").str.ends_with(chosen["q"].upper()))
    return table


def told_rows(rows: pl.DataFrame, before: Run, after: Run, scope: Scope) -> list[Row]:
    """一页的户，连同为什么。"""
    from jiuzhu.engine.comparison import reasons  # noqa: PLC0415 载入计算库较慢，用到时才载入

    if rows.is_empty():
        return []
    told = reasons(Path(before.out_dir), Path(after.out_dir), rows["household_id"].to_list())
    names = {code: item["name"] for run in (before, after) for code, item in run.rulebook.get("indicators", {}).items()}
    numbers = selectors.batch_numbers(scope, [before, after])
    return [_row(row, told[row["household_id"]], names, numbers) for row in rows.iter_rows(named=True)]


def _row(row: dict[str, Any], why: "Why", names: Mapping[str, str], numbers: Mapping[str, int]) -> Row:
    place = " ".join(part for part in (row["township"], row["village"]) if part)
    return Row(
        household_id=row["household_id"],
        move=row["move"],
        move_title=MOVES[row["move"]],
        band_before=row["band_before"],
        band_after=row["band_after"],
        score_before=row["score_before"],
        score_after=row["score_after"],
        members=_members(row, why),
        place=place or "所在村不详",
        steps=tuple(_step(step, names) for step in why.steps[:MOST_STEPS]),
        more=max(0, len(why.steps) - MOST_STEPS),
        causes=tuple(_cause(cause, numbers) for cause in why.causes),
    )


def _step(step: "Step", names: Mapping[str, str]) -> StepView:
    how = "gained" if step.before is None else "lost" if step.after is None else "changed"
    return StepView(step.indicator, names.get(step.indicator, step.indicator), how, step.before, step.after)


def _members(row: Mapping[str, Any], why: "Why") -> str:
    """人口变了才说。"""
    old, new = row["members_before"], row["members_after"]
    if old is None or new is None:
        return "这次数据里没有这一户" if new is None else "上次数据里没有这一户"
    parts = [f"进 {why.joined} 人"] * bool(why.joined) + [f"出 {why.left} 人"] * bool(why.left)
    return f"人口 {old} → {new}（{'，'.join(parts)}）" if parts else ""


def _cause(cause: "Cause", numbers: Mapping[str, int]) -> str:
    _, title = source_titles().get(cause.source, ("", cause.source))
    parts = [f"多 {cause.added} 行"] * bool(cause.added) + [f"少 {cause.removed} 行"] * bool(cause.removed)
    where = "、".join(f"第 {numbers[name]} 批" if name in numbers else name for name in cause.files)
    return f"{title}：{'，'.join(parts)}（{where if cause.added else f'原在 {where}'}）"


def sheet_rows(rows: Sequence[Row]) -> list[list[Any]]:
    """导出的各行，次序同 ``SHEET``。"""
    return [
        [
            row.household_id,
            row.place,
            row.move_title,
            LEVELS[row.band_before or NONE],
            LEVELS[row.band_after or NONE],
            row.score_before,
            row.score_after,
            row.members,
            "；".join(_step_words(step) for step in row.steps) + (f"；另 {row.more} 项" if row.more else ""),
            "；".join(row.causes),
        ]
        for row in rows
    ]


def _step_words(step: StepView) -> str:
    if step.how == "gained":
        return f"新命中 {step.name}（{step.after:g} 分）"
    if step.how == "lost":
        return f"不再命中 {step.name}（{step.before:g} 分）"
    return f"{step.name}（{step.before:g} → {step.after:g} 分）"
