"""整条路:部门文件 → 认人 → 事实 → 打分 → 预警与发现 → OUT。

``monitor`` 从头到尾读一遍就知道引擎做了什么;每一步的细节在各自的包里。
"""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from shutil import copytree
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl

from jiuzhu.engine import outputs
from jiuzhu.engine.assessment import Assessor, Rulebook, load_rulebook
from jiuzhu.engine.assessment.findings import find
from jiuzhu.engine.assessment.warnings import warn
from jiuzhu.engine.catalog import Catalog, load_catalog
from jiuzhu.engine.errors import EngineError
from jiuzhu.engine.facts import Context, FactTables, build
from jiuzhu.engine.identity import Linkage, link
from jiuzhu.engine.intake import Intake, read_folder
from jiuzhu.engine.numbering import Numbering, number
from jiuzhu.engine.parameters import on_day
from jiuzhu.engine.warehouse import Engine, Warehouse

Progress = Callable[[str, int, int], None]
CHINA = ZoneInfo("Asia/Shanghai")
REGISTER = "hukou"
IDENTIFIERS = ("person_id", "household_id", "head_person_id", "guardian_person_id", "file", "row")
MEMBERS = (
    "household", "person", "household_id", "person_id", "village_code", "alive", "sex", "birth_date", "relation",
    "registered", "classes",
)  # fmt: skip
POPULATION_LISTS = ("dibao", "tekun", "dibao_bianyuan", "gangxing_zhichu", "fangfanpin", "other_hardship")
# 数据里能说明“截至哪天”的日期列
DATED = {
    "financial_asset": "reference_date",
    "medical_settlement": "settled_date",
    "hukou": "status_date",
    "vehicle": "registered_date",
    "fangfanpin": "identified_date",
    "dibao_bianyuan": "confirmed_date",
}


class PipelineError(EngineError):
    """一个文件也读不成,或没有可认的人。"""

    code = "nothing_done"


@dataclass(frozen=True)
class Summary:
    """一次运行的计数与秒数;``content`` 就是 summary.json。"""

    out: Path
    content: Mapping[str, Any]


@dataclass
class _Clock:
    """每一步的秒数,并向外报告进度。"""

    report: Progress | None
    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def step(self, title: str) -> Iterator[None]:
        started = time.perf_counter()
        self.tell(title, 0, 1)
        yield
        self.seconds[title] = round(time.perf_counter() - started, 3)
        self.tell(title, 1, 1)

    def tell(self, title: str, done: int, total: int) -> None:
        if self.report is not None:
            self.report(title, done, total)


def monitor(
    folder: Path,
    out: Path,
    *,
    key: bytes,
    as_of: date | None = None,
    rulebook: str = "default",
    engine: Engine = "duckdb",
    previous: Path | None = None,
    progress: Progress | None = None,
) -> Summary:
    """一批部门文件 → ``out`` 里的结果。

    ``as_of`` 不给时取数据里最晚的日期(不晚于今天),同一批文件因此总得同一结果。``previous`` 是上一次的 OUT,
    给了就只对新进入区间的户预警。一个文件也读不成时抛 ``PipelineError``,``out`` 原样不动。
    """
    clock = _Clock(progress)
    catalog, book = load_catalog(), load_rulebook(rulebook)
    with clock.step("读取文件"):
        intake = _read(folder, catalog, lambda done, total, _file: clock.tell("读取文件", done, total))
    day = as_of or latest_date(intake.tables)
    with clock.step("认人"):
        linkage = link(intake.tables, key=key, as_of=day)
        intake.tables.clear()
        numbering = number(linkage.people, linkage.tables)
    with Warehouse.open(engine) as warehouse:
        assessor = Assessor(book, on_day(book.parameters, day))
        with clock.step("算事实"):
            facts = _facts(warehouse, numbering, assessor, day)
        with clock.step("打分"):
            scores = numbering.with_ids(warehouse.fetch(assessor.scores(facts)))
            hits = numbering.with_ids(warehouse.fetch(assessor.hits(facts)))
        with clock.step("预警与发现"):
            warnings = warn(book, scores, hits, day, _scores_of(previous))
            over = numbering.with_ids(warehouse.fetch(assessor.limit_hits(facts)))
            findings = find(book, linkage.people, linkage.tables, over)
        with clock.step("写出"), outputs.replacing(out) as fresh:
            results = {"household_scores": scores, "hits": hits, "warnings": warnings, "findings": findings}
            _write(fresh, intake, linkage, numbering, results)
            _write_facts(fresh, warehouse, facts, numbering)
            copytree(book.folder, fresh / "rulebook")
            content = _summary(book, day, engine, intake, linkage, results, clock)
            outputs.write_summary(fresh, content)
    return Summary(out, content)


def latest_date(tables: Mapping[str, pl.DataFrame]) -> date:
    """数据里最晚的日期,不晚于今天;一个日期也没有就是今天。"""
    today = datetime.now(CHINA).date()
    found = [
        latest
        for source, column in DATED.items()
        if source in tables and isinstance(latest := tables[source].filter(pl.col(column) <= today)[column].max(), date)
    ]
    return max(found, default=today)


def _read(folder: Path, catalog: Catalog, progress: Callable[[int, int, str], None]) -> Intake:
    if not folder.is_dir():
        raise PipelineError(f"没有文件夹“{folder}”;请给出装有部门文件的文件夹。", code="no_folder")
    intake = read_folder(folder, catalog, progress)
    if not intake.tables:
        reasons = intake.quarantine.filter(pl.col("row") == 0)["reason"].to_list()
        raise PipelineError("没有读成任何一个文件:" + (";".join(reasons[:5]) or "文件夹里没有可读的文件。"))
    return intake


def _facts(warehouse: Warehouse, numbering: Numbering, assessor: Assessor, day: date) -> FactTables:
    """放进仓库的只有去敏、去重、认到人的行,人用序号。"""
    sources = {
        source: warehouse.put(
            f"source_{source}",
            table.filter(pl.col("person").is_not_null() & ~pl.col("duplicate")).drop(IDENTIFIERS, strict=False),
        )
        for source, table in numbering.tables.items()
        if source != REGISTER
    }
    people = warehouse.put("people", numbering.people.drop(IDENTIFIERS, strict=False))
    context = Context(as_of=day, parameters=assessor.parameters, available=frozenset(sources))
    return build(warehouse, people, sources, context)


def _scores_of(previous: Path | None) -> pl.DataFrame | None:
    if previous is None:
        return None
    path = previous / "household_scores.parquet"
    if not path.is_file():
        raise PipelineError(f"上一次的结果“{previous}”里没有 household_scores.parquet。", code="no_previous")
    return pl.read_parquet(path)


def _write(
    folder: Path, intake: Intake, linkage: Linkage, numbering: Numbering, results: Mapping[str, pl.DataFrame]
) -> None:
    people = numbering.people.join(_classes(linkage.tables), on="person_id", how="left").with_columns(
        classes=pl.col("classes").fill_null(pl.lit([], dtype=pl.List(pl.String)))
    )
    contract = {
        "batches": intake.batches,
        "quarantine": intake.quarantine,
        "links": linkage.links,
        "people": people,
        **results,
    }
    for name, frame in contract.items():
        outputs.write(folder, name, frame)
    members = people.select(MEMBERS)
    extra = {"ignored": intake.ignored, "doubtful": linkage.doubtful, "places": linkage.places, "members": members}
    for name, frame in extra.items():
        outputs.write_table(folder / f"{name}.parquet", frame)


def _write_facts(folder: Path, warehouse: Warehouse, facts: FactTables, numbering: Numbering) -> None:
    """事实与各来源的行都按户排好序,查一户只读一小段。"""
    for name, table in (("person_facts", facts.persons), ("household_facts", facts.households)):
        frame = warehouse.fetch(table).sort("household")
        outputs.write_table(folder / f"{name}.parquet", numbering.with_ids(frame))
    household = numbering.people["household"]
    for source, table in numbering.tables.items():
        placed = table.drop("person_id").with_columns(household.gather(table["person"]))
        outputs.write_table(folder / "warehouse" / f"{source}.parquet", placed.sort("household", nulls_last=True))


def _classes(tables: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """每人在册的类别,按代码排序。"""
    parts = [
        tables[source].filter(pl.col("person_id").is_not_null()).select("person_id", classes=pl.lit(source)).unique()
        for source in POPULATION_LISTS
        if source in tables
    ]
    empty = pl.DataFrame(schema={"person_id": pl.String, "classes": pl.String})
    return pl.concat([empty, *parts]).group_by("person_id").agg(pl.col("classes").sort())


def _summary(
    book: Rulebook,
    day: date,
    engine: Engine,
    intake: Intake,
    linkage: Linkage,
    results: Mapping[str, pl.DataFrame],
    clock: _Clock,
) -> dict[str, Any]:
    rows = intake.batches.select(pl.col("rows_read", "rows_accepted", "rows_quarantined", "rows_ignored").sum())
    linked = linkage.links["person_id"].is_not_null().sum()
    return {
        "as_of": day.isoformat(),
        "engine": engine,
        "rulebook": {
            "name": book.name,
            "title": book.title,
            "version": book.version,
            "digest": book.digest,
            "indicators": {item.code: {"name": item.name, "category": item.category} for item in book.indicators},
            "bands": [{"band": b.band, "title": b.title, "low": b.low, "high": b.high} for b in book.bands],
            "findings": dict(book.findings.titles),
        },
        "counts": {
            "files": intake.batches.height,
            "files_unread": intake.batches.filter(pl.col("source").fill_null("") == "").height,
            **rows.row(0, named=True),
            "rows_linked": linked,
            "rows_doubtful": (linkage.links["method"] == "doubtful").sum(),
            "rows_unlinked": (linkage.links["method"] == "unlinked").sum(),
            "people": linkage.people.height,
            "people_alive": linkage.people["alive"].sum(),
            "households": results["household_scores"].height,
            "bands": _tally(results["household_scores"].drop_nulls("band"), "band"),
            "warnings": results["warnings"].height,
            "findings": _tally(results["findings"], "finding"),
        },
        "methods": _tally(linkage.links, "method"),
        "seconds": {**clock.seconds, "合计": round(sum(clock.seconds.values()), 3)},
    }


def _tally(frame: pl.DataFrame, column: str) -> dict[str, int]:
    return {str(key): int(count) for key, count in frame.group_by(column).len().sort(column).iter_rows()}
