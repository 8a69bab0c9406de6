"""引擎的结果 → 存下来的样子。"""

from datetime import date
from typing import TYPE_CHECKING, Any

from jiuzhu.web.access.scope import Scope
from jiuzhu.web.exchange.models import Batch
from jiuzhu.web.exchange.selectors import current_batches

from .models import Check, Finding

if TYPE_CHECKING:
    from jiuzhu.engine.verification import CheckResult, Evidence, Seen, SourceResult

TEXT, FIGURE, ARTICLE = 400, 120, 200
MOST_ROWS = 50


class Dates(dict[str, date]):
    """来源 → 数据截至哪天；``received`` 里的来源没有写数据日期，给的是收到的日期。"""

    def __init__(self) -> None:
        super().__init__()
        self.received: set[str] = set()


def data_dates(division_code: str) -> Dates:
    """各来源在用的数据截至哪天：最新一批的数据日期，没写的用收到的日期。"""
    found = Dates()
    with _county(division_code).applied():
        rows = current_batches(f"{division_code[:6]}000000")
    for batch in rows:
        if _day(batch) >= found.get(batch.source, date.min):
            found[batch.source] = _day(batch)
            (found.received.discard if batch.data_date else found.received.add)(batch.source)
    return found


def last_seen(division_code: str, sources: list[str]) -> dict[str, date]:
    """缺的来源最后一次是什么时候有的。"""
    if not sources:
        return {}
    county, found = _county(division_code), dict[str, date]()
    with county.applied():
        rows = list(Batch.objects.within(county).filter(source__in=sources, taken_at__isnull=False))
    for batch in rows:
        found[batch.source] = max(found.get(batch.source, date.min), _day(batch))
    return found


def source_rows(result: "CheckResult", dates: dict[str, date]) -> list[dict[str, Any]]:
    """各来源的比对结果，次序按核对业务规范。"""
    return [source_row(item, dates) for item in result.sources]


def source_row(item: "SourceResult", dates: dict[str, date]) -> dict[str, Any]:
    """一个来源的比对结果。"""
    return {
        "source": item.source,
        "title": item.title,
        "department": item.department,
        "item": item.item,
        "state": item.state,
        "data_date": dates[item.source].isoformat() if item.source in dates else "",
        "received": isinstance(dates, Dates) and item.source in dates.received,
        "count": len(item.rows),
        "rows": [evidence_row(each) for each in item.rows[:MOST_ROWS]],
    }


def conclusion_rows(result: "CheckResult") -> list[dict[str, Any]]:
    """各项目的结论。"""
    return [
        {
            "programme": item.programme,
            "title": item.title,
            "person_id": item.person_id,
            "who": item.who,
            "conclusion": item.conclusion,
            "amount": str(item.amount) if item.amount is not None else "",
            "nearest": item.nearest,
            "lacking": list(item.lacking),
        }
        for item in result.conclusions
    ]


def finding_of(check: Check, position: int, seen: "Seen", dates: dict[str, date]) -> Finding:
    """看出的一项。数据日期取这份数据的，没有的取那一行自己的。"""
    first = seen.evidence[0].row if seen.evidence else None
    return Finding(
        check_run=check,
        household=check.household,
        division_code=check.division_code,
        position=position,
        severity=seen.severity,
        source=seen.source,
        department=seen.department,
        item=seen.item,
        programme=seen.programme,
        text=seen.text[:TEXT],
        figure=seen.figure[:FIGURE],
        article=seen.article[:ARTICLE],
        on=dates.get(seen.source) or (first.as_of if first else None),
        file=first.file if first else "",
        row=first.row if first else None,
        person_id=seen.person_id,
        evidence=[evidence_row(each) for each in seen.evidence[:MOST_ROWS]],
    )


def evidence_row(item: "Evidence") -> dict[str, Any]:
    """部门文件的一行。"""
    return {
        "person_id": item.person_id,
        "title": item.row.source_title,
        "file": item.row.file,
        "row": item.row.row,
        "as_of": item.row.as_of.isoformat() if item.row.as_of else "",
        "values": item.row.values,
    }


def _county(division_code: str) -> Scope:
    """各部门的批次归县：乡镇的窗口核对也要知道数据截至哪天。"""
    return Scope(role="system", areas=(division_code[:6],))


def _day(batch: Batch) -> date:
    return batch.data_date or batch.received_at.date()
