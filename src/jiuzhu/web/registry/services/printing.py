"""打印与导出：内容照页面，姓名号码遮挡，每次记审计。"""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from jiuzhu.web.access.limits import limit
from jiuzhu.web.access.scope import Scope
from jiuzhu.web.audit.actor import Actor
from jiuzhu.web.audit.services import Subject, record
from jiuzhu.web.documents.services import print_render
from jiuzhu.web.documents.sheets import Column, write_sheet
from jiuzhu.web.ground.masking import mask_name
from jiuzhu.web.ground.templatetags.ground import cn_date, compact, number
from jiuzhu.web.registry import selectors
from jiuzhu.web.registry.models import Household
from jiuzhu.web.registry.presentation import chain_line, household_row
from jiuzhu.web.registry.subjects import household_label, household_subject

from .people import masked_value

MOST_EVENTS = 200
MOST_ROWS = 10_000
COLUMNS = (
    Column("户编号", 20), Column("户主", 10), Column("所在地", 24), Column("类别", 22), Column("级别", 8),
    Column("得分", 8), Column("人口", 6), Column("来历", 10), Column("主要原因", 40), Column("最近变化", 18),
)  # fmt: skip


def file_print(*, household: Household, actor: Actor, scope: Scope) -> bytes:
    """一户一档的 PDF，带水印。太频繁抛 ``TooMany``。"""
    limit(f"user:{actor.user_id}", "print")
    data = {
        "title": "一户一档",
        "subtitle": household_label(household),
        "organisation": actor.organisation,
        "sections": sections(household, scope),
    }
    pdf = print_render(template="file", data=data, actor=actor)
    with transaction.atomic():
        record(actor=actor, action="registry.file_print", subject=household_subject(household))
    return pdf


def sections(household: Household, scope: Scope) -> list[dict[str, Any]]:
    """一户一档的各段。"""
    row = household_row(household)
    head = [
        ["户编号", household.household_id],
        ["所在地", row.place],
        ["户主", row.head],
        ["人口", f"{household.size} 人"],
        ["类别", "、".join(row.classes) or "没有"],
        ["预警级别", household.get_band_display() or "未预警"],
        ["得分", compact(household.score)],
        ["主要原因", "、".join(row.reasons) or "没有"],
    ]
    return [
        {"title": "基本情况", "pairs": head},
        {"title": "家庭成员", **_members(household, scope)},
        {"title": "经济状况", **_economy(household, scope)},
        {"title": "类别与历史", **_classes(household, scope)},
        {"title": "救助链", **_chain(household, scope)},
    ]


def _table(columns: list[tuple[str, float]], rows: list[list[str]], empty: str) -> dict[str, Any]:
    """一张表：``columns`` 是栏名与相对宽度（0 随内容）。没有行写 ``empty``。"""
    heads = [{"title": title, "width": width} for title, width in columns]
    return {"columns": heads, "rows": rows} if rows else {"empty": empty}


def _members(household: Household, scope: Scope) -> dict[str, Any]:
    rows = [
        [
            mask_name(row.person.name),
            row.relation or "不详",
            row.person.sex or "不详",
            "不详" if row.person.age() is None else f"{row.person.age()}岁",
            masked_value(row.person, "id_number") or "没有",
            "、".join(row.classes),
        ]
        for row in selectors.members(scope, household)
    ]
    return _table(
        [("姓名", 0), ("与户主关系", 0), ("性别", 0), ("年龄", 0), ("证件号", 1.4), ("类别", 1)],
        rows,
        "没有在户的成员。",
    )


def _economy(household: Household, scope: Scope) -> dict[str, Any]:
    _, groups = selectors.economy(scope, household)
    rows = [
        [figure.title, figure_words(figure), figure.source, _day(figure.source_date)]
        for figures in groups.values()
        for figure in figures
    ]
    return _table(
        [("项目", 1.2), ("数额", 1), ("来源", 1.4), ("来源日期", 0)], rows, "各部门的数据里没有这一户的经济状况。"
    )


def figure_words(figure: selectors.Figure) -> str:
    """``1,234.50 元（每月）``。"""
    unit = "元" if figure.is_money else figure.unit
    amount = number(figure.value, 2) if figure.is_money else compact(figure.value)
    return f"{amount} {unit}{f'（{figure.per}）' if figure.per else ''}"


def _classes(household: Household, scope: Scope) -> dict[str, Any]:
    rows = [
        [
            selectors.class_title(span.code),
            mask_name(span.person.name) if span.person else "全户",
            span.detail,
            _day(span.since or span.seen_on),
            _day(span.until) if span.until else "至今",
        ]
        for span in selectors.class_spans(scope, household)
    ]
    return _table([("类别", 1), ("成员", 0), ("档次", 1), ("起", 0), ("止", 0)], rows, "没有进入过任何类别。")


def _chain(household: Household, scope: Scope) -> dict[str, Any]:
    lines = [chain_line(event) for event in selectors.events(scope, household)[:MOST_EVENTS]]
    rows = [
        [
            cn_date(line.event.at),
            line.event.get_kind_display(),
            line.event.title + (f"：{line.words}" if line.words else ""),
            line.who,
            line.event.actor_name,
        ]
        for line in lines
    ]
    return _table([("日期", 0), ("种类", 0), ("事项", 1), ("成员", 0), ("经办", 0)], rows, "还没有记录。")


def _day(day: date | None) -> str:
    return cn_date(day) if day else "日期不详"


def list_export(*, filters: selectors.Filters, spoken: Mapping[str, str], actor: Actor, scope: Scope) -> bytes:
    """名单的 XLSX，至多一万户。太频繁抛 ``TooMany``。"""
    limit(f"user:{actor.user_id}", "export")
    rows = list(selectors.households(scope, filters)[:MOST_ROWS])
    with transaction.atomic():
        record(
            actor=actor,
            action="registry.households_export",
            subject=Subject("registry.households", "list", "对象名单"),
            after={"rows": len(rows), **spoken},
        )
    return write_sheet(columns=COLUMNS, rows=_cells(rows), title="对象名单", actor=actor, filters=spoken)


def _cells(rows: list[Household]) -> Iterator[list[Any]]:
    for household in rows:
        row = household_row(household)
        yield [
            household.household_id,
            row.head,
            row.place,
            "、".join(row.classes),
            household.get_band_display() or "未预警",
            round(household.score, 2),
            household.size,
            household.get_kind_display(),
            "、".join(row.reasons),
            timezone.localtime(household.changed_at),
        ]
