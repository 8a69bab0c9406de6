"""summary.json:各步的秒数与计数,用的哪部手册。"""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import polars as pl

from jiuzhu.engine.assessment import Rulebook
from jiuzhu.engine.identity import Linkage
from jiuzhu.engine.intake import Intake
from jiuzhu.engine.warehouse import Engine

Progress = Callable[[str, int, int], None]


@dataclass
class Clock:
    """每一步的秒数,并向外报告进度 ``(步骤, 完成数, 总数)``。"""

    report: Progress | None
    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def step(self, title: str) -> Iterator[None]:
        started = time.perf_counter()
        self.tell(title, 0, 1)
        yield
        self.seconds[title] = round(time.perf_counter() - started, 3)
        self.tell(title, 1, 1)

    def told(self) -> dict[str, float]:
        """各步与合计的秒数。"""
        return {**self.seconds, "合计": round(sum(self.seconds.values()), 3)}

    def tell(self, title: str, done: int, total: int) -> None:
        if self.report is not None:
            self.report(title, done, total)


def summarise(
    book: Rulebook,
    as_of: date,
    engine: Engine,
    intake: Intake,
    linkage: Linkage,
    results: Mapping[str, pl.DataFrame],
    work: Mapping[str, object],
) -> dict[str, Any]:
    """summary.json 除各步秒数(``Clock.told``)以外的内容。

    ``results`` 以约定文件名为键:household_scores、warnings、findings、entitlements;``work`` 说这次算了哪些户(见 increment)。
    """
    methods = _tally(linkage.links, "method")
    return {
        "as_of": as_of.isoformat(),
        "engine": engine,
        "rulebook": _rulebook(book),
        "counts": {**_rows(intake, methods), **_outcomes(linkage, results)},
        "work": dict(work),
        "methods": methods,
    }


def _rulebook(book: Rulebook) -> dict[str, Any]:
    return {
        "name": book.name,
        "title": book.title,
        "version": book.version,
        "digest": book.digest,
        "indicators": {item.code: {"name": item.name, "category": item.category} for item in book.indicators},
        "bands": [{"band": b.band, "title": b.title, "low": b.low, "high": b.high} for b in book.bands],
        "findings": dict(book.findings.titles),
        "programmes": {item.code: item.title for item in book.programmes},
    }


def _rows(intake: Intake, methods: Mapping[str, int]) -> dict[str, int]:
    read = intake.batches.select(pl.col("rows_read", "rows_accepted", "rows_quarantined", "rows_ignored").sum())
    doubtful, unlinked = methods.get("doubtful", 0), methods.get("unlinked", 0)
    return {
        "files": intake.batches.height,
        "files_unread": intake.batches.filter(pl.col("source").fill_null("") == "").height,
        **read.row(0, named=True),
        "rows_linked": sum(methods.values()) - doubtful - unlinked,
        "rows_doubtful": doubtful,
        "rows_unlinked": unlinked,
    }


def _outcomes(linkage: Linkage, results: Mapping[str, pl.DataFrame]) -> dict[str, Any]:
    scores = results["household_scores"]
    return {
        "people": linkage.people.height,
        "people_alive": int(linkage.people["alive"].sum()),
        "households": scores.height,
        "bands": _tally(scores.drop_nulls("band"), "band"),
        "warnings": results["warnings"].height,
        "findings": _tally(results["findings"], "finding"),
        "entitlements": _tally(results["entitlements"], "state"),
    }


def _tally(frame: pl.DataFrame, column: str) -> dict[str, int]:
    return {str(key): int(count) for key, count in frame.group_by(column).len().sort(column).iter_rows()}
