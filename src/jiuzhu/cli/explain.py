"""``jiuzhu explain``：一户或一人为什么是这个结论。"""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from jiuzhu.errors import JiuzhuError

from .console import say

if TYPE_CHECKING:
    from jiuzhu.engine.explanation import FactValue, HouseholdExplanation, IndicatorResult, SourceRow

BANDS = {"red": "红色", "orange": "橙色", "yellow": "黄色", "blue": "蓝色"}
OUTCOMES = {"hit": "命中", "unknown": "未知", "miss": "未命中"}
MOST_ROWS = 8


def explain(
    folder: Annotated[Path, typer.Argument(help="jiuzhu monitor 的结果文件夹。", metavar="OUT")],
    subject: Annotated[str, typer.Argument(help="户编号（H…）或人编号（P…）。", metavar="ID")],
) -> None:
    """解释：每项指标的规则原文、代入的数、事实来自哪个文件哪一行。"""
    from jiuzhu.engine.explain import explain as run

    if not (folder / "summary.json").is_file():
        raise JiuzhuError(f"{folder} 不是 jiuzhu monitor 的结果文件夹（没有 summary.json）。", code="not_a_result")
    for line in lines(run(folder, subject)):
        say(line)


def lines(household: "HouseholdExplanation") -> list[str]:
    """一户的解释，逐行。"""
    band = BANDS.get(household.band or "", "不在预警区间")
    shown = [
        f"户 {household.household_id}  {household.place}",
        f"评估日 {household.as_of:%Y年%-m月%-d日}  规则手册 {household.rulebook}",
        (
            f"得分 {household.score:.2f}（{band}），总分 {household.total_points:g} ÷ {_alive(household)} 人"
            f"  贫困指数 {_index(household.poverty_index)}  需救助指数 {_index(household.need_index)}"
        ),
        "",
        "成员",
    ]
    for member in household.members:
        age = "年龄不详" if member.age is None else f"{member.age} 岁"
        state = "" if member.alive else "  已故"
        shown.append(f"  {member.person_id}  {member.relation} {member.sex} {age}{state}  {'、'.join(member.classes)}")
    for finding in household.findings:
        shown += ["", f"数据发现：{finding.title}", f"  {finding.text}"]
    for indicator in household.indicators:
        shown += ["", *_indicator(indicator)]
    return shown


def _indicator(indicator: "IndicatorResult") -> list[str]:
    who = f"  {indicator.person_id}" if indicator.person_id else ""
    points = f" {indicator.points:+g} 分" if indicator.outcome == "hit" else ""
    shown = [
        f"[{OUTCOMES.get(indicator.outcome, indicator.outcome)}]{points}  {indicator.code} {indicator.name}{who}",
        f"  规则：{indicator.when}",
        f"  代入：{indicator.trace}",
        f"  依据：{indicator.basis}    告知：{'、'.join(indicator.departments)}",
    ]
    for fact in indicator.facts:
        shown += _fact(fact)
    return shown


def _fact(fact: "FactValue") -> list[str]:
    why = f"（缺 {'、'.join(fact.missing)}）" if fact.value is None and fact.missing else ""
    shown = [f"  · {fact.name} = {fact.text}{why}"]
    shown += [_row(row) for row in fact.rows[:MOST_ROWS]]
    if len(fact.rows) > MOST_ROWS:
        shown.append(f"      ……另有 {len(fact.rows) - MOST_ROWS} 行")
    return shown


def _row(row: "SourceRow") -> str:
    from jiuzhu.engine.rules.display import format_value

    values = "，".join(f"{name} {value}" for name, value in row.values.items())
    day = f"（{format_value(row.as_of)}）" if row.as_of else ""
    return f"      {row.department} {row.file} 第 {row.row} 行{day}：{values}"


def _alive(household: "HouseholdExplanation") -> int:
    return sum(member.alive for member in household.members)


def _index(value: float | None) -> str:
    return "未知" if value is None else f"{value:.2f}"
