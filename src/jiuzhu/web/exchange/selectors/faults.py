"""隔离台的读取：一批里哪些行有问题、为什么、改了没有。原件从批次库解封，只取有问题的几张表。"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import polars as pl
from django.db.models import QuerySet

from jiuzhu.engine.batches import BatchIntake
from jiuzhu.engine.catalog import Field, load_catalog
from jiuzhu.engine.intake.errors import ISSUES
from jiuzhu.web.access.scope import Scope
from jiuzhu.web.exchange.models import Batch, RowFix
from jiuzhu.web.exchange.store import batch_store
from jiuzhu.web.ground.masking import mask_account, mask_address, mask_id_number, mask_name, mask_phone

FRAMES = ("quarantine", "faulty")
OPEN, FIXED, ALL = "open", "fixed", "all"
_BY_TYPE = {
    "name": mask_name,
    "id_number": mask_id_number,
    "phone": mask_phone,
    "account": mask_account,
    "address": mask_address,
}


@dataclass(frozen=True)
class Fault:
    """一处问题。``column`` 空文本是整行；``what`` 是什么，``remedy`` 怎样填。"""

    column: str
    code: str
    reason: str

    @property
    def what(self) -> str:
        """错在哪里，不带怎么办。"""
        return self.reason.split(";", 1)[0].split("；", 1)[0]

    @property
    def remedy(self) -> str:
        """应怎样填。"""
        return ISSUES[self.code].remedy if self.code in ISSUES else ""


@dataclass(frozen=True)
class Cell:
    """一格。``shown`` 已遮挡；``fault`` 是这一格现在的问题。"""

    at: int
    title: str
    value: str
    shown: str
    sensitive: bool
    fault: Fault | None = None


@dataclass(frozen=True)
class FaultRow:
    """有问题的一行。``fix`` 是现行的改动；``can_fix`` 为假是太多了没有留下原样。"""

    row: int
    faults: tuple[Fault, ...]
    fix: RowFix | None
    can_fix: bool

    @property
    def is_done(self) -> bool:
        """改好了：收下，而且没有剩下问题。"""
        return self.fix is not None and self.fix.is_clean


class FaultSheet:
    """一批里有问题的行。"""

    def __init__(self, batch: Batch, intake: BatchIntake, fixes: Mapping[int, RowFix]) -> None:
        self.batch, self.intake, self.fixes = batch, intake, fixes
        self.header: list[str] = list(intake.layout.get("header") or [])

    @cached_property
    def fields(self) -> dict[int, Field]:
        """第几格对应哪个字段。"""
        pairs = self.intake.layout.get("pairs") or []
        source = load_catalog()[self.intake.source] if self.intake.source else None
        return {at: source[key] for at, key, _ in pairs} if source else {}

    @cached_property
    def cells(self) -> dict[int, list[str | None]]:
        """行号 → 送来时的各格。"""
        return dict(self.intake.faulty.iter_rows())

    @cached_property
    def notices(self) -> list[Fault]:
        """整个文件的说明（行号 0）。"""
        rows = self.intake.quarantine.filter(pl.col("row") == 0)
        return [
            Fault(column or "", code, reason)
            for column, code, reason in rows.select("column", "code", "reason").iter_rows()
        ]

    def numbers(self, *, code: str = "", state: str = OPEN) -> list[int]:
        """符合条件的行号，从小到大。改好的行按当初的原因算。"""
        frame = self._standing if not code else self._standing.filter(pl.col("code") == code)
        done = {row for row, fix in self.fixes.items() if fix.is_clean}
        found = frame["row"].unique().sort().to_list()
        return [row for row in found if state == ALL or (row in done) == (state == FIXED)]

    def row(self, number: int) -> FaultRow:
        """一行现在的样子：改过的看剩下的问题，没改的看接收时的。"""
        fix = self.fixes.get(number)
        return FaultRow(number, tuple(self._faults(number, fix)), fix, number in self.cells)

    def _faults(self, number: int, fix: RowFix | None) -> list[Fault]:
        if fix is not None:
            return [Fault(each["column"], each["code"], ISSUES[each["code"]].text()) for each in fix.left]
        return [Fault(column or "", code, reason) for column, code, reason in self._reasons.get(number, [])]

    @cached_property
    def _standing(self) -> pl.DataFrame:
        """各行的问题 ``row column code``：改过还有问题的看剩下的，其余（连同改好的）看接收时的。"""
        received = self.intake.quarantine.filter(pl.col("row") > 0).select("row", "column", "code")
        wrong = {row: fix.left for row, fix in self.fixes.items() if not fix.is_clean}
        left = [(row, each["column"] or None, each["code"]) for row, faults in wrong.items() for each in faults]
        kept = received.filter(~pl.col("row").is_in(list(wrong)))
        return pl.concat([kept, pl.DataFrame(left, schema=received.schema, orient="row")])

    @cached_property
    def _reasons(self) -> dict[int, list[tuple[str | None, str, str]]]:
        out: dict[int, list[tuple[str | None, str, str]]] = {}
        for row, *rest in self.intake.quarantine.select("row", "column", "code", "reason").iter_rows():
            out.setdefault(row, []).append((rest[0], rest[1], rest[2]))
        return out

    def reasons(self) -> list[dict[str, Any]]:
        """还没改好的，按原因数：``code title rows values``。"""
        done = [row for row, fix in self.fixes.items() if fix.is_clean]
        return by_reason(self._standing.filter(~pl.col("row").is_in(done)))

    def current(self, number: int) -> list[str | None]:
        """一行现在的各格：改过的是改后的。"""
        fix = self.fixes.get(number)
        values = fix.values if fix else list(self.cells[number])
        while len(values) > len(self.header) and not values[-1]:  # 表头之外的空格不必列出
            values.pop()
        return values

    def cells_of(self, number: int, *, plain: bool = False, values: list[str | None] | None = None) -> list[Cell]:
        """一行的各格，敏感的遮着。"""
        row = self.row(number)
        by_title = {fault.column: fault for fault in row.faults if fault.column}
        given = self.current(number) if values is None else values
        size = max(len(self.header), len(given))
        out = []
        for at in range(size):
            value = (given[at] if at < len(given) else None) or ""
            title = (self.header[at] if at < len(self.header) else "") or f"第 {at + 1} 格（没有表头）"
            field = self.fields.get(at)
            hidden = field is None or field.sensitive
            shown = value if plain or not hidden else masked(value, field)
            out.append(Cell(at, title, value, shown, hidden, by_title.get(title)))
        return out


def masked(value: str, field: Field | None) -> str:
    """一格的遮挡写法。不知道是什么列的，只留头尾。"""
    if field is not None and field.type.value in _BY_TYPE:
        return _BY_TYPE[field.type.value](value)
    return value if len(value) <= 1 else value[0] + "*" * (len(value) - 1)


def by_reason(quarantine: pl.DataFrame) -> list[dict[str, Any]]:
    """按原因数：``code title rows values``，多的在前。``rows`` 整行隔离，``values`` 只弃一个值。"""
    whole = pl.col("column").is_null()
    frame = quarantine.filter(pl.col("row") > 0).group_by("code").agg(rows=whole.sum(), values=(~whole).sum())
    frame = frame.sort("rows", "values", "code", descending=[True, True, False])
    return [
        {"code": code, "title": ISSUES[code].reason, "rows": rows, "values": values}
        for code, rows, values in frame.select("code", "rows", "values").iter_rows()
    ]


def batches_with_faults(scope: Scope, source: str = "") -> QuerySet[Batch]:
    """收好了、没撤回、有问题的批次，新的在前。"""
    rows = Batch.objects.within(scope).filter(taken_at__isnull=False, withdrawn_at=None).exclude(faults=[])
    return (rows.filter(source=source) if source else rows).order_by("-received_at", "-pk")


def fixes(scope: Scope, batch: Batch) -> QuerySet[RowFix]:
    """一批的全部改动，新的在前。"""
    return RowFix.objects.within(scope).filter(batch=batch)


def stored(batch: Batch) -> BatchIntake:
    """封存的原件里有问题的部分：隔离表、有问题的行原样的各格、列的对应；不带改动，不取规范表。"""
    return batch_store().read(batch.key, FRAMES).labelled(batch.file_name)


def sheet(scope: Scope, batch: Batch) -> FaultSheet:
    """一批里有问题的行。"""
    return FaultSheet(batch, stored(batch), {fix.row: fix for fix in fixes(scope, batch).filter(undone_at=None)})
