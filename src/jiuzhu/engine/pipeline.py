"""整条路:部门文件 → 认人 → 事实 → 打分 → 预警与发现 → OUT。

``monitor`` 从头到尾读一遍就知道引擎做了什么;每一步的细节在各自的包里。
"""

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from shutil import copytree
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl

from jiuzhu.engine import outputs
from jiuzhu.engine.assessment import Assessor, load_rulebook
from jiuzhu.engine.assessment.findings import find
from jiuzhu.engine.assessment.warnings import warn
from jiuzhu.engine.catalog import Catalog, load_catalog
from jiuzhu.engine.errors import EngineError
from jiuzhu.engine.facts import Context, FactTables, build
from jiuzhu.engine.identity import link
from jiuzhu.engine.intake import Intake, read_folder
from jiuzhu.engine.numbering import Numbering, number
from jiuzhu.engine.parameters import on_day
from jiuzhu.engine.roster import Roster, make_roster
from jiuzhu.engine.summary import Clock, Progress, summarise
from jiuzhu.engine.warehouse import Engine, Warehouse

CHINA = ZoneInfo("Asia/Shanghai")
REGISTER = "hukou"
IDENTIFIERS = ("person_id", "household_id", "head_person_id", "guardian_person_id", "file", "row")
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
    """一个文件也读不成,或上一次的结果不对。"""

    code = "nothing_done"


@dataclass(frozen=True)
class Summary:
    """一次运行的计数与秒数;``content`` 就是 summary.json。"""

    out: Path
    content: Mapping[str, Any]


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
    on_people: Callable[[Roster], None] | None = None,
) -> Summary:
    """一批部门文件 → ``out`` 里的结果。

    ``as_of`` 不给时取数据里最晚的日期(不晚于今天),同一批文件因此总得同一结果。``previous`` 是上一次的 OUT,
    给了就只对新进入区间的户预警。一个文件也读不成时抛 ``PipelineError``,``out`` 原样不动;
    ``out`` 里有别的东西时抛 ``OutputError``。``on_people`` 给了才算名册(带姓名与号码)交给它,名册不写进 ``out``。
    """
    outputs.refuse_strangers(out)
    clock = Clock(progress)
    book, before = load_rulebook(rulebook), _scores_of(previous)
    with clock.step("读取文件"):
        intake = _read(folder, load_catalog(), lambda done, total, _file: clock.tell("读取文件", done, total))
    day = as_of or latest_date(intake.tables)
    assessor = Assessor(book, on_day(book.parameters, day))
    with clock.step("认人"):
        linkage = link(intake.tables, key=key, as_of=day, keep_register=on_people is not None)
        if on_people is not None:
            on_people(make_roster(intake.tables, linkage, day))
        intake.tables.clear()
        numbering = number(linkage.people, linkage.tables)
    with outputs.replacing(out) as fresh, ThreadPoolExecutor(1) as writer, Warehouse.open(engine) as warehouse:
        linkage_written = writer.submit(outputs.write_linkage, fresh, intake, linkage, numbering)
        with clock.step("算事实"):
            facts = _facts(warehouse, numbering, assessor, day)
            wide = warehouse.fetch(facts.persons), warehouse.fetch(facts.households)
            facts_written = writer.submit(outputs.write_facts, fresh, *wide, numbering)
        with clock.step("打分"):
            scores = numbering.with_ids(warehouse.fetch(assessor.scores(facts)))
            hits = numbering.with_ids(warehouse.fetch(assessor.hits(facts)))
        with clock.step("预警与发现"):
            warnings = warn(book, scores, hits, day, before)
            over = numbering.with_ids(warehouse.fetch(assessor.limit_hits(facts)))
            findings = find(book, linkage.people, linkage.tables, over)
        with clock.step("写出"):
            results = {"household_scores": scores, "hits": hits, "warnings": warnings, "findings": findings}
            outputs.write_results(fresh, results)
            copytree(book.folder, fresh / "rulebook")
            linkage_written.result()
            facts_written.result()
        content = summarise(book, day, engine, intake, linkage, results, clock.seconds)
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
        raise PipelineError(f"没有文件夹“{folder}”；请给出装有部门文件的文件夹。", code="no_folder")
    intake = read_folder(folder, catalog, progress)
    if not intake.tables:
        reasons = intake.quarantine.filter(pl.col("row") == 0)["reason"].to_list()
        raise PipelineError("没有读成任何一个文件：" + (";".join(reasons[:5]) or "文件夹里没有可读的文件。"))
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
    context = Context(as_of=day, parameters=assessor.parameters)
    return build(warehouse, people, sources, context)


def _scores_of(previous: Path | None) -> pl.DataFrame | None:
    if previous is None:
        return None
    path = previous / "household_scores.parquet"
    if not path.is_file():
        raise PipelineError(f"上一次的结果“{previous}”里没有 household_scores.parquet。", code="no_previous")
    return pl.read_parquet(path)
