"""一起核对：还没有确认的各批，逐批看有没有要人看的地方；没有的可以一起确认，拿不准的逐批点开。"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from jiuzhu.engine.offers import Preview

from .models import Batch
from .models.batch import Channel, Mode
from .offering import column_lines, missing_titles, preview_counts, preview_faults, proposed_date
from .services.confirming import batch_preview
from .services.placing import FEW, coming_each
from .sources import title_of

FAULTS = 3


@dataclass(frozen=True)
class Line:
    """一批：``blocks`` 不点开办不了的，``looks`` 可以一起确认、但要先看一眼的。``mode`` 是替人选好的用法。"""

    batch: Batch
    blocks: tuple[str, ...] = ()
    looks: tuple[str, ...] = ()
    faults: tuple[dict[str, Any], ...] = ()
    counts: dict[str, int] | None = None
    columns: int = 0
    matched: int = 0
    proposed: date | None = None
    used: int = 0
    mode: Mode = Mode.FULL
    can_add: bool = False

    @property
    def is_clean(self) -> bool:
        """没有要看的，替人勾上。"""
        return not self.blocks and not self.looks


def lot_lines(batches: Iterable[Batch], *, own: Collection[str], today: date) -> list[Line]:
    """各批一行，按批号；``own`` 是这个人报得了的来源。同一来源的第二张，替人选“补充”。"""
    lines: list[Line] = []
    taken: set[str] = set()
    shown = list(batches)
    current = coming_each(shown)
    for batch in shown:
        line = _line(batch, own, taken, current.get((batch.division_code, batch.source), []), today)
        lines.append(line)
        if not line.blocks:
            taken.add(batch.source)
    return lines


def _line(batch: Batch, own: Collection[str], taken: set[str], used: list[Batch], today: date) -> Line:
    if not batch.source:
        return Line(batch, blocks=(_unknown(batch),))
    if batch.source not in own:
        return Line(batch, blocks=(f"认出来是“{title_of(batch.source)}”，不是贵单位报的来源。",))
    found = batch_preview(batch)
    columns = column_lines(batch, found)
    seen = Line(batch, columns=len(columns), matched=sum(bool(column.field) for column in columns))
    if found.error:
        return replace(seen, blocks=(f"按现在的列收不了：{found.error}",))
    missing = missing_titles(batch, found)
    repeated = batch.source in taken
    proposed = proposed_date(batch, found, today)
    unsure = [column.header for column in columns if column.field and not column.is_sure]
    return replace(
        seen,
        blocks=tuple(_blocks(batch, missing)),
        looks=tuple(_looks(batch, found, unsure, used, proposed, repeated=repeated)),
        faults=tuple(preview_faults(found)[:FAULTS]),
        counts=preview_counts(found),
        proposed=proposed,
        used=len(used),
        mode=Mode.SUPPLEMENT if repeated else Mode.FULL,
        can_add=bool(used) or repeated,
    )


def may_double(batch: Batch, current: list[Batch]) -> str:
    """自动加在旁边的补充，行数与原有的差不多：多半是新的一份全量，旧的会重复计算。"""
    others = sum(item.counts.get("rows_read", 0) for item in current if item.number < batch.number)
    automatic = batch.mode == Mode.SUPPLEMENT and batch.channel in (Channel.FOLDER, Channel.DATABASE)
    if not (automatic and batch.is_current and others and batch.counts.get("rows_read", 0) >= others * FEW):
        return ""
    return (
        f"这一批加在了以前的旁边（以前的共 {others:,} 行），都在用。如果它是新的一份全量，旧的就重复了：请撤回旧的那些批"
        + ("，并在数据库连接里改成“全量替换”。" if batch.channel == Channel.DATABASE else "，把旧文件从文件夹里拿走。")
    )


def _unknown(batch: Batch) -> str:
    near = [guess["title"] for guess in batch.guesses if guess["columns"]]
    return f"没有认出是哪个来源{f'，最接近的是{near[0]}' if near else ''}，请点开选。"


def _blocks(batch: Batch, missing: list[str]) -> Iterable[str]:
    if missing:
        yield f"缺必需的列：{'、'.join(missing)}。"
    if batch.replaces_id is not None:
        yield f"要更正以前的一批，但{batch.counts.get('held', '')}"


def _looks(
    batch: Batch, found: Preview, unsure: list[str], used: list[Batch], proposed: date | None, *, repeated: bool
) -> Iterable[str]:
    counts = preview_counts(found)
    if unsure:
        yield f"{len(unsure)} 列是看表头相近或看内容认的：{'、'.join(unsure)}。"
    if counts["quarantined"]:
        yield f"试收的前 {counts['read']:,} 行里有 {counts['quarantined']:,} 行要隔离。"
    if repeated:
        yield "与上面一张是同一个来源，替您选了“补充”。"
        return
    if held := batch.counts.get("held"):
        yield held
    yield from against_current(batch, used, proposed)


def against_current(batch: Batch, used: list[Batch], proposed: date | None) -> Iterable[str]:
    """选“全量替换”之前要想一想的：行数比现用的少得多、数据比现用的还旧。"""
    rows = sum(item.counts.get("rows_read", 0) for item in used)
    if rows and batch.rows_total < rows * FEW:
        yield f"只有 {batch.rows_total:,} 行，现在用着的有 {rows:,} 行；如果只是新增的，请选“补充”。"
    newest = max((item.data_date for item in used if item.data_date), default=None)
    if newest and proposed and proposed < newest:
        yield "数据比现在用着的还旧；选“全量替换”只留作记录，不会用上。"
