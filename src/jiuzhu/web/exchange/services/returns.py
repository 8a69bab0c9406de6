"""退给部门改：有问题的行写成表格软件能打开的清单；部门改好传回来，每一行回到它的批号与行号。"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from django.db import transaction

from jiuzhu.engine.intake.errors import IntakeError
from jiuzhu.engine.intake.folder import open_data
from jiuzhu.engine.intake.raw import RawTable
from jiuzhu.web.access.limits import limit
from jiuzhu.web.access.scope import Scope
from jiuzhu.web.audit.actor import Actor
from jiuzhu.web.audit.services import record
from jiuzhu.web.documents.sheets import Column, write_sheet
from jiuzhu.web.exchange.models import Batch, RowFix
from jiuzhu.web.exchange.selectors.faults import OPEN, FaultSheet, stored
from jiuzhu.web.ground.errors import ServiceError

from .quarantine import batch_subject, rows_fix, standing_fixes

MARKS = ("批号", "行号")
SAID = ("错在哪里", "应怎样填")
LARGEST = 20 * 1024 * 1024
MOST_ROWS = 20_000
HEAD_ROWS = 10


@dataclass
class Returned:
    """传回来的清单办得怎样：改好收下、改了还有问题、没有改、对不上批号或行号的行数。"""

    accepted: int = 0
    faulty: int = 0
    unchanged: int = 0
    unknown: int = 0
    batches: list[Batch] = field(default_factory=list)

    @property
    def rows(self) -> int:
        """清单里一共几行。"""
        return self.accepted + self.faulty + self.unchanged + self.unknown


def is_returned_list(table: RawTable) -> bool:
    """表头像是退回去的清单：批号、行号，还有错在哪里。"""
    found = _header(table)
    return found is not None and SAID[0] in found[1]


def rows_sent(*, sheet: FaultSheet, code: str, actor: Actor) -> bytes:
    """还没改好的行写成清单：批号、行号、错在哪里、应怎样填，后面是部门送来时的各列。记审计，限次数。"""
    limit(f"user:{actor.user_id}", "export")
    batch = sheet.batch
    numbers = [number for number in sheet.numbers(code=code, state=OPEN) if number in sheet.cells]
    if not numbers:
        raise ServiceError("没有要退回的行，没有生成清单。", code="nothing_to_send", status=409)
    with transaction.atomic():
        record(actor=actor, action="exchange.rows_sent", subject=batch_subject(batch), after={"rows": len(numbers)})
    widest = max(len(sheet.current(number)) for number in numbers)
    titles = [*sheet.header, *(f"第 {at + 1} 格" for at in range(len(sheet.header), widest))]
    columns = [Column("批号", 8), Column("行号", 8), Column("错在哪里", 44), Column("应怎样填", 36)]
    columns += [Column(title, max(10, min(24, 2 * len(title) + 4))) for title in titles]
    return write_sheet(
        columns=columns,
        rows=_lines(sheet, numbers),
        title="请更正的行",
        actor=actor,
        filters={
            "文件": batch.file_name,
            "怎样用": "在原来的列里改好，批号、行号两列不要动，存盘后在“隔离台”传回；不改的行可以删去。",
        },
    )


def _lines(sheet: FaultSheet, numbers: list[int]) -> Iterator[list[str | None]]:
    for number in numbers:
        row = sheet.row(number)
        wrong = "；".join(f"{fault.column or '整行'}：{fault.what}" for fault in row.faults)
        ought = "；".join(dict.fromkeys(f"{fault.column}{fault.remedy}" for fault in row.faults if fault.remedy))
        yield [str(sheet.batch.number), str(number), wrong, ought, *sheet.current(number)]


@transaction.atomic
def rows_returned(*, data: bytes, name: str, division_code: str, actor: Actor, scope: Scope) -> Returned:
    """收下改好的清单。抛 ``ServiceError``：太大（too_large）、读不了（unreadable）、不是退回的清单（not_a_list）、行太多（too_many_rows）。"""
    if len(data) > LARGEST:
        raise ServiceError("清单超过 20 MB，没有收下。请只留要改的行再传。", code="too_large", status=413)
    header, rows = _read(data, name)
    out = Returned()
    for number, lines in _by_batch(header, rows, out).items():
        batch = Batch.objects.within(scope).filter(division_code=division_code, number=number).first()
        if batch is None or batch.taken_at is None or batch.withdrawn_at is not None:
            out.unknown += len(lines)
            continue
        _take(batch, header, lines, out, actor, name)
    return out


def _read(data: bytes, name: str) -> tuple[list[str], list[tuple[str | None, ...]]]:
    """清单的表头与各行；表头是写着“批号”“行号”的那一行。"""
    try:
        tables = open_data(data, name).tables
    except IntakeError as error:
        raise ServiceError(f"这份清单没有收下：{error.message}", code="unreadable") from error
    for table in tables:
        found = _header(table)
        if found is not None:
            at, header = found
            rows = table.frame.slice(at + 1).rows()
            if len(rows) > MOST_ROWS:
                raise ServiceError(
                    f"清单有 {len(rows):,} 行，一次至多 {MOST_ROWS:,} 行。请分几份传。", code="too_many_rows"
                )
            return header, rows
    raise ServiceError(
        "没有找到“批号”“行号”两列，不是这里退回的清单，没有收下。请用“退回给部门”生成的清单来改；"
        "整份重报请到“报送数据”。",
        code="not_a_list",
    )


def _header(table: RawTable) -> tuple[int, list[str]] | None:
    for at, row in enumerate(table.frame.head(HEAD_ROWS).iter_rows()):
        titles = [(cell or "").strip() for cell in row]
        if all(mark in titles for mark in MARKS):
            return at, titles
    return None


def _by_batch(
    header: list[str], rows: list[tuple[str | None, ...]], out: Returned
) -> dict[int, dict[int, tuple[str | None, ...]]]:
    """批号 → 行号 → 各格；批号、行号不是数的，重复的，记为对不上。"""
    places = [header.index(mark) for mark in MARKS]
    found: dict[int, dict[int, tuple[str | None, ...]]] = {}
    for row in rows:
        if not any(cell and cell.strip() for cell in row):
            continue
        batch, number = (_whole(row[place]) for place in places)
        if batch is None or number is None or number in found.get(batch, {}):
            out.unknown += 1
            continue
        found.setdefault(batch, {})[number] = row
    return found


def _whole(text: str | None) -> int | None:
    digits = (text or "").strip().replace(",", "").removesuffix(".0")
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 10 else None


def _take(
    batch: Batch, header: list[str], lines: dict[int, tuple[str | None, ...]], out: Returned, actor: Actor, name: str
) -> None:
    intake = stored(batch)
    known = set(intake.faulty["row"].to_list())
    now = FaultSheet(batch, intake, {fix.row: fix for fix in standing_fixes(batch)})
    rows = {row: _cells(now, row, header, line) for row, line in lines.items() if row in known}
    out.unknown += len(lines) - len(rows)
    if not rows:
        return
    made = rows_fix(
        batch=batch, intake=intake, rows=rows, reason=f"部门改好的清单 {name}"[:200], actor=actor, via=RowFix.Via.LIST
    )
    clean = sum(fix.is_clean for fix in made)
    out.accepted += clean
    out.faulty += len(made) - clean
    out.unchanged += len(rows) - len(made)
    out.batches.append(batch)


def _cells(sheet: FaultSheet, row: int, header: list[str], line: tuple[str | None, ...]) -> list[str | None]:
    """按表头的字对回原来的格；同名的列按先后。清单里没有的列，照现在的。"""
    free = [(title, at) for at, title in enumerate(header) if title and title not in (*MARKS, *SAID)]
    current, cells = sheet.current(row), []
    for place, title in enumerate(sheet.header):
        found = next((each for each in free if each[0] == title.strip()), None)
        if found is None:
            cells.append(current[place] if place < len(current) else None)
            continue
        cells.append(line[found[1]])
        free.remove(found)
    extra = [line[at] for title, at in free if title.startswith("第 ") and title.endswith(" 格")]
    return [*cells, *extra]
